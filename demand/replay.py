"""Repeat a decision from what it stored, or ask what another rule would have said."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from demand.decide import Judgement, judge_rate
from demand.outcome import CONCLUDE_BY_METHOD, DecisionInputs, DecisionOutcome
from models.batch import DemandRule
from models.decision import DemandDecision
from models.errors import Conflict, InvalidInput

_MOST_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Replay:
    """The outcome computed anew, and whether it equals the stored one to the bit."""

    outcome: DecisionOutcome
    same: bool


def replay(decision: DemandDecision) -> Replay:
    """Recompute a decision from its stored inputs by its stored rule and method; Conflict for an unknown method."""
    outcome = _conclude(decision, DemandRule.from_json(decision.rule))
    same = outcome.to_json() == decision.outcome and outcome.judgement.verdict is decision.verdict
    return Replay(outcome, same)


def replay_under(decision: DemandDecision, rule: DemandRule) -> DecisionOutcome:
    """What another rule would have concluded from the same counts; Conflict when it skips other viewers."""
    counted_with = DemandRule.from_json(decision.rule).burn_in_viewers
    if rule.burn_in_viewers != counted_with:
        raise Conflict(f"the counts skip {counted_with} viewers; a rule that skips {rule.burn_in_viewers} needs others")
    return _conclude(decision, rule)


def _conclude(decision: DemandDecision, rule: DemandRule) -> DecisionOutcome:
    conclude = CONCLUDE_BY_METHOD.get(decision.method)
    if conclude is None:
        raise Conflict(f"decision {decision.id} was made by {decision.method!r}, which this version does not know")
    return conclude(DecisionInputs.from_json(decision.inputs), rule)


def replay_log(rows: Iterable[Mapping[str, str | None]], p0: float, alpha: float) -> Iterator[tuple[str, Judgement]]:
    """Judge the rows of a log (listing_id, n, converted) against a target rate; units are not looked at.

    InvalidInput names the row that cannot be read.
    """
    try:
        rule = DemandRule(target_rate=p0, alpha=alpha, burn_in_viewers=0, min_units=1)
    except ValueError as error:
        raise InvalidInput(str(error)) from None
    for number, row in enumerate(rows, 1):
        try:
            judgement = judge_rate(_whole(row, "n"), _whole(row, "converted"), 1, rule)
        except KeyError as error:
            raise InvalidInput(f"row {number} has no column {error}") from None
        except ValueError as error:
            raise InvalidInput(f"row {number}: {error}") from None
        yield str(row.get("listing_id", number)), judgement


def _whole(row: Mapping[str, str | None], column: str) -> int:
    """A count of people; ValueError for what is none, and for more people than there are."""
    text = (row[column] or "").strip()
    if not text.isdecimal() or len(text) > _MOST_DIGITS:
        raise ValueError(f"{column} {text[:40]!r} is not a whole number of at most {_MOST_DIGITS} digits")
    return int(text)
