"""Factories' words on pages: techniques, languages, days, and what is wrong with a form, in the reader's language."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from babel import Locale, UnknownLocaleError, dates

from models.attributes import Category, Closure, PatternKind
from models.category_rules import CATEGORY_RULES
from models.lexicon import Lexicon

CONTACT_KINDS = ("phone", "wechat", "email", "whatsapp", "qq", "dingtalk")
"""What the forms offer; a file may name others."""


def N_(text: str) -> str:  # mark for extraction; translated where it is shown
    """The text itself."""
    return text


# What people run into on the page, in their words; the file import's own words stand for everything else.
_REASONS = (
    (
        r"(?P<day>[\d-]+): (?P<units>\d+) units are booked",
        N_("On %(day)s %(units)s units are booked; fewer are not possible."),
    ),
    (
        r"(?P<day>[\d-]+) is not between (?P<first>[\d-]+) and (?P<last>[\d-]+)",
        N_("Choose a day from %(first)s to %(last)s."),
    ),
    (r"(?P<last>[\d-]+) is before (?P<first>[\d-]+)", N_("The last day is before the first.")),
    (
        r"this was changed in the meantime",
        N_("Somebody changed this in the meantime. Look at what stands there now and say it again."),
    ),
    (
        r"breaks? .* not a falling ladder",
        N_("More units must never cost more each, and every number must be larger than the one before."),
    ),
    (r"no prices given|is not QUANTITY:PRICE", N_("Give at least one price: from how many units, and how much each.")),
    (r"no material given", N_("Choose at least one material.")),
    (r"say how many units", N_("Say how many units a day.")),
    (r"is not a whole number", N_("Write a whole number.")),
    (r"is not a day such as", N_("Choose a day.")),
    (r"capabilities is not a list", N_("You must make at least one category.")),
)


def techniques_for(category: str) -> tuple[str, ...]:
    """Patterns and closures that goods of a category may ask for; plain and none ask for nothing."""
    closures = CATEGORY_RULES[Category(category)].closures
    return (*(c.value for c in closures if c is not Closure.NONE), *(k.value for k in PatternKind if k != "plain"))


def more(choices: Sequence[str], own: Sequence[str]) -> list[str]:
    """The choices, and what somebody has beyond them."""
    return [str(one) for one in dict.fromkeys((*choices, *own))]


def factory_filters(lexicon: Lexicon, language: str, locale: Any, say: Callable[[str], str]) -> Mapping[str, Any]:
    """Filters of the templates."""

    def technique(key: str) -> str:
        kind = "closure" if key in list(Closure) else "pattern"
        return lexicon.label(kind, key, language)

    def plain_reason(reason: str) -> str:
        for pattern, text in _REASONS:
            if found := re.search(pattern, reason):
                return say(text) % {name: value or "" for name, value in found.groupdict().items()}
        return reason

    return {
        "technique": technique,
        "plain_reason": plain_reason,
        "language_name": lambda code: language_name(str(code), locale),
        "weekday": lambda day: dates.format_date(day, "ccc", locale),
        "day_of_month": lambda day: dates.format_date(day, "M/d" if day.day == 1 else "d", locale),
    }


def language_name(code: str, locale: Any) -> str:
    """What people call a language; its code where nobody knows it."""
    try:
        return str(Locale.parse(code.replace("-", "_")).get_language_name(locale) or code)
    except (UnknownLocaleError, ValueError):
        return code
