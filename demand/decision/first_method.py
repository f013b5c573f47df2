"""The first method, kept so that its decisions replay to the bit: one listing at a time, no window, no chances."""

from dataclasses import replace
from math import log

from demand.decision.decide import INTERVAL_ALPHA, VERDICTS, Because, Judgement, seen_in
from demand.decision.first_evidence import confidence_sequence, log_e_confirm, log_e_stop
from demand.interest.counts import ListingCounts
from models.demand_rule import DemandRule

METHOD = "truncated-beta e-process/1"


def decide(counts: ListingCounts, rule: DemandRule, makers_minimum: int | None = None) -> Judgement:
    """Judge the clean viewers after the burn-in; the counts must have been made with the rule's burn-in."""
    seen = replace(seen_in(counts, rule), makers_minimum=makers_minimum)
    viewers, converted, p0 = seen.viewers, seen.converted, rule.target_rate
    confirm, stop = log_e_confirm(viewers, converted, p0), log_e_stop(viewers, converted, p0)
    enough = seen.commitments.units >= seen.least_units(rule)
    because = _because(viewers, confirm, stop, enough, rule.alpha)
    low, high = confidence_sequence(viewers, converted, p0, INTERVAL_ALPHA)
    return Judgement(
        verdict=VERDICTS[because],
        because=because,
        log_e_confirm=confirm,
        log_e_stop=stop,
        rate=converted / viewers if viewers else None,
        low=low,
        high=high,
        viewers=viewers,
        converted=converted,
        committed_units=seen.commitments.units,
        rung=rule.rung,
        target_rate=p0,
        alpha=rule.alpha,
        min_units=seen.least_units(rule),
    )


def _because(viewers: int, confirm: float, stop: float, enough_units: bool, alpha: float) -> Because:
    threshold = log(1 / alpha)
    if viewers == 0:
        return Because.NOBODY_JUDGED
    if confirm >= threshold:
        return Because.PROVEN_ABOVE if enough_units else Because.TOO_FEW_UNITS
    if stop >= threshold:
        return Because.PROVEN_BELOW
    return Because.NOT_YET_CLEAR
