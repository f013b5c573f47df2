"""Chinese or English: chosen by the reader, remembered in a cookie, translated from catalogues read at start."""

import gettext
from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale, negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = ("zh", "en")
COOKIE = "language"
_LOCALES = {"zh": "zh_CN", "en": "en"}
_FOLDER = Path(__file__).parent / "locale"


def choose_language(query: str | None, cookie: str | None, accept: str | None) -> str:
    """What the address asks for, else what was chosen before, else what the browser prefers, else Chinese."""
    for wanted in (query, cookie):
        if wanted in LANGUAGES:
            return wanted
    preferred = [part.split(";")[0].strip().replace("-", "_") for part in (accept or "").split(",")[:10]]
    return negotiate_locale([tag for tag in preferred if tag], ["zh", "en"]) or _by_prefix(preferred)


def _by_prefix(preferred: list[str]) -> str:
    return next((tag[:2].lower() for tag in preferred if tag[:2].lower() in LANGUAGES), "zh")


def locale_of(language: str) -> Locale:
    """How this language writes dates, numbers and money."""
    return Locale.parse(_LOCALES[language])


@cache
def translations(language: str) -> gettext.NullTranslations:
    """The catalogue of a language; English is the language of the templates themselves."""
    if language == "en":
        return gettext.NullTranslations()
    with (_FOLDER / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
