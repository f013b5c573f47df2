"""A factory keeps its own record with its link alone, from a phone or a program, and sees nobody else's."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from factory_matching.edits.link import FactoryLinks, issue_link, revoke_links
from factory_matching.offers.link import PortalLinks
from factory_matching.offers.slots import book
from factory_matching.scorecard.standings import get_factory
from models.db import transaction
from models.factory import Capability, CapacitySlot, Factory, FactoryCertificate
from models.factory_edit import EditState, FactoryEdit
from models.order import OfferState, ProductionOrder, ProductionOrderState
from tests.builders import (
    NOW,
    make_allocation,
    make_confirmed_demand,
    make_factory,
    make_listing,
    make_offer,
    make_production_order,
)
from tests.web.conftest import Site, build_site

LINKS = FactoryLinks("", "a secret of the tests")
TOMORROW = (NOW + timedelta(days=1)).date().isoformat()


@pytest.fixture
def path(site: Site) -> str:
    """The page of factory ZJ-1, which speaks English and has one order."""
    with transaction() as session:
        factory = make_factory(session, code="ZJ-1", name="Haining Tailors", language="en", daily_capacity=100)
        make_factory(session, code="ZJ-2", name="Somebody Else")
        offer = make_offer(session, make_allocation(session, factory=factory), state=OfferState.ACCEPTED)
        make_production_order(session, offer, code="PO-1")
        return issue_link(session, factory, LINKS, NOW)


def page_of(site: Site, path: str) -> str:
    return site.client.get(path, headers={"accept-language": "fr"}).text


def versions(site: Site, path: str) -> dict[str, str]:
    answer = site.client.get(path.replace("/portal/", "/api/"))
    return {f"{one['part']}-{one['key']}".strip("-"): one["version"] for one in answer.json()["parts"]}


def save(site: Site, path: str, part: str, key: str = "", **fields: object):
    name = f"{part}-{key}".strip("-")
    form = {"key": key, "version": versions(site, path).get(name, ""), **fields}
    return site.client.post(f"{path}/edits/{part}", data=form)


def stored() -> Factory:
    with transaction() as session:
        return get_factory(session, "ZJ-1")


def test_the_page_shows_the_own_record_in_the_own_language(site: Site, path: str) -> None:
    page = page_of(site, path)
    assert "Haining Tailors" in page
    assert "Units a day" in page
    assert "Somebody Else" not in page
    assert "greatcoat" in page


def test_the_page_leads_to_the_own_scorecard(site: Site, path: str) -> None:
    address = page_of(site, path).split('href="/portal/standing/')[1].split('"')[0]
    assert "Haining Tailors" in site.client.get(f"/portal/standing/{address}").text


def test_a_chinese_factory_reads_chinese(site: Site) -> None:
    with transaction() as session:
        own = issue_link(session, make_factory(session, language="zh"), LINKS, NOW)
    assert "每天件数" in site.client.get(own).text


def test_lower_capacity_counts_and_much_more_waits(site: Site, path: str) -> None:
    answer = save(site, path, "capacity", daily_capacity="80", lead_days="6", lead_days_p90="")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{path}?at=capacity&said=counts#capacity"
    assert stored().daily_capacity == 80
    answer = save(site, path, "capacity", daily_capacity="500", lead_days="6", lead_days_p90="")
    assert "said=waits" in answer.headers["location"]
    assert stored().daily_capacity == 80
    page = page_of(site, path)
    assert "Waits for our check" in page
    assert "1 change waits for our check." in page
    with transaction() as session:
        (waiting,) = session.scalars(select(FactoryEdit).where(FactoryEdit.state == EditState.DECLARED))
    assert site.client.post(f"{path}/edits/{waiting.id}/withdraw").status_code == 303
    assert "waits for our check." not in page_of(site, path)


def test_a_form_that_cannot_be_taken_comes_back_with_what_was_written(site: Site, path: str) -> None:
    answer = save(site, path, "capacity", daily_capacity="0", lead_days="77", lead_days_p90="")
    assert answer.status_code == 422
    assert 'value="77"' in answer.text
    assert "Not saved." in answer.text
    assert stored().lead_days == 6


def test_an_old_form_does_not_overwrite_what_was_saved_since(site: Site, path: str) -> None:
    old = versions(site, path)["capacity"]
    save(site, path, "capacity", daily_capacity="80", lead_days="6")
    form = {"version": old, "daily_capacity": "90", "lead_days": "6"}
    answer = site.client.post(f"{path}/edits/capacity", data=form)
    assert answer.status_code == 409
    assert "Somebody changed this in the meantime" in answer.text
    assert stored().daily_capacity == 80


def test_days_are_closed_in_one_go_but_not_below_bookings(site: Site, path: str) -> None:
    last = (NOW + timedelta(days=3)).date().isoformat()
    assert save(site, path, "calendar", first=TOMORROW, last=last, how="closed", units="").status_code == 303
    with transaction() as session:
        assert session.scalars(select(CapacitySlot.capacity)).all() == [0, 0, 0]
    save(site, path, "calendar", first=TOMORROW, last="", how="usual", units="")
    with transaction() as session:
        book(session, get_factory(session, "ZJ-1"), [(NOW.date() + timedelta(days=1), 40)])
    answer = save(site, path, "calendar", first=TOMORROW, last="", how="units", units="30")
    assert answer.status_code == 422
    assert "40 units are booked; fewer are not possible." in answer.text
    assert save(site, path, "calendar", first=TOMORROW, last="", how="units", units="40").status_code == 303
    assert f"day={TOMORROW}" in page_of(site, path)
    assert "40 units are booked on" in page_of(site, f"{path}?at=calendar&day={TOMORROW}")


def test_categories_prices_and_certificates_are_written_in_forms(site: Site, path: str) -> None:
    coat = {"materials": ["wool"], "techniques": ["zip"], "quantity": ["20", ""], "price": ["90", ""]}
    assert "coat" in page_of(site, f"{path}?add=coat")
    assert "said=waits" in save(site, path, "capability", "coat", version=_empty_version(), **coat).headers["location"]
    cheaper = {"materials": ["cotton", "wool"], "techniques": ["double_breasted"], "quantity": "30", "price": "70"}
    assert save(site, path, "capability", "greatcoat", **cheaper).status_code == 303
    form = {"expires_on": "2027-05-01", "number": "77"}
    assert "said=waits" in save(site, path, "certificate", "BSCI", **form).headers["location"]
    assert "said=counts" in save(site, path, "contacts", kind=["wechat", "phone"], value=["he", ""]).headers["location"]
    assert "said=counts" in save(site, path, "languages", language="zh", also_speaks=["en"]).headers["location"]
    assert (
        "said=waits"
        in save(site, path, "small_orders", small_order_units="50", small_order_days="3").headers["location"]
    )
    with transaction() as session:
        capability = session.scalars(select(Capability).join(Factory).where(Factory.code == "ZJ-1")).one()
        assert capability.price_ladder["breaks"] == [[30, "70.00"]]
        assert session.scalars(select(FactoryCertificate)).all() == []
    assert (stored().contacts, stored().language) == ([{"kind": "wechat", "value": "he"}], "zh")
    assert "BSCI" in page_of(site, path)


def _empty_version() -> str:
    from factory_matching.edits.submit import version_of

    return version_of({})


def test_offers_that_wait_are_answered_from_the_page(site: Site, path: str) -> None:
    with transaction() as session:
        factory = get_factory(session, "ZJ-1")
        listing = make_listing(session)
        allocation = make_allocation(session, make_confirmed_demand(session, listing), factory)
        make_offer(session, allocation, PortalLinks("", "a secret of the tests").token(listing.slug, "ZJ-1", 1))
        make_offer(session, make_allocation(session, factory=factory), "of an older secret")
    page = page_of(site, path)
    assert page.count("See and answer") == 1
    answer = page.split('class="button" href="')[1].split('"')[0]
    assert "Haining Tailors" in site.client.get(answer).text


def test_an_order_is_moved_on_by_its_factory_up_to_what_is_its_own(site: Site, path: str) -> None:
    assert "The sample is made" in page_of(site, path)
    assert site.client.post(f"{path}/orders/PO-1", data={"to": "sampled"}).status_code == 303
    assert site.client.post(f"{path}/orders/PO-1", data={"to": "approved"}).status_code == 422
    assert site.client.post(f"{path}/orders/PO-1", data={"to": "shipped"}).status_code == 409
    assert "We look at the sample" in page_of(site, path)


def test_a_program_reads_and_writes_the_same(site: Site, path: str) -> None:
    api = path.replace("/portal/", "/api/")
    record = site.client.get(api).json()
    assert record["code"] == "ZJ-1"
    version = versions(site, path)["capacity"]
    edit = {"part": "capacity", "version": version, "values": {"daily_capacity": 90}}
    answer = site.client.post(f"{api}/edits", json=edit)
    assert (answer.status_code, answer.json()["counted"]) == (200, {"daily_capacity": 90})
    assert answer.json()["version"] == versions(site, path)["capacity"]
    assert site.client.post(f"{api}/edits", json=edit).status_code == 409
    assert site.client.post(f"{api}/edits", json={"part": "capacity"}).status_code == 422
    assert site.client.post(f"{api}/edits", content=b"{").status_code == 422
    assert site.client.post(f"{api}/edits", content=b"x" * 20_000).status_code == 413
    done = site.client.post(f"{api}/milestones", json={"order": "PO-1", "to": "sampled"})
    assert done.json() == {"order": "PO-1", "state": "sampled"}
    with transaction() as session:
        assert session.scalars(select(ProductionOrder.state)).all() == [ProductionOrderState.SAMPLED]


def test_a_link_opens_its_own_factory_only(site: Site, path: str) -> None:
    with transaction() as session:
        other = issue_link(session, get_factory(session, "ZJ-2"), LINKS, NOW)
    assert site.client.post(f"{other}/orders/PO-1", data={"to": "sampled"}).status_code == 404
    save(site, path, "capacity", daily_capacity="500", lead_days="6")
    with transaction() as session:
        (edit,) = session.scalars(select(FactoryEdit))
    assert site.client.post(f"{other}/edits/{edit.id}/withdraw").status_code == 404


@pytest.mark.parametrize("token", ["wrong", "%27%20or%201=1", "中", "x" * 150])
def test_a_wrong_or_revoked_token_opens_nothing(site: Site, path: str, token: str) -> None:
    with transaction() as session:
        revoke_links(session, get_factory(session, "ZJ-1"), NOW)
    for tried in (token, path.rsplit("/", 1)[1]):
        assert site.client.get(f"/portal/factory/{tried}").status_code == 403
        assert site.client.get(f"/api/factory/{tried}").status_code == 403
        assert site.client.post(f"/portal/factory/{tried}/edits/capacity", data={"version": "x"}).status_code == 403
        assert site.client.post(f"/portal/factory/{tried}/orders/PO-1", data={"to": "sampled"}).status_code == 403
        assert (
            site.client.post(f"/api/factory/{tried}/milestones", json={"order": "x", "to": "sampled"}).status_code
            == 403
        )


def test_a_factory_does_not_set_its_own_verification(site: Site, path: str) -> None:
    answer = site.client.post(f"{path}/edits/verification", data={"version": "x", "verification": "audited"})
    assert answer.status_code == 422
    assert stored().verification == "declared"


def test_what_programs_post_is_counted_too(sqlite_url: str, tmp_path) -> None:
    from starlette.testclient import TestClient

    app = build_site(sqlite_url, tmp_path, posts_per_minute=3)
    with TestClient(app) as client:
        statuses = [client.post("/api/factory/x/edits", json={}).status_code for _ in range(8)]
    assert 429 in statuses
