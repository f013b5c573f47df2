"""How factories work, for merchandisers (operators only) and, by the link in its notices, for each factory itself."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Path, Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, RedirectResponse, Response

from factory_matching.renewal.decide import apply_approved, decide_proposal
from factory_matching.renewal.keep import find_members, find_proposals
from factory_matching.renewal.words import explain_in, explain_out
from factory_matching.scorecard.appeals import decide_appeal, file_appeal, find_appeals, reinstate
from factory_matching.scorecard.findings import find_waiting, judge_finding
from factory_matching.scorecard.standings import StandingLinks, get_factory
from factory_matching.scorecard.view import load_scorecard
from factory_matching.scorecard.words import explain
from models.factory import Factory
from models.scorecard import RenewalProposal, RenewalSide
from web.console import WHO, RowId
from web.pages import pages_of
from web.portal import in_factory_language
from web.visit import Database, Operating, Visit, Visiting, config_of

router = APIRouter()
Code = Annotated[str, Path(max_length=40)]
Token = Annotated[str, Path(max_length=200)]
Answered = Literal["grant", "refuse"]
Judged = Literal["confirm", "dismiss"]
Decided = Literal["approve", "reject"]
Why = Annotated[str, Form(min_length=1, max_length=400)]


def links_of(request: Request) -> StandingLinks:
    """The links that factories' notices carry."""
    config = config_of(request)
    return StandingLinks(config.base_url or str(request.base_url), config.secret)


@router.get("/console/factories/{code}/scorecard")
def show_scorecard(request: Request, code: Code, visit: Operating, session: Database) -> HTMLResponse:
    """One factory's score, measures with intervals, findings, appeals, standing."""
    card = load_scorecard(session, code)
    return pages_of(request).answer(
        request, visit, "console/scorecard.html", card=card, factory=card.factory, explain=explain
    )


@router.post("/console/factories/{code}/appeal/{answer}")
def answer_appeal(
    request: Request, code: Code, answer: Answered, visit: Operating, session: Database, why: Why
) -> Response:
    """Grant or refuse the pending appeal."""
    decide_appeal(session, code, answer == "grant", why, WHO, visit.now, links_of(request))
    return _to_scorecard(code)


@router.post("/console/factories/{code}/reinstate")
def put_back(request: Request, code: Code, visit: Operating, session: Database, why: Why) -> Response:
    """Back into good standing."""
    reinstate(session, code, why, WHO, visit.now, links_of(request))
    return _to_scorecard(code)


@router.post("/console/findings/{finding_id}/{answer}")
def judge(
    request: Request,
    finding_id: RowId,
    answer: Judged,
    visit: Operating,
    session: Database,
    why: Why,
) -> Response:
    """Confirm a finding, which suspends at once, or dismiss it."""
    finding = judge_finding(session, finding_id, answer == "confirm", why, WHO, visit.now, links_of(request))
    return _to_scorecard(session.get_one(Factory, finding.factory_id).code)


@router.get("/console/renewal")
def show_renewals(request: Request, visit: Operating, session: Database) -> HTMLResponse:
    """Proposals with who goes, who comes in and what is expected; appeals and findings that wait."""
    return pages_of(request).answer(
        request,
        visit,
        "console/renewal.html",
        proposals=[_shown(request, visit, session, proposal) for proposal in find_proposals(session, limit=20)],
        appeals=find_appeals(session),
        findings=find_waiting(session),
    )


@router.post("/console/renewal/{proposal_id}/{answer}")
def decide_renewal(
    request: Request,
    proposal_id: RowId,
    answer: Decided,
    visit: Operating,
    session: Database,
    why: Why,
) -> Response:
    """Approve a proposal, which moves the standings, or reject it."""
    decide_proposal(session, proposal_id, answer == "approve", why, WHO, visit.now)
    session.flush()
    apply_approved(session, visit.now, WHO, links_of(request))
    return RedirectResponse("/console/renewal", 303)


@router.get("/portal/standing/{code}/{token}")
def show_standing(request: Request, code: Code, token: Token, visit: Visiting, session: Database) -> HTMLResponse:
    """A factory's own scorecard in its language, with the form of an appeal."""
    links_of(request).check(code, token)
    card = load_scorecard(session, code)
    spoken = in_factory_language(request, visit, card.factory)
    return pages_of(request).answer(
        request, spoken, "portal/standing.html", card=card, factory=card.factory, token=token, explain=explain
    )


@router.post("/portal/standing/{code}/{token}")
def appeal(
    request: Request,
    code: Code,
    token: Token,
    visit: Visiting,
    session: Database,
    said: Annotated[str, Form(min_length=1, max_length=2000)],
) -> Response:
    """The factory's appeal."""
    links_of(request).check(code, token)
    file_appeal(session, get_factory(session, code).code, said, visit.now)
    return RedirectResponse(f"/portal/standing/{code}/{token}", 303)


def _shown(request: Request, visit: Visit, session: Session, proposal: RenewalProposal) -> dict[str, Any]:
    """A proposal with its factories and reasons in the reader's language."""
    word, language = pages_of(request).word(visit.language), visit.language
    sides: dict[str, list[tuple[Factory, str]]] = {"out": [], "in": []}
    for member, factory in find_members(session, proposal.id):
        said = (
            explain_out(member.facts, lambda key: word(f"measure_{key}"), language)
            if member.side is RenewalSide.OUT
            else explain_in(member.facts, language)
        )
        sides[member.side.value].append((factory, said))
    figures = [(name, proposal.effect[name]) for name in ("score", "late_share", "quality", "price")]
    return {"row": proposal, "outs": sides["out"], "ins": sides["in"], "figures": figures, "effect": proposal.effect}


def _to_scorecard(code: str) -> Response:
    return RedirectResponse(f"/console/factories/{code}/scorecard", 303)
