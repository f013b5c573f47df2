"""A whole batch under another rule: verdict by verdict, and what that would have cost or earned. Pure.

Each listing is taken through the looks that were stored, until the other rule would have decided it. What buyers did
after a listing was stopped or confirmed is not known: a rule that would have waited longer ends at EXTEND there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby

from demand.decision.catalogue import look_at_catalogue
from demand.decision.decide import Judgement, judge, may_be_confirmed
from demand.decision.early_kill import prior_of
from demand.decision.margin import MarginOutlook, expected_margin
from demand.decision.outcome import DecisionInputs
from demand.decision.replay import check_counted_alike
from models.decision import DemandDecision, Verdict
from models.demand_rule import DemandRule


@dataclass(frozen=True, slots=True)
class Compared:
    """One listing: what was decided last, what the other rule would have said, and the margin of going on with it."""

    listing_id: int
    stored: Verdict
    other: Judgement
    decision_id: int
    """The look at which the other rule would have decided, or the last one."""
    margin: MarginOutlook
    """Of the next thousand viewers, by the figures of the stored rule's break-even."""

    @property
    def difference(self) -> float:
        """Expected margin that the other rule wins (or loses, below 0) on the next thousand viewers."""
        confirmed = self.other.verdict is Verdict.CONFIRM, self.stored is Verdict.CONFIRM
        return self.margin.mean * (confirmed[0] - confirmed[1])


def compare_batch(decisions: Sequence[DemandDecision], rule: DemandRule, hypotheses: int) -> list[Compared]:
    """Every judged listing of a batch under another rule, by listing; the decisions are all that the batch has.

    Conflict when the rule judges other viewers than the stored ones did.
    """
    ended: dict[int, tuple[DemandDecision, Judgement]] = {}
    evidence: dict[int, float] = {}
    in_order = sorted(decisions, key=lambda one: (one.looked_at, one.listing_id))
    last = {one.listing_id: one for one in in_order}
    for _, together in groupby(in_order, key=lambda one: one.looked_at):
        looked = [one for one in together if not _is_decided(ended.get(one.listing_id))]
        inputs = {one.id: DecisionInputs.from_json(one.inputs) for one in looked}
        for one in looked:
            check_counted_alike(DemandRule.from_json(one.rule), rule)
            standing = may_be_confirmed(inputs[one.id].seen(rule), rule)
            evidence.pop(one.listing_id, None)
            if standing is not None:
                evidence[one.listing_id] = standing
        catalogues = look_at_catalogue(evidence, max(hypotheses, len(last)), rule.fdr) if rule.fdr else {}
        for one in looked:
            seen = replace(inputs[one.id].seen(rule), catalogue=catalogues.get(one.listing_id))
            ended[one.listing_id] = one, judge(seen, rule)
            if ended[one.listing_id][1].verdict is Verdict.STOP:
                evidence.pop(one.listing_id, None)
    return [_compared(last[key], *ended[key]) for key in sorted(ended)]


def _is_decided(end: tuple[DemandDecision, Judgement] | None) -> bool:
    return end is not None and end[1].verdict is not Verdict.EXTEND


def _compared(last: DemandDecision, at: DemandDecision, other: Judgement) -> Compared:
    rule = DemandRule.from_json(last.rule)
    earned, spent = money_of(rule)
    newest = DecisionInputs.from_json(last.inputs).seen(rule)
    prior = prior_of(rule.target_rate)
    margin = expected_margin(newest.viewers, newest.converted, prior, float(earned), float(spent))
    return Compared(last.listing_id, last.verdict, other, at.id, margin)


def margin_of(judged: Judgement, rule: DemandRule) -> MarginOutlook:
    """The margin of a listing's next thousand viewers: shown, never the gate."""
    earned, spent = money_of(rule)
    return expected_margin(judged.viewers, judged.converted, prior_of(rule.target_rate), float(earned), float(spent))


def money_of(rule: DemandRule) -> tuple[Decimal, Decimal]:
    """What a conversion earns and a viewer costs; without figures of money, in costs of one viewer."""
    if rule.break_even is not None:
        return rule.break_even.margin_per_conversion, rule.break_even.exposure_cost
    return Decimal(1 / rule.target_rate), Decimal(1)
