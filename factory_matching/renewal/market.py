"""The factories of a category as renewal sees them, and what the category needs. Pure values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from models.factory import FactoryStanding, Verification


@dataclass(frozen=True, slots=True)
class Belief:
    """A number that is not known exactly."""

    mean: float
    variance: float = 0.0


@dataclass(frozen=True, slots=True)
class Standing:
    """What is believed of one factory's work: its score, its share on time, its share of good pieces."""

    score: Belief
    on_time: Belief
    quality: Belief
    low: float
    high: float
    """80% interval of the score."""


@dataclass(frozen=True, slots=True)
class Maker:
    """One factory of the category; `work` is None where nothing is known of it."""

    id: int
    code: str
    state: FactoryStanding
    capacity: float
    """Units a day."""
    categories: tuple[str, ...]
    """All that it makes; its capacity counts for each by an equal part."""
    price: float | None
    """Unit price at the quantity that is compared; None in another currency or below its minimum."""
    quality: float
    on_time: float
    """As declared."""
    verification: Verification = Verification.DECLARED
    orders: int = 0
    work: Standing | None = None
    losses: tuple[tuple[str, float], ...] = ()
    """Measures by what they cost the score against its category's mean, most first."""
    moved_days: int = 10_000
    """Since its standing last moved."""
    on_notice: bool = False
    """Warned by an earlier renewal."""
    appealing: bool = False
    accused: bool = False
    """A finding is in force."""

    def share_of(self, category: str) -> float:
        """Units a day that count for a category."""
        return self.capacity / len(self.categories) if category in self.categories else 0.0


@dataclass(frozen=True, slots=True)
class Market:
    """A category with its factories, and proven factories of other categories that these also make."""

    category: str
    currency: str
    makers: tuple[Maker, ...]
    unknown: Standing
    """What is believed of a factory of which nothing is known."""
    need: Mapping[str, float] = field(default_factory=dict)
    """Category -> units a day that were confirmed lately."""

    @property
    def proven(self) -> tuple[Maker, ...]:
        """Those that have worked for us and may get offers, of any category."""
        return tuple(m for m in self.makers if m.work is not None and m.state is not FactoryStanding.SUSPENDED)

    @property
    def incumbents(self) -> tuple[Maker, ...]:
        """Those of them that make this category."""
        return tuple(maker for maker in self.proven if self.category in maker.categories)


def capacity(makers: Iterable[Maker], category: str) -> float:
    """Units a day of a category."""
    return sum(maker.share_of(category) for maker in makers)


def after(before: Sequence[Maker], outs: Iterable[Maker], ins: Iterable[Maker]) -> list[Maker]:
    """The factories once some have gone and others have come; who was there already is not counted twice."""
    gone, there = {maker.id for maker in outs}, {maker.id for maker in before}
    return [*(maker for maker in before if maker.id not in gone), *(maker for maker in ins if maker.id not in there)]


def shortfalls(
    market: Market, outs: Sequence[Maker], ins: Sequence[Maker], reserve: float
) -> dict[str, tuple[float, float]]:
    """Categories in which proven capacity would fall below the reserve, or further below it: (left, least)."""
    before = market.proven
    kept = after(before, outs, ins)
    short = {}
    for category in sorted({name for maker in outs for name in maker.categories}):
        least = min(reserve * market.need.get(category, 0.0), capacity(before, category))
        left = capacity(kept, category)
        if left < least - 1e-9:
            short[category] = (left, least)
    return short
