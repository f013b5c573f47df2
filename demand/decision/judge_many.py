"""Judge every open listing at one moment, from rollups: a hundred thousand in seconds, one decision for each change.

A listing that is found as its last decision left it (same figures, same reason, same rule) gets no new decision: that
one still says what holds. Texts of counts are copied into decisions as they are; only listings that are confirmed are
read in full, since only they are planned.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import log

from sqlalchemy import Row, func, select, update
from sqlalchemy.orm import Session, selectinload

from demand.decision.append_decisions import NewDecision, append_decisions
from demand.decision.catalogue import Catalogue, look_at_catalogue
from demand.decision.decide import METHOD, Judgement, Seen, judge, log_e_confirm, may_be_confirmed
from demand.decision.explain import explain
from demand.decision.judge import schedule_of
from demand.decision.outcome import WORTH_PLANNING, DecisionInputs, DecisionOutcome, conclude
from demand.decision.reach import Commitments
from demand.interest.clean import DEFAULT_RULE
from demand.interest.counts import ListingCounts
from demand.interest.roll_up import count_by_rule
from demand.interest.window import window_at
from demand.learning.beliefs import SHIPPED, Beliefs
from demand.store import find_confirmed_evidence
from models.batch import Batch
from models.decision import DemandDecision
from models.demand_rule import LADDER, DemandRule
from models.design import Design, Mockup
from models.listing import OPEN_STATES, Listing
from models.money import PriceLadder
from models.rollup import InterestRollup

_CHUNK = 1000
_CLEAN = json.dumps(DEFAULT_RULE.to_json())


@dataclass(frozen=True, slots=True)
class _Found:
    """One open listing as its rollup has it; `figures` is what its last decision was judged from."""

    listing_id: int
    opens_at: datetime
    closes_at: datetime
    makers_minimum: int | None
    by_top_rung: tuple[int, ...]
    committed_units: int
    counts: str
    figures: str | None

    def converted(self, rule: DemandRule) -> int:
        """Judged people who reached the rule's rung."""
        return sum(self.by_top_rung[LADDER.index(rule.rung) :])

    def seen(self, rule: DemandRule, looked_at: datetime, is_whole: bool) -> Seen:
        """What the judgement rests on; pre-orders one by one only when asked, since only a proven rate needs them."""
        units = self.committed_units
        commitments = Commitments((units,) if units else ())
        if is_whole:
            commitments = ListingCounts.from_json(json.loads(self.counts)).all_commitments
        return Seen(
            viewers=sum(self.by_top_rung),
            converted=self.converted(rule),
            commitments=commitments,
            makers_minimum=self.makers_minimum,
            window=window_at(rule, self.opens_at, self.closes_at, looked_at),
        )


def judge_open_listings(
    session: Session, looked_at: datetime, skipped: Collection[int] = (), beliefs: Beliefs = SHIPPED
) -> Iterator[Sequence[NewDecision]]:
    """Judge what is open, batch by batch; yields each batch's new decisions once they are written.

    `roll_up` must have been called for the same moment. `skipped` are listings that are settled otherwise.
    """
    being_open = select(Listing.batch_id).where(Listing.state.in_(OPEN_STATES), Listing.opens_at <= looked_at)
    for batch in session.scalars(select(Batch).where(Batch.id.in_(being_open)).order_by(Batch.id)).all():
        found = [one for one in _find_open(session, batch, looked_at) if one.listing_id not in skipped]
        decisions = list(_judge_batch(session, batch, found, looked_at, beliefs))
        append_decisions(session, decisions)
        _remember(session, batch, decisions, looked_at)
        yield decisions


def _find_open(session: Session, batch: Batch, looked_at: datetime) -> Sequence[_Found]:
    """The batch's open listings; those whose rollup is of a later moment are counted as of then."""
    rollup, last = InterestRollup, DemandDecision
    query = (
        select(
            Listing.id,
            Listing.opens_at,
            Listing.closes_at,
            Listing.makers_minimum,
            rollup.judged,
            rollup.committed_units,
            rollup.counts,
            rollup.counted_to,
            last.figures,
        )
        .join(rollup, rollup.listing_id == Listing.id)
        .outerjoin(last, last.id == rollup.decision_id)
        .where(Listing.batch_id == batch.id, Listing.state.in_(OPEN_STATES), Listing.opens_at <= looked_at)
        .order_by(Listing.id)
    )
    rows = session.execute(query).all()
    ahead = [row for row in rows if row.counted_to > looked_at]
    return [_found(row) for row in rows if row.counted_to <= looked_at] + _count_then(session, ahead, looked_at)


def _found(row: "Row[tuple[int, datetime, datetime, int | None, str, int, str, datetime, str | None]]") -> _Found:
    judged = tuple(map(int, row.judged.split(",")))
    return _Found(
        row.id, row.opens_at, row.closes_at, row.makers_minimum, judged, row.committed_units, row.counts, row.figures
    )


def _count_then(
    session: Session,
    rows: "Sequence[Row[tuple[int, datetime, datetime, int | None, str, int, str, datetime, str | None]]]",
    looked_at: datetime,
) -> list[_Found]:
    """Looking back: counted from the ledger, beside the decision that held then."""
    if not rows:
        return []
    ids = [row.id for row in rows]
    turn = func.row_number().over(partition_by=DemandDecision.listing_id, order_by=DemandDecision.looked_at.desc())
    before = select(DemandDecision.listing_id, DemandDecision.figures, turn.label("turn"))
    ranked = before.where(DemandDecision.listing_id.in_(ids), DemandDecision.looked_at <= looked_at).subquery()
    held = select(ranked.c.listing_id, ranked.c.figures).where(ranked.c.turn == 1)
    figures = {row.listing_id: row.figures for row in session.execute(held)}
    counted = count_by_rule(session, ids, looked_at)
    return [
        _Found(
            row.id,
            row.opens_at,
            row.closes_at,
            row.makers_minimum,
            counted[row.id].counted.counts.judged.by_top_rung,
            counted[row.id].counted.counts.committed_units,
            json.dumps(counted[row.id].counted.counts.to_json()),
            figures.get(row.id),
        )
        for row in rows
    ]


def _judge_batch(
    session: Session, batch: Batch, found: Sequence[_Found], looked_at: datetime, beliefs: Beliefs
) -> Iterator[NewDecision]:
    rule = batch.demand_rule
    catalogues = _look_at_batch(session, batch, rule, found, looked_at)
    rule_text = json.dumps(rule.to_json())
    threshold = log(1 / rule.alpha)
    planned: list[tuple[_Found, Seen, str]] = []
    for one in found:
        evidence = log_e_confirm(sum(one.by_top_rung), one.converted(rule), rule.target_rate)
        seen = one.seen(rule, looked_at, is_whole=evidence >= threshold)
        seen = replace(seen, catalogue=catalogues.get(one.listing_id))
        judgement = judge(seen, rule)
        figures = _figures(one, rule, judgement)
        if figures == one.figures:
            continue
        if judgement.because in WORTH_PLANNING:
            planned.append((one, seen, figures))
            continue
        outcome = json.dumps({"judgement": judgement.to_json(), "quantity": None})
        inputs = _inputs_text(one, seen, batch.seed)
        yield NewDecision(one.listing_id, looked_at, judgement.verdict, explain(judgement), METHOD, rule_text,
                          inputs, outcome, figures)  # fmt: skip
    yield from _plan_confirmed(session, batch, rule, planned, looked_at, beliefs)


def _look_at_batch(
    session: Session, batch: Batch, rule: DemandRule, found: Iterable[_Found], looked_at: datetime
) -> dict[int, Catalogue]:
    """The batch's catalogue by listing; empty where the rule does not look across listings."""
    if not rule.fdr:
        return {}
    standing = find_confirmed_evidence(session, batch.id)
    for one in found:
        evidence = may_be_confirmed(one.seen(rule, looked_at, is_whole=False), rule)
        if evidence is not None and one.listing_id not in standing:
            standing[one.listing_id] = evidence
    listings = session.scalar(select(func.count()).where(Listing.batch_id == batch.id)) or 0
    return look_at_catalogue(standing, max(batch.designs_wanted, listings), rule.fdr)


def _plan_confirmed(
    session: Session,
    batch: Batch,
    rule: DemandRule,
    planned: Sequence[tuple[_Found, Seen, str]],
    looked_at: datetime,
    beliefs: Beliefs,
) -> Iterator[NewDecision]:
    """The few that are confirmed: read in full, with a plan of how many to make."""
    rule_text = json.dumps(rule.to_json())
    for start in range(0, len(planned), _CHUNK):
        chunk = planned[start : start + _CHUNK]
        listings, designs = _load(session, [one.listing_id for one, _, _ in chunk])
        for one, seen, figures in chunk:
            listing, design = listings[one.listing_id], designs[one.listing_id]
            inputs = DecisionInputs(
                counts=ListingCounts.from_json(json.loads(one.counts)),
                clean_rule=DEFAULT_RULE,
                variants=[(variant.colour, variant.size) for variant in listing.variants],
                prices=listing.ladder,
                costs=PriceLadder.from_json(design.cost_ladder) if design.cost_ladder else None,
                priors=beliefs.for_category(design.garment.category),
                schedule=schedule_of(listing, looked_at),
                seed=batch.seed,
                makers_minimum=one.makers_minimum,
                window=seen.window,
                catalogue=seen.catalogue,
            )
            outcome: DecisionOutcome = conclude(inputs, rule)
            yield NewDecision(
                one.listing_id, looked_at, outcome.judgement.verdict, explain(outcome.judgement), METHOD, rule_text,
                json.dumps(inputs.to_json()), json.dumps(outcome.to_json()), figures,
            )  # fmt: skip


def _load(session: Session, listing_ids: Sequence[int]) -> tuple[dict[int, Listing], dict[int, Design]]:
    """These listings with variants and prices, and their designs."""
    loaded = selectinload(Listing.variants), selectinload(Listing.price_breaks)
    listings = session.scalars(select(Listing).where(Listing.id.in_(listing_ids)).options(*loaded))
    designs = (
        select(Listing.id, Design)
        .join(Mockup, Mockup.id == Listing.mockup_id)
        .join(Design, Design.id == Mockup.design_id)
        .where(Listing.id.in_(listing_ids))
    )
    return (
        {listing.id: listing for listing in listings},
        dict(session.execute(designs).tuples().all()),
    )


def _figures(one: _Found, rule: DemandRule, judgement: Judgement) -> str:
    """What a decision was judged from and why; the same again is no news."""
    judged = ",".join(map(str, one.by_top_rung))
    among = f"|{judgement.chosen}" if judgement.hypotheses else ""
    return f"{METHOD[-2:]}|{rule.version}|{judged}|{one.committed_units}|{judgement.because}{among}"


def _inputs_text(one: _Found, seen: Seen, seed: int) -> str:
    """`DecisionInputs` of a listing that is not planned, as JSON text around the text of its counts."""
    window = json.dumps(seen.window.to_json() if seen.window else None)
    catalogue = json.dumps(seen.catalogue.to_json() if seen.catalogue else None)
    return (
        f'{{"counts": {one.counts}, "clean_rule": {_CLEAN}, "variants": [], "prices": null, "costs": null, '
        f'"priors": null, "schedule": null, "seed": {seed}, "makers_minimum": {json.dumps(one.makers_minimum)}, '
        f'"window": {window}, "catalogue": {catalogue}}}'
    )


def _remember(session: Session, batch: Batch, decisions: Sequence[NewDecision], looked_at: datetime) -> None:
    """Point the rollups at the decisions just made from them; looking back points nothing."""
    if not decisions:
        return
    rollup, made = InterestRollup, DemandDecision
    of_batch = rollup.listing_id.in_(select(Listing.id).where(Listing.batch_id == batch.id))
    same = made.listing_id == rollup.listing_id, made.looked_at == looked_at
    here = update(rollup).where(of_batch, *same, rollup.counted_to <= looked_at).values(decision_id=made.id)
    session.execute(here, execution_options={"synchronize_session": False})
