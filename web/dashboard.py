"""What analysts see: a batch's funnel, raw and clean, rates with intervals, decisions. Signed-in operators only."""

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from demand.exposure.report import count_lost, load_shown
from demand.interest.roll_up import find_counts
from listings.store import find_of_batch
from models.batch import Batch, get_batch
from web.funnel import Funnel, counts_csv, decision_chart, exposure_chart, funnel_chart, rate_chart, segment_chart
from web.pages import pages_of
from web.store import find_batch_decisions, find_batches
from web.visit import Database, Operating, Visit

router = APIRouter(prefix="/dashboard")


@router.get("")
def show_dashboard(
    request: Request, visit: Operating, session: Database, batch: Annotated[str | None, Query(max_length=64)] = None
) -> HTMLResponse:
    """The funnel of one batch, the newest unless another is asked for."""
    batches = find_batches(session)
    chosen = get_batch(session, batch) if batch else next(iter(batches), None)
    if chosen is None:
        return pages_of(request).answer(request, visit, "dashboard/empty.html")
    funnel = _funnel(session, chosen, visit)
    decisions = find_batch_decisions(session, chosen.id)
    shown = load_shown(session, chosen)
    word = pages_of(request).word(visit.language)

    return pages_of(request).answer(
        request,
        visit,
        "dashboard/batch.html",
        batches=batches,
        batch=chosen,
        funnel=funnel,
        decisions=decisions,
        charts={
            "funnel": funnel_chart(funnel, word),
            "segments": segment_chart(funnel, word),
            "rates": rate_chart(funnel, lambda one: one.title_zh if visit.language == "zh" else one.title_en, word),
            "exposure": exposure_chart(shown.by_day(), _titles(funnel, visit.language), word),
            "decisions": decision_chart((decision for decision, _ in decisions), word),
        },
        pages_shown=len(shown.pages),
        pages_lost=count_lost(session),
        simulated=chosen.simulated,
    )


def _titles(funnel: Funnel, language: str) -> dict[int, str]:
    """Names by listing, each once: those of the same name get their number."""
    names = {one.id: one.title_zh if language == "zh" else one.title_en for one, _ in funnel.listings}
    twice = {name for name, count in Counter(names.values()).items() if count > 1}
    return {listing: f"{name} ({listing})" if name in twice else name for listing, name in names.items()}


@router.get("/{slug}.csv")
def export_counts(slug: str, visit: Operating, session: Database) -> Response:
    """A batch's counts by listing, segment and rung, as CSV."""
    batch = get_batch(session, slug)
    headers = {"content-disposition": f'attachment; filename="{batch.slug}.csv"'}
    content = counts_csv(_funnel(session, batch, visit), batch.slug, batch.simulated)
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


def _funnel(session: Session, batch: Batch, visit: Visit) -> Funnel:
    rule = batch.demand_rule
    listings = find_of_batch(session, batch.id)
    counts = find_counts(session, [one.id for one in listings], visit.now)
    return Funnel(rule, tuple((one, counts[one.id]) for one in listings))
