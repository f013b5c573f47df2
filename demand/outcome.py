"""From what a decision saw to what it concluded: one pure function, run when deciding and again when replaying."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from demand.clean import CleanRule
from demand.counts import ListingCounts
from demand.decide import METHOD, Judgement, decide
from demand.quantity import QuantityPlan, plan_quantity
from demand.quantity_priors import QuantityPriors
from demand.wishes import Schedule, Wishes
from models.batch import DemandRule
from models.errors import Conflict
from models.money import PriceLadder


@dataclass(frozen=True, slots=True)
class DecisionInputs:
    """Everything that a decision may use; `costs` is None when nobody could make the design."""

    counts: ListingCounts
    clean_rule: CleanRule
    variants: Sequence[tuple[str, str]]
    prices: PriceLadder
    costs: PriceLadder | None
    priors: QuantityPriors
    schedule: Schedule
    seed: int
    makers_minimum: int | None = None
    """Units that its makers ask for; None where that is not known."""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "counts": self.counts.to_json(),
            "clean_rule": self.clean_rule.to_json(),
            "variants": [list(variant) for variant in self.variants],
            "prices": self.prices.to_json(),
            "costs": self.costs.to_json() if self.costs else None,
            "priors": self.priors.to_json(),
            "schedule": self.schedule.to_json(),
            "seed": self.seed,
            "makers_minimum": self.makers_minimum,
        }

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "DecisionInputs":
        """Read back what `to_json` wrote; Conflict when another version of the programme wrote it."""
        try:
            return DecisionInputs(
                counts=ListingCounts.from_json(data["counts"]),
                clean_rule=CleanRule.from_json(data["clean_rule"]),
                variants=[(colour, size) for colour, size in data["variants"]],
                prices=PriceLadder.from_json(data["prices"]),
                costs=PriceLadder.from_json(data["costs"]) if data["costs"] else None,
                priors=QuantityPriors.from_json(data["priors"]),
                schedule=Schedule(**data["schedule"]),
                seed=data["seed"],
                makers_minimum=data.get("makers_minimum"),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise Conflict(f"the stored inputs cannot be read by this version: {error}") from None


@dataclass(frozen=True, slots=True)
class DecisionOutcome:
    """The judgement, and the quantity worth making; the plan is None where costs are unknown or in another currency."""

    judgement: Judgement
    plan: QuantityPlan | None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON, exactly as it reads back from the database."""
        plan = self.plan.to_json() if self.plan else None
        content: dict[str, Any] = json.loads(json.dumps({"judgement": self.judgement.to_json(), "quantity": plan}))
        return content


def conclude(inputs: DecisionInputs, rule: DemandRule) -> DecisionOutcome:
    """Judge and plan; the same inputs and rule always give the same outcome, to the bit."""
    judgement = decide(inputs.counts, rule, inputs.makers_minimum)
    return DecisionOutcome(judgement, _plan(inputs))


def _plan(inputs: DecisionInputs) -> QuantityPlan | None:
    if inputs.costs is None or inputs.costs.currency != inputs.prices.currency:
        return None
    counts, prices = inputs.counts, inputs.prices
    return plan_quantity(
        Wishes(counts.commitments, counts.inquiries),
        inputs.schedule,
        inputs.variants,
        inputs.costs,
        prices.unit_price(max(1, counts.committed_units)),
        inputs.priors,
        inputs.seed,
        _price_range(prices, counts.committed_units),
    )


def _price_range(prices: PriceLadder, units: int) -> tuple[Decimal, Decimal]:
    """Prices of the next step up the ladder and of the one before, which pooled buyers may still come to."""
    steps = [step.unit_price for step in prices.breaks]
    at = sum(step.from_quantity <= units for step in prices.breaks[1:])
    return steps[min(at + 1, len(steps) - 1)], steps[max(at - 1, 0)]


CONCLUDE_BY_METHOD = {METHOD: conclude}
"""Old decisions replay by the method that made them; a new method is added, none is changed."""
