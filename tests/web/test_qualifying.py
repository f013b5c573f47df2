"""A merchandiser chooses what a thing is and reads who could make it, and why not the others."""

import pytest
from sqlalchemy import select

from models.attributes import Category
from models.db import transaction
from models.factory import Capability, FactoryCertificate, FactoryStanding
from tests.builders import NOW, make_factory
from tests.web.conftest import Site
from web.held_register import HeldRegister

COAT = {"category": "greatcoat", "material": "wool", "closure": "double_breasted", "quantity": "100", "high": "500"}


@pytest.fixture(autouse=True)
def factories(site: Site) -> None:
    with transaction() as session:
        make_factory(session)
        make_factory(session, moq=300)
        make_factory(session, state=FactoryStanding.SUSPENDED)
        make_factory(session, (Category.COAT,))


def ask(site: Site, **changes: str) -> str:
    return site.client.get("/console/qualify", params={**COAT, **changes}).text


def test_the_answer_says_how_many_at_what_cost_and_why_not_the_others(operator: Site) -> None:
    page = ask(operator)
    assert '<span class="figure">1</span>of 4 factories could make it' in page
    for reason in ("1 do not make it: greatcoat", "1 are suspended", "1 have a minimum above 100"):
        assert reason in page
    assert "Half of them ship 100 units within" in page


def test_a_change_of_choices_changes_the_answer(operator: Site) -> None:
    assert '<span class="figure">2</span>' in ask(operator, quantity="300")
    assert "2 cost more than" in ask(operator, quantity="300", high="20")
    assert "1 lack the material: leather" in ask(operator, category="coat", material="leather")
    assert "lack a technique: " in ask(operator, pattern="check")


def test_sizes_market_and_certificates_are_asked_for_too(operator: Site) -> None:
    with transaction() as session:
        special = make_factory(session, markets=["EU"])
        held = {"factory_id": special.id, "kind": "GOTS", "number": None}
        session.add(FactoryCertificate(**held, expires_on=NOW.date()))
        for one in session.scalars(select(Capability).where(Capability.factory_id == special.id)):
            one.sizes = ["S", "M"]
    assert '<span class="figure">2</span>' in ask(operator)
    assert "1 do not cut every size: XL" in ask(operator, size="XL")
    assert "1 do not serve the market: US" in ask(operator, market="US")
    page = ask(operator, certificate="GOTS")
    assert "lack a certificate: GOTS" in page
    assert '<span class="figure">1</span>' in page


def test_choices_that_the_category_does_not_have_become_its_first(operator: Site) -> None:
    page = ask(operator, category="mug")
    assert 'value="ceramic" selected' in page
    assert "could make it" in page
    assert "could make it" in ask(operator, category="space_suit")


@pytest.mark.parametrize(
    "wrong", [{"quantity": "0"}, {"quantity": "many"}, {"high": "-1"}, {"low": "600"}, {"currency": "12"}, {"low": "x"}]
)
def test_an_impossible_question_is_told(operator: Site, wrong: dict[str, str]) -> None:
    assert "notice bad" in ask(operator, **wrong)


def test_a_change_of_the_register_is_seen(operator: Site) -> None:
    operator.app.state.register.monotonic = lambda: 0.0
    ask(operator)
    with transaction() as session:
        make_factory(session)
    assert '<span class="figure">2</span>of 5 factories' in ask(operator)


def test_the_register_is_read_anew_only_when_it_changed_and_not_all_the_time() -> None:
    read, version, moment = [], [1], [0.0]

    def load(session):
        read.append(version[0])
        moment[0] += 2.0
        return version[0]

    held = HeldRegister(load, lambda session: version[0], lambda: moment[0])
    assert [held.qualifier(None), held.qualifier(None)] == [1, 1]
    version[0] = 2
    assert held.qualifier(None) == 1
    moment[0] = 23.0
    assert [held.qualifier(None), held.qualifier(None)] == [2, 2]
    assert read == [1, 2]
