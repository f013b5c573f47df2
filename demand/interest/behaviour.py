"""How a buyer buys, recognised from acts alone: by scene, by comparing prices, in bulk, periodically. Pure.

The definitions are data, so that Python (one buyer) and the database (millions) apply the very same ones.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from models.interest import Segment

LEAST_PEOPLE = 5
"""Smaller groups are withheld: nobody is to be found again in an aggregate."""
NEAR_BREAK = 5
"""A price break is near when a fifth of its quantity or less is missing."""
TOGETHER_DAYS = 14
"""Things of one scene are bought together when the first and the last are wanted within so many days."""


class Behaviour(StrEnum):
    """A way of buying; one buyer may show several."""

    SCENE = "scene"
    """Several categories of one occasion or style together."""
    PRICE_COMPARISON = "price_comparison"
    """Looks at many similar listings and comes back when the next price is near."""
    BULK = "bulk"
    """Large quantities of few styles."""
    PERIODIC = "periodic"
    """Commits again and again at regular gaps."""


@dataclass(frozen=True, slots=True)
class BuyerTrace:
    """What one buyer did. A style is wanted when it was inquired after or pre-ordered."""

    acts: int = 0
    styles: int = 0
    """Listings wanted."""
    units_per_style: int = 0
    """Units pre-ordered (without a pre-order: the most inquired after) by wanted listing, rounded down."""
    similar_seen: int = 0
    """Most listings of one category looked at."""
    looks_per_style: int = 0
    """`similar_seen` by wanted listing, rounded down; by one where none is wanted."""
    returns_near_break: int = 0
    """Views of a listing after the first (they are counted once a day), before committing to it, while the next price
    break was near."""
    scene_categories: int = 0
    """Most categories wanted together of one occasion or style of the trends behind them."""
    scene_percent: int = 0
    """Share of the wanted listings that belong to such a scene."""
    commit_days: int = 0
    """Different days with a pre-order."""
    mean_gap_days: int = 0
    """Between two such days, rounded down."""
    gap_spread: int = 10_000
    """100 x variance of these gaps by the square of their mean; 100 for purely random times, 0 for a clockwork."""


@dataclass(frozen=True, slots=True)
class BehaviourRule:
    """From which figures on a behaviour is recognised."""

    known_acts: int = 2
    """With fewer acts nothing is known of a buyer."""
    scene_categories: int = 2
    scene_percent: int = 60
    similar_seen: int = 6
    looks_per_style: int = 4
    returns_near_break: int = 2
    bulk_units: int = 30
    """Units of each style: six times a handful."""
    bulk_styles: int = 3
    commit_days: int = 4
    mean_gap_days: int = 3
    gap_spread: int = 12
    """A coefficient of variation of 0.35."""

    def __post_init__(self) -> None:
        if min(asdict(self).values()) < 1:
            raise ValueError("a limit below 1 recognises everybody")


DEFAULT_RULE = BehaviourRule()


@dataclass(frozen=True, slots=True)
class Condition:
    """A measure (a field of BuyerTrace) within limits, both included."""

    measure: str
    least: int
    most: int | None = None


def conditions(rule: BehaviourRule) -> Mapping[Behaviour, tuple[Condition, ...]]:
    """All of a behaviour's conditions must hold."""
    return {
        Behaviour.SCENE: (
            Condition("scene_categories", rule.scene_categories),
            Condition("scene_percent", rule.scene_percent),
        ),
        Behaviour.PRICE_COMPARISON: (
            Condition("similar_seen", rule.similar_seen),
            Condition("looks_per_style", rule.looks_per_style),
            Condition("returns_near_break", rule.returns_near_break),
        ),
        Behaviour.BULK: (
            Condition("units_per_style", rule.bulk_units),
            Condition("styles", 1, rule.bulk_styles),
        ),
        Behaviour.PERIODIC: (
            Condition("commit_days", rule.commit_days),
            Condition("mean_gap_days", rule.mean_gap_days),
            Condition("gap_spread", 0, rule.gap_spread),
        ),
    }


def recognise(trace: BuyerTrace, rule: BehaviourRule = DEFAULT_RULE) -> frozenset[Behaviour] | None:
    """The behaviours that a buyer shows, perhaps none; None when too little was done to say."""
    if trace.acts < rule.known_acts:
        return None
    return frozenset(
        behaviour
        for behaviour, all_of in conditions(rule).items()
        if all(
            one.least <= getattr(trace, one.measure) and (one.most is None or getattr(trace, one.measure) <= one.most)
            for one in all_of
        )
    )


@dataclass(frozen=True, slots=True)
class GroupBehaviours:
    """How the buyers of one segment buy. A buyer with two behaviours is counted in both."""

    segment: Segment
    people: int
    known: int
    counts: Mapping[Behaviour, int]
    neither: int
    """Known buyers with none of the behaviours."""

    def __post_init__(self) -> None:
        if not 0 <= self.known <= self.people or max((*self.counts.values(), self.neither), default=0) > self.known:
            raise ValueError(f"{self.known} known of {self.people} people, behaviours of {dict(self.counts)}")

    def shown(self, least: int = LEAST_PEOPLE) -> dict[str, int | None]:
        """What may be shown: figures of fewer than `least` people, but for none at all, are None.

        Where a figure is withheld, the one it could be computed from is withheld too.
        """
        if self.people < least:
            return dict.fromkeys(("people", "known", *Behaviour, "neither"))
        figures: dict[str, int | None] = {"people": self.people, "known": self.known}
        figures |= {behaviour.value: self.counts.get(behaviour, 0) for behaviour in Behaviour} | {
            "neither": self.neither
        }
        if 0 < self.people - self.known < least:
            figures["known"] = None
        small = {name for name, count in figures.items() if count is not None and 0 < count < least}
        if small & {behaviour.value for behaviour in Behaviour}:
            small.add("neither")
        elif "neither" in small:
            small.add(max(Behaviour, key=lambda one: self.counts.get(one, 0)).value)
        return {name: None if name in small else count for name, count in figures.items()}


def group_json(group: GroupBehaviours) -> dict[str, Any]:
    """Plain JSON of what may be shown."""
    return {"segment": group.segment.value, **group.shown()}
