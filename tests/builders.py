"""Rows for tests: each builder writes one valid row, and its parents unless they are given; any column can be set.

listing = make_listing(session)
make_pre_order(session, listing, quantity=12)
"""

import hashlib
import itertools
import struct
import zlib
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from demand.decision.decide import METHOD
from demand.decision.explain import explain
from demand.decision.outcome import DecisionInputs, conclude
from demand.interest.clean import CleanRule, Flag
from demand.interest.counts import Judged, ListingCounts, RungCount, Units
from demand.quantity.priors import QuantityPriors
from demand.quantity.wishes import Schedule
from models.attributes import Category, Closure, Collar, Length, Material, Pockets, Sleeve, Trim
from models.base import Base
from models.batch import Batch, BatchState, BatchTrend, DemandRule, Rung
from models.blobs import BlobStore
from models.decision import ConfirmedDemand, ConfirmedDemandLine, DemandDecision
from models.design import Design, Mockup, MockupState
from models.factory import Capability, Factory
from models.garment import Colour, GarmentSpec
from models.interest import AgentKind, InterestEvent, PreOrder, Segment
from models.listing import Listing, ListingPriceBreak, ListingState, ListingVariant
from models.money import PriceBreak, PriceLadder
from models.order import Allocation, Offer, OfferState, ProductionBrief, ProductionOrder
from models.outbox import Channel, OutboxMessage
from models.signal import TrendSignal
from models.state import begin
from models.trend import Trend, TrendStage

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
"""The moment at which builders let everything happen."""

TOKEN = "portal-token-of-the-tests"
"""The portal token whose hash `make_offer` stores by default."""

FLAT_SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 60">'
    b'<path d="M8 4h24v52H8z" fill="none" stroke="#222"/></svg>'
)
PDF = b"%PDF-1.4\n% written by a test\n%%EOF\n"

Row = TypeVar("Row", bound=Base)
_numbers = itertools.count(1)


def tiny_png(rgb: tuple[int, int, int] = (91, 97, 58), size: int = 8) -> bytes:
    """A valid square PNG of one colour."""
    rows = (b"\x00" + bytes(rgb) * size) * size
    header = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def token_hash(token: str) -> str:
    """What an offer stores of its portal token."""
    return hashlib.sha256(token.encode()).hexdigest()


def greatcoat(**changes: Any) -> GarmentSpec:
    """The coat it began with: olive, double-breasted, wool."""
    values: dict[str, Any] = {
        "category": Category.GREATCOAT,
        "colour": Colour("olive", "#5b613a"),
        "material": Material.WOOL,
        "length": Length.KNEE,
        "sleeve": Sleeve.LONG,
        "collar": Collar.LAPEL,
        "closure": Closure.DOUBLE_BREASTED,
        "pockets": Pockets.FLAP,
        "trim": Trim.BRASS,
    }
    return GarmentSpec(**{**values, **changes})


def cost_ladder(first: str = "88.00", currency: str = "CNY") -> PriceLadder:
    """Costs from 30, 100 and 300 units, 8% and 15% below the first."""
    price = Decimal(first)
    steps = ((30, price), (100, price * Decimal("0.92")), (300, price * Decimal("0.85")))
    return PriceLadder(tuple(PriceBreak(q, p.quantize(Decimal("0.01"))) for q, p in steps), currency)


def _save(session: Session, kind: type[Row], defaults: dict[str, Any], changes: dict[str, Any]) -> Row:
    row = kind(**{**defaults, **changes})
    session.add(row)
    session.flush()
    return row


def make_signal(session: Session, **changes: Any) -> TrendSignal:
    number = next(_numbers)
    defaults = {
        "source": "sample",
        "external_id": str(number),
        "observed_on": NOW.date(),
        "language": "zh",
        "title": "今年冬天军大衣又火了",
        "weight": 1.0,
    }
    return _save(session, TrendSignal, defaults, changes)


def make_trend(session: Session, **changes: Any) -> Trend:
    number = next(_numbers)
    monday = date(2026, 8, 3)
    defaults = {
        "as_of": date(2026, 10, 31),
        "phrase": f"军大衣{number}",
        "language": "zh",
        "score": 6.2,
        "momentum": 3.4,
        "stage": TrendStage.RISING,
        "rule": "category word",
        "meaning": {"category": ["greatcoat"], "colour": ["olive"], "material": ["wool"]},
        "evidence": [{"date": "2026-10-30", "title": "大学生为什么爱穿军大衣", "source": "sample"}],
        "series": [[(monday + timedelta(weeks=week)).isoformat(), 2.0 + week**2 / 3] for week in range(13)],
        "reason": "3.4 times the level expected from the last 26 weeks, in 5 of the last 6 weeks",
    }
    return _save(session, Trend, defaults, changes)


def make_batch(session: Session, trend: Trend | None = None, **changes: Any) -> Batch:
    number = next(_numbers)
    defaults = {
        "slug": f"winter-coats-{number}",
        "trends_as_of": date(2026, 10, 31),
        "designs_wanted": 20,
        "seed": 7,
        "price_low": Decimal("99"),
        "price_high": Decimal("199"),
        "currency": "CNY",
        "opens_at": NOW - timedelta(days=2),
        "closes_at": NOW + timedelta(days=5),
        "rule": DemandRule().to_json(),
        "simulated": True,
        "state": BatchState.LAUNCHED,
    }
    batch = _save(session, Batch, defaults, changes)
    _save(session, BatchTrend, {"batch_id": batch.id, "trend_id": (trend or make_trend(session)).id, "position": 0}, {})
    begin(session, batch, NOW, "tests", "built")
    return batch


def make_design(
    session: Session,
    batch: Batch | None = None,
    trend: Trend | None = None,
    spec: GarmentSpec | None = None,
    blobs: BlobStore | None = None,
    **changes: Any,
) -> Design:
    """Its fingerprint is unique unless the spec is given; its flat is stored when `blobs` is given."""
    trend = trend or make_trend(session)
    batch = batch or make_batch(session, trend)
    garment = spec or greatcoat()
    flat = blobs.put(FLAT_SVG) if blobs else hashlib.sha256(FLAT_SVG).hexdigest()
    unique = hashlib.sha256(str(next(_numbers)).encode()).hexdigest()
    defaults = {
        "batch_id": batch.id,
        "trend_id": trend.id,
        "fingerprint": garment.fingerprint if spec else unique,
        "spec": garment.to_json(),
        "tech_pack": {},
        "flat_front": flat,
        "flat_back": flat,
        "makeable_by": 41,
        "cost_ladder": cost_ladder().to_json(),
        "lead_days": 9,
        "exclusions": {"category": 2200, "moq": 12},
    }
    return _save(session, Design, defaults, changes)


def make_mockup(
    session: Session, design: Design | None = None, blobs: BlobStore | None = None, **changes: Any
) -> Mockup:
    """Its picture is stored when `blobs` is given."""
    number = next(_numbers)
    design = design or make_design(session, blobs=blobs)
    picture = tiny_png()
    defaults = {
        "design_id": design.id,
        "seed": number,
        "weights_hash": "0" * 64,
        "picture": blobs.put(picture) if blobs else hashlib.sha256(picture).hexdigest(),
        "recipe": {"prompt": "olive double-breasted wool greatcoat", "steps": 4, "seed": number},
        "findings": [{"name": "colour", "value": 4.1, "limit": 10.0, "passed": True}],
        "drawn_at": NOW - timedelta(days=3),
        "state": MockupState.APPROVED,
    }
    mockup = _save(session, Mockup, defaults, changes)
    begin(session, mockup, mockup.drawn_at, "tests", "built")
    return mockup


def make_listing(
    session: Session,
    mockup: Mockup | None = None,
    *,
    batch: Batch | None = None,
    blobs: BlobStore | None = None,
    prices: tuple[tuple[int, str], ...] = ((1, "159.00"), (100, "149.00"), (300, "139.00")),
    colours: tuple[str, ...] = ("olive",),
    sizes: tuple[str, ...] = ("S", "M", "L", "XL"),
    **changes: Any,
) -> Listing:
    """Reservable and open at NOW, with price breaks and variants loaded."""
    number = next(_numbers)
    batch = batch or make_batch(session)
    mockup = mockup or make_mockup(session, make_design(session, batch, blobs=blobs), blobs)
    defaults = {
        "batch_id": batch.id,
        "mockup_id": mockup.id,
        "slug": f"olive-wool-greatcoat-{number}",
        "title_zh": "橄榄绿双排扣羊毛军大衣",
        "title_en": "Olive double-breasted wool greatcoat",
        "currency": batch.currency,
        "opens_at": batch.opens_at,
        "closes_at": batch.closes_at,
        "lead_days": 12,
        "state": ListingState.RESERVABLE,
        "price_breaks": [ListingPriceBreak(from_quantity=q, unit_price=Decimal(p)) for q, p in prices],
        "variants": [
            ListingVariant(position=position, colour=colour, size=size)
            for position, (colour, size) in enumerate(itertools.product(colours, sizes))
        ],
    }
    listing = _save(session, Listing, defaults, changes)
    begin(session, listing, listing.opens_at, "tests", "built")
    return listing


def make_event(session: Session, listing: Listing, visitor: str | None = None, **changes: Any) -> InterestEvent:
    """A view by a new visitor, unless said otherwise."""
    number = next(_numbers)
    defaults = {
        "event_id": f"00000000-0000-4000-8000-{number:012d}",
        "listing_id": listing.id,
        "visitor": visitor or hashlib.sha256(f"visitor {number}".encode()).hexdigest(),
        "segment": Segment.DOMESTIC_BUSINESS,
        "rung": Rung.VIEW,
        "agent": AgentKind.BROWSER,
        "occurred_at": NOW,
        "received_at": NOW,
    }
    return _save(session, InterestEvent, defaults, changes)


def make_pre_order(session: Session, listing: Listing, visitor: str | None = None, **changes: Any) -> PreOrder:
    """Six of size M with the act that made it, at 159.00 each."""
    act = {
        "colour": changes.get("colour", "olive"),
        "size": changes.get("size", "M"),
        "quantity": changes.get("quantity", 6),
    }
    event = make_event(
        session, listing, visitor, rung=Rung.PRE_ORDER, **act, segment=changes.get("segment", Segment.DOMESTIC_BUSINESS)
    )
    defaults = {
        **act,
        "event_id": event.event_id,
        "listing_id": listing.id,
        "visitor": event.visitor,
        "segment": event.segment,
        "unit_price": Decimal("159.00"),
        "deposit": Decimal("95.40"),
        "currency": listing.currency,
        "placed_at": event.received_at,
    }
    order = _save(session, PreOrder, defaults, changes)
    begin(session, order, order.placed_at, "buyer", "pre-ordered")
    return order


def decision_inputs(viewers: int = 962, buyers: int = 38) -> DecisionInputs:
    """Clean viewers of one segment, of whom some pre-ordered six of size M; 50 of them are burn-in."""
    rungs = {
        Rung.VIEW: RungCount(viewers + 40, viewers + 9, viewers),
        Rung.PRE_ORDER: RungCount(buyers, buyers, buyers),
    }
    counts = ListingCounts(
        segments={Segment.DOMESTIC_BUSINESS: rungs},
        flagged={Flag.DECLARED_BOT: 9},
        judged=Judged(50, (viewers - 50 - buyers, 0, 0, buyers, 0)),
        raw_units=6 * buyers,
        commitments=(Units("olive", "M", 6, buyers),),
        inquiries=(),
    )
    variants = [("olive", size) for size in ("S", "M", "L", "XL")]
    prices = PriceLadder((PriceBreak(1, Decimal("159.00")), PriceBreak(100, Decimal("149.00"))))
    schedule = Schedule(open_days=2, delivery_days=17, lead_days=12)
    return DecisionInputs(counts, CleanRule(), variants, prices, cost_ladder(), QuantityPriors(), schedule, 7)


def make_decision(
    session: Session, listing: Listing | None = None, seen: DecisionInputs | None = None, **changes: Any
) -> DemandDecision:
    """What follows from what was seen by the plain rule: with the default, CONFIRM."""
    listing, seen = listing or make_listing(session), seen or decision_inputs()
    outcome = conclude(seen, DemandRule())
    defaults = {
        "listing_id": listing.id,
        "looked_at": NOW,
        "verdict": outcome.judgement.verdict,
        "reason": explain(outcome.judgement),
        "method": METHOD,
        "rule": DemandRule().to_json(),
        "inputs": seen.to_json(),
        "outcome": outcome.to_json(),
    }
    return _save(session, DemandDecision, defaults, changes)


def make_confirmed_demand(
    session: Session,
    listing: Listing | None = None,
    lines: tuple[tuple[str, str, int], ...] = (("olive", "M", 60), ("olive", "L", 40)),
    **changes: Any,
) -> ConfirmedDemand:
    listing = listing or make_listing(session)
    decision_id = changes.pop("decision_id", None) or make_decision(session, listing).id
    defaults = {
        "listing_id": listing.id,
        "decision_id": decision_id,
        "units": sum(units for _, _, units in lines),
        "due_on": NOW.date() + timedelta(days=20),
        "confirmed_at": NOW,
        "lines": [ConfirmedDemandLine(colour=colour, size=size, units=units) for colour, size, units in lines],
    }
    demand = _save(session, ConfirmedDemand, defaults, changes)
    begin(session, demand, NOW, "tests", "built")
    return demand


def make_factory(
    session: Session, categories: tuple[Category, ...] = (Category.GREATCOAT,), moq: int = 30, **changes: Any
) -> Factory:
    """With one capability for every category: wool and cotton, at the ladder of `cost_ladder`."""
    number = next(_numbers)
    defaults = {
        "code": f"F{number:05d}",
        "name": f"海宁第{number}制衣厂",
        "region": "Zhejiang",
        "language": "zh",
        "daily_capacity": 60,
        "lead_days": 6,
        "quality": 0.97,
        "on_time": 0.95,
    }
    row = _save(session, Factory, defaults, changes)
    ladder = cost_ladder()
    ladder = PriceLadder(
        (PriceBreak(moq, ladder.breaks[0].unit_price), *[b for b in ladder.breaks[1:] if b.from_quantity > moq])
    )
    for category in categories:
        capability = {
            "factory_id": row.id,
            "category": category,
            "materials": [Material.WOOL.value, Material.COTTON.value],
            "techniques": [Closure.DOUBLE_BREASTED.value, "plain"],
            "moq": moq,
            "price_ladder": ladder.to_json(),
        }
        _save(session, Capability, capability, {})
    begin(session, row, NOW, "tests", "built")
    return row


def make_allocation(
    session: Session, demand: ConfirmedDemand | None = None, factory: Factory | None = None, **changes: Any
) -> Allocation:
    """All units of the demand, to one factory."""
    demand = demand or make_confirmed_demand(session)
    defaults = {
        "demand_id": demand.id,
        "factory_id": (factory or make_factory(session)).id,
        "round": 1,
        "units": demand.units,
        "unit_price": Decimal("84.50"),
        "currency": "CNY",
        "starts_on": NOW.date() + timedelta(days=1),
        "ends_on": NOW.date() + timedelta(days=12),
        "lines": [
            {"colour": "olive", "size": "M", "units": demand.units * 3 // 5},
            {"colour": "olive", "size": "L", "units": demand.units - demand.units * 3 // 5},
        ],
        "booked": [],
        "reasons": {"chosen": "cheapest that meets the date"},
    }
    return _save(session, Allocation, defaults, changes)


def make_offer(session: Session, allocation: Allocation | None = None, token: str = TOKEN, **changes: Any) -> Offer:
    """Sent and not answered; its portal token is `token`."""
    defaults = {
        "allocation_id": (allocation or make_allocation(session)).id,
        "token_hash": token_hash(token),
        "sent_at": NOW,
        "expires_at": NOW + timedelta(days=2),
        "state": OfferState.SENT,
    }
    offer = _save(session, Offer, defaults, changes)
    begin(session, offer, offer.sent_at, "tests", "built")
    return offer


def make_production_order(session: Session, offer: Offer | None = None, **changes: Any) -> ProductionOrder:
    """The order of an accepted offer; the offer's own state is the caller's."""
    number = next(_numbers)
    offer = offer or make_offer(session, state=OfferState.ACCEPTED, answered_at=NOW)
    allocation = session.get_one(Allocation, offer.allocation_id)
    defaults = {
        "code": f"PO-{number:05d}",
        "offer_id": offer.id,
        "demand_id": allocation.demand_id,
        "factory_id": allocation.factory_id,
        "units": allocation.units,
        "unit_price": allocation.unit_price,
        "currency": allocation.currency,
        "due_on": allocation.ends_on,
        "placed_at": NOW,
    }
    order = _save(session, ProductionOrder, defaults, changes)
    begin(session, order, order.placed_at, "tests", "built")
    return order


def make_brief(
    session: Session, order: ProductionOrder | None = None, blobs: BlobStore | None = None, **changes: Any
) -> ProductionBrief:
    order = order or make_production_order(session)
    defaults = {
        "order_id": order.id,
        "content": {"code": order.code, "units": order.units},
        "pdf": blobs.put(PDF) if blobs else hashlib.sha256(PDF).hexdigest(),
        "written_at": NOW,
    }
    return _save(session, ProductionBrief, defaults, changes)


def make_message(session: Session, **changes: Any) -> OutboxMessage:
    defaults = {
        "key": f"brief:PO-{next(_numbers):05d}:file",
        "channel": Channel.FILE,
        "address": "briefs/",
        "subject": "Production brief",
        "payload": {},
        "created_at": NOW,
        "next_attempt_at": NOW,
        "attempts": 0,
    }
    return _save(session, OutboxMessage, defaults, changes)
