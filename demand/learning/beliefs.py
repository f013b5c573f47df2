"""What earlier listings say of rates, delays and sizes: the priors of the next quantity, by category."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from scipy import special
from sqlalchemy.orm import Session

from demand.decision.pool import PoolPrior, Trials, pool
from demand.learning.fit_beta import FEWEST_LISTINGS, fit_beta
from demand.learning.followed import (
    Followed,
    SizeSold,
    find_answers,
    find_cancellations,
    find_earlier_listings,
    find_sizes,
)
from demand.quantity.delay import Delay, Waited, coarse_days, fit_delay
from demand.quantity.priors import QuantityPriors
from demand.quantity.rate_prior import RatePrior
from models.attributes import Category
from models.interest import Segment

FEWEST_OF_SEGMENT = 50
"""Buyers below which a segment's own level is not told from the others'."""
_SPREADS = (0.0, 0.15, 0.3, 0.5, 0.8)
_MOST_SPREAD_LISTINGS = 150  # a pooling takes a millisecond, and the spread is one number


@dataclass(frozen=True, slots=True)
class Beliefs:
    """Priors for any listing, and each category's usual size curve (shares that sum to 1)."""

    priors: QuantityPriors = field(default_factory=QuantityPriors)
    curves: Mapping[Category, tuple[tuple[str, float], ...]] = field(default_factory=dict)

    def for_category(self, category: Category) -> QuantityPriors:
        """The priors of a listing of this category."""
        return replace(self.priors, size_curve=self.curves.get(category, ()))


SHIPPED = Beliefs()


def learn_beliefs(session: Session, until: datetime, shipped: QuantityPriors = SHIPPED.priors) -> Beliefs:
    """Learn from the latest listings that were over by `until`; what they are too few to tell stays as shipped."""
    earlier = find_earlier_listings(session, until)
    answers, cancellations = find_answers(session, earlier, until), find_cancellations(session, earlier, until)
    converted, cancelled = learn_rate(answers, shipped.converted), learn_rate(cancellations, shipped.cancelled)
    learned = converted != shipped.converted or cancelled != shipped.cancelled
    priors = replace(shipped, converted=converted, cancelled=cancelled, learned_from=len(earlier) if learned else 0)
    return Beliefs(priors, learn_curves(find_sizes(session, earlier, until), priors.size_strength))


def learn_rate(followed: Sequence[Followed], shipped: RatePrior) -> RatePrior:
    """A rate's prior and delay; the delay needs 30 that did it, the prior 20 listings, or they stay as shipped."""
    delay = fit_delay(_waits(followed)) or shipped.delay
    listings = _by_listing(followed, delay)
    level = fit_beta([_known(tried.values()) for tried in listings.values()])
    if level is None:
        return replace(shipped, delay=delay)
    prior = PoolPrior(level, _offsets(listings.values()), shipped.pool.spread)
    return replace(shipped, pool=replace(prior, spread=_spread(list(listings.values()), prior)), delay=delay)


def learn_curves(sold: Iterable[SizeSold], strength: float) -> dict[Category, tuple[tuple[str, float], ...]]:
    """Each category's size curve, shrunk towards even shares by `strength` units."""
    units: dict[Category, Counter[str]] = defaultdict(Counter)
    for one in sold:
        units[one.category][one.size] += one.units
    return {
        category: tuple(
            (size, (sizes[size] + strength / len(sizes)) / (sizes.total() + strength)) for size in sorted(sizes)
        )
        for category, sizes in units.items()
    }


def _waits(followed: Iterable[Followed]) -> list[Waited]:
    together = Counter((coarse_days(one.days), one.happened) for one in followed)
    return [Waited(days, happened, count) for (days, happened), count in sorted(together.items())]


def _by_listing(followed: Iterable[Followed], delay: Delay) -> dict[int, dict[Segment, Trials]]:
    """Each listing's buyers; one still waiting counts by the share of the doers who would have done it by then."""
    happened: Counter[tuple[int, Segment]] = Counter()
    waiting: dict[tuple[int, Segment], Counter[float]] = defaultdict(Counter)
    for one in followed:
        key = one.listing_id, one.segment
        happened[key] += one.happened
        if not one.happened:
            waiting[key][round(delay.done_by(coarse_days(one.days)), 3)] += 1
    listings: dict[int, dict[Segment, Trials]] = defaultdict(dict)
    for listing_id, segment in sorted(happened):
        key = listing_id, segment
        listings[listing_id][segment] = Trials(happened[key], tuple(sorted(waiting[key].items())))
    return listings


def _known(trials: Iterable[Trials]) -> tuple[int, int]:
    """Happened, and buyers in all, those still waiting by how much is known of them."""
    tried = list(trials)
    happened = sum(one.happened for one in tried)
    return happened, happened + round(sum(share * count for one in tried for share, count in one.waiting))


def _offsets(listings: Iterable[Mapping[Segment, Trials]]) -> tuple[tuple[Segment, float], ...]:
    """How each segment's log-odds lie from those of all buyers; half a buyer each way keeps them finite."""
    by_segment: dict[Segment, list[Trials]] = defaultdict(list)
    for tried in listings:
        for segment, one in tried.items():
            by_segment[segment].append(one)
    known = {segment: _known(tried) for segment, tried in by_segment.items()}
    overall = _log_odds(sum(did for did, _ in known.values()), sum(of for _, of in known.values()))
    return tuple(
        (segment, round(min(max(_log_odds(*known[segment]) - overall, -5.0), 5.0), 6))
        for segment in Segment
        if segment in known and known[segment][1] >= FEWEST_OF_SEGMENT
    )


def _log_odds(happened: int, of: int) -> float:
    return float(special.logit((happened + 0.5) / (of + 1)))


def _spread(listings: Sequence[Mapping[Segment, Trials]], prior: PoolPrior) -> float:
    """The spread under which listings with several segments are most likely; as before with fewer than 20 of them."""
    several = [tried for tried in listings if sum(one.count > 0 for one in tried.values()) > 1][:_MOST_SPREAD_LISTINGS]
    if len(several) < FEWEST_LISTINGS:
        return prior.spread
    evidence = {
        spread: sum(pool(tried, replace(prior, spread=spread)).log_evidence for tried in several) for spread in _SPREADS
    }
    return max(evidence, key=lambda spread: evidence[spread])
