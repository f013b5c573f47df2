"""Make an approved mockup a virtual listing that buyers can reserve."""

from collections.abc import Sequence
from datetime import datetime
from itertools import product

from sqlalchemy import select
from sqlalchemy.orm import Session

from listings.price import Pricing, makers_minimum, price_ladder
from listings.title import title
from models.batch import Batch
from models.design import Design, Mockup, MockupState
from models.errors import Conflict, InvalidInput
from models.lexicon import Lexicon
from models.listing import Listing, ListingPriceBreak, ListingState, ListingVariant
from models.money import PriceLadder
from models.state import begin, move


def publish(
    session: Session,
    mockup: Mockup,
    lexicon: Lexicon,
    pricing: Pricing,
    now: datetime,
    who: str,
    more_colours: Sequence[str] = (),
) -> Listing:
    """The mockup's listing, RESERVABLE in its batch's window; the same row when it is published already.

    Variants are the spec's colour (and `more_colours`, lexicon keys) by the category's sizes. Conflict when the mockup
    is not approved, nobody can make the design, no quantity earns anything where makers set the minimum, or the window
    is over; NotFound for an unknown colour.
    """
    published = session.scalar(select(Listing).where(Listing.mockup_id == mockup.id))
    if published is not None:
        return published
    design = session.get_one(Design, mockup.design_id)
    batch = session.get_one(Batch, design.batch_id)
    cost = _cost(mockup, design, batch, now)
    ladder = price_ladder(cost, pricing, batch.price_low, batch.price_high)
    least = makers_minimum(cost, ladder)
    if batch.demand_rule.min_units is None and least is None:
        raise Conflict(f"design {design.id} earns nothing at any quantity: state the rule's min_units or a higher band")
    spec = design.garment
    name = title(spec, lexicon)
    colours = dict.fromkeys((spec.colour.name, *(lexicon.colour(key).name for key in more_colours)))
    listing = Listing(
        batch_id=batch.id,
        mockup_id=mockup.id,
        slug=f"{name.slug}-{mockup.id}",
        title_zh=name.zh,
        title_en=name.en,
        currency=batch.currency,
        opens_at=batch.opens_at,
        closes_at=batch.closes_at,
        lead_days=design.lead_days,
        makers_minimum=least,
        state=ListingState.DRAFT,
        price_breaks=[ListingPriceBreak(from_quantity=b.from_quantity, unit_price=b.unit_price) for b in ladder.breaks],
        variants=[
            ListingVariant(position=position, colour=colour, size=size)
            for position, (colour, size) in enumerate(product(colours, spec.rule.sizes))
        ],
    )
    session.add(listing)
    begin(session, listing, now, who, f"from mockup {mockup.id}")
    move(session, listing, ListingState.APPROVED, now, who, "its mockup is approved and the design can be made")
    move(session, listing, ListingState.RESERVABLE, now, who, f"published in batch {batch.slug}")
    return listing


def _cost(mockup: Mockup, design: Design, batch: Batch, now: datetime) -> PriceLadder:
    """The design's cost ladder; Conflict names what stands in the way of publishing."""
    if mockup.state is not MockupState.APPROVED:
        raise Conflict(f"mockup {mockup.id} is {mockup.state}, only approved ones are published")
    if not design.cost_ladder or design.lead_days is None:
        raise Conflict(f"design {design.id} cannot be listed: no factory can make it")
    if batch.closes_at <= now:
        raise Conflict(f"batch {batch.slug} closed on {batch.closes_at:%Y-%m-%d}")
    cost = PriceLadder.from_json(design.cost_ladder)
    if cost.currency != batch.currency:
        raise InvalidInput(
            f"design {design.id} is costed in {cost.currency}, batch {batch.slug} sells in {batch.currency}"
        )
    return cost
