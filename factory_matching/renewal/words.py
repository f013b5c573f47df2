"""Why a factory goes or comes in, in plain Chinese or English, from its figures alone. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

_OUT = {
    "en": "Rank {rank} from the worst of {scored} scored factories: score {score} (80%: {low} – {high}) from {orders} "
    "orders, where {expected} is expected of a newcomer. {losses}{step}",
    "zh": "{scored} 家已评分工厂中倒数第 {rank}：根据 {orders} 笔订单，评分 {score}（80% 区间 {low} – {high}），"
    "新工厂的预期为 {expected}。{losses}{step}",
}
_LOSSES = {"en": "It loses most by {measures}. ", "zh": "主要失分：{measures}。"}
_STEP = {
    "en": {
        "notice": "It is in good standing until now, so it is put on notice first.",
        "leave": "It was warned {days} days ago, so it gets no new offers.",
    },
    "zh": {
        "notice": "目前合作正常，因此先发出警告。",
        "leave": "{days} 天前已警告，因此不再发送新报价。",
    },
}
_IN = {
    "en": "{orders} orders so far; asks {price} {currency} at {quantity} pieces, where the median is {median}; "
    "says that {quality} are good and {on_time} on time ({claim}); makes {capacity} a day. Expected score {expected} "
    "(80%: {low} – {high}).",
    "zh": "至今 {orders} 笔订单；{quantity} 件时报价 {price} {currency}（中位数 {median}）；自报合格率 {quality}、"
    "准时率 {on_time}（{claim}）；日产能 {capacity} 件。预期评分 {expected}（80% 区间 {low} – {high}）。",
}
_CLAIM = {
    "en": {"declared": "not verified", "checked": "checked", "audited": "audited"},
    "zh": {"declared": "未核实", "checked": "已核实", "audited": "已验厂"},
}


def explain_out(facts: Mapping[str, Any], word: Callable[[str], str], language: str = "en") -> str:
    """`word` says what a measure is called."""
    separator = "、" if language == "zh" else ", "
    worst = separator.join(word(measure) for measure, loss in facts["losses"][:2] if loss > 0)
    step = _STEP[language][facts["step"]].format(days=facts["days"])
    losses = _LOSSES[language].format(measures=worst) if worst else ""
    return _OUT[language].format_map({**facts, **_scores(facts), "losses": losses, "step": step})


def explain_in(facts: Mapping[str, Any], language: str = "en") -> str:
    """What is known of a newcomer, and what is expected."""
    shares = {key: f"{100 * facts[key]:.0f}%" for key in ("quality", "on_time")}
    money = {key: "–" if facts[key] is None else f"{facts[key]:.2f}" for key in ("price", "median")}
    whole = {"capacity": f"{facts['capacity']:.0f}"}
    claim = {"claim": _CLAIM[language][facts["verification"]]}
    return _IN[language].format_map({**facts, **_scores(facts), **shares, **money, **whole, **claim})


def _scores(facts: Mapping[str, Any]) -> dict[str, str]:
    return {key: f"{100 * facts[key]:.0f}" for key in ("score", "low", "high", "expected") if key in facts}
