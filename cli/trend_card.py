"""`demandloom trends show`: one trend on one screen."""

from datetime import date
from typing import TYPE_CHECKING, Any

from cli.output import print_table

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from trends.forecasting.values import Forecast

_BASES = {
    "reviewed": "a merchandiser said so",
    "named": "the phrase itself says so",
    "beside": "words beside it in {titles} titles",
    "implied": "the lexicon implies it",
    "alike": "phrases of the same sense imply it",
}


def card_of(session: "Session", phrase: str, until: date) -> dict[str, Any]:
    """Everything that is known of a phrase's newest trend up to a day; UnknownPhrase names phrases near it."""
    from cli.makeable import makeable
    from trends.browse import get_trend
    from trends.outlook import find_forecast
    from trends.review import load_reviews
    from trends.reviewed import spelled
    from trends.told import told

    trend = get_trend(session, phrase, until)
    card = told(trend, full=True)
    reviewed = load_reviews(session).get(spelled(trend.phrase))
    card["reviewed"] = None
    if reviewed is not None:
        card["reviewed"] = {
            "who": reviewed.who,
            "at": reviewed.at,
            "version": reviewed.version,
            "is_goods": reviewed.is_goods,
            "meaning": dict(reviewed.meaning),
        }
        card["review"] = ""
    card["forecast"] = _ahead(card["series"], find_forecast(session, trend.as_of, trend.phrase))
    return card | {"factories": makeable(session, trend.meaning)}


def _ahead(series: list[list[Any]], said: "Forecast | None") -> dict[str, Any] | None:
    """Week by week: date, level, both ends of the 80% interval; and the same as lines of text."""
    from trends.chart import chart

    if said is None:
        return None
    weeks = [
        (said.date_at(week), *(round(value, 2) for value in said.after(week + 1))) for week in range(len(said.mean))
    ]
    past = [(date.fromisoformat(str(day)), float(value)) for day, value in series]
    return {"tier": said.tier.value, "weeks": weeks, "chart": chart(past, said).splitlines()}


def print_card(card: dict[str, Any]) -> None:
    """The same for people."""
    from models.interest import Segment
    from trends.told import SPEAKERS

    print(f"{card['phrase']}: {card['stage']} as of {card['as_of']}; let in because it {card['rule']}")
    print(f"why    {card['reason']}")
    _print_weeks(card["series"], card["forecast"])
    if card["segments"]:
        shares = sorted(card["segments"].items(), key=lambda item: -item[1])
        print(f"from   {', '.join(f'{SPEAKERS[Segment(name)]} {share:.0%}' for name, share in shares)}")
    _print_review(card)
    print(f"makers {_makers(card['factories'])}")
    _print_attributes(card)
    rows = [(one["date"], one["source"], one["title"]) for one in card["evidence"]]
    print_table("Evidence, newest first", ("date", "source", "title"), rows)


def _print_weeks(series: list[list[Any]], ahead: dict[str, Any] | None) -> None:
    from trends.chart import blocks

    values = [float(value) for _, value in series]
    if ahead is not None:
        print("\n".join(ahead["chart"]))
    elif values:
        print(f"weeks  {blocks(values, max(values))}")
        print(f"       {series[0][0]} to {series[-1][0]}; most {max(values):.1f}, last week {values[-1]:.1f}")


def _print_review(card: dict[str, Any]) -> None:
    reviewed = card["reviewed"]
    if reviewed:
        said = "; ".join(f"{name} {', '.join(values)}" for name, values in reviewed["meaning"].items()) or "no goods"
        print(f"review {said} ({reviewed['who']}, {reviewed['at']:%Y-%m-%d}, version {reviewed['version']})")
    elif card["review"]:
        print(f"review wanted: {card['review']}; say it with `demandloom trends review {card['phrase']} --set ...`")


def _makers(found: dict[str, Any] | None) -> str:
    if found is None:
        return "unknown: no factories in the database, or the meaning names nothing that a design has"
    if not found["makeable"]:
        return f"none of {found['specs']} specs of this meaning can be made by a factory in the database"
    most = sorted(found["by_category"].items(), key=lambda item: -item[1])[:4]
    return (
        f"{found['makeable']} of {found['specs']} specs of this meaning can be made, each by {found['fewest']} to "
        f"{found['most']} factories ({found['quantity']} units; within {found['lead_days']} days at the earliest); "
        f"most for {', '.join(f'{_words(name)} {count}' for name, count in most)}"
    )


def _print_attributes(card: dict[str, Any]) -> None:
    from configs.load_lexicon import load_lexicon

    label = load_lexicon().label
    rows = []
    for one in card["attributes"]:
        chinese = label(one["attribute"], one["value"], "zh")
        shown = _words(one["value"]) + (f" {chinese}" if chinese != one["value"] else "")
        rows.append((one["attribute"], shown, sure(one["confidence"]), _BASES[one["basis"]].format(**one)))
    print_table("What it means in goods", ("attribute", "value", "sure", "because"), rows)


def sure(confidence: float) -> str:
    """A confidence in percent; only what somebody said is certain, however many titles speak for it."""
    return f"{confidence if confidence == 1 else min(confidence, 0.99):.0%}"


def _words(key: str) -> str:
    return key.replace("_", " ")
