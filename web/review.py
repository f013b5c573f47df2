"""The review list: phrases that the lexicon does not know, and a merchandiser's word on each."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from models.trend import Trend
from trends.review import find_unreviewed, parse_meaning, record_review
from web.pages import pages_of
from web.visit import Database, Operating

router = APIRouter(prefix="/console/review")
ASKED = ("category", "colour", "pattern", "material", "style", "occasion")
"""Attributes that the form asks for; the command line takes all of them."""
_SURE_ENOUGH = 0.7
_MOST = 50
Text = Annotated[str, Form(max_length=200)]
Name = Annotated[str, Form(max_length=64)]
Phrase = Annotated[str, Form(max_length=120)]


@router.get("")
def show_review(request: Request, visit: Operating, session: Database) -> HTMLResponse:
    """Phrases that wait, each with its titles and what we guess."""
    waiting = find_unreviewed(session, visit.now.date(), _MOST)
    label = pages_of(request).lexicon.label
    rows = [(trend, _guesses(trend, label, visit.language)) for trend in waiting]
    return pages_of(request).answer(request, visit, "console/review.html", rows=rows)


def _guesses(trend: Trend, label: Any, language: str) -> dict[str, str]:
    """What stands in the form before anybody writes: the likely values in the reader's language."""
    found: dict[str, list[str]] = {name: [] for name in ASKED}
    for one in trend.attributes:
        if one["attribute"] in found and one["confidence"] >= _SURE_ENOUGH:
            found[one["attribute"]].append(label(one["attribute"], one["value"], language))
    return {name: ", ".join(values) for name, values in found.items()}


@router.post("")
def post_review(
    request: Request,
    visit: Operating,
    session: Database,
    phrase: Phrase,
    who: Name,
    category: Text = "",
    colour: Text = "",
    pattern: Text = "",
    material: Text = "",
    style: Text = "",
    occasion: Text = "",
    no_goods: Annotated[bool, Form()] = False,
) -> Response:
    """What a phrase means, or that it is no goods; kept with who and when."""
    written = zip(ASKED, (category, colour, pattern, material, style, occasion), strict=True)
    settings = [] if no_goods else [f"{name}={values}" for name, values in written if values.strip()]
    meaning = parse_meaning(settings, pages_of(request).lexicon)
    record_review(session, phrase, meaning, who, visit.now, is_goods=not no_goods)
    return RedirectResponse("/console/review", 303)
