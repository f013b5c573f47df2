"""Why a demand goes where it goes: who was chosen, who would be next, who is left out, what a change would bring."""

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from configs.files import CONFIGS, read_toml
from factory_matching.explanation import CostParts, Explanation
from factory_matching.offers.look import get_asked_demand
from factory_matching.offers.why import explain_standing
from factory_matching.weights import MatchWeights
from models.batch import Batch
from web.console import RowId
from web.pages import pages_of
from web.qualifying import register_of
from web.visit import Database, Operating

router = APIRouter(prefix="/console")


@router.get("/orders/{demand_id}/why")
def show_why(request: Request, demand_id: RowId, visit: Operating, session: Database) -> HTMLResponse:
    """One demand's match as of now, all others' bookings standing; 404 for a demand that there is not."""
    demand, listing = get_asked_demand(session, str(demand_id))
    weights = MatchWeights.from_table(read_toml(CONFIGS / "match.toml")["weights"])
    register = register_of(request).qualifier(session).register
    why = explain_standing(session, demand, visit.now, weights, register)
    return pages_of(request).answer(
        request,
        visit,
        "console/why.html",
        demand=demand,
        listing=listing,
        why=why,
        told=why.explanation,
        longest=_longest(why.explanation),
        bars=bars,
        simulated=session.get_one(Batch, listing.batch_id).simulated,
    )


def _longest(told: Explanation) -> float:
    """The dearest unit that the page shows: the full width of a bar."""
    costs = [one.parts.total for one in told.chosen] + [one.parts.total for one in told.others]
    return float(max(costs, default=1))


def bars(parts: CostParts, longest: float) -> list[tuple[str, float, float]]:
    """(part, start, width) of a bar, in hundredths of the longest."""
    found, start = [], 0.0
    for name in ("price", "lateness", "quality", "fees"):
        width = 100 * float(getattr(parts, name)) / longest
        found.append((name, round(start, 2), round(width, 2)))
        start += width
    return found
