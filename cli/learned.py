"""`demandloom demand learned`: which attributes sell, and whether learning pays."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.output import AsJson, print_json, print_table

if TYPE_CHECKING:
    from demand.learning.lift import Lift
    from models.learned import LearnedEffect
    from models.lesson import Lesson

EXAMPLE = "Examples: demandloom demand learned | demandloom demand learned --segment cross_border --json"
_SHOWN = 5


def learned(
    segment: Annotated[
        str | None, typer.Option(help="domestic_business, domestic_consumer or cross_border. [default: all]")
    ] = None,
    simulated: Annotated[bool, typer.Option(help="What simulated buyers taught, instead of people.")] = False,
    as_json: AsJson = False,
) -> None:
    """Attributes that sell and that do not, with 90% intervals; what each rung foretells; what learning brought."""
    from cli.edges import ready
    from demand.learning.keep_lessons import effects_of, find_lift, find_yields, rungs_of
    from models.db import transaction
    from models.lesson import find_lesson

    ready()
    chosen = _segment(segment)
    with transaction() as session:
        lesson = find_lesson(session, simulated)
        if lesson is None:
            _say_nothing_known(simulated, find_lesson(session, not simulated) is not None, as_json)
            return
        effects = effects_of(lesson, chosen).effects
        lift = find_lift(session, simulated)
        yields = find_yields(session, lesson.id)
        rungs = rungs_of(lesson)
    if as_json:
        from dataclasses import asdict

        from demand.learning.keep_lessons import lift_json

        print_json(
            {
                "known": True,
                "simulated": simulated,
                "version": lesson.version,
                "learned_at": lesson.learned_at,
                "evidence": lesson.evidence,
                "segment": segment,
                "attributes": [_plain(effect) for effect in effects],
                "best": [_plain(effect) for effect in _best(effects)],
                "worst": [_plain(effect) for effect in _worst(effects)],
                "rungs": rungs.to_json(),
                "yields": [{"factory": code, **asdict(one)} for code, one in yields],
                "lift": lift_json(lift),
            }
        )
        return
    _print(lesson, effects, lift, segment)


def _segment(name: str | None) -> Any:
    from models.errors import InvalidInput
    from models.interest import Segment

    if name is not None and name not in list(Segment):
        raise InvalidInput(f"--segment {name[:40]!r} is none of {', '.join(Segment)}")
    return Segment(name) if name else None


def _best(effects: "tuple[LearnedEffect, ...]") -> "list[LearnedEffect]":
    from models.learned import Leaning

    clear = [effect for effect in effects if effect.leaning is Leaning.BETTER]
    return sorted(clear, key=lambda effect: -effect.low)[:_SHOWN]


def _worst(effects: "tuple[LearnedEffect, ...]") -> "list[LearnedEffect]":
    from models.learned import Leaning

    clear = [effect for effect in effects if effect.leaning is Leaning.WORSE]
    return sorted(clear, key=lambda effect: effect.high)[:_SHOWN]


def _plain(effect: "LearnedEffect") -> dict[str, Any]:
    from math import exp

    return {
        "attribute": effect.attribute,
        "value": effect.value,
        "odds_ratio": round(exp(effect.log_odds), 4),
        "low": round(exp(effect.low), 4),
        "high": round(exp(effect.high), 4),
        "listings": effect.listings,
        "leaning": effect.leaning.value,
    }


def _say_nothing_known(simulated: bool, others: bool, as_json: bool) -> None:
    whose = "simulated buyers" if simulated else "people"
    why = f"nothing was learned from {whose} yet: no listing was judged, or `demandloom flows learn` did not run since"
    if others and not simulated:
        why += "; --simulated shows what simulated buyers taught"
    print_json({"known": False, "simulated": simulated, "why": why}) if as_json else print(why)


def _print(lesson: "Lesson", effects: "tuple[LearnedEffect, ...]", lift: "Lift", segment: str | None) -> None:
    count = lesson.evidence["listings"]
    title = f"Version {lesson.version}, {count} listings" + (f", {segment}" if segment else "")
    rows = [list(_plain(effect).values()) for effect in effects]
    print_table(title, ("attribute", "value", "odds ratio", "low", "high", "listings", "says"), rows)
    for word, clear in (("sells better", _best(effects)), ("sells worse", _worst(effects))):
        named = ", ".join(f"{effect.attribute} {effect.value}" for effect in clear)
        print(f"{word}: {named or 'nothing is clear yet'}")
    if lift.difference is None or lift.low is None or lift.high is None:
        print(f"learning cannot be judged yet: {lift.treated} treated and {lift.control} control listings are too few")
        return
    low, high = (f"{100 * end:+.2f}" for end in (lift.low, lift.high))
    print(
        f"designs drawn with learning convert {100 * lift.difference:+.2f} percentage points against control "
        f"(95%: {low} to {high}), from {lift.treated} and {lift.control} listings"
    )
