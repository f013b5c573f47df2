"""The words that a picture model gets for a spec."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from models.attributes import Closure, Collar, Fit, Length, PatternKind, Pockets, Sleeve, Trim
from models.garment import GarmentSpec

Label = Callable[[str, str, str], str]
"""(kind, key, language) -> what a person calls it; `Lexicon.label` is one."""

_SCENE = {
    "en": ("product photo", "laid flat, front view, studio light, plain backdrop, high detail"),
    "zh": ("商品图", "平铺，正面，影棚灯光，纯色背景，细节清晰"),
}
_AVOID = {
    "en": "person, face, hands, text, watermark, logo, brand, two garments, blurry, cropped, low quality",
    "zh": "人物, 人脸, 手, 文字, 水印, 标志, 品牌, 两件, 模糊, 裁切, 低质量",
}


@dataclass(frozen=True, slots=True)
class Prompt:
    """What to paint and what to avoid."""

    positive: str
    negative: str


def prompt_for(spec: GarmentSpec, label: Label, language: Literal["en", "zh"] = "en") -> Prompt:
    """Name every visible attribute of the spec, most important first; attributes that are 'none' are left out."""
    what, how = _SCENE[language]
    head = " ".join(
        part for part in (
            label("fit", spec.fit, language) if spec.fit is not Fit.REGULAR else "",
            label("length", spec.length, language) if spec.length is not Length.NONE else "",
            label("colour", spec.colour.name, language),
            label("material", spec.material, language),
            label("category", spec.category, language),
        ) if part
    )  # fmt: skip
    joint = "，" if language == "zh" else ", "
    return Prompt(joint.join((what, head, *_details(spec, label, language), how)), _AVOID[language])


def _details(spec: GarmentSpec, label: Label, language: str) -> list[str]:
    details = [_pattern(spec, label, language)] if spec.pattern.kind is not PatternKind.PLAIN else []
    for name in ("collar", "sleeve", "closure", "pockets"):
        value = getattr(spec, name)
        sleeveless = value is Sleeve.NONE and spec.rule.sleeves != (Sleeve.NONE,)
        if sleeveless or value not in (Collar.NONE, Sleeve.NONE, Closure.NONE, Pockets.NONE):
            details.append(label(name, value, language))
    if spec.trim not in (Trim.NONE, Trim.TONAL) and spec.closure is not Closure.NONE:
        details.append(label("trim", spec.trim, language))
    return details


def _pattern(spec: GarmentSpec, label: Label, language: str) -> str:
    kind = label("pattern", spec.pattern.kind, language)
    second = label("colour", spec.pattern.second.name, language) if spec.pattern.second else ""
    return f"{second}{kind}" if language == "zh" else f"{second} {kind}"
