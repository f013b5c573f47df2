"""`demandloom trends review`: phrases that the lexicon does not know, and a merchandiser's word on them."""

import getpass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.output import AsJson, AsOf, day_or_today, print_json, print_table, say
from cli.trend_card import sure

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

REVIEW_EXAMPLES = (
    "Examples: demandloom trends review ; demandloom trends review 美拉德 --set colour=brown,camel "
    "--set category=coat,毛衣 --by Lin ; demandloom trends review 压容量 --not-goods --by Lin"
)
_TITLES, _GUESSES = 3, 8

Settings = Annotated[
    list[str] | None,
    typer.Option("--set", help="ATTRIBUTE=VALUE,VALUE with keys or spellings of the lexicon, repeatable."),
]


def review(
    phrase: Annotated[str | None, typer.Argument(help="The phrase. [default: list all that wait]")] = None,
    settings: Settings = None,
    not_goods: Annotated[bool, typer.Option("--not-goods", help="Keep it out of trends from now on.")] = False,
    by: Annotated[str | None, typer.Option("--by", help="Who says so. [default: the user of this machine]")] = None,
    why: Annotated[str, typer.Option(help="A remark to keep with it.")] = "",
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """List the phrases that wait for a merchandiser, show what was said about one, or say what it means.

    Each saying is kept with who and when; a new one never overwrites an earlier one. Later detections and
    `design spec` go by the newest.
    """
    from cli.edges import ready
    from models.db import transaction
    from models.errors import InvalidInput

    if phrase is None and (settings or not_goods):
        raise InvalidInput("say which phrase: demandloom trends review PHRASE --set ...")
    ready()
    with transaction() as session:
        if phrase is None:
            answer: Any = _waiting(session, day_or_today(as_of))
        elif settings or not_goods:
            answer = _record(session, phrase, settings or [], not not_goods, by or getpass.getuser(), why)
        else:
            answer = _history(session, phrase, day_or_today(as_of))
    if as_json:
        print_json(answer)
    elif isinstance(answer, list):
        _print_waiting(answer)
    else:
        _print_versions(answer)


def _waiting(session: "Session", day: date) -> list[dict[str, Any]]:
    from trends.review import find_unreviewed

    return [
        {
            "phrase": trend.phrase,
            "as_of": trend.as_of,
            "why": trend.review,
            "guessed": trend.attributes,
            "evidence": trend.evidence,
        }
        for trend in find_unreviewed(session, day)
    ]


def _record(session: "Session", phrase: str, settings: list[str], is_goods: bool, who: str, why: str) -> dict[str, Any]:
    from configs.load_lexicon import load_lexicon
    from trends.review import parse_meaning, record_review

    meaning = parse_meaning(settings, load_lexicon())
    record_review(session, phrase, meaning, who, datetime.now(UTC), is_goods=is_goods, why=why)
    return _versions(session, phrase)


def _history(session: "Session", phrase: str, day: date) -> dict[str, Any]:
    """What was said; UnknownPhrase when nobody said anything and there is no such trend."""
    from trends.browse import get_trend

    found = _versions(session, phrase)
    if not found["versions"]:
        trend = get_trend(session, phrase, day)
        found |= {"why": trend.review, "guessed": trend.attributes, "evidence": trend.evidence}
    return found


def _versions(session: "Session", phrase: str) -> dict[str, Any]:
    from trends.review import find_versions

    names = ("version", "is_goods", "meaning", "who", "at", "why")
    said = find_versions(session, phrase)
    return {"phrase": phrase, "versions": [{name: getattr(one, name) for name in names} for one in said]}


def _print_waiting(found: list[dict[str, Any]]) -> None:
    rows = [
        (
            one["phrase"],
            "\n".join(f"{line['date']} {line['title']}" for line in one["evidence"][:_TITLES]),
            guesses(one["guessed"]),
        )
        for one in found
    ]
    print_table("Phrases that the lexicon does not know", ("phrase", "titles", "guessed"), rows)
    if found:
        say(f"say what one means: demandloom trends review {found[0]['phrase']} --set colour=... --set category=...")
        say(f"or that it is no goods: demandloom trends review {found[0]['phrase']} --not-goods")


def guesses(attributes: list[dict[str, Any]]) -> str:
    """The surest guesses, one an item, with their confidence."""
    surest = sorted(attributes, key=lambda one: -one["confidence"])[:_GUESSES]
    return ", ".join(f"{one['attribute']} {one['value']} {sure(one['confidence'])}" for one in surest) or "nothing"


def _print_versions(found: dict[str, Any]) -> None:
    if not found["versions"]:
        print(f"{found['phrase']}: nobody has said what it means; {found['why'] or 'the lexicon knows it'}")
        print(f"guessed: {guesses(found['guessed'])}")
        rows = [(one["date"], one["source"], one["title"]) for one in found["evidence"]]
        print_table("Evidence, newest first", ("date", "source", "title"), rows)
        return
    said = [
        (one["version"], _said(one), one["who"], f"{one['at']:%Y-%m-%d %H:%M}", one["why"]) for one in found["versions"]
    ]
    print_table(f"{found['phrase']}, the last line counts", ("version", "meaning", "who", "when (UTC)", "remark"), said)


def _said(one: dict[str, Any]) -> str:
    if not one["is_goods"]:
        return "no goods"
    return "; ".join(f"{name} {', '.join(values)}" for name, values in one["meaning"].items())
