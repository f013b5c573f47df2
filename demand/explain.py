"""A judgement in plain words, Chinese or English, from its figures alone."""

from math import exp

from demand.decide import Because, Judgement
from models.batch import Rung

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
    "en": "{converted} of {viewers} viewers {did} ({rate}; target {target})",
    "zh": "{viewers} 位访客中有 {converted} 位{did}（{rate}，目标 {target}）",
}
_WORDS = {
    "en": {
        Because.PROVEN_ABOVE: "{figures}. The evidence for a rate above target is {e_confirm}, {threshold} was asked. "
        "{units} units are committed.",
        Because.TOO_FEW_UNITS: "{figures}. The rate is above target, but {units} units are committed and at least "
        "{min_units} are needed: keep collecting.",
        Because.PROVEN_BELOW: "{figures}. The evidence for a rate below target is {e_stop}, {threshold} was asked.",
        Because.NOT_YET_CLEAR: "{figures}. Not clear yet: the evidence is {e_confirm} for above and {e_stop} for below "
        "target, {threshold} is asked.",
        Because.NOBODY_JUDGED: "Nobody has been judged yet: the first viewers do not count.",
    },
    "zh": {
        Because.PROVEN_ABOVE: "{figures}。高于目标的证据为 {e_confirm}（要求 {threshold}），已承诺 {units} 件。",
        Because.TOO_FEW_UNITS: "{figures}。转化率高于目标，但只承诺了 {units} 件，至少需要 {min_units} 件：继续收单。",
        Because.PROVEN_BELOW: "{figures}。低于目标的证据为 {e_stop}（要求 {threshold}）。",
        Because.NOT_YET_CLEAR: "{figures}。尚不明确：高于目标的证据为 {e_confirm}，低于目标的证据为 {e_stop}，"
        "要求 {threshold}。",
        Because.NOBODY_JUDGED: "尚无可计入判断的访客：最早的访客不计入。",
    },
}


def explain(judgement: Judgement, language: str = "en") -> str:
    """Why the verdict is what it is, in one to three sentences of at most 500 characters; 'zh' or 'en'."""
    figures = _FIGURES[language].format(
        viewers=judgement.viewers,
        converted=judgement.converted,
        did=_DID[language][judgement.rung],
        rate=f"{judgement.rate or 0:.2%}",
        target=f"{judgement.target_rate:.2%}",
    )
    return _WORDS[language][judgement.because].format(
        figures=figures,
        e_confirm=_evidence(judgement.log_e_confirm),
        e_stop=_evidence(judgement.log_e_stop),
        threshold=f"{1 / judgement.alpha:.0f}",
        units=judgement.committed_units,
        min_units=judgement.min_units,
    )


def _evidence(log_e: float) -> str:
    """An e-value as a person reads it."""
    if log_e > 13:
        return "> 400000" if log_e < 700 else "> 1e300"
    return f"{exp(max(log_e, -40.0)):.3g}"
