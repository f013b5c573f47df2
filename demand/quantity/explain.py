"""A quantity plan in plain words, Chinese or English: what to make, and which numbers it hangs on."""

from collections.abc import Callable

from demand.quantity.levers import Lever, Moved
from demand.quantity.reorder import Reorder

_NAMES = {
    "en": {
        Lever.CANCELLATION: "Pre-orders cancelled",
        Lever.CONVERSION: "Inquiries that become pre-orders",
        Lever.INQUIRIES: "Open inquiries",
        Lever.PRICE: "Price",
        Lever.UNIT_COST: "Unit cost",
        Lever.MOQ: "Minimum order",
        Lever.SALVAGE: "What a leftover sells for",
    },
    "zh": {
        Lever.CANCELLATION: "预订取消率",
        Lever.CONVERSION: "询单转预订率",
        Lever.INQUIRIES: "未结询单数",
        Lever.PRICE: "售价",
        Lever.UNIT_COST: "单件成本",
        Lever.MOQ: "起订量",
        Lever.SALVAGE: "尾货售价",
    },
}
_MOVED = {
    "en": "{name}: {low} would make it {units_low} units, {high} {units_high}.",
    "zh": "{name}：{low} 时应做 {units_low} 件，{high} 时应做 {units_high} 件。",
}
_REORDER = {
    "en": "Order {first} first. Order again when {point} are left: within the {days} days that a re-order takes, "
    "{low} to {high} are sold at today's pace (90%), and stock lasts with {level} certainty.",
    "zh": "首单先做 {first} 件。库存降到 {point} 件时补单：补单需 {days} 天，按目前速度期间会卖出 {low} 至 {high} 件"
    "（90%），库存有 {level} 的把握够卖。",
}
_AT_ONCE = {
    "en": "Order {first} first. Within the {days} days that a re-order takes, {low} to {high} more are sold at today's "
    "pace (90%), which may outrun the first batch: order again as soon as it sells.",
    "zh": "首单先做 {first} 件。补单需 {days} 天，按目前速度期间还会卖出 {low} 至 {high} 件（90%），"
    "首单可能不够：一开售就应补单。",
}
_NO_PACE = {
    "en": "Order {first} first. Nothing is sold yet from which to say when to order again.",
    "zh": "首单先做 {first} 件。尚无成交，还不能给出补单点。",
}
_NOTHING = {"en": "Nothing is worth ordering yet.", "zh": "目前还不值得下单。"}


def _share(value: float) -> str:
    return f"{value:.1%}"


def _money(value: float) -> str:
    return f"{value:.2f}"


def _count(value: float) -> str:
    return f"{value:.0f}"


_FORMATS: dict[Lever, Callable[[float], str]] = {
    Lever.CANCELLATION: _share,
    Lever.CONVERSION: _share,
    Lever.INQUIRIES: _count,
    Lever.PRICE: _money,
    Lever.UNIT_COST: _money,
    Lever.MOQ: _count,
    Lever.SALVAGE: _money,
}


def explain_lever(moved: Moved, language: str = "en") -> str:
    """What the quantity would be at both ends of one number, in one sentence; 'zh' or 'en'."""
    as_text = _FORMATS[moved.lever]
    return _MOVED[language].format(
        name=_NAMES[language][moved.lever],
        low=as_text(moved.low),
        high=as_text(moved.high),
        units_low=moved.units_low,
        units_high=moved.units_high,
    )


def explain_reorder(reorder: Reorder, language: str = "en") -> str:
    """First batch and re-order point in one or two sentences; 'zh' or 'en'."""
    if not reorder.first:
        return _NOTHING[language]
    words = _NO_PACE
    if reorder.per_day:
        words = _REORDER if reorder.point < reorder.first else _AT_ONCE
    return words[language].format(
        first=reorder.first,
        point=reorder.point,
        days=_count(reorder.lead_days),
        low=reorder.lead_low,
        high=reorder.lead_high,
        level=f"{reorder.service_level:.0%}",
    )
