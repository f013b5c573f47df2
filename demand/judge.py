"""Judge one listing at one moment and keep the judgement with everything needed to repeat it."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from demand.clean import DEFAULT_RULE, CleanRule
from demand.count import count_interest
from demand.decide import METHOD
from demand.explain import explain
from demand.outcome import DecisionInputs, conclude
from demand.quantity_priors import QuantityPriors
from demand.wishes import Schedule
from models.batch import Batch, DemandRule
from models.decision import DemandDecision
from models.design import Design, Mockup
from models.errors import Conflict, NotFound
from models.listing import OPEN_STATES, Listing
from models.money import PriceLadder

DEFAULT_PRIORS = QuantityPriors()


def judge_listing(
    session: Session,
    listing_id: int,
    looked_at: datetime,
    rule: DemandRule | None = None,
    seed: int | None = None,
    clean_rule: CleanRule = DEFAULT_RULE,
    priors: QuantityPriors = DEFAULT_PRIORS,
    suppliers: Collection[str] = (),
) -> DemandDecision:
    """Count the acts received up to `looked_at`, decide, plan, store; a second call returns the stored decision.

    The rule and seed are those fixed when the batch was launched, unless given. NotFound without such a listing,
    Conflict when it takes no acts any more and was not judged at that moment.
    """
    stored = _find_decision(session, listing_id, looked_at)
    if stored is not None:
        return stored
    listing = _get_open(session, listing_id)
    batch = session.get_one(Batch, listing.batch_id)
    rule = rule or batch.demand_rule
    inputs = DecisionInputs(
        counts=count_interest(session, listing_id, looked_at, rule.burn_in_viewers, clean_rule, suppliers),
        clean_rule=clean_rule,
        variants=[(variant.colour, variant.size) for variant in listing.variants],
        prices=listing.ladder,
        costs=_find_costs(session, listing),
        priors=priors,
        schedule=_schedule(listing, looked_at),
        seed=batch.seed if seed is None else seed,
        makers_minimum=listing.makers_minimum,
    )
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


def _schedule(listing: Listing, looked_at: datetime) -> Schedule:
    day = timedelta(days=1)
    remaining = max((listing.closes_at - looked_at) / day, 0.0)
    return Schedule(max((looked_at - listing.opens_at) / day, 0.0), remaining + listing.lead_days, listing.lead_days)


def _find_costs(session: Session, listing: Listing) -> PriceLadder | None:
    query = select(Design.cost_ladder).join(Mockup, Mockup.design_id == Design.id).where(Mockup.id == listing.mockup_id)
    ladder = session.scalars(query).one()
    return PriceLadder.from_json(ladder) if ladder else None
