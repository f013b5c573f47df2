"""Repeat a decision from what it stored, or ask what another rule would have said."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from demand.decision.decide import METHOD, Because, Judgement, Seen, judge
from demand.decision.outcome import CONCLUDE_BY_METHOD, DecisionInputs, DecisionOutcome
from demand.decision.reach import Commitments
from models.decision import DemandDecision
from models.demand_rule import DemandRule
from models.errors import Conflict, InvalidInput

_MOST_DIGITS = 9
_ENOUGH = Commitments((1,))
_COUNTED_WITH = ("burn_in_viewers", "burn_in_days", "maturity_hours", "segment")


@dataclass(frozen=True, slots=True)
class Replay:
    """The outcome computed anew, and whether it equals the stored one to the bit."""

    outcome: DecisionOutcome
    same: bool


def replay(decision: DemandDecision) -> Replay:
    """Recompute a decision from its stored inputs by its stored rule and method; Conflict for an unknown method."""
    outcome = _conclude(decision, DemandRule.from_json(decision.rule))
    computed, stored = outcome.to_json(), decision.outcome
    # Older judgements have fewer fields; each that they have must be the same.
    known = {name: computed["judgement"].get(name) for name in stored["judgement"]}
    if decision.method != METHOD:  # how quantities were planned then is not kept
        computed["quantity"] = stored["quantity"]
    same = {**computed, "judgement": known} == stored and outcome.judgement.verdict is decision.verdict
    return Replay(outcome, same)


def replay_under(decision: DemandDecision, rule: DemandRule) -> DecisionOutcome:
    """What another rule would have concluded from the same counts and the same bar of the other listings.

    Conflict when it judges other viewers, or would confirm by a bar that the decision did not need and did not keep.
    """
    check_counted_alike(DemandRule.from_json(decision.rule), rule)
    outcome = _conclude(decision, rule)
    if rule.fdr and not decision.inputs.get("catalogue") and outcome.judgement.because is Because.PROVEN_ABOVE:
        raise Conflict(
            f"decision {decision.id} did not look at the rest of its batch; with a false discovery rate of {rule.fdr} "
            "that decides whether the listing is confirmed"
        )
    return outcome


def check_counted_alike(before: DemandRule, rule: DemandRule) -> None:
    """Conflict when a rule judges other viewers than were counted for the one before."""
    for name in _COUNTED_WITH:
        was, asked = getattr(before, name), getattr(rule, name)
        if was != asked:
            raise Conflict(f"the counts skip viewers by {name} {was}; {asked} needs other counts")


def _conclude(decision: DemandDecision, rule: DemandRule) -> DecisionOutcome:
    conclude = CONCLUDE_BY_METHOD.get(decision.method)
    if conclude is None:
        raise Conflict(f"decision {decision.id} was made by {decision.method!r}, which this version does not know")
    return conclude(DecisionInputs.from_json(decision.inputs), rule)


def replay_log(rows: Iterable[Mapping[str, str | None]], p0: float, alpha: float) -> Iterator[tuple[str, Judgement]]:
    """Judge the rows of a log (listing_id, n, converted) against a target rate, row by row; units play no part.

    Each row holds totals: a listing that comes again is looked at again. Other columns are ignored. InvalidInput names
    the row that cannot be read.
    """
    try:
        rule = DemandRule(target_rate=p0, alpha=alpha, burn_in_viewers=0, min_units=1)
    except ValueError as error:
        raise InvalidInput(str(error)) from None
    judged = lru_cache(maxsize=1 << 16)(lambda viewers, converted: judge(Seen(viewers, converted, _ENOUGH), rule))
    for key, viewers, converted in read_log(rows):
        yield key, judged(viewers, converted)


def read_log(rows: Iterable[Mapping[str, str | None]]) -> Iterator[tuple[str, int, int]]:
    """Listing, viewers and converted of each row; InvalidInput names the first one that cannot be."""
    for number, row in enumerate(rows, 1):
        try:
            viewers, converted = _whole(row, "n"), _whole(row, "converted")
        except KeyError as error:
            raise InvalidInput(f"row {number} has no column {error}; needed: listing_id, n, converted") from None
        except ValueError as error:
            raise InvalidInput(f"row {number}: {error}") from None
        if converted > viewers:
            raise InvalidInput(f"row {number}: {converted} of {viewers} viewers converted")
        yield str(row.get("listing_id", number)), viewers, converted


def _whole(row: Mapping[str, str | None], column: str) -> int:
    """A count of people; ValueError for what is none, and for more people than there are."""
    text = (row[column] or "").strip()
    if not text.isdecimal() or len(text) > _MOST_DIGITS:
        raise ValueError(f"{column} {text[:40]!r} is not a whole number of at most {_MOST_DIGITS} digits")
    return int(text)
