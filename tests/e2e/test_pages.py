"""Every page at the width of a desk and of a phone: it answers, complains of nothing and fits."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from demand.interest.record import cancel_pre_order
from demand.payments.take import take_transfer
from factory_matching.edits.link import FactoryLinks, issue_link
from factory_matching.edits.record import read_part
from factory_matching.edits.rule import EditRule
from factory_matching.edits.submit import submit_edit, version_of
from models.db import transaction
from models.factory_edit import EditPart
from models.listing import ListingState
from models.order import OfferState
from models.payment import DepositRequest
from models.settlement import Settlement, SettlementState
from models.trend import Trend
from tests.builders import (
    TOKEN,
    make_allocation,
    make_batch,
    make_brief,
    make_confirmed_demand,
    make_decision,
    make_factory,
    make_listing,
    make_message,
    make_offer,
    make_pre_order,
    make_production_order,
)
from tests.e2e.house import BROWSER, make_greatcoat, open_home, serve, sign_in

ACCEPTED = "the token of an offer that was accepted"
LONG = "https://factory.example/" + "a-path-without-any-place-to-break-a-line-" * 4


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A served home with something on every page; yields it and the pages' paths."""
    home = tmp_path_factory.mktemp("pages")
    paths = hang_pages(home)
    with serve(home) as served:
        yield served, paths


def hang_pages(home):
    """Write the rows that the pages show; the paths of all pages."""
    blobs, now = open_home(home), datetime.now(UTC)
    with transaction() as session:
        window = {"opens_at": now - timedelta(days=1), "closes_at": now + timedelta(days=6)}
        batch = make_batch(session, slug="winter-coats", **window)
        listing = make_listing(session, make_greatcoat(session, batch, blobs), batch=batch)
        made = make_listing(session, batch=batch, blobs=blobs, state=ListingState.IN_PRODUCTION)
        stopped = make_listing(session, batch=batch, blobs=blobs, state=ListingState.STOPPED)
        for quantity in (1, 6, 250):
            make_pre_order(session, listing, quantity=quantity)
        decision = make_decision(session, listing)
        demand = make_confirmed_demand(session, listing, decision_id=decision.id)
        make_offer(session, make_allocation(session, demand), sent_at=now, expires_at=now + timedelta(days=2))
        taken = make_allocation(session, make_confirmed_demand(session, made))
        accepted = make_offer(session, taken, ACCEPTED, state=OfferState.ACCEPTED, answered_at=now)
        make_brief(session, make_production_order(session, accepted), blobs)
        make_message(session, last_error="the folder is full", address=LONG)
        real = make_batch(session, slug="real-coats", simulated=False, **window)
        asked = make_listing(session, batch=real, blobs=blobs)
        settling = {"listing_id": asked.id, "decision_id": make_decision(session, asked).id, "min_units": 30}
        settling |= {"standing_units": 12, "began_at": now, "checked_at": now, "tops_up_until": now + timedelta(days=3)}
        session.add(Settlement(**settling, state=SettlementState.TOPPING_UP))
        pay_back(session, make_pre_order(session, asked), now)
        own = let_in(session, make_factory(session, code="ZJ-1"), now)
        trend_id = session.scalars(select(Trend.id)).first()
    return (
        "/", "/?category=greatcoat", "/?q=greatcoat", "/?q=qipao", "/?sort=price", "/?category=qipao",
        "/how-it-works", "/my-interest", "/sign-in",
        *(f"/listings/{one.slug}" for one in (listing, made, stopped)),
        f"/portal/offers/{TOKEN}", f"/portal/offers/{ACCEPTED}",
        "/console", "/console/trends", f"/console/trends/{trend_id}", "/console/batches",
        "/console/batches/winter-coats", "/console/listings", f"/console/listings/{listing.slug}",
        f"/console/decisions/{decision.id}", "/console/orders", "/console/outbox",
        f"/listings/{asked.slug}", f"/console/listings/{asked.slug}/settlement", "/console/payments",
        "/console/factories", "/console/factories/ZJ-1", "/console/factory-edits", "/console/qualify", own,
        "/dashboard", "/dashboard?batch=winter-coats", "/dashboard/learned", "/dashboard/buyers",
    )  # fmt: skip


def let_in(session, factory, now):
    """Give a factory its own page, with something that waits for a check; the page's path."""
    before = read_part(session, factory, EditPart.CAPACITY, "", {}, now.date())
    asked, rule = {"daily_capacity": 10_000}, EditRule()
    submit_edit(session, factory, EditPart.CAPACITY, "", asked, version_of(before), now, "factory, link 1", rule)
    return issue_link(session, factory, FactoryLinks("", "a secret of the tests"), now)


def pay_back(session, order, now):
    """Note a transfer for a pre-order and cancel it, so that every page of deposits has something to show."""
    request = {"attempt": 1, "provider": "manual", "code": "DL-7K3M-9Q2X-5TAB", "asked_at": now, "reference": "DL-1"}
    session.add(DepositRequest(pre_order_id=order.id, amount=order.deposit, currency=order.currency, **request))
    session.flush()
    take_transfer(session, "DL-7K3M-9Q2X-5TAB", order.deposit, now, "merchandiser")
    cancel_pre_order(session, order.event_id, order.visitor, now)


@pytest.mark.parametrize(("width", "language"), [(1280, "zh"), (390, "en"), (390, "zh")])
def test_every_page_answers_complains_of_nothing_and_fits(house, browser, width, language):
    served, paths = house
    context = browser.new_context(
        locale="en-GB", user_agent=BROWSER, viewport={"width": width, "height": 844}, reduced_motion="reduce"
    )
    page, complaints = context.new_page(), []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("response", lambda got: complaints.append(f"{got.status} {got.url}") if got.status >= 400 else None)
    sign_in(page, served)
    page.goto(f"{served.address}/?lang={language}")
    wrong = {}
    for path in paths:
        complaints.clear()
        status = page.goto(f"{served.address}{path}").status
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if (status, over, complaints) != (200, 0, []):
            wrong[path] = (status, over, list(complaints))
    context.close()
    assert wrong == {}
