"""Scorecards, appeals and renewals in the browser: for merchandisers, and for a factory by its link."""

import pytest

from factory_matching.renewal.keep import find_proposals, make_proposal
from factory_matching.renewal.rule import RenewalRule
from factory_matching.scorecard.findings import report_finding
from factory_matching.scorecard.standings import StandingLinks, get_factory
from models.attributes import Category
from models.conduct import FindingKind
from models.db import transaction
from models.scorecard import ProposalState
from tests.builders import NOW, make_factory
from tests.factory_matching.conduct import make_history, score
from tests.web.conftest import Site

LINKS = StandingLinks("http://testserver", "a secret of the tests")
RULE = RenewalRule(worst_share=0.34, least_orders=3)


def late_factory() -> str:
    """Warned for fourteen late orders."""
    with transaction() as session:
        factory = make_history(session, late=14)
        score(session)
        return factory.code


def standing(code: str) -> str:
    with transaction() as session:
        return get_factory(session, code).state.value


@pytest.mark.parametrize("path", ["/console/renewal", "/console/factories/F1/scorecard"])
def test_only_operators_see_them(site: Site, path: str) -> None:
    assert site.client.get(path).status_code == 303


@pytest.mark.parametrize(
    "path", ["/console/renewal/1/approve", "/console/factories/F1/reinstate", "/console/findings/1/confirm"]
)
def test_only_operators_decide(site: Site, path: str) -> None:
    assert site.client.post(path, data={"why": "x"}).status_code == 403


def test_a_scorecard_says_from_how_many_orders_and_why_in_both_languages(operator: Site) -> None:
    code = late_factory()
    page = operator.client.get(f"/console/factories/{code}/scorecard").text
    assert "shipped on time" in page
    assert "on warning" in page
    assert "from 14 orders: all of it lies below 80" in page
    chinese = operator.client.get(f"/console/factories/{code}/scorecard?lang=zh").text
    assert "根据 14 笔订单" in chinese
    assert "准时发货" in chinese
    assert operator.client.get("/console/factories/nobody/scorecard").status_code == 404


def test_a_factory_appeals_by_its_link_and_a_merchandiser_grants_it(operator: Site) -> None:
    code = late_factory()
    path = LINKS.to_standing(code).removeprefix("http://testserver")
    factory = operator.another_visitor()
    assert "This is a warning" in factory.get(f"{path}?lang=en").text
    assert factory.post(path, data={"said": "the mill was late"}).status_code == 303
    assert "the mill was late" in factory.get(path).text
    assert "the mill was late" in operator.client.get("/console/renewal").text
    answer = operator.client.post(f"/console/factories/{code}/appeal/grant", data={"why": "true"})
    assert answer.status_code == 303
    assert standing(code) == "active"
    assert "true" in factory.get(path).text


@pytest.mark.parametrize("token", ["x", "%F0%9F%98%80"])
def test_a_wrong_link_opens_nothing(site: Site, token: str) -> None:
    with transaction() as session:
        code, other = make_factory(session).code, make_factory(session).code
    assert site.client.get(f"/portal/standing/{code}/{token}").status_code == 403
    assert site.client.get(f"/portal/standing/{code}/{LINKS.token(other)}").status_code == 403
    assert site.client.post(f"/portal/standing/{code}/{token}", data={"said": "x"}).status_code == 403


def test_a_finding_is_confirmed_and_the_factory_reinstated(operator: Site) -> None:
    with transaction() as session:
        code = make_factory(session).code
        number = report_finding(session, code, FindingKind.NO_REAL_SOURCE, "an empty <hall>", "ann", NOW).id
    assert "an empty &lt;hall&gt;" in operator.client.get("/console/renewal").text
    assert operator.client.post(f"/console/findings/{number}/perhaps", data={"why": "seen"}).status_code == 422
    assert operator.client.post(f"/console/findings/{number}/confirm", data={"why": ""}).status_code == 422
    operator.client.post(f"/console/findings/{number}/confirm", data={"why": "seen"})
    assert standing(code) == "suspended"
    assert "confirmed finding" in operator.client.get(f"/console/factories/{code}/scorecard").text
    operator.client.post(f"/console/factories/{code}/reinstate", data={"why": "next door"})
    assert standing(code) == "active"


@pytest.mark.parametrize(
    ("answer", "state", "after"),
    [("approve", ProposalState.APPLIED, "warned"), ("reject", ProposalState.REJECTED, "active")],
)
def test_a_renewal_is_reviewed_and_decided(operator: Site, answer: str, state: ProposalState, after: str) -> None:
    assert "No proposal yet" in operator.client.get("/console/renewal").text
    with transaction() as session:
        bad = make_history(session, late=4)
        for _ in range(2):
            make_history(session, good=4)
        new = make_factory(session, name="New Leaf")
        score(session)
        number = make_proposal(session, Category.GREATCOAT, RULE, NOW).proposal.id
        code = bad.code
    page = operator.client.get("/console/renewal").text
    assert "Rank 1 from the worst of 3" in page
    assert new.name in page
    assert "Least for its demand" in page
    assert "倒数第 1" in operator.client.get("/console/renewal?lang=zh").text
    assert operator.client.post(f"/console/renewal/{number}/{answer}", data={"why": "agreed"}).status_code == 303
    with transaction() as session:
        assert find_proposals(session)[0].state is state
    assert standing(code) == after
    assert operator.client.post(f"/console/renewal/{number}/{answer}", data={"why": "again"}).status_code == 409
