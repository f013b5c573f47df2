"""What was learned of attributes as rows of words and a chart with intervals. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp
from typing import Any

from models.learned import Leaning, LearnedEffect

Words = Callable[[object], str]
_COLOURS = {Leaning.BETTER: "#1f5d4c", Leaning.WORSE: "#b5432a", Leaning.UNCLEAR: "#8a8378"}
_BANDS = {Leaning.BETTER: "#b9d3c8", Leaning.WORSE: "#ecc4ba", Leaning.UNCLEAR: "#e0d9cd"}
_MOST = 24


@dataclass(frozen=True, slots=True)
class EffectRow:
    """One attribute value in a reader's words; ratios of odds against the average of the values tried."""

    attribute: str
    value: str
    ratio: float
    low: float
    high: float
    listings: int
    leaning: Leaning


def effect_rows(effects: Sequence[LearnedEffect], word: Words, label: Callable[[str, str], str]) -> list[EffectRow]:
    """What sells first; values that differ from nothing because nothing else was tried are left out."""
    told = sorted((one for one in effects if one.deviation > 0), key=lambda one: (-one.log_odds, one.value))
    return [
        EffectRow(
            word(one.attribute),
            label(one.attribute, one.value),
            exp(one.log_odds),
            exp(one.low),
            exp(one.high),
            one.listings,
            one.leaning,
        )
        for one in told
    ]


def charted(rows: Sequence[EffectRow]) -> list[EffectRow]:
    """The rows that fit a chart: those that are clear, then those of which most is known, what sells first."""
    by_clarity = sorted(rows, key=lambda row: (row.leaning is Leaning.UNCLEAR, -row.listings, row.attribute, row.value))
    return sorted(by_clarity[:_MOST], key=lambda row: -row.ratio)


def effect_chart(rows: Sequence[EffectRow], word: Words) -> dict[str, Any]:
    """A band from the low to the high end of each ratio, a dot at the ratio, a line at 1: sells like the average."""
    upwards = list(reversed(charted(rows)))
    return {
        "animation": False,
        "grid": {"left": 8, "right": 24, "top": 28, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "axis", "renderMode": "richText"},
        "xAxis": {"type": "value", "min": 0, "axisLabel": {"formatter": "{value}x"}},
        "yAxis": {
            "type": "category",
            "data": [f"{row.value} · {row.attribute}" for row in upwards],
            "axisLabel": {"width": 170, "overflow": "truncate"},
        },
        "series": [
            {
                "type": "bar",
                "stack": "band",
                "silent": True,
                "itemStyle": {"color": "transparent"},
                "data": [round(row.low, 3) for row in upwards],
                "name": word("low end"),
            },
            {
                "type": "bar",
                "stack": "band",
                "barWidth": 8,
                "data": [_coloured(row.high - row.low, _BANDS[row.leaning]) for row in upwards],
                "itemStyle": {"borderRadius": 4, "color": _BANDS[Leaning.UNCLEAR]},
                "name": word("width of the interval"),
                "markLine": {
                    "silent": True,
                    "symbol": "none",
                    "lineStyle": {"color": "#5a544b", "type": "dashed"},
                    "label": {"formatter": word("average"), "color": "#5a544b"},
                    "data": [{"xAxis": 1}],
                },
            },
            {
                "type": "scatter",
                "symbolSize": 9,
                "itemStyle": {"color": _COLOURS[Leaning.UNCLEAR]},
                "data": [_coloured(row.ratio, _COLOURS[row.leaning]) for row in upwards],
                "name": word("odds ratio"),
            },
        ],
    }


def _coloured(value: float, colour: str) -> dict[str, Any]:
    return {"value": round(value, 3), "itemStyle": {"color": colour}}
