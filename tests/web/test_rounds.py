"""What a factory's answer sets off at once, ladder quotes, requests for quotation, the page of a demand."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from factory_matching.offers.ladder_quote import LadderQuote, QuoteStep
from factory_matching.offers.manner import Manner
from factory_matching.offers.request import request_for_demand
from factory_matching.offers.rfq import quote
from factory_matching.store import load_register
from models.attributes import Closure
from models.blobs import BlobStore
from models.db import transaction
from models.decision import ConfirmedDemand, ConfirmedDemandState
from models.order import Allocation, DeclineCode, Offer, OfferState
from models.outbox import OutboxMessage
from models.quote import Quote, RfqInvite
from tests.builders import NOW, greatcoat, make_confirmed_demand, make_design, make_factory, make_listing, make_mockup
from tests.factory_matching.offered import LINKS, place
from tests.web.conftest import HEADERS, OPERATOR, Site, build_site


@pytest.fixture(params=[False, True], ids=["clock", "simulated"])
def house(request, sqlite_url, tmp_path):
    """A site that follows answers up, in its own time and in simulated time."""
    app = build_site(sqlite_url, tmp_path, manner=Manner(links=LINKS), simulated_time=request.param)
    with TestClient(app, headers=HEADERS, follow_redirects=False) as client:
        yield Site(app, client, BlobStore(f"file://{tmp_path}/blobs"))


@pytest.fixture
def path(house):
    """The portal page of an offer of 100 units; another factory is like the asked one."""
    with transaction() as session:
        for _ in range(2):
            make_factory(session, language="en")
        make_confirmed_demand(session, make_listing(session, blobs=house.blobs))
        place(session)
        return link_of(session, "offer:")


def link_of(session, prefix):
    message = session.scalars(select(OutboxMessage).where(OutboxMessage.key.startswith(prefix))).first()
    return message.payload["data"]["link"].removeprefix("https://shop.example")


def states():
    with transaction() as session:
        return session.scalars(select(Offer.state).order_by(Offer.id)).all()


def test_a_declined_offer_is_with_another_factory_before_any_flow_runs(house, path):
    assert house.client.post(f"{path}/decline", data={"code": "material"}).status_code == 303
    assert states() == [OfferState.DECLINED, OfferState.SENT]
    page = house.client.get(path).text
    assert "Material not available" in page
    with transaction() as session:
        assert session.scalars(select(Offer.decline_code)).all()[0] is DeclineCode.MATERIAL
        assert session.scalars(select(ConfirmedDemand.state)).one() is ConfirmedDemandState.OFFERED


def test_a_counter_is_answered_at_once_and_our_proposal_stands_on_the_page(house, path):
    with transaction() as session:
        floor = session.scalars(select(Offer.floor_price)).one()
    asked = (floor * Decimal("1.06")).quantize(Decimal("0.01"))
    form = {"price": str(asked), "due_on": str((NOW + timedelta(days=19)).date()), "units": "100", "reason": "wool"}
    assert house.client.post(f"{path}/counter", data=form).status_code == 303
    page = house.client.get(path).text
    assert "Our proposal to your counter-offer:" in page
    assert "You can make 2 more counter-offers" in page
    assert "our proposal" in page
    assert "next best" not in page  # what others ask, and our limit, are nobody's business
    assert house.client.post(f"{path}/accept").status_code == 303
    with transaction() as session:
        offer = session.scalars(select(Offer)).one()
        assert floor < offer.counter_price < asked
        assert offer.state is OfferState.ACCEPTED


def test_what_the_house_thinks_stays_in_the_house(house, path):
    with transaction() as session:
        price = session.scalars(select(Offer.floor_price)).one() * 2
    form = {"price": str(price), "due_on": str((NOW + timedelta(days=19)).date())}
    house.client.post(f"{path}/counter", data=form)
    page = house.client.get(path).text
    assert "We could not agree." in page
    assert "limit" not in page
    with transaction() as session:
        assert "next best" in session.scalars(select(Offer.answer_reason)).all()[0]
        said = [str(message.payload) for message in session.scalars(select(OutboxMessage))]
    assert not any("next best" in one for one in said)


def test_units_left_over_go_to_another_factory_at_once(house, path):
    with transaction() as session:
        floor = session.scalars(select(Offer.floor_price)).one()
    form = {"price": str(floor), "due_on": str((NOW + timedelta(days=19)).date()), "units": "60"}
    assert house.client.post(f"{path}/counter", data=form).status_code == 303
    assert states() == [OfferState.ACCEPTED, OfferState.SENT]
    with transaction() as session:
        assert session.scalars(select(Allocation.units).order_by(Allocation.id)).all() == [60, 40]


def test_a_ladder_is_a_quote_and_a_counter(house, path):
    day = (NOW + timedelta(days=15)).date()
    form = {"steps": f"60 82.00 {day}\n100 80.50 {day}", "valid_until": str(day)}
    assert house.client.post(f"{path}/quote", data=form).status_code == 303
    with transaction() as session:
        assert session.scalars(select(Quote.steps)).one()[1][:2] == [100, "80.50"]
        assert session.scalars(select(Offer.state)).one() is OfferState.ACCEPTED  # cheaper than offered
    bad = house.client.post(f"{path}/quote", data={"steps": "many", "valid_until": str(day)})
    assert bad.status_code == 422
    assert "QUANTITY PRICE DATE" in bad.text


def test_another_reason_needs_words(house, path):
    assert house.client.post(f"{path}/decline", data={"code": "other", "reason": " "}).status_code == 422
    assert house.client.post(f"{path}/decline", data={"code": "mood"}).status_code == 422
    assert states() == [OfferState.SENT]


def test_without_rules_the_answer_waits_for_the_flow(site):
    with transaction() as session:
        for _ in range(2):
            make_factory(session)
        make_confirmed_demand(session, make_listing(session, blobs=site.blobs))
        place(session)
        path = link_of(session, "offer:")
    assert site.client.post(f"{path}/decline", data={"code": "price"}).status_code == 303
    assert states() == [OfferState.DECLINED]
    assert place_again().offers == 1


def place_again():
    with transaction() as session:
        return place(session)


@pytest.fixture
def unserved(house):
    """(demand, page of its request): 100 buttoned coats, every factory makes double-breasted ones."""
    with transaction() as session:
        make_factory(session, language="en", name="Haining Tailors")
        design = make_design(session, spec=greatcoat(closure=Closure.BUTTONS), blobs=house.blobs)
        demand = make_confirmed_demand(session, make_listing(session, make_mockup(session, design, house.blobs)))
        place(session)
        request_for_demand(session, demand.id, load_register(session), NOW, LINKS, "tests")
        return demand.id, link_of(session, "rfq:")


def test_an_invited_factory_quotes_through_its_link(house, unserved):
    demand, page = unserved
    text = house.client.get(page).text
    assert "Haining Tailors" in text
    assert "50 / 100 / 200" in text
    day = (NOW + timedelta(days=15)).date()
    form = {"steps": f"50 99 {day}\n100 95 {day}", "valid_until": str(day), "reason": "horn buttons"}
    for _ in range(2):
        assert house.client.post(f"{page}/quote", data=form).status_code == 303
    with transaction() as session:
        assert session.scalars(select(Quote.note)).all() == ["horn buttons"]
    assert "CN¥95" in house.client.get(page).text
    assert house.client.post(f"{page}/decline", data={"code": "technique"}).status_code == 303
    assert house.client.get(page + "x").status_code == 403
    assert house.client.post(f"{page}x/quote", data=form).status_code == 403
    del demand


def test_the_merchandiser_compares_and_takes_a_quote(house, unserved):
    demand, page = unserved
    house.client.post("/sign-in", data={"token": OPERATOR})
    with transaction() as session:
        invite = session.scalars(select(RfqInvite)).one()
        steps = (QuoteStep(100, Decimal("95.00"), (NOW + timedelta(days=15)).date()),)
        kept = quote(session, invite, LadderQuote(steps, "CNY", (NOW + timedelta(days=9)).date()), "", NOW, "factory")
    shown = house.client.get(f"/console/demands/{demand}").text
    assert "CN¥9,500" in shown
    assert "Freight" in shown
    assert f"/console/quotes/{kept.id}/award" in shown
    assert house.client.get("/console/rfqs/1").status_code == 200
    assert house.client.post(f"/console/quotes/{kept.id}/award").headers["location"] == f"/console/demands/{demand}"
    assert states() == [OfferState.SENT]
    assert "We took your quote." in house.client.get(page).text
    plan = house.client.get(f"/console/demands/{demand}?plan=true").text
    assert re.search(r"All units accepted in time: \d+% with 0 second choices", plan)


def test_near_factories_are_asked_from_the_page_of_the_demand(house):
    with transaction() as session:
        make_factory(session)
        design = make_design(session, spec=greatcoat(closure=Closure.BUTTONS), blobs=house.blobs)
        demand = make_confirmed_demand(session, make_listing(session, make_mockup(session, design, house.blobs)))
        place(session)
        number = demand.id
    assert house.client.post(f"/console/demands/{number}/ask").status_code == 403
    house.client.post("/sign-in", data={"token": OPERATOR})
    assert f"/console/demands/{number}" in house.client.get("/console/orders").text
    assert "no factory yet" in house.client.get(f"/console/demands/{number}").text
    for _ in range(2):
        assert house.client.post(f"/console/demands/{number}/ask").headers["location"] == "/console/rfqs/1"
    assert "lacks technique" in house.client.get("/console/rfqs/1").text
    assert "ask near factories" in house.client.get(f"/console/demands/{number}?plan=true").text


@pytest.mark.parametrize("page", ["/console/demands/9", "/console/rfqs/9"])
def test_what_is_not_there_is_404(house, page):
    assert house.client.get(page).status_code == 303  # sign in first
    house.client.post("/sign-in", data={"token": OPERATOR})
    assert house.client.get(page).status_code == 404
