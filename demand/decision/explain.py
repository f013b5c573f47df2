"""A judgement in two plain sentences with numbers, Chinese or English, from its figures alone."""

from math import exp, log

from demand.decision.decide import Because, Judgement
from models.demand_rule import Rung

LANGUAGES = ("en", "zh")
_MILLION = log(1_000_000)
_OVER = {"en": "over a million", "zh": "超过一百万"}
_DID = {
    "en": {
        Rung.VIEW: "looked",
        Rung.FAVOURITE: "favourited it or went further",
        Rung.INQUIRY: "asked about it or went further",
        Rung.PRE_ORDER: "pre-ordered",
        Rung.DEPOSIT: "paid a deposit",
    },
    "zh": {
        Rung.VIEW: "浏览",
        Rung.FAVOURITE: "收藏或更进一步",
        Rung.INQUIRY: "询单或更进一步",
        Rung.PRE_ORDER: "预订",
        Rung.DEPOSIT: "付了定金",
    },
}
_FIGURES = {
    "en": "{converted} of {viewers} viewers {did} ({rate}; break-even is {target}).",
    "zh": "{viewers} 位访客中有 {converted} 位{did}（{rate}，保本线 {target}）。",
}
_WORDS = {
    "en": {
        Because.PROVEN_ABOVE: "It beats break-even: the evidence is {e_confirm} ({threshold} was asked), and {units} "
        "units are committed ({min_units} are needed).",
        Because.TOO_FEW_UNITS: "It beats break-even, but {units} units are committed and {min_units} are needed: keep "
        "collecting{units_chance}.",
        Because.NOT_AMONG_BEST: "It beats break-even by itself (evidence {e_confirm}), but with at most {fdr} false "
        "ones allowed only {chosen} of {hypotheses} listings pass for now: keep collecting.",
        Because.PROVEN_BELOW: "It stays below break-even: the evidence is {e_stop}, {threshold} was asked.",
        Because.NO_CHANCE: "It is stopped early: its chance to be confirmed before it closes is {chance}, less than "
        "{early_kill}.",
        Because.UNITS_OUT_OF_REACH: "It beats break-even, but {units} of {min_units} units are committed and the "
        "chance to collect the rest before it closes is {units_only}, less than {early_kill}: it is stopped.",
        Because.NOT_YET_CLEAR: "Not clear yet: the evidence is {e_confirm} for above and {e_stop} for below "
        "break-even, {threshold} is asked.",
        Because.NOBODY_JUDGED: "Nobody is judged before the first viewers, days and hours that the rule leaves out are "
        "over; then the evidence must reach {threshold}.",
        Because.CLOSED_UNCLEAR: "The window is over and neither is proven: the evidence is {e_confirm} for above and "
        "{e_stop} for below break-even, {threshold} was asked, so it is closed and its pre-orders are released.",
        Because.CLOSED_SHORT: "The window is over: it beats break-even (evidence {e_confirm}), but {short}, so it is "
        "closed and its pre-orders are released.",
    },
    "zh": {
        Because.PROVEN_ABOVE: "高于保本线：证据为 {e_confirm}（要求 {threshold}），已承诺 {units} 件"
        "（至少 {min_units} 件）。",
        Because.TOO_FEW_UNITS: "高于保本线，但只承诺了 {units} 件，至少需要 {min_units} 件：继续收单{units_chance}。",
        Because.NOT_AMONG_BEST: "单看高于保本线（证据 {e_confirm}），但误判比例不得超过 {fdr}，"
        "目前 {hypotheses} 款中只有 {chosen} 款通过：继续收单。",
        Because.PROVEN_BELOW: "低于保本线：证据为 {e_stop}，要求 {threshold}。",
        Because.NO_CHANCE: "提前停止：结束前得到确认的可能性为 {chance}，低于 {early_kill}。",
        Because.UNITS_OUT_OF_REACH: "高于保本线，但只承诺了 {units} 件（至少 {min_units} 件），结束前凑齐的可能性为 "
        "{units_only}，低于 {early_kill}：停止。",
        Because.NOT_YET_CLEAR: "尚不明确：高于保本线的证据为 {e_confirm}，低于的证据为 {e_stop}，要求 {threshold}。",
        Because.NOBODY_JUDGED: "规则不计入的最早访客、天数和小时过后才开始判断，届时证据须达到 {threshold}。",
        Because.CLOSED_UNCLEAR: "测款结束仍无定论：高于保本线的证据为 {e_confirm}，低于的证据为 {e_stop}，"
        "要求 {threshold}，因此结束并释放预订。",
        Because.CLOSED_SHORT: "测款结束：高于保本线（证据 {e_confirm}），但{short}，因此结束并释放预订。",
    },
}
_SHORT = {
    "en": ("{units} of {min_units} needed units are committed", "only {chosen} of {hypotheses} listings pass"),
    "zh": ("只承诺了 {units} 件，至少需要 {min_units} 件", "{hypotheses} 款中只有 {chosen} 款通过"),
}
_UNITS_CHANCE = {"en": " (the chance to reach them in time is {chance})", "zh": "（按期凑齐的可能性为 {chance}）"}


def explain(judgement: Judgement, language: str = "en") -> str:
    """Why the verdict is what it is: two sentences of at most 500 characters together; 'zh' or 'en'."""
    figures = {
        "viewers": f"{judgement.viewers:,}",
        "converted": f"{judgement.converted:,}",
        "did": _DID[language][judgement.rung],
        "rate": f"{judgement.rate or 0:.2%}",
        "target": f"{judgement.target_rate:.2%}",
        "e_confirm": say_evidence(judgement.log_e_confirm, language),
        "e_stop": say_evidence(judgement.log_e_stop, language),
        "threshold": f"{1 / judgement.alpha:.0f}",
        "units": f"{judgement.committed_units:,}",
        "min_units": f"{judgement.min_units:,}",
        "chance": _share(judgement.chance),
        "units_only": _share(judgement.units_chance),
        "early_kill": _share(judgement.early_kill),
        "fdr": _share(judgement.fdr),
        "chosen": f"{judgement.chosen or 0:,}",
        "hypotheses": f"{judgement.hypotheses or 0:,}",
    }
    few = judgement.committed_units < judgement.min_units
    figures["short"] = _SHORT[language][0 if few else 1].format_map(figures)
    known = judgement.units_chance is not None
    figures["units_chance"] = _UNITS_CHANCE[language].format(chance=figures["units_only"]) if known else ""
    between = " " if language == "en" else ""
    return (_FIGURES[language] + between + _WORDS[language][judgement.because]).format_map(figures)


def _share(chance: float | None) -> str:
    """A chance as a person reads it; none is 0%."""
    return f"{chance or 0:.1%}" if not chance or chance >= 0.001 else "< 0.1%"


def say_evidence(log_e: float, language: str) -> str:
    """An e-value as a person reads it, 'zh' or 'en': beyond a million the figure itself says nothing more."""
    if log_e > _MILLION:
        return _OVER[language]
    value = exp(max(log_e, -40.0))
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
