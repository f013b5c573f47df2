"""Finding: what one check of a picture measured against its limit, and the sentence that tells a person. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

Label = Callable[[str, str, str], str]
"""(kind, key, language) -> what a person calls it."""


class Check(StrEnum):
    """Every check of a picture, in the order in which they are shown."""

    NOT_BLANK = "not_blank"
    COLOUR = "colour"
    CATEGORY = "category"
    PATTERN = "pattern"
    SLEEVE = "sleeve"
    LENGTH = "length"
    CLOSURE = "closure"
    COLLAR = "collar"
    POCKETS = "pockets"
    MATERIAL = "material"
    LINES = "lines"
    REPETITION = "repetition"
    CLEARANCE = "clearance"
    SAFETY = "safety"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check measured against its limit; `asked` and `seen` name what was compared where numbers do not."""

    name: str
    value: float
    limit: float
    passed: bool
    asked: str = ""
    seen: str = ""

    def to_json(self) -> dict[str, str | float | bool]:
        """Plain JSON; what is empty is left out."""
        return {key: value for key, value in asdict(self).items() if value != ""}


def in_words(finding: Mapping[str, Any], label: Label, language: str) -> str:
    """One sentence in "zh" or "en" about a row of `Finding.to_json`: what was measured and what it may be at most."""
    words = _WORDS.get(finding["name"], _ATTRIBUTE if finding.get("seen") else _UNKNOWN)[language == "zh"]
    named = {side: _named(finding, side, label, language) for side in ("asked", "seen")}
    value, limit = finding["value"], finding["limit"]
    return words.format(
        name=_CALLED.get(finding["name"], (finding["name"],) * 2)[language == "zh"],
        value=value if isinstance(value, int | float) else 0.0,
        limit=limit if isinstance(limit, int | float) else 0.0,
        **named,
    )


def _named(finding: Mapping[str, Any], side: str, label: Label, language: str) -> str:
    """Values of the garment vocabulary by their label, anything else as it stands."""
    value = str(finding.get(side, ""))
    return label(finding["name"], value, language) if value and finding["name"] in _VOCABULARY else value


_VOCABULARY = (
    Check.COLOUR, Check.CATEGORY, Check.PATTERN, Check.SLEEVE, Check.LENGTH, Check.CLOSURE, Check.COLLAR, Check.POCKETS,
    Check.MATERIAL,
)  # fmt: skip
_CALLED: Mapping[str, tuple[str, str]] = {
    Check.CATEGORY: ("category", "品类"),
    Check.PATTERN: ("pattern", "图案"),
    Check.SLEEVE: ("sleeve", "袖长"),
    Check.LENGTH: ("length", "衣长"),
    Check.CLOSURE: ("closure", "门襟"),
    Check.COLLAR: ("collar", "领型"),
    Check.POCKETS: ("pockets", "口袋"),
    Check.MATERIAL: ("material", "面料"),
}
_ATTRIBUTE = (
    "{name}: {asked} asked for, {seen} seen with {value:.0%} certainty",
    "{name}：要求{asked}，识别为{seen}（把握{value:.0%}）",
)
_UNKNOWN = ("{name}: {value:.2f}, limit {limit:g}", "{name}：{value:.2f}，界限{limit:g}")
_WORDS: Mapping[str, tuple[str, str]] = {
    Check.NOT_BLANK: (
        "brightness varies by {value:.1f}; below {limit:g} there is nothing to see",
        "明暗差异{value:.1f}；低于{limit:g}即视为空白",
    ),
    Check.COLOUR: (
        "colour is {value:.1f} dE2000 away from {asked}; up to {limit:g} goes by the same name",
        "颜色与{asked}相差{value:.1f}（dE2000）；不超过{limit:g}仍算同一颜色",
    ),
    Check.LINES: (
        "outline and seams agree with the flat by {value:.0%}; at least {limit:.0%} is needed",
        "轮廓与缝线和款式图吻合{value:.0%}；至少需{limit:.0%}",
    ),
    Check.REPETITION: (
        "nearest other picture: {value:.1f} away {seen}; up to {limit:g} it looks the same",
        "与最接近的其他图片相差{value:.1f} {seen}；不超过{limit:g}即视为重复",
    ),
    Check.CLEARANCE: (
        "likest protected work: {value:.2f} {seen}; from {limit:g} on it is too like",
        "与受保护作品的最高相似度{value:.2f} {seen}；达到{limit:g}即过于相似",
    ),
    Check.SAFETY: (
        "unfit for a shop window with {value:.0%} probability; {limit:.0%} is too much",
        "不宜公开展示的概率{value:.0%}；达到{limit:.0%}即不通过",
    ),
}
