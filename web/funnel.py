"""Counts of a batch's listings added up for the analyst, and the charts drawn from them. Pure."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from demand.decision.decide import Judgement, judge, seen_in
from demand.decision.segments import SegmentJudgement, judge_segments
from demand.interest.counts import LADDER, ListingCounts, RungCount
from models.batch import DemandRule, Rung
from models.decision import DemandDecision, Verdict
from models.interest import Segment
from models.listing import Listing

Words = Callable[[object], str]
_RAW, _CLEAN, _LINE = "#d9cfc0", "#1f5d4c", "#b5432a"
_SHELF = ("#1f5d4c", "#c99a2e", "#3d5a80", "#b5432a", "#6b8f71", "#8c6bb1", "#3f88a5", "#a0522d")
_VERDICT_COLOURS = {Verdict.CONFIRM: "#1f5d4c", Verdict.EXTEND: "#c99a2e", Verdict.STOP: "#b5432a"}


@dataclass(frozen=True, slots=True)
class Funnel:
    """A batch's interest: over all listings, by segment, and by listing."""

    rule: DemandRule
    listings: tuple[tuple[Listing, ListingCounts], ...]

    @property
    def segments(self) -> Mapping[Segment, Mapping[Rung, RungCount]]:
        """Counts added up over the listings; somebody who saw two listings is counted on each."""
        return {
            segment: {
                rung: sum(
                    (counts.segments.get(segment, {}).get(rung, RungCount()) for _, counts in self.listings),
                    RungCount(),
                )
                for rung in LADDER
            }
            for segment in Segment
        }

    @property
    def rungs(self) -> Mapping[Rung, RungCount]:
        """Counts over all segments."""
        return {rung: sum((counts.on_rung(rung) for _, counts in self.listings), RungCount()) for rung in LADDER}

    @property
    def flagged(self) -> Mapping[str, int]:
        """Visitors kept out of the clean counts, by reason."""
        total: Counter[str] = Counter()
        for _, counts in self.listings:
            total.update({flag.value: people for flag, people in counts.flagged.items()})
        return dict(total)

    @property
    def judgements(self) -> Sequence[tuple[Listing, Judgement]]:
        """Each listing as it would be judged now, the highest rate first; the counts must skip the rule's burn-in."""
        judged = [
            (listing, judge(replace(seen_in(counts, self.rule), makers_minimum=listing.makers_minimum), self.rule))
            for listing, counts in self.listings
        ]
        return sorted(judged, key=lambda pair: -(pair[1].rate or 0))

    def by_segment(self, most: int = 24) -> Sequence[tuple[Listing, Sequence[SegmentJudgement]]]:
        """Each segment's standing on the listings with the highest rates, in their order."""
        counts = {listing.id: one for listing, one in self.listings}
        return [(listing, judge_segments(counts[listing.id], self.rule)) for listing, _ in self.judgements[:most]]


def funnel_chart(funnel: Funnel, word: Words) -> dict[str, Any]:
    """Bars by rung, raw and clean side by side."""
    rungs = funnel.rungs
    return _bars(
        [word(rung) for rung in LADDER],
        [
            (word("raw visitors"), _RAW, [rungs[rung].visitors for rung in LADDER]),
            (word("clean people"), _CLEAN, [rungs[rung].people for rung in LADDER]),
        ],
    )


def segment_chart(funnel: Funnel, word: Words) -> dict[str, Any]:
    """Clean people by rung above viewing, a colour for each segment."""
    colours = {
        Segment.DOMESTIC_BUSINESS: "#1f5d4c",
        Segment.DOMESTIC_CONSUMER: "#c99a2e",
        Segment.CROSS_BORDER: "#3d5a80",
    }
    above = LADDER[1:]
    return _bars(
        [word(rung) for rung in above],
        [
            (word(segment), colours[segment], [rungs[rung].people for rung in above])
            for segment, rungs in funnel.segments.items()
        ],
    )


def rate_chart(funnel: Funnel, title: Callable[[Listing], str], word: Words, most: int = 24) -> dict[str, Any]:
    """A band from the low to the high end of each listing's rate, and the break-even line."""
    rated = list(reversed(funnel.judgements[:most]))
    percent = [[round(100 * value, 3) for value in (one.low, one.high, one.rate or 0)] for _, one in rated]
    return {
        "animation": False,
        "grid": {"left": 8, "right": 24, "top": 28, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "axis", "renderMode": "richText"},
        "xAxis": {"type": "value", "axisLabel": {"formatter": "{value}%"}},
        "yAxis": {
            "type": "category",
            "data": [title(listing) for listing, _ in rated],
            "axisLabel": {"width": 120, "overflow": "truncate"},
        },
        "series": [
            {
                "type": "bar",
                "stack": "band",
                "silent": True,
                "itemStyle": {"color": "transparent"},
                "data": [low for low, _, _ in percent],
                "tooltip": {"show": False},
                "name": word("low end"),
            },
            {
                "type": "bar",
                "stack": "band",
                "barWidth": 8,
                "itemStyle": {"color": "#b9d3c8", "borderRadius": 4},
                "data": [round(high - low, 3) for low, high, _ in percent],
                "name": word("width of the interval"),
                "markLine": {
                    "silent": True,
                    "symbol": "none",
                    "lineStyle": {"color": _LINE, "type": "dashed"},
                    "label": {"formatter": f"{100 * funnel.rule.target_rate:.1f}%", "color": _LINE},
                    "data": [{"xAxis": 100 * funnel.rule.target_rate}],
                },
            },
            {
                "type": "scatter",
                "symbolSize": 9,
                "itemStyle": {"color": _CLEAN},
                "data": [value for _, _, value in percent],
                "name": word("rate"),
            },
        ],
    }


def decision_chart(decisions: Iterable[DemandDecision], word: Words) -> dict[str, Any]:
    """How many listings got which verdict, day by day."""
    days: dict[str, Counter[Verdict]] = {}
    for decision in decisions:
        days.setdefault(decision.looked_at.date().isoformat(), Counter())[decision.verdict] += 1
    ordered = sorted(days)
    return _bars(
        ordered,
        [(word(verdict), _VERDICT_COLOURS[verdict], [days[day][verdict] for day in ordered]) for verdict in Verdict],
        stack="verdicts",
    )


def exposure_chart(
    by_day: Mapping[date, Mapping[int, int]], titles: Mapping[int, str], word: Words, most: int = 8
) -> dict[str, Any]:
    """Each day's share of the first positions by listing: those shown most, then all others together."""
    total: Counter[int] = Counter()
    for counts in by_day.values():
        total.update(counts)
    leading = [listing for listing, _ in total.most_common(most)]
    shares = {day: _shares(counts, leading) for day, counts in by_day.items()}
    names = [titles[listing] for listing in leading] + ([word("other listings")] if len(total) > most else [])
    return {
        "animation": False,
        "grid": {"left": 8, "right": 16, "top": 64, "bottom": 8, "containLabel": True},
        "legend": {"top": 0, "left": 0, "itemWidth": 12, "itemHeight": 12, "type": "scroll"},
        "tooltip": {"trigger": "axis", "renderMode": "richText"},
        "xAxis": {"type": "category", "data": [day.isoformat() for day in by_day]},
        "yAxis": {"type": "value", "max": 100, "axisLabel": {"formatter": "{value}%"}},
        "series": [
            {
                "type": "bar",
                "stack": "share",
                "name": name,
                "barMaxWidth": 44,
                "itemStyle": {"color": _SHELF[place % len(_SHELF)] if place < len(leading) else _RAW},
                "data": [shares[day][place] for day in by_day],
            }
            for place, name in enumerate(names)
        ],
    }


def _shares(counts: Mapping[int, int], leading: Sequence[int]) -> list[float]:
    """Percent of the leading listings, then of the rest."""
    whole = sum(counts.values())
    of_leading = [round(100 * counts.get(listing, 0) / whole, 2) for listing in leading]
    return [*of_leading, round(max(0.0, 100 - sum(of_leading)), 2)]


def series_chart(series: Sequence[Sequence[Any]], word: Words) -> dict[str, Any]:
    """A trend's weekly counts as a line."""
    return {
        "animation": False,
        "grid": {"left": 8, "right": 16, "top": 16, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "axis", "renderMode": "richText"},
        "xAxis": {"type": "category", "data": [week for week, _ in series], "boundaryGap": False},
        "yAxis": {"type": "value"},
        "series": [
            {
                "type": "line",
                "name": word("signals a week"),
                "data": [round(float(count), 2) for _, count in series],
                "showSymbol": False,
                "lineStyle": {"color": _CLEAN, "width": 2.5},
                "areaStyle": {"color": "rgba(31,93,76,.12)"},
                "itemStyle": {"color": _CLEAN},
            }
        ],
    }


def _bars(
    names: Sequence[str], series: Sequence[tuple[str, str, Sequence[int]]], stack: str | None = None
) -> dict[str, Any]:
    return {
        "animation": False,
        "grid": {"left": 8, "right": 16, "top": 40, "bottom": 8, "containLabel": True},
        "legend": {"top": 0, "left": 0, "itemWidth": 12, "itemHeight": 12},
        "tooltip": {"trigger": "axis", "renderMode": "richText"},
        "xAxis": {
            "type": "category",
            "data": list(names),
            "axisLabel": {"interval": 0, "width": 62, "overflow": "break", "fontSize": 11},
        },
        "yAxis": {"type": "value", "minInterval": 1},
        "series": [
            {"type": "bar", "name": name, "data": list(values), "itemStyle": {"color": colour}, "barMaxWidth": 44}
            | ({"stack": stack} if stack else {})
            for name, colour, values in series
        ],
    }


def counts_csv(funnel: Funnel, batch_slug: str, simulated: bool) -> str:
    """One line for each listing, segment and rung: acts, raw visitors, clean people."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["batch", "simulated_buyers", "listing", "segment", "rung", "acts", "visitors_raw", "people_clean"])
    for listing, counts in funnel.listings:
        for segment in Segment:
            for rung in LADDER:
                count = counts.segments.get(segment, {}).get(rung, RungCount())
                key = (batch_slug, "yes" if simulated else "no", listing.slug, segment.value, rung.value)
                writer.writerow([*key, count.acts, count.visitors, count.people])
    return table.getvalue()
