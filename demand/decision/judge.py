"""Judge one listing at one moment and keep the judgement with everything needed to repeat it."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from math import inf

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from demand.decision.catalogue import Catalogue, look_at_catalogue
from demand.decision.decide import METHOD, may_be_confirmed, seen_in
from demand.decision.explain import explain
from demand.decision.outcome import DecisionInputs, conclude
from demand.interest.clean import DEFAULT_RULE, CleanRule
from demand.interest.count import count_interest, count_listings
from demand.interest.roll_up import judging_at
from demand.interest.window import window_at
from demand.learning.beliefs import SHIPPED, Beliefs
from demand.quantity.wishes import Schedule
from demand.store import find_confirmed_evidence, find_of_batch
from models.batch import Batch
from models.decision import DemandDecision
from models.demand_rule import DemandRule
from models.design import Design, Mockup
from models.errors import Conflict, NotFound
from models.listing import OPEN_STATES, Listing
from models.money import PriceLadder


def judge_listing(
    session: Session,
    listing_id: int,
    looked_at: datetime,
    rule: DemandRule | None = None,
    seed: int | None = None,
    clean_rule: CleanRule = DEFAULT_RULE,
    beliefs: Beliefs = SHIPPED,
    suppliers: Collection[str] = (),
) -> DemandDecision:
    """Count the acts received up to `looked_at`, decide, plan, store; a second call returns the stored decision.

    The rule is the one in force, the seed the batch's, unless given; with a false discovery rate the whole batch is
    looked at. NotFound without such a listing, Conflict when it takes no acts any more and was not judged then.
    """
    stored = _find_decision(session, listing_id, looked_at)
    if stored is not None:
        return stored
    listing = _get_open(session, listing_id)
    batch = session.get_one(Batch, listing.batch_id)
    rule = rule or batch.demand_rule
    inputs = see_listing(session, listing, batch, rule, looked_at, clean_rule, suppliers, beliefs, seed)
    outcome = conclude(inputs, rule)
    decision = DemandDecision(
        listing_id=listing_id,
        looked_at=looked_at,
        verdict=outcome.judgement.verdict,
        reason=explain(outcome.judgement)[:500],
        method=METHOD,
        rule=rule.to_json(),
        inputs=inputs.to_json(),
        outcome=outcome.to_json(),
    )
    session.add(decision)
    session.flush()
    return decision


def see_listing(
    session: Session,
    listing: Listing,
    batch: Batch,
    rule: DemandRule,
    looked_at: datetime,
    clean_rule: CleanRule = DEFAULT_RULE,
    suppliers: Collection[str] = (),
    beliefs: Beliefs = SHIPPED,
    seed: int | None = None,
) -> DecisionInputs:
    """Everything that a decision on a listing in any state would rest on, from the acts received up to `looked_at`.

    The listing comes with its variants and price breaks.
    """
    judging = judging_at(rule, listing.opens_at, looked_at)
    design = _get_design(session, listing)
    return DecisionInputs(
        counts=count_interest(session, listing.id, looked_at, 0, clean_rule, suppliers, judging),
        clean_rule=clean_rule,
        variants=[(variant.colour, variant.size) for variant in listing.variants],
        prices=listing.ladder,
        costs=PriceLadder.from_json(design.cost_ladder) if design.cost_ladder else None,
        priors=beliefs.for_category(design.garment.category),
        schedule=schedule_of(listing, looked_at),
        seed=batch.seed if seed is None else seed,
        makers_minimum=listing.makers_minimum,
        window=window_at(rule, listing.opens_at, listing.closes_at, looked_at),
        catalogue=_look_at_batch(session, batch, rule, looked_at, clean_rule, suppliers).get(listing.id),
    )


def _look_at_batch(
    session: Session,
    batch: Batch,
    rule: DemandRule,
    looked_at: datetime,
    clean_rule: CleanRule,
    suppliers: Collection[str],
) -> dict[int, Catalogue]:
    """The batch's catalogue by listing; empty where the rule does not look across listings."""
    if not rule.fdr:
        return {}
    listings = find_of_batch(session, batch.id)
    standing = find_confirmed_evidence(session, batch.id)
    for opens_at in {listing.opens_at for listing in listings}:
        together = {one.id: one for one in listings if one.opens_at == opens_at and one.state in OPEN_STATES}
        judging = judging_at(rule, opens_at, looked_at)
        counted = count_listings(session, list(together), looked_at, judging, clean_rule, suppliers)
        for listing_id, one in counted.items():
            if listing_id in standing:  # confirmed, and settling: it keeps the evidence it was confirmed with
                continue
            seen = replace(seen_in(one.counts, rule), makers_minimum=together[listing_id].makers_minimum)
            evidence = may_be_confirmed(seen, rule)
            standing[listing_id] = -inf if evidence is None else evidence
    return look_at_catalogue(standing, max(batch.designs_wanted, len(listings)), rule.fdr)


def _find_decision(session: Session, listing_id: int, looked_at: datetime) -> DemandDecision | None:
    same = DemandDecision.listing_id == listing_id, DemandDecision.looked_at == looked_at
    return session.scalars(select(DemandDecision).where(*same)).one_or_none()


def _get_open(session: Session, listing_id: int) -> Listing:
    loaded = selectinload(Listing.variants), selectinload(Listing.price_breaks)
    listing = session.scalars(select(Listing).where(Listing.id == listing_id).options(*loaded)).one_or_none()
    if listing is None:
        raise NotFound("listing", listing_id)
    if listing.state not in OPEN_STATES:
        raise Conflict(f"listing {listing_id} is {listing.state} and is not judged any more")
    return listing


def schedule_of(listing: Listing, looked_at: datetime) -> Schedule:
    """How long a listing has been open and how long until its goods arrive."""
    day = timedelta(days=1)
    remaining = max((listing.closes_at - looked_at) / day, 0.0)
    return Schedule(
        open_days=max((looked_at - listing.opens_at) / day, 0.0),
        delivery_days=remaining + listing.lead_days,
        lead_days=listing.lead_days,
        hour=int(looked_at.timestamp()) // 3600,
    )


def _get_design(session: Session, listing: Listing) -> Design:
    question = select(Design).join(Mockup, Mockup.design_id == Design.id).where(Mockup.id == listing.mockup_id)
    return session.scalars(question).one()
