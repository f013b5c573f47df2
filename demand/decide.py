"""Confirm, extend or stop a listing: counts and rule in, judgement out. Pure; safe under looking after every viewer.

CONFIRM needs evidence against 'the rate is at most the target' and enough committed units to make; STOP needs evidence
against 'the rate is at least the target'; everything else is EXTEND. Each evidence is an e-process (demand/evidence.py)
that must reach 1/alpha, so that each error has at most probability alpha however often one looks.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from math import log
from typing import Any

from demand.counts import ListingCounts
from demand.evidence import confidence_sequence, log_e_confirm, log_e_stop
from models.batch import DemandRule, Rung
from models.decision import Verdict

METHOD = "truncated-beta e-process/1"
INTERVAL_ALPHA = 0.05


class Because(StrEnum):
    """Why the verdict is what it is; demand/explain.py says it in words."""

    PROVEN_ABOVE = "proven_above"
    TOO_FEW_UNITS = "too_few_units"
    PROVEN_BELOW = "proven_below"
    NOT_YET_CLEAR = "not_yet_clear"
    NOBODY_JUDGED = "nobody_judged"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict with the evidence for it; `rate` is None before anybody was judged.

    `low` to `high` is a 95% confidence sequence: it holds at this look and every other one at once.
    """

    verdict: Verdict
    because: Because
    log_e_confirm: float
    log_e_stop: float
    rate: float | None
    low: float
    high: float
    viewers: int
    converted: int
    committed_units: int
    rung: Rung
    target_rate: float
    alpha: float
    min_units: int

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; the floats read back to the bit."""
        return {**asdict(self), "interval": f"{1 - INTERVAL_ALPHA:.0%} confidence sequence"}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "Judgement":
        """Read back what `to_json` wrote."""
        values: dict[str, Any] = {name: value for name, value in data.items() if name != "interval"}
        values["verdict"], values["because"] = Verdict(data["verdict"]), Because(data["because"])
        values["rung"] = Rung(data["rung"])
        return Judgement(**values)


def decide(counts: ListingCounts, rule: DemandRule, makers_minimum: int | None = None) -> Judgement:
    """Judge the clean viewers after the burn-in; the counts must have been made with the rule's burn-in.

    `makers_minimum` are the units that the listing's makers ask for, where the rule leaves the minimum to them.
    """
    if counts.judged.burn_in != rule.burn_in_viewers:
        raise ValueError(f"counts skip {counts.judged.burn_in} viewers, the rule skips {rule.burn_in_viewers}")
    judged = counts.judged
    return judge_rate(judged.viewers, judged.converted(rule.rung), counts.committed_units, rule, makers_minimum)


def judge_rate(
    viewers: int, converted: int, committed_units: int, rule: DemandRule, makers_minimum: int | None = None
) -> Judgement:
    """The same from the three sufficient figures; ValueError when more converted than came or no minimum is known."""
    min_units = rule.min_units if rule.min_units is not None else makers_minimum
    if min_units is None:
        raise ValueError("the rule leaves the least units to the makers, whose minimum is not known")
    confirm = log_e_confirm(viewers, converted, rule.target_rate)
    stop = log_e_stop(viewers, converted, rule.target_rate)
    because = _because(viewers, confirm, stop, committed_units >= min_units, rule)
    low, high = confidence_sequence(viewers, converted, rule.target_rate, INTERVAL_ALPHA)
    return Judgement(
        verdict=_VERDICTS.get(because, Verdict.EXTEND),
        because=because,
        log_e_confirm=confirm,
        log_e_stop=stop,
        rate=converted / viewers if viewers else None,
        low=low,
        high=high,
        viewers=viewers,
        converted=converted,
        committed_units=committed_units,
        rung=rule.rung,
        target_rate=rule.target_rate,
        alpha=rule.alpha,
        min_units=min_units,
    )


_VERDICTS = {Because.PROVEN_ABOVE: Verdict.CONFIRM, Because.PROVEN_BELOW: Verdict.STOP}


def _because(viewers: int, confirm: float, stop: float, enough_units: bool, rule: DemandRule) -> Because:
    threshold = log(1 / rule.alpha)
    if viewers == 0:
        return Because.NOBODY_JUDGED
    if confirm >= threshold:
        return Because.PROVEN_ABOVE if enough_units else Because.TOO_FEW_UNITS
    if stop >= threshold:
        return Because.PROVEN_BELOW
    return Because.NOT_YET_CLEAR
