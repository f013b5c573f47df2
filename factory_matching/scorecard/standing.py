"""Whether a factory is active, warned or suspended: the rule with its gates. Pure.

Nothing moves while an appeal is pending, except that a confirmed finding suspends at once. Nobody is suspended without
a warning before, except for a confirmed finding. Between the two gates nothing moves, and each move lasts some days, so
that standings do not flap. The rule lifts only what the rule has put on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from factory_matching.scorecard.rule import numbers
from models.errors import InvalidInput
from models.factory import FactoryStanding


@dataclass(frozen=True, slots=True)
class GateRule:
    """Where scores lead to moves, and how long moves last."""

    warn_below: float = 0.80
    clear_above: float = 0.84
    least_orders: int = 5
    period_days: int = 30
    fresh_orders: int = 2
    warned_days: int = 14
    suspended_days: int = 90

    def __post_init__(self) -> None:
        if not 0 < self.warn_below < self.clear_above < 1:
            raise InvalidInput("gates: 0 < warn_below < clear_above < 1")
        days = self.period_days, self.warned_days, self.suspended_days, self.least_orders, self.fresh_orders
        if min(days) < 1:
            raise InvalidInput("gates: days and orders are at least 1")

    @staticmethod
    def from_table(table: Mapping[str, Any]) -> "GateRule":
        """From [gates] of configs/scorecard.toml; InvalidInput on unknown keys or values that are no numbers."""
        return GateRule(**numbers(GateRule, table, "gates"))


class Cause(StrEnum):
    """Why a standing moves or is held."""

    CONFIRMED_FINDING = "confirmed_finding"
    REPORTED_FINDING = "reported_finding"
    LOW_SCORE = "low_score"
    STILL_LOW = "still_low"
    SCORE_CLEAR = "score_clear"
    PROBATION = "probation"


@dataclass(frozen=True, slots=True)
class Case:
    """What the rule knows of one factory."""

    standing: FactoryStanding
    days: int
    """Since its standing last moved, 0 on the same day."""
    by_rule: bool
    """Whether the rule moved it there."""
    score: float | None = None
    low: float = 0.0
    high: float = 1.0
    orders: int = 0
    fresh: int = 0
    """Orders with an outcome since its standing last moved; all of them where it never did."""
    confirmed: tuple[str, ...] = ()
    """Kinds of confirmed findings that are in force."""
    acted_on: bool = False
    """Whether its standing has moved since the last of them was confirmed: somebody knew and decided."""
    reported: tuple[str, ...] = ()
    """Kinds of findings reported since its standing last moved and not judged yet."""
    undecided: bool = False
    """Whether any reported finding, old or new, waits to be judged."""
    appealing: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """A move, or one that a pending appeal holds (`to` is where it would go), with its figures."""

    to: FactoryStanding
    cause: Cause
    held: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {"to": self.to.value, "cause": self.cause.value, "held": self.held, "facts": dict(self.facts)}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "Verdict":
        """Read back what `to_json` wrote."""
        return Verdict(FactoryStanding(data["to"]), Cause(data["cause"]), data["held"], data["facts"])


def judge_standing(case: Case, rule: GateRule) -> Verdict | None:
    """What becomes of a factory's standing; None where it stays and nothing is held."""
    if case.confirmed and not case.acted_on and case.standing is not FactoryStanding.SUSPENDED:
        return Verdict(FactoryStanding.SUSPENDED, Cause.CONFIRMED_FINDING, facts={"kinds": list(case.confirmed)})
    verdict = _wanted(case, rule)
    if verdict is None or not case.appealing:
        return verdict
    return Verdict(verdict.to, verdict.cause, True, verdict.facts)


def _wanted(case: Case, rule: GateRule) -> Verdict | None:
    match case.standing:
        case FactoryStanding.ACTIVE:
            return _of_active(case, rule)
        case FactoryStanding.WARNED:
            return _of_warned(case, rule)
        case FactoryStanding.SUSPENDED:
            return _of_suspended(case, rule)


def _of_active(case: Case, rule: GateRule) -> Verdict | None:
    if case.reported:
        return Verdict(FactoryStanding.WARNED, Cause.REPORTED_FINDING, facts={"kinds": list(case.reported)})
    # After a person has lifted a warning only what came since may warn again.
    if _below(case, rule) and case.orders >= rule.least_orders and case.fresh >= rule.fresh_orders:
        return Verdict(FactoryStanding.WARNED, Cause.LOW_SCORE, facts=_facts(case, rule))
    return None


def _of_warned(case: Case, rule: GateRule) -> Verdict | None:
    if case.reported:
        return Verdict(FactoryStanding.SUSPENDED, Cause.REPORTED_FINDING, facts={"kinds": list(case.reported)})
    if _below(case, rule) and case.days >= rule.period_days and case.fresh >= rule.fresh_orders:
        return Verdict(FactoryStanding.SUSPENDED, Cause.STILL_LOW, facts=_facts(case, rule))
    lifted = case.by_rule and not case.undecided and not case.confirmed and case.days >= rule.warned_days
    if lifted and (case.score is None or case.score >= rule.clear_above):
        return Verdict(FactoryStanding.ACTIVE, Cause.SCORE_CLEAR, facts=_facts(case, rule))
    return None


def _of_suspended(case: Case, rule: GateRule) -> Verdict | None:
    """On probation: warned, not active, and without new orders not suspended again."""
    if not case.by_rule or case.confirmed or case.undecided or case.days < rule.suspended_days:
        return None
    return Verdict(FactoryStanding.WARNED, Cause.PROBATION, facts={**_facts(case, rule), "days": case.days})


def _below(case: Case, rule: GateRule) -> bool:
    return case.score is not None and case.high < rule.warn_below


def _facts(case: Case, rule: GateRule) -> dict[str, Any]:
    score = None if case.score is None else round(case.score, 4)
    return {
        "score": score,
        "low": round(case.low, 4),
        "high": round(case.high, 4),
        "orders": case.orders,
        "fresh": case.fresh,
        "warn_below": rule.warn_below,
        "clear_above": rule.clear_above,
    }
