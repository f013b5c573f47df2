"""A spec that nobody is registered for: asked, quoted, compared, taken, made."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from factory_matching.freight import FreightRates
from factory_matching.offers.answer import accept, decline
from factory_matching.offers.award import award
from factory_matching.offers.ladder_quote import LadderQuote, QuoteStep
from factory_matching.offers.landed import LandedRule, Wanted
from factory_matching.offers.manner import Manner
from factory_matching.offers.near import Lack, find_near
from factory_matching.offers.quotes import Costing, compare_quotes, find_quotes, quote_offer
from factory_matching.offers.request import request_for_demand, request_for_design
from factory_matching.offers.rfq import close_rfqs, decline_rfq, get_invite_by_token, quote
from factory_matching.offers.trail import find_trail
from factory_matching.store import load_register
from factory_matching.weights import MatchWeights
from models.attributes import Category, Closure
from models.decision import ConfirmedDemandState
from models.errors import Conflict, InvalidInput, NotAllowed
from models.factory import CapacitySlot
from models.order import Allocation, DeclineCode, OfferState, ProductionOrder
from models.outbox import OutboxMessage
from models.quote import InviteState, Quote, Rfq, RfqInvite, RfqState
from tests.builders import NOW, greatcoat, make_confirmed_demand, make_design, make_factory, make_listing, make_mockup
from tests.factory_matching.offered import DAY, LINKS, offers_of, place
from tests.factory_matching.registers import register_of

MANNER = Manner(links=LINKS)
COSTING = Costing(FreightRates(), LandedRule(), MatchWeights())


def unserved(session):
    """100 buttoned coats; every factory is registered for double-breasted ones alone."""
    spec = greatcoat(closure=Closure.BUTTONS)
    listing = make_listing(session, make_mockup(session, make_design(session, spec=spec)))
    demand = make_confirmed_demand(session, listing)
    assert place(session).unserved == 1
    return demand


def ask(session, demand):
    return request_for_demand(session, demand.id, load_register(session), NOW, LINKS, "tests")


def invites(session, rfq):
    return session.scalars(select(RfqInvite).where(RfqInvite.rfq_id == rfq.id).order_by(RfqInvite.id)).all()


def ladder(demand, *prices, days=0, units=(50, 100, 200)):
    """Prices at 50, 100, 200 units, each a day before the due date and `days` later."""
    day = demand.due_on - timedelta(days=1) + timedelta(days=days)
    steps = tuple(QuoteStep(u, Decimal(p), day) for u, p in zip(units, prices, strict=False))
    return LadderQuote(steps, "CNY", NOW.date() + timedelta(days=20))


@pytest.fixture
def asked(session):
    """(demand, request, its two invitations)."""
    for _ in range(2):
        make_factory(session)
    make_factory(session, categories=(Category.MUG,))
    demand = unserved(session)
    rfq = ask(session, demand)
    return demand, rfq, invites(session, rfq)


def test_factories_near_a_spec_are_those_of_its_category_nearest_first(session):
    far = make_factory(session, moq=500)
    near = make_factory(session)
    make_factory(session, categories=(Category.MUG,))
    found = find_near(load_register(session), greatcoat(closure=Closure.BUTTONS), 100, "CNY", 9)
    assert [(one.factory, one.lacks) for one in found] == [
        (near.id, (Lack.TECHNIQUE,)),
        (far.id, (Lack.TECHNIQUE, Lack.QUANTITY)),
    ]
    left = find_near(load_register(session), greatcoat(), 100, "CNY", 9, frozenset({near.id}))
    assert [one.factory for one in left] == [far.id]


def test_a_request_reaches_the_near_ones_once_each_with_a_link_of_their_own(session, asked):
    demand, rfq, sent = asked
    assert (rfq.units, rfq.units_steps, rfq.state) == (100, [50, 100, 200], RfqState.OPEN)
    assert len(sent) == 2
    keys = session.scalars(select(OutboxMessage.key).where(OutboxMessage.key.startswith("rfq:"))).all()
    assert len(keys) == 4  # each on two channels
    assert ask(session, demand).id == rfq.id
    assert session.scalar(select(func.count()).select_from(RfqInvite)) == 2
    link = session.scalars(select(OutboxMessage).where(OutboxMessage.key.startswith("rfq:"))).first().payload["data"]
    token = link["link"].removeprefix("https://shop.example/portal/rfqs/")
    assert get_invite_by_token(session, token).id == sent[0].id
    with pytest.raises(NotAllowed):
        get_invite_by_token(session, token + "x")


def test_the_cheapest_landed_comes_first_and_late_ones_last(session, asked):
    demand, rfq, (one, other) = asked
    quote(session, one, ladder(demand, "99", "95", "90"), "", NOW, "factory")
    late = quote(session, other, ladder(demand, "80", "79", "78", days=9), "", NOW, "factory")
    wanted = Wanted(Category.GREATCOAT, demand.due_on, "CNY")
    table = compare_quotes(find_quotes(session, rfq_id=rfq.id), 100, wanted, COSTING, NOW)
    assert [row.late_days for row in table] == [0, 8]
    assert table[1].quote.id == late.id
    assert table[0].landed.goods == Decimal(9500)
    better = quote(session, other, ladder(demand, "92", "91"), "", NOW, "factory")
    table = compare_quotes(find_quotes(session, demand_id=demand.id), 100, wanted, COSTING, NOW)
    assert table[0].quote.id == better.id
    assert len(table) == 2


def test_a_quote_taken_becomes_an_offer_and_an_order_by_the_usual_path(session, asked):
    demand, rfq, (one, other) = asked
    taken = quote(session, one, ladder(demand, "99", "95", "90"), "with horn buttons", NOW, "factory")
    quote(session, other, ladder(demand, "110", "105"), "", NOW, "factory")
    offer = award(session, taken, NOW, MANNER, "merchandiser")
    allocation = session.get_one(Allocation, offer.allocation_id)
    assert (allocation.units, allocation.unit_price) == (100, Decimal("95.00"))
    assert (allocation.reasons["quote"], allocation.reasons["next_best"]) == (taken.id, "105.00")
    assert (demand.state, rfq.state) == (ConfirmedDemandState.OFFERED, RfqState.AWARDED)
    assert sum(session.scalars(select(CapacitySlot.booked))) == 100
    assert allocation.ends_on <= demand.due_on
    assert award(session, taken, NOW, MANNER, "merchandiser").id == offer.id
    accept(session, offer, NOW)
    assert session.scalars(select(ProductionOrder.unit_price)).all() == [Decimal("95.00")]
    kinds = [(step.kind, step.subject.split()[0]) for step in find_trail(session, demand.id)]
    assert {"match", "round", "quote", "state"} == {kind for kind, _ in kinds}
    assert {"demand", "offer", "request", "invitation"} <= {subject for _, subject in kinds}


def test_when_the_taken_one_declines_the_other_quote_is_still_there(session, asked):
    demand, _, (one, other) = asked
    first = quote(session, one, ladder(demand, "99", "95"), "", NOW, "factory")
    second = quote(session, other, ladder(demand, "110", "105"), "", NOW, "factory")
    offer = award(session, first, NOW, MANNER, "merchandiser")
    decline(session, offer, "", NOW, code=DeclineCode.CAPACITY)
    with pytest.raises(Conflict, match="declined one"):
        award(session, quote_again(session, first), NOW, MANNER, "merchandiser")
    assert award(session, second, NOW, MANNER, "merchandiser").state is OfferState.SENT
    assert len(offers_of(session, demand)) == 2


def quote_again(session, old):
    """The same quote under a new number."""
    names = ("rfq_id", "factory_id", "currency", "steps", "valid_until", "note", "quoted_at")
    new = Quote(**{name: getattr(old, name) for name in names})
    session.add(new)
    session.flush()
    return new


@pytest.mark.parametrize(
    ("prices", "changes", "why"),
    [
        (("99", "95"), {"days": 5}, "finishes 100 units"),
        (("99",), {"units": (200,)}, "starts above"),
        (("900", "890"), {}, "what buyers pay"),
    ],
)
def test_a_quote_that_cannot_be_kept_is_not_taken(session, asked, prices, changes, why):
    demand, _, (one, _) = asked
    bad = quote(session, one, ladder(demand, *prices, **changes), "", NOW, "factory")
    with pytest.raises(Conflict, match=why):
        award(session, bad, NOW, MANNER, "merchandiser")


def test_an_old_or_replaced_quote_is_not_taken(session, asked):
    demand, _, (one, _) = asked
    old = quote(session, one, ladder(demand, "99", "95"), "", NOW, "factory")
    assert quote(session, one, ladder(demand, "99", "95"), "", NOW, "factory").id == old.id
    new = quote(session, one, ladder(demand, "99", "96"), "", NOW, "factory")
    with pytest.raises(Conflict, match="replaced"):
        award(session, old, NOW, MANNER, "merchandiser")
    new.valid_until = NOW.date() - timedelta(days=1)
    with pytest.raises(Conflict, match="held until"):
        award(session, new, NOW, MANNER, "merchandiser")


def test_days_that_are_taken_are_not_promised_twice(session, asked):
    demand, _, (one, _) = asked
    for day in range(30):
        slot = {"factory_id": one.factory_id, "day": NOW.date() + timedelta(days=day)}
        session.add(CapacitySlot(**slot, capacity=60, booked=60))
    taken = quote(session, one, ladder(demand, "99", "95"), "", NOW, "factory")
    with pytest.raises(Conflict, match="no days free"):
        award(session, taken, NOW, MANNER, "merchandiser")


def test_after_its_time_a_request_takes_no_quote_but_one_may_be_taken(session, asked):
    demand, rfq, (one, other) = asked
    taken = quote(session, one, ladder(demand, "99", "95"), "", NOW, "factory")
    assert (close_rfqs(session, NOW + 2 * DAY), close_rfqs(session, NOW + 3 * DAY), rfq.state) == (
        0,
        1,
        RfqState.CLOSED,
    )
    with pytest.raises(Conflict, match="were taken until"):
        quote(session, other, ladder(demand, "90", "80"), "", NOW + 3 * DAY, "factory")
    assert award(session, taken, NOW + 3 * DAY, MANNER, "merchandiser") is not None
    assert rfq.state is RfqState.AWARDED


def test_a_factory_may_decline_and_think_again(session, asked):
    demand, _, (one, _) = asked
    for _ in range(2):
        decline_rfq(session, one, DeclineCode.TECHNIQUE, "no button machine", NOW, "factory")
    assert (one.state, one.decline_code) == (InviteState.DECLINED, DeclineCode.TECHNIQUE)
    quote(session, one, ladder(demand, "99"), "", NOW, "factory")
    assert one.state is InviteState.QUOTED


def test_a_design_is_quoted_before_it_is_listed_and_made_later(session):
    make_factory(session)
    design = make_design(session, spec=greatcoat(closure=Closure.BUTTONS))
    due_on = NOW.date() + timedelta(days=30)
    rfq = request_for_design(session, design.id, 100, due_on, load_register(session), NOW, LINKS, "tests")
    (one,) = invites(session, rfq)
    demand = make_confirmed_demand(session, make_listing(session, make_mockup(session, design)))
    assert place(session).unserved == 1
    taken = quote(session, one, ladder(demand, "99", "95"), "", NOW, "factory")
    assert award(session, taken, NOW, MANNER, "merchandiser") is None
    assert (rfq.state, taken.accepted_at) == (RfqState.AWARDED, NOW)
    assert award(session, taken, NOW, MANNER, "merchandiser", demand.id).state is OfferState.SENT
    other = make_confirmed_demand(session)
    with pytest.raises(InvalidInput, match="another spec"):
        award(session, quote_again(session, taken), NOW, MANNER, "merchandiser", other.id)


def test_nothing_is_asked_when_nothing_waits_or_nobody_is_near(session):
    make_factory(session)
    served = make_confirmed_demand(session)
    place(session)
    with pytest.raises(Conflict, match="nothing of it waits"):
        ask(session, served)
    with pytest.raises(InvalidInput, match="nobody to ask"):
        request_for_design(
            session, make_design(session).id, 100, NOW.date() + 30 * DAY, register_of(), NOW, LINKS, "tests"
        )
    assert session.scalar(select(func.count()).select_from(Rfq)) == 0


def test_a_ladder_answers_an_offer_as_a_counter_at_its_best_step(session):
    make_factory(session)
    make_factory(session)
    demand = make_confirmed_demand(session)
    place(session)
    (offer,) = offers_of(session, demand)
    late = demand.due_on + timedelta(days=4)
    steps = (QuoteStep(60, Decimal("82.00"), demand.due_on), QuoteStep(100, Decimal("81.50"), late))
    answer = LadderQuote(steps, "CNY", NOW.date() + timedelta(days=9))
    kept = quote_offer(session, offer, answer, "", NOW)
    assert quote_offer(session, offer, answer, "", NOW).id == kept.id
    assert (offer.counter_units, offer.counter_price, offer.state) == (60, Decimal("82.00"), OfferState.COUNTERED)
    big = LadderQuote((QuoteStep(300, Decimal("70"), late),), "CNY", NOW.date() + timedelta(days=9))
    with pytest.raises(InvalidInput, match="starts at 300"):
        quote_offer(session, offer, big, "", NOW)
    with pytest.raises(InvalidInput, match="quote in CNY"):
        quote_offer(session, offer, LadderQuote(steps, "EUR", NOW.date()), "", NOW)
