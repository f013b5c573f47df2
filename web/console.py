"""What merchandisers see and decide: trends, batches, pictures, listings, decisions. Signed-in operators only."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Form, Path, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from demand.decision.compare import margin_of
from demand.decision.decide import Judgement
from demand.decision.segments import judge_segments
from demand.interest.counts import ListingCounts
from demand.interest.lock import lock_listing
from demand.interest.roll_up import find_counts
from demand.payments.store import find_settlement
from demand.settlement.settle import stop
from design_gen.approve import approve_mockup, reject_mockup
from listings.store import find_exhibits, get_exhibit
from models.base import LARGEST_ID
from models.batch import BatchState, DemandRule, get_batch
from models.listing import ListingState
from models.rule_version import find_rule_versions
from web.funnel import series_chart
from web.pages import pages_of
from web.product import spec_in_words
from web.quantity import view_plan
from web.shop import card
from web.store import (
    OnSheet,
    count_mockups,
    find_batch_decisions,
    find_batch_trends,
    find_batches,
    find_contact_sheet,
    find_decisions,
    find_history,
    find_trends,
    get_decision,
    get_on_contact_sheet,
    get_trend,
)
from web.visit import Database, Operating, Visit

router = APIRouter(prefix="/console")
Reason = Annotated[str, Form(max_length=400)]
RowId = Annotated[int, Path(le=LARGEST_ID)]
WHO = "merchandiser"


@router.get("")
def show_overview(request: Request, visit: Operating, session: Database) -> HTMLResponse:
    """What waits for the merchandiser, and how each batch stands."""
    batches = find_batches(session)
    return pages_of(request).answer(
        request,
        visit,
        "console/overview.html",
        batches=[(batch, count_mockups(session, batch.id)) for batch in batches],
        decisions=find_batch_decisions(session)[:12],
        trends=find_trends(session, 6),
        simulated=any(batch.simulated for batch in batches),
    )


@router.get("/trends")
def show_trends(request: Request, visit: Operating, session: Database) -> HTMLResponse:
    """What rises, and why we think so."""
    return pages_of(request).answer(request, visit, "console/trends.html", trends=find_trends(session))


@router.get("/trends/{trend_id}")
def show_trend(request: Request, trend_id: RowId, visit: Operating, session: Database) -> HTMLResponse:
    """One trend with its series and its evidence."""
    trend = get_trend(session, trend_id)
    chart = series_chart(trend.series, pages_of(request).word(visit.language))
    return pages_of(request).answer(request, visit, "console/trend.html", trend=trend, chart=chart)


@router.get("/batches")
def show_batches(request: Request, visit: Operating, session: Database) -> HTMLResponse:
    """Every launch."""
    batches = [(batch, count_mockups(session, batch.id)) for batch in find_batches(session)]
    return pages_of(request).answer(request, visit, "console/batches.html", batches=batches)


@router.get("/batches/{slug}")
def show_batch(request: Request, slug: str, visit: Operating, session: Database) -> HTMLResponse:
    """One launch: its rule, trends, pictures to review and listings."""
    batch = get_batch(session, slug)
    return pages_of(request).answer(
        request,
        visit,
        "console/batch.html",
        batch=batch,
        trends=find_batch_trends(session, batch.id),
        sheet=[_frame(request, visit, row) for row in find_contact_sheet(session, batch.id)],
        history=find_history(session, "batches", batch.id),
        versions=find_rule_versions(session, batch.id),
        reviewing=batch.state in (BatchState.LAUNCHED, BatchState.DESIGNED),
        simulated=batch.simulated,
    )


def _frame(request: Request, visit: Visit, row: OnSheet) -> dict[str, Any]:
    """What the contact sheet shows of one picture."""
    mockup, design, trend, listing = row
    words = dict(spec_in_words(design.garment, pages_of(request).lexicon, visit.language))
    return {"mockup": mockup, "design": design, "trend": trend, "listing": listing, "words": words}


@router.post("/mockups/{mockup_id}/approve")
def approve(request: Request, mockup_id: RowId, visit: Operating, session: Database, why: Reason = "") -> Response:
    """A merchandiser's yes to a picture."""
    approve_mockup(session, mockup_id, visit.now, WHO, why or "approved on the contact sheet")
    return _reviewed(request, visit, session, mockup_id)


@router.post("/mockups/{mockup_id}/reject")
def reject(request: Request, mockup_id: RowId, visit: Operating, session: Database, why: Reason = "") -> Response:
    """A merchandiser's no to a picture."""
    reject_mockup(session, mockup_id, visit.now, WHO, why or "rejected on the contact sheet")
    return _reviewed(request, visit, session, mockup_id)


def _reviewed(request: Request, visit: Operating, session: Database, mockup_id: int) -> Response:
    """HTMX gets the frame alone; a browser without it returns to the sheet."""
    mockup, design, trend, listing, batch = get_on_contact_sheet(session, mockup_id)
    if request.headers.get("hx-request"):
        return pages_of(request).answer(
            request,
            visit,
            "console/frame.html",
            frame=_frame(request, visit, (mockup, design, trend, listing)),
            reviewing=True,
        )
    return RedirectResponse(f"/console/batches/{batch.slug}#mockup-{mockup_id}", 303)


@router.get("/listings")
def show_listings(request: Request, visit: Operating, session: Database) -> HTMLResponse:
    """Every listing with its live counts and last verdict."""
    exhibits = find_exhibits(session, tuple(ListingState))
    last = {listing.id: decision for decision, listing in reversed(find_batch_decisions(session))}
    counts = find_counts(session, [one.listing.id for one in exhibits], visit.now)
    rows = [(card(one, visit.now), counts[one.listing.id], last.get(one.listing.id)) for one in exhibits]
    return pages_of(request).answer(
        request,
        visit,
        "console/listings.html",
        rows=rows,
        simulated=any(one.batch.simulated for one in exhibits),
    )


@router.get("/listings/{slug}")
def show_listing(request: Request, slug: str, visit: Operating, session: Database) -> HTMLResponse:
    """One listing: counts raw and clean, by segment; its decisions and moves."""
    exhibit = get_exhibit(session, slug)
    counts = find_counts(session, [exhibit.listing.id], visit.now)[exhibit.listing.id]
    return pages_of(request).answer(
        request,
        visit,
        "console/listing.html",
        card=card(exhibit, visit.now),
        counts=counts,
        segments=judge_segments(counts, exhibit.batch.demand_rule),
        decisions=find_decisions(session, exhibit.listing.id),
        history=find_history(session, "listings", exhibit.listing.id),
        settlement=find_settlement(session, exhibit.listing.id),
        simulated=exhibit.batch.simulated,
    )


@router.post("/listings/{slug}/stop")
def stop_listing(request: Request, slug: str, visit: Operating, session: Database, why: Reason = "") -> Response:
    """Take a listing off the storefront; its page says that it was stopped, and paid deposits go back."""
    listing = lock_listing(session, get_exhibit(session, slug).listing.id)
    stop(session, listing, visit.now, WHO, why or "stopped by the merchandiser")
    return RedirectResponse(f"/console/listings/{slug}", 303)


@router.get("/decisions/{decision_id}")
def show_decision(request: Request, decision_id: RowId, visit: Operating, session: Database) -> HTMLResponse:
    """One judgement: what it saw, the rule, what followed from it, in words."""
    decision, listing, batch = get_decision(session, decision_id)
    rule, judged = DemandRule.from_json(decision.rule), read(decision.outcome.get("judgement"), Judgement.from_json)
    counts = read(decision.inputs.get("counts"), ListingCounts.from_json)
    return pages_of(request).answer(
        request,
        visit,
        "console/decision.html",
        decision=decision,
        listing=listing,
        rule=rule,
        judged=judged,
        margin=margin_of(judged, rule) if judged else None,
        unit=batch.currency if rule.break_even else None,
        plan=decision.outcome.get("quantity"),
        plan_view=view_plan(decision.outcome.get("quantity"), visit.language, pages_of(request).word(visit.language)),
        counts=counts,
        segments=judge_segments(counts, rule) if counts else (),
        simulated=batch.simulated,
    )


Read = TypeVar("Read")


def read(stored: Mapping[str, Any] | None, from_json: Callable[[Mapping[str, Any]], Read]) -> Read | None:
    """What an older version stored may have no tables of today; the page then shows it as it is."""
    try:
        return None if stored is None else from_json(stored)
    except (KeyError, TypeError, ValueError):
        return None
