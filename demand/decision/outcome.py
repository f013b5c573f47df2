"""From what a decision saw to what it concluded: one pure function, run when deciding and again when replaying."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from demand.decision import first_method
from demand.decision.catalogue import Catalogue
from demand.decision.decide import METHOD, Because, Judgement, Seen, judge, seen_in
from demand.interest.clean import CleanRule
from demand.interest.counts import ListingCounts
from demand.interest.window import Window
from demand.quantity.plan import QuantityPlan, plan_quantity
from demand.quantity.priors import QuantityPriors
from demand.quantity.wishes import Schedule, wishes_in
from models.demand_rule import DemandRule
from models.errors import Conflict
from models.money import PriceLadder


@dataclass(frozen=True, slots=True)
class DecisionInputs:
    """Everything that a decision may use; `costs` is None when nobody could make the design.

    Where no quantity is planned, variants, prices and costs are left out. `window` is None in decisions of the first
    method, `catalogue` where the rule does not look across listings.
    """

    counts: ListingCounts
    clean_rule: CleanRule
    variants: Sequence[tuple[str, str]]
    prices: PriceLadder | None
    costs: PriceLadder | None
    priors: QuantityPriors
    schedule: Schedule | None
    seed: int
    makers_minimum: int | None = None
    """Units that its makers ask for; None where that is not known."""
    window: Window | None = None
    catalogue: Catalogue | None = None

    def seen(self, rule: DemandRule) -> Seen:
        """What the judgement rests on; ValueError unless the counts were made with the rule's burn-in."""
        return replace(
            seen_in(self.counts, rule),
            makers_minimum=self.makers_minimum,
            window=self.window,
            catalogue=self.catalogue,
        )

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "counts": self.counts.to_json(),
            "clean_rule": self.clean_rule.to_json(),
            "variants": [list(variant) for variant in self.variants],
            "prices": self.prices.to_json() if self.prices else None,
            "costs": self.costs.to_json() if self.costs else None,
            "priors": self.priors.to_json(),
            "schedule": self.schedule.to_json() if self.schedule else None,
            "seed": self.seed,
            "makers_minimum": self.makers_minimum,
            "window": self.window.to_json() if self.window else None,
            "catalogue": self.catalogue.to_json() if self.catalogue else None,
        }

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "DecisionInputs":
        """Read back what `to_json` wrote; Conflict when another version of the programme wrote it."""
        try:
            return DecisionInputs(
                counts=ListingCounts.from_json(data["counts"]),
                clean_rule=CleanRule.from_json(data["clean_rule"]),
                variants=[(colour, size) for colour, size in data["variants"]],
                prices=PriceLadder.from_json(data["prices"]) if data["prices"] else None,
                costs=PriceLadder.from_json(data["costs"]) if data["costs"] else None,
                # The first method's priors are of another kind, and it plans no quantity any more.
                priors=QuantityPriors.from_json(data["priors"]) if data.get("schedule") else QuantityPriors(),
                schedule=Schedule(**data["schedule"]) if data.get("schedule") else None,
                seed=data["seed"],
                makers_minimum=data.get("makers_minimum"),
                window=Window(**data["window"]) if data.get("window") else None,
                catalogue=Catalogue(**data["catalogue"]) if data.get("catalogue") else None,
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


WORTH_PLANNING = frozenset((Because.PROVEN_ABOVE,))
"""Planning a quantity takes 15 ms: only what will be made is planned, a hundred thousand listings would take long."""


def conclude(inputs: DecisionInputs, rule: DemandRule) -> DecisionOutcome:
    """Judge and plan; the same inputs and rule always give the same outcome, to the bit."""
    judgement = judge(inputs.seen(rule), rule)
    return DecisionOutcome(judgement, plan_of(inputs) if judgement.because in WORTH_PLANNING else None)


def _conclude_first(inputs: DecisionInputs, rule: DemandRule) -> DecisionOutcome:
    """The judgement alone: how quantities were planned then is not kept."""
    return DecisionOutcome(first_method.decide(inputs.counts, rule, inputs.makers_minimum), None)


def plan_of(inputs: DecisionInputs) -> QuantityPlan | None:
    """The quantity whatever the verdict; None where costs are unknown or in another currency."""
    counts, prices, costs = inputs.counts, inputs.prices, inputs.costs
    if costs is None or prices is None or inputs.schedule is None or costs.currency != prices.currency:
        return None
    return plan_quantity(
        wishes_in(counts, inputs.schedule.hour),
        inputs.schedule,
        inputs.variants,
        costs,
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


CONCLUDE_BY_METHOD = {METHOD: conclude, first_method.METHOD: _conclude_first}
"""Old decisions replay by the method that made them; a new method is added, none is changed."""
