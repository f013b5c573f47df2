"""What analysts and merchandisers see of learning: which attributes sell, and how the buyers buy. Operators only."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse

from demand.interest.behaviour import LEAST_PEOPLE, Behaviour
from demand.interest.count_behaviours import count_behaviours
from demand.learning.keep_lessons import effects_of, find_lift, find_yields, rungs_of
from models.batch import get_batch
from models.interest import Segment
from models.learned import Leaning
from models.lesson import find_lesson
from models.lexicon import TermKind
from web.effect_chart import effect_chart, effect_rows
from web.pages import pages_of
from web.store import find_batches
from web.visit import Database, Operating

router = APIRouter(prefix="/dashboard")


@router.get("/learned")
def show_learned(
    request: Request,
    visit: Operating,
    session: Database,
    segment: Segment | None = None,
    simulated: bool | None = None,
) -> HTMLResponse:
    """Attributes that sell with intervals, what each rung foretells, makers' yields, what learning brought.

    What people taught, unless only simulated buyers did or they are asked for.
    """
    known = {buyers: find_lesson(session, buyers) for buyers in (False, True)}
    buyers = simulated if simulated is not None else known[False] is None and known[True] is not None
    lesson, pages = known[buyers], pages_of(request)
    if lesson is None:
        return pages.answer(request, visit, "dashboard/nothing_learned.html")
    word = pages.word(visit.language)
    rows = effect_rows(effects_of(lesson, segment).effects, word, _label(request, visit.language))
    return pages.answer(
        request,
        visit,
        "dashboard/learned.html",
        lesson=lesson,
        rows=rows,
        better=[row for row in rows if row.leaning is Leaning.BETTER],
        worse=[row for row in reversed(rows) if row.leaning is Leaning.WORSE],
        chart=effect_chart(rows, word) if rows else None,
        rungs=rungs_of(lesson),
        yields=find_yields(session, lesson.id),
        lift=find_lift(session, buyers),
        segment=segment,
        segments=list(Segment),
        both=None not in known.values(),
        simulated=buyers,
    )


@router.get("/buyers")
def show_buyers(
    request: Request, visit: Operating, session: Database, batch: Annotated[str | None, Query(max_length=64)] = None
) -> HTMLResponse:
    """How the buyers of each segment buy, on all listings or on one batch's; small groups are withheld."""
    batches = find_batches(session)
    chosen = get_batch(session, batch) if batch else None
    groups = count_behaviours(session, visit.now, chosen.id if chosen else None)
    return pages_of(request).answer(
        request,
        visit,
        "dashboard/buyers.html",
        batches=batches,
        batch=chosen,
        groups=[(group.segment, group.shown()) for group in groups],
        behaviours=list(Behaviour),
        least=LEAST_PEOPLE,
        simulated=chosen.simulated if chosen else any(one.simulated for one in batches),
    )


def _label(request: Request, language: str) -> Callable[[str, str], str]:
    """What a reader calls an attribute's value; trends and price bands are called what they are."""
    lexicon = pages_of(request).lexicon

    def label(attribute: str, value: str) -> str:
        return lexicon.label(attribute, value, language) if attribute in list(TermKind) else value

    return label
