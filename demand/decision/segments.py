"""How each buyer segment judged on its own stands against the break-even rate, its rate pooled with the others'. Pure.

The evidence is that of the whole listing's judgement (`demand.decision.evidence`), on the segment's own viewers; it is
shown and does not decide, unless the rule names the segment. With three segments looked at, one of them reaches the
threshold falsely up to three times as often as the rule's error rate allows for the listing.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import log

from demand.beta import Beta
from demand.decision.evidence import log_e_confirm, log_e_stop
from demand.decision.pool import PoolPrior, Rate, Trials, pool
from demand.interest.counts import ListingCounts
from models.demand_rule import DemandRule
from models.interest import Segment

_WORTH = 50.0
"""Viewers' worth of the belief that a listing converts at break-even, as listings of one batch differ."""
_SPREAD = 0.5
"""Segments of a listing differ by half a unit of log-odds where no history says otherwise: a factor of 1.6."""


class Standing(StrEnum):
    """What a segment's own viewers prove."""

    ABOVE = "above_break_even"
    BELOW = "below_break_even"
    UNCLEAR = "not_proven"


@dataclass(frozen=True, slots=True)
class SegmentJudgement:
    """One segment's judged viewers and those who converted; `pooled` is its rate with its 90% interval."""

    segment: Segment
    viewers: int
    converted: int
    log_e_confirm: float
    log_e_stop: float
    standing: Standing
    pooled: Rate

    @property
    def rate(self) -> float | None:
        """Its own rate; None before anybody was judged."""
        return self.converted / self.viewers if self.viewers else None


def usual_rates(rule: DemandRule) -> PoolPrior:
    """What is believed of segments before history says more: break-even on average."""
    return PoolPrior(Beta(rule.target_rate * _WORTH, (1 - rule.target_rate) * _WORTH), spread=_SPREAD)


def judge_segments(
    counts: ListingCounts, rule: DemandRule, prior: PoolPrior | None = None
) -> tuple[SegmentJudgement, ...]:
    """Every segment that was judged, in the order of the glossary; none for counts that did not tell segments apart."""
    judged = counts.judged_segments
    seen = {segment: (one.viewers, one.converted(rule.rung)) for segment, one in judged.items()}
    trials = {segment: Trials(did, ((1.0, viewers - did),)) for segment, (viewers, did) in seen.items()}
    pooled = pool(trials, prior or usual_rates(rule))
    return tuple(_judge(segment, *seen[segment], rule, pooled.rate(segment)) for segment in Segment if segment in seen)


def _judge(segment: Segment, viewers: int, converted: int, rule: DemandRule, pooled: Rate) -> SegmentJudgement:
    confirm = log_e_confirm(viewers, converted, rule.target_rate)
    stop = log_e_stop(viewers, converted, rule.target_rate)
    threshold = log(1 / rule.alpha)
    standing = Standing.ABOVE if confirm >= threshold else Standing.BELOW if stop >= threshold else Standing.UNCLEAR
    return SegmentJudgement(segment, viewers, converted, confirm, stop, standing, pooled)
