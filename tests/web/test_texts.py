"""Every text has its Chinese, every route its line in docs/web.md."""

import io
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from jinja2.ext import babel_extract

from tests.web.conftest import Site
from web.app import PARTS
from web.language import choose_language, translations
from web.pages import TEMPLATES
from web.words import WORDS

WEB = Path(__file__).parents[2] / "web"
DOCS = Path(__file__).parents[2] / "docs" / "web.md"


def texts_of_templates() -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    options = {"trim_blocks": "true", "lstrip_blocks": "true"}
    for path in TEMPLATES.glob("**/*.html"):
        for _, _, text, _ in babel_extract(io.BytesIO(path.read_bytes()), ("_", "gettext", "ngettext"), [], options):
            found.add((text,) if isinstance(text, str) else tuple(part for part in text if part))
    return found


def test_every_text_has_its_chinese() -> None:
    chinese = translations("zh")
    for text in texts_of_templates():
        said = chinese.gettext(text[0]) if len(text) == 1 else chinese.ngettext(text[0], text[1], 2)
        assert said != text[-1], f"no Chinese for {text[0]!r}"


def test_every_word_has_its_chinese() -> None:
    chinese = translations("zh")
    assert {text for _, text, _, _ in extract_from_file("python", str(WEB / "words.py"), keywords={"N_": None})} == set(
        WORDS.values()
    )
    for text in WORDS.values():
        assert chinese.gettext(text) != text, f"no Chinese for {text!r}"


def test_translations_keep_their_places() -> None:
    chinese = translations("zh")
    for text in texts_of_templates():
        said = chinese.gettext(text[0]) if len(text) == 1 else chinese.ngettext(text[0], text[1], 2)
        assert set(re.findall(r"%\(\w+\)s", said)) == set(re.findall(r"%\(\w+\)s", text[0])), text[0]


@pytest.mark.parametrize(
    ("query", "cookie", "accept", "language"),
    [
        ("en", "zh", "zh", "en"),
        (None, "en", "zh", "en"),
        (None, None, "en-GB,en;q=0.9,zh;q=0.1", "en"),
        (None, None, "zh-TW", "zh"),
        (None, None, "de,fr;q=0.5", "zh"),
        (None, None, None, "zh"),
        ("xx", "yy", ";;;,,,", "zh"),
    ],
)
def test_the_language_is_the_most_explicit_wish(query, cookie, accept, language) -> None:
    assert choose_language(query, cookie, accept) == language


def test_every_route_is_in_the_docs(site: Site) -> None:
    rows = [line.split("|") for line in DOCS.read_text().splitlines() if line.startswith(("| GET", "| POST"))]
    documented = {(row[1].strip(), row[2].strip(" `")) for row in rows}
    routes = [route for part in PARTS for route in part.router.routes] + site.app.routes
    served = {
        (method, re.sub(r":\w+}", "}", route.path))
        for route in routes
        if hasattr(route, "path")
        for method in (getattr(route, "methods", None) or {"GET"}) - {"HEAD"}
    }
    assert documented == served
