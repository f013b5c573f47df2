"""What a factory asks for a spec at each quantity: its registered ladder, or the quote it gave for this very spec."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_matching.complexity import complexity
from models.factory import Capability
from models.garment import GarmentSpec
from models.money import PriceBreak, PriceLadder, round_cent
from models.order import Allocation
from models.quote import Quote


def find_ladder(session: Session, allocation: Allocation, spec: GarmentSpec) -> PriceLadder | None:
    """The ladder behind an allocation, complexity included; None when the factory no longer has one."""
    if quote_id := allocation.reasons.get("quote"):
        return ladder_of_quote(session.get_one(Quote, int(quote_id)))
    return find_asked_ladder(session, allocation.factory_id, spec)


def find_asked_ladder(session: Session, factory_id: int, spec: GarmentSpec) -> PriceLadder | None:
    """A factory's registered ladder for a spec, complexity included; None when it does not make the category."""
    own = Capability.factory_id == factory_id, Capability.category == spec.category
    stored = session.scalar(select(Capability.price_ladder).where(*own))
    return None if stored is None else scaled(PriceLadder.from_json(stored), spec)


def scaled(ladder: PriceLadder, spec: GarmentSpec) -> PriceLadder:
    """A ladder for plain pieces as one for this spec."""
    factor = complexity(spec)
    breaks = tuple(PriceBreak(b.from_quantity, round_cent(b.unit_price * factor)) for b in ladder.breaks)
    return PriceLadder(breaks, ladder.currency)


def ladder_of_quote(quote: Quote) -> PriceLadder:
    """The price ladder of a stored quote, without its dates."""
    steps = ((int(units), round_cent(str(price))) for units, price, _ in quote.steps)
    return PriceLadder(tuple(PriceBreak(units, price) for units, price in steps), quote.currency)
