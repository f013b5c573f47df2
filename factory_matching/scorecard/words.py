"""Why a standing moved, in plain Chinese or English, from its figures alone. Pure."""

from collections.abc import Mapping
from typing import Any

from factory_matching.scorecard.standing import Cause, Verdict
from models.conduct import FindingKind
from models.factory import FactoryStanding

_KINDS = {
    "en": {FindingKind.INFRINGEMENT: "infringement", FindingKind.NO_REAL_SOURCE: "no real source"},
    "zh": {FindingKind.INFRINGEMENT: "侵权", FindingKind.NO_REAL_SOURCE: "非真实货源"},
}
_SCORE = {
    "en": "The score is {score} (80%: {low} – {high}) from {orders} orders",
    "zh": "根据 {orders} 笔订单，评分为 {score}（80% 区间 {low} – {high}）",
}
_WHY = {
    "en": {
        Cause.CONFIRMED_FINDING: "A finding is confirmed: {kinds}. That suspends at once.",
        Cause.REPORTED_FINDING: "A finding is reported and not judged yet: {kinds}{again}.",
        Cause.LOW_SCORE: "{said}: all of it lies below {warn_below}.",
        Cause.STILL_LOW: "{said}, {fresh} of them since the warning: all of it still lies below {warn_below}.",
        Cause.SCORE_CLEAR: "{said}: {clear_above} is reached again.",
        Cause.PROBATION: "The suspension has lasted {days} days: on probation from now on.",
    },
    "zh": {
        Cause.CONFIRMED_FINDING: "已确认问题：{kinds}，立即暂停合作。",
        Cause.REPORTED_FINDING: "有一项举报尚待核实：{kinds}{again}。",
        Cause.LOW_SCORE: "{said}，整个区间低于 {warn_below}。",
        Cause.STILL_LOW: "{said}，其中 {fresh} 笔在警告之后；整个区间仍低于 {warn_below}。",
        Cause.SCORE_CLEAR: "{said}，已回到 {clear_above} 以上。",
        Cause.PROBATION: "暂停合作已满 {days} 天，现转为观察期。",
    },
}
_AGAIN = {"en": ", while the factory is warned", "zh": "（工厂已处于警告期）"}
_NOTHING = {"en": "Nothing in the window speaks against it", "zh": "统计期内没有不良记录"}
_HELD = {
    "en": "Held, since an appeal is pending. Otherwise: {why}",
    "zh": "申诉处理中，暂不变动。否则：{why}",
}


def explain(verdict: Verdict, language: str = "en") -> str:
    """One or two sentences with the figures."""
    facts = verdict.facts
    kinds = (_KINDS[language][FindingKind(kind)] for kind in facts.get("kinds", ()))
    again = _AGAIN[language] if verdict.to is FactoryStanding.SUSPENDED else ""
    joined = ("、" if language == "zh" else ", ").join(kinds)
    values = {**_percents(facts), "kinds": joined, "again": again, "said": _say(facts, language)}
    why = _WHY[language][verdict.cause].format_map(values)
    return _HELD[language].format(why=why) if verdict.held else why


def _say(facts: Mapping[str, Any], language: str) -> str:
    """The score with its interval, or that there is none."""
    if facts.get("score") is None:
        return _NOTHING[language]
    return _SCORE[language].format_map(_percents(facts))


def _percents(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Scores as people say them: of 100."""
    shown = ("score", "low", "high", "warn_below", "clear_above")
    return {key: f"{100 * value:.0f}" if key in shown and value is not None else value for key, value in facts.items()}
