"""A trend as machines and lists read it."""

from typing import Any

from models.interest import Segment
from models.trend import Trend

_SHOWN = 2
SPEAKERS = {
    Segment.DOMESTIC_BUSINESS: "shops",
    Segment.DOMESTIC_CONSUMER: "consumers",
    Segment.CROSS_BORDER: "abroad",
}
"""What a list calls the segments from which a trend's titles speak."""
_BRIEF = (
    "phrase",
    "as_of",
    "language",
    "stage",
    "score",
    "momentum",
    "rule",
    "meaning",
    "segments",
    "review",
    "reason",
)
_FULL = (*_BRIEF, "attributes", "series", "evidence")


def told(trend: Trend, *, full: bool = False) -> dict[str, Any]:
    """Plain JSON of a stored trend; `full` adds each value's confidence, the weekly series and the evidence."""
    found = {name: getattr(trend, name) for name in (_FULL if full else _BRIEF)}
    found |= {"as_of": trend.as_of.isoformat(), "stage": trend.stage.value}
    return found | {"score": round(trend.score, 2), "momentum": round(trend.momentum, 2)}


def in_short(one: dict[str, Any]) -> dict[str, str]:
    """What `told` gave, as one line of a list for people."""
    meaning, segments = one["meaning"], one["segments"]
    leading = max(segments, key=lambda name: segments[name]) if segments else ""
    certain = f"{one['score']:.1f}+" if one["score"] > 1 else "unsure"
    return {
        "phrase": one["phrase"],
        "stage": one["stage"],
        "rise": certain,
        "goods": _words(meaning.get("category", ())),
        "colours": _words(meaning.get("colour", ())),
        "from": f"{SPEAKERS[Segment(leading)]} {segments[leading]:.0%}" if leading else "",
        "review": "wanted" if one["review"] else "",
    }


def _words(values: Any) -> str:
    shown = ", ".join(value.replace("_", " ") for value in values[:_SHOWN])
    return f"{shown} …" if len(values) > _SHOWN else shown
