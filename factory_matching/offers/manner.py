"""How offers are made and counter-offers answered: what an entry point reads once and passes on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from factory_matching.freight import FreightRates
from factory_matching.offers.counter import CounterRule
from factory_matching.offers.link import PortalLinks
from factory_matching.policies.rules import Policies
from factory_matching.weights import MatchWeights
from models.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class OfferRule:
    """How offers are made."""

    days_to_answer: float = 2.0
    rounds: int = 3
    """Counter-offers that a factory may make to one offer; the last is answered with yes or no."""

    def __post_init__(self) -> None:
        if not 0 < self.days_to_answer <= 60:
            raise InvalidInput(f"offers: {self.days_to_answer} days to answer is not between 0 and 60")
        if not 0 <= self.rounds <= 20:
            raise InvalidInput(f"offers: {self.rounds} rounds is not between 0 and 20")

    @staticmethod
    def from_table(table: Mapping[str, Any]) -> "OfferRule":
        """From the [offers] table of configs/match.toml; InvalidInput when it says anything else."""
        days, rounds = table.get("days_to_answer", 2.0), table.get("rounds", 3)
        if set(table) - {"days_to_answer", "rounds"} or not isinstance(days, int | float) or type(rounds) is not int:
            raise InvalidInput("offers: only days_to_answer, a number, and rounds, a whole number, are known")
        return OfferRule(days, rounds)


@dataclass(frozen=True, slots=True)
class Manner:
    """The rules of offers together."""

    counter: CounterRule = CounterRule()  # noqa: RUF009 - frozen
    offers: OfferRule = OfferRule()
    weights: MatchWeights = MatchWeights()  # noqa: RUF009 - frozen
    links: PortalLinks | None = None
    """None: nobody is asked anything new; a proposal then waits in the portal, no message tells of it."""
    policies: Policies = Policies()  # noqa: RUF009 - frozen

    @staticmethod
    def from_tables(table: Mapping[str, Any], freight: Mapping[str, Any], links: PortalLinks) -> "Manner":
        """From configs/match.toml and configs/freight.toml; InvalidInput when one of them says anything unknown."""
        return Manner(
            CounterRule.from_table(table["counter"]),
            OfferRule.from_table(table["offers"]),
            MatchWeights.from_table(table["weights"], FreightRates.from_table(freight)),
            links,
            Policies.from_table(table.get("policies", {})),
        )

    def within(self, hours: float) -> "Manner":
        """The same with so many hours to answer."""
        return replace(self, offers=replace(self.offers, days_to_answer=hours / 24))

    @property
    def linking(self) -> PortalLinks:
        """The links; InvalidInput without: an offer that nobody can answer is none."""
        if self.links is None:
            raise InvalidInput("offers need portal links")
        return self.links
