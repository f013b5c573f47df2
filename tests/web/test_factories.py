"""Merchandisers find factories, see one whole, check what it declares, and ask who could make a thing."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from factory_matching.edits.rule import EditRule
from factory_matching.edits.submit import submit_edit, version_of
from models.attributes import Category
from models.db import transaction
from models.factory import Factory, FactoryCertificate, FactoryStanding, Verification
from models.factory_edit import EditPart, EditState, FactoryEdit
from models.order import OfferState, ProductionOrder, ProductionOrderState
from tests.builders import NOW, make_allocation, make_factory, make_offer, make_production_order
from tests.web.conftest import Site
from web.factory_search import ROWS, Sort, Wanted, find_factories


def declare(code: str = "ZJ-1", units: int = 500) -> int:
    """The number of an edit that waits."""
    with transaction() as session:
        factory = make_factory(session, code=code, daily_capacity=100, lead_days=6)
        now = version_of({"daily_capacity": 100, "lead_days": 6, "lead_days_p90": None})
        asked = {"daily_capacity": units}
        done = submit_edit(session, factory, EditPart.CAPACITY, "", asked, now, NOW, "factory, link 1", EditRule())
        assert done.declared
        return done.declared.id


def codes(site: Site, query: str = "") -> list[str]:
    page = site.client.get(f"/console/factories?{query}").text
    return [part.split('"')[0] for part in page.split('href="/console/factories/')[1:]]


def test_factories_are_found_by_code_name_category_region_standing_and_verification(operator: Site) -> None:
    with transaction() as session:
        make_factory(session, code="A-1", name="Red Mill", region="Zhejiang")
        make_factory(session, (Category.MUG,), code="A-2", name="100% Mugs", region="Hunan")
        make_factory(session, code="B-1", state=FactoryStanding.WARNED, verification=Verification.AUDITED)
    assert codes(operator) == ["A-1", "A-2", "B-1"]
    assert codes(operator, "q=A-") == ["A-1", "A-2"]
    assert codes(operator, "q=ed+Mi") == ["A-1"]
    assert codes(operator, "q=%25") == ["A-2"]
    assert codes(operator, "category=mug") == ["A-2"]
    assert codes(operator, "region=Hunan") == ["A-2"]
    assert codes(operator, "standing=warned") == ["B-1"]
    assert codes(operator, "verification=audited&q=B") == ["B-1"]
    assert codes(operator, "q=nobody") == []


@pytest.mark.parametrize("after", ["x", "[]", '["a"]', "[1, 2, 3]", "[null, 1]", '["a", "b"]', "[" * 200])
def test_a_page_key_that_no_page_gave_is_refused(operator: Site, after: str) -> None:
    assert operator.client.get("/console/factories", params={"after": after}).status_code == 422


@pytest.mark.parametrize("sort", list(Sort))
def test_pages_follow_each_other_without_gap_or_repetition(session, sort) -> None:
    for number in range(2 * ROWS + 7):
        make_factory(session, name=f"mill {number % 5}", daily_capacity=1 + number % 3, quality=(number % 4) / 4)
    seen, after = [], ""
    for _ in range(4):
        found = find_factories(session, Wanted(sort=sort, after=after))
        seen += [getattr(one, sort.value) for one in found.factories]
        ids = len({one.id for one in found.factories})
        assert ids == len(found.factories)
        after = found.next
        if not after:
            break
    assert len(seen) == 2 * ROWS + 7
    assert seen == sorted(seen, reverse=sort in (Sort.CAPACITY, Sort.QUALITY))


def test_a_factory_page_shows_record_certificates_days_orders_and_edits(operator: Site) -> None:
    declare()
    with transaction() as session:
        factory = session.scalars(select(Factory)).one()
        for kind, days in (("BSCI", 20), ("GOTS", 400), ("WRAP", -1)):
            held = {"factory_id": factory.id, "kind": kind, "expires_on": NOW.date() + timedelta(days=days)}
            session.add(FactoryCertificate(**held, number=None))
        offer = make_offer(session, make_allocation(session, factory=factory), state=OfferState.ACCEPTED)
        make_production_order(session, offer, code="PO-1", state=ProductionOrderState.SAMPLED)
    page = operator.client.get("/console/factories/ZJ-1").text
    for shown in ("ends soon", "run out", "valid", "PO-1", "To check:", "Accept: it counts", "0/<wbr>100"):
        assert shown in page
    assert operator.client.post("/console/orders/PO-1/approve").status_code == 303
    with transaction() as session:
        assert session.scalars(select(ProductionOrder.state)).all() == [ProductionOrderState.APPROVED]
    assert operator.client.get("/console/factories/nobody").status_code == 404


@pytest.mark.parametrize(("act", "state", "units"), [("accept", "counted", 500), ("refuse", "refused", 100)])
def test_an_edit_is_checked(operator: Site, act: str, state: str, units: int) -> None:
    number = declare()
    assert f"/console/factory-edits/{number}/{act}" in operator.client.get("/console/factory-edits").text
    assert "1 edit to check" in operator.client.get("/console/factories").text
    answer = operator.client.post(f"/console/factory-edits/{number}/{act}", data={"why": "we were there"})
    assert answer.headers["location"] == "/console/factories/ZJ-1#edits"
    with transaction() as session:
        assert session.get_one(FactoryEdit, number).state is EditState(state)
        assert session.scalars(select(Factory.daily_capacity)).all() == [units]
    assert "Nothing waits for a check" in operator.client.get("/console/factory-edits").text


def test_refusing_needs_a_reason(operator: Site) -> None:
    number = declare()
    assert operator.client.post(f"/console/factory-edits/{number}/refuse").status_code == 422


def test_verification_is_set_with_what_was_checked(operator: Site) -> None:
    with transaction() as session:
        make_factory(session, code="ZJ-1")
    path = "/console/factories/ZJ-1/verification"
    assert operator.client.post(path, data={"to": "audited"}).status_code == 422
    assert operator.client.post(path, data={"to": "audited", "why": "visited"}).status_code == 303
    assert "visited" in operator.client.get("/console/factories/ZJ-1").text


CONSOLE = ("/console/factories", "/console/factories/x", "/console/factory-edits", "/console/qualify")
ACTS = ("/console/factory-edits/1/accept", "/console/factory-edits/1/refuse", "/console/orders/x/approve")


def test_none_of_it_without_signing_in(site: Site) -> None:
    assert [site.client.get(path).status_code for path in CONSOLE] == [303] * len(CONSOLE)
    assert [site.client.post(path).status_code for path in ACTS] == [403] * len(ACTS)
    assert site.client.post("/console/factories/x/verification", data={"to": "audited"}).status_code == 403
