"""Confirm, extend or stop a listing: what was seen and the rule in, judgement out. Pure; safe under constant looking.

CONFIRM needs evidence against 'the rate is at most the target', a place among those that the batch's false discovery
rate allows, and enough committed units to make; STOP needs evidence against 'the rate is at least the target', or too
little chance to be confirmed in time, or the end of the window; everything else is EXTEND. Each evidence is an
e-process (demand/decision/evidence.py) that must reach 1/alpha, so that each error has at most probability alpha
however often one looks. Stopping for want of a chance (demand/decision/early_kill.py, demand/decision/reach.py) takes
confirms away and adds none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from math import log
from typing import Any

from demand.decision import evidence
from demand.decision.catalogue import Catalogue
from demand.decision.early_kill import chance_to_confirm
from demand.decision.evidence import confidence_sequence, log_e_stop
from demand.decision.reach import Commitments, units_outlook
from demand.interest.counts import ListingCounts
from demand.interest.window import Window
from models.decision import Verdict
from models.demand_rule import DemandRule, Rung

METHOD = "truncated-beta e-process/2"
INTERVAL_ALPHA = 0.05
# A look at a whole batch asks for the same evidence three times: for the bar, for the judgement, for its chance.
log_e_confirm = lru_cache(maxsize=1 << 17)(evidence.log_e_confirm)


class Because(StrEnum):
    """Why the verdict is what it is; demand/decision/explain.py says it in words."""

    PROVEN_ABOVE = "proven_above"
    TOO_FEW_UNITS = "too_few_units"
    NOT_AMONG_BEST = "not_among_best"
    """Above the target, but the batch's false discovery rate does not let it pass yet."""
    PROVEN_BELOW = "proven_below"
    NO_CHANCE = "no_chance"
    """Too unlikely to be confirmed before it closes."""
    UNITS_OUT_OF_REACH = "units_out_of_reach"
    """Above the target, but too unlikely to collect the least units before it closes."""
    NOT_YET_CLEAR = "not_yet_clear"
    NOBODY_JUDGED = "nobody_judged"
    CLOSED_UNCLEAR = "closed_unclear"
    """The window is over and neither was proven."""
    CLOSED_SHORT = "closed_short"
    """The window is over: above the target, but too few units or not among the best."""


VERDICTS: Mapping[Because, Verdict] = {
    Because.PROVEN_ABOVE: Verdict.CONFIRM,
    Because.TOO_FEW_UNITS: Verdict.EXTEND,
    Because.NOT_AMONG_BEST: Verdict.EXTEND,
    Because.PROVEN_BELOW: Verdict.STOP,
    Because.NO_CHANCE: Verdict.STOP,
    Because.UNITS_OUT_OF_REACH: Verdict.STOP,
    Because.NOT_YET_CLEAR: Verdict.EXTEND,
    Because.NOBODY_JUDGED: Verdict.EXTEND,
    Because.CLOSED_UNCLEAR: Verdict.STOP,
    Because.CLOSED_SHORT: Verdict.STOP,
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict with the evidence for it; `rate` is None before anybody was judged.

    `low` to `high` is a 95% confidence sequence: it holds at this look and every other one at once. What a look did not
    need, or an older method did not know, is None.
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
    chance: float | None = None
    """Chance to be confirmed before it closes, as far as the rate goes."""
    units_chance: float | None = None
    """Chance that the committed units reach the minimum by the closing date."""
    units_at_least: float | None = None
    """A lower bound of it that holds at all looks at once with 95% confidence."""
    early_kill: float = 0.0
    chosen: int | None = None
    """Listings that the false discovery rate allows at this look, of so many ..."""
    hypotheses: int | None = None
    fdr: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; the floats read back to the bit."""
        return {
            **{name: getattr(self, name) for name in self.__dataclass_fields__},
            "verdict": self.verdict.value,
            "because": self.because.value,
            "rung": self.rung.value,
            "interval": f"{1 - INTERVAL_ALPHA:.0%} confidence sequence",
        }

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "Judgement":
        """Read back what `to_json` wrote."""
        values: dict[str, Any] = {name: value for name, value in data.items() if name != "interval"}
        values["verdict"], values["because"] = Verdict(data["verdict"]), Because(data["because"])
        values["rung"] = Rung(data["rung"])
        return Judgement(**values)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a judgement rests on: figures of clean people; `window` and `catalogue` are None where they play no part."""

    viewers: int
    converted: int
    commitments: Commitments
    makers_minimum: int | None = None
    window: Window | None = None
    catalogue: Catalogue | None = None

    def least_units(self, rule: DemandRule) -> int:
        """Units below which nothing is made; ValueError where the rule leaves it to makers that are not known."""
        least = rule.min_units if rule.min_units is not None else self.makers_minimum
        if least is None:
            raise ValueError("the rule leaves the least units to the makers, whose minimum is not known")
        return least


def seen_in(counts: ListingCounts, rule: DemandRule) -> Seen:
    """The figures of these counts; ValueError unless they were made with the rule's burn-in."""
    if counts.judged.burn_in != rule.burn_in_viewers:
        raise ValueError(f"counts skip {counts.judged.burn_in} viewers, the rule skips {rule.burn_in_viewers}")
    return Seen(counts.judged.viewers, counts.judged.converted(rule.rung), counts.all_commitments)


def may_be_confirmed(seen: Seen, rule: DemandRule) -> float | None:
    """The log e-value with which a listing stands for being confirmed; None when it cannot be, whoever else is.

    That is with too few units, and below the rule's own 1/alpha: those that only help others over the bar, and are then
    not confirmed themselves, would raise the share of false ones among the confirmed.
    """
    if seen.commitments.units < seen.least_units(rule):
        return None
    evidence = log_e_confirm(seen.viewers, seen.converted, rule.target_rate)
    return evidence if evidence >= log(1 / rule.alpha) else None


def judge(seen: Seen, rule: DemandRule) -> Judgement:
    """Judge one listing; ValueError when more converted than came or no minimum is known."""
    viewers, converted, units = seen.viewers, seen.converted, seen.commitments.units
    confirm = log_e_confirm(viewers, converted, rule.target_rate)
    stop = log_e_stop(viewers, converted, rule.target_rate)
    low, high = confidence_sequence(viewers, converted, rule.target_rate, INTERVAL_ALPHA)
    chances = _chances(seen, rule, confirm, stop)
    because = _because(seen, rule, confirm, stop, chances)
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
        committed_units=units,
        rung=rule.rung,
        target_rate=rule.target_rate,
        alpha=rule.alpha,
        min_units=seen.least_units(rule),
        chance=chances.rate,
        units_chance=chances.units,
        units_at_least=chances.units_at_least,
        early_kill=rule.early_kill,
        chosen=seen.catalogue.chosen if seen.catalogue else None,
        hypotheses=seen.catalogue.hypotheses if seen.catalogue else None,
        fdr=rule.fdr,
    )


@dataclass(frozen=True, slots=True)
class _Chances:
    """How likely the rate is to be proven, and the units to be collected, before it closes; None: not asked."""

    rate: float | None = None
    units: float | None = None
    units_at_least: float | None = None


def _chances(seen: Seen, rule: DemandRule, confirm: float, stop: float) -> _Chances:
    """The one of the two that may still stop the listing: computing them for every listing would take minutes."""
    threshold = log(1 / rule.alpha)
    if seen.window is None or seen.window.over or stop >= threshold:
        return _Chances()
    if confirm >= threshold:
        if seen.commitments.units >= seen.least_units(rule):
            return _Chances()
        outlook = units_outlook(
            seen.commitments, seen.window.open, seen.window.open_left, seen.least_units(rule), INTERVAL_ALPHA
        )
        return _Chances(units=outlook.chance, units_at_least=outlook.at_least)
    left = seen.window.viewers_left(seen.viewers)
    if not rule.early_kill or left is None or not seen.viewers:
        return _Chances()
    return _Chances(rate=chance_to_confirm(seen.viewers, seen.converted, left, rule.target_rate, rule.alpha))


def _because(seen: Seen, rule: DemandRule, confirm: float, stop: float, chances: _Chances) -> Because:
    threshold = log(1 / rule.alpha)
    over = seen.window is not None and seen.window.over
    if confirm >= threshold:
        if seen.commitments.units < seen.least_units(rule):
            hopeless = chances.units is not None and chances.units < rule.early_kill
            return Because.CLOSED_SHORT if over else Because.UNITS_OUT_OF_REACH if hopeless else Because.TOO_FEW_UNITS
        if seen.catalogue is not None and not seen.catalogue.admits(confirm):
            return Because.CLOSED_SHORT if over else Because.NOT_AMONG_BEST
        return Because.PROVEN_ABOVE
    if stop >= threshold:
        return Because.PROVEN_BELOW
    if over:
        return Because.CLOSED_UNCLEAR
    if seen.viewers == 0:
        return Because.NOBODY_JUDGED
    hopeless = chances.rate is not None and chances.rate < rule.early_kill
    return Because.NO_CHANCE if hopeless else Because.NOT_YET_CLEAR
