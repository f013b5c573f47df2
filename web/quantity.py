"""A stored quantity plan as the console shows it: sentences and the chart of profit by quantity. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from demand.quantity.explain import explain_lever, explain_reorder
from demand.quantity.levers import Moved
from demand.quantity.reorder import Reorder

Words = Callable[[object], str]


@dataclass(frozen=True, slots=True)
class PlanView:
    """What is said beside the units: first batch and re-order point, what moves the quantity, profit by quantity."""

    reorder: str
    levers: Sequence[str]
    segments: Sequence[Mapping[str, Any]]
    chart: Mapping[str, Any]
    learned_from: int


def view_plan(plan: Mapping[str, Any] | None, language: str, word: Words) -> PlanView | None:
    """None for no plan, and for one that an older version stored."""
    if plan is None or "levers" not in plan:
        return None
    return PlanView(
        reorder=explain_reorder(Reorder(**plan["reorder"]), language),
        levers=[explain_lever(Moved.from_json(one), language) for one in plan["levers"]],
        segments=plan["segments"],
        chart=_profit_chart(plan, word),
        learned_from=plan["learned_from"],
    )


def _profit_chart(plan: Mapping[str, Any], word: Words) -> dict[str, Any]:
    """Expected profit by quantity, the planned one marked."""
    curve = plan["curve"]
    return {
        "animation": False,
        "grid": {"left": 8, "right": 24, "top": 24, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "axis", "renderMode": "richText"},
        "xAxis": {"type": "category", "data": [quantity for quantity, _ in curve]},
        "yAxis": {"type": "value"},
        "series": [
            {
                "type": "line",
                "name": word("expected profit"),
                "data": [profit for _, profit in curve],
                "showSymbol": False,
                "lineStyle": {"color": "#1f5d4c", "width": 2.5},
                "markLine": {
                    "silent": True,
                    "symbol": "none",
                    "lineStyle": {"color": "#b5432a", "type": "dashed"},
                    "label": {"formatter": f"{plan['units']:,}", "color": "#b5432a"},
                    "data": [{"xAxis": [quantity for quantity, _ in curve].index(plan["units"])}],
                },
            }
        ],
    }
