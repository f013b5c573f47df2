"""Templates to HTML: one environment for each language, filters for money, numbers and dates."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import jinja2
from babel import dates, numbers
from starlette.requests import Request
from starlette.responses import HTMLResponse

from demand.decision.decide import Judgement
from demand.decision.explain import explain, say_evidence
from demand.decision.outcome import CONCLUDE_BY_METHOD
from design_gen.finding import in_words
from models.decision import DemandDecision
from models.lexicon import Lexicon
from web import language as languages
from web.factory_words import CONTACT_KINDS, factory_filters, more, techniques_for
from web.visit import Visit, remember
from web.words import WORDS

_DAY = {"zh": "M月d日", "en": "d MMM"}
_MOMENT = {"zh": "y年M月d日 HH:mm", "en": "d MMM y, HH:mm"}
TEMPLATES = Path(__file__).parent / "templates"


class Pages:
    """Renders templates; built once for an app."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon

    def answer(self, request: Request, visit: Visit, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """The page as a response, with the cookies that the browser lacks."""
        response = HTMLResponse(self.render(template, visit.language, request=request, visit=visit, **values), status)
        remember(request, response, visit)
        return response

    def render(self, template: str, language: str, **values: Any) -> str:
        """The page as text; StrictUndefined: a value that a template misses is an error."""
        return self._environments[language].get_template(template).render(language=language, **values)

    def word(self, language: str) -> Callable[[object], str]:
        """How people of this language call states, rungs, segments."""
        word: Callable[[object], str] = self._environments[language].filters["word"]
        return word

    @cached_property
    def _environments(self) -> Mapping[str, jinja2.Environment]:
        return {language: build_environment(self.lexicon, language) for language in languages.LANGUAGES}


def build_environment(lexicon: Lexicon, language: str) -> jinja2.Environment:
    """An environment whose texts, labels, numbers and dates are in one language."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    catalogue = languages.translations(language)
    environment.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]
    locale = languages.locale_of(language)

    def word(key: object) -> str:
        """A state, rung or segment as a person calls it."""
        return catalogue.gettext(WORDS[str(key)]) if str(key) in WORDS else str(key).replace("_", " ")

    environment.filters |= {
        "word": word,
        "why": lambda judged: explain(judged, language),
        "reason": lambda decision: reason_in(decision, language),
        "finding": lambda row: in_words(row, lexicon.label, language),
        "label": lambda key, kind: lexicon.label(kind, str(key), language),
        # A portal link is the factory's key: the console shows where it went, not the key.
        "without_token": lambda address: re.sub(r"(/portal/(?:offers|factory)/)[^/?#]+", r"\1…", address),
        "size_name": lambda size: catalogue.gettext("one size") if size == "one size" else size,
        "hex": lambda key: lexicon.colour(str(key)).hex,
        "money": lambda amount, currency: format_money(amount, currency, locale),
        "number": lambda value, digits=0: numbers.format_decimal(round(value, digits), locale=locale),
        "evidence": lambda log_e: say_evidence(log_e, language),
        "points": lambda share: f"{100 * share:+.2f}",
        "percent": lambda share, digits=1: f"{100 * share:.{digits}f}%",
        "day": lambda moment: dates.format_date(_as_date(moment), _DAY[language], locale),
        "full_day": lambda moment: dates.format_date(_as_date(moment), "medium", locale),
        "moment": lambda moment: dates.format_datetime(moment, _MOMENT[language], locale=locale),
    }
    environment.filters |= factory_filters(lexicon, language, locale, catalogue.gettext)
    environment.globals |= {"more": more, "techniques_for": techniques_for, "contact_kinds": CONTACT_KINDS}
    environment.globals["languages"] = languages.LANGUAGES
    environment.globals["add_days"] = lambda moment, days: moment + timedelta(days=days)
    return environment


def reason_in(decision: DemandDecision, language: str) -> str:
    """Why a decision is what it is, in the reader's language where its method is still known."""
    judged = decision.outcome.get("judgement")
    if decision.method not in CONCLUDE_BY_METHOD or judged is None:
        return decision.reason
    return explain(Judgement.from_json(judged), language)


def format_money(amount: Decimal, currency: str, locale: Any) -> str:
    """'¥159.00'; whole amounts without decimals, as on a price tag."""
    whole = amount == amount.to_integral_value()
    return str(numbers.format_currency(amount, currency, "¤#,##0" if whole else "¤#,##0.00", locale, False))


def _as_date(moment: date | datetime | str) -> date:
    if isinstance(moment, str):
        return date.fromisoformat(moment[:10])
    return moment.date() if isinstance(moment, datetime) else moment


def pages_of(request: Request) -> Pages:
    """The app's pages."""
    pages: Pages = request.app.state.pages
    return pages
