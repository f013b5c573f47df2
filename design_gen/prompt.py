"""The words that a picture model gets for a spec."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from models.attributes import Closure, Collar, Fit, Length, PatternKind, Pockets, Sleeve, Trim
from models.garment import GarmentSpec
from models.prompt_template import PromptTemplate, PromptWords, fill

if TYPE_CHECKING:
    from design_gen.embedded.look import Look

Label = Callable[[str, str, str], str]
"""(kind, key, language) -> what a person calls it; `Lexicon.label` is one."""

_MAX_VALUE, _MAX_PROMPT = 80, 2000

PLAIN = PromptTemplate(
    family="default",
    words={
        "en": PromptWords(
            positive=(
                "product photo", "{fit} {length} {colour} {material} {category}", "{second_colour} {pattern}",
                "{collar}", "{sleeve}", "{closure}", "{pockets}", "{trim}", "laid flat, front view",
                "{light}", "{backdrop}", "high detail",
            ),
            negative=(
                "person", "face", "hands", "text", "watermark", "logo", "brand", "two garments", "blurry", "cropped",
                "low quality",
            ),
        ),
        "zh": PromptWords(
            positive=(
                "商品图", "{fit}{length}{colour}{material}{category}", "{second_colour}{pattern}",
                "{collar}", "{sleeve}", "{closure}", "{pockets}", "{trim}", "平铺，正面",
                "{light}", "{backdrop}", "细节清晰",
            ),
            negative=("人物", "人脸", "手", "文字", "水印", "标志", "品牌", "两件", "模糊", "裁切", "低质量"),
            joint="，",
            names={
                "soft light": "柔光", "light from the left": "左侧光", "light from the right": "右侧光",
                "hard light": "硬光", "white studio": "白色影棚", "grey studio": "灰色影棚", "dark studio": "深色影棚",
                "cream wall": "米色墙面", "pastel wall": "浅彩色墙面", "wooden table": "木桌面",
                "concrete floor": "水泥地面",
            },
        ),
    },
)  # fmt: skip
"""The shipped configs/prompts/default.toml, for callers without configuration at hand (benches, tests)."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What to paint and what to avoid."""

    positive: str
    negative: str
    fragments: tuple[str, ...] = ()
    """The parts of `positive`, most important first; without them it is one part."""
    joint: str = ", "
    family: str = ""
    """The template it was made from."""
    expansion: str = ""
    """What a text model added."""
    expander: str = ""
    """SHA-256 of that text model's weights."""
    left_out: tuple[str, ...] = ()
    """Parts that the text encoder has no room for."""


def prompt_for(
    spec: GarmentSpec,
    label: Label,
    language: str = "en",
    template: PromptTemplate = PLAIN,
    look: "Look | None" = None,
) -> Prompt:
    """Name every visible attribute of the spec, most important first; attributes that are 'none' are left out.

    An empty language takes the template's own. With a look, its light and backdrop are named too.
    """
    own, words = template.of_language(language)
    values = _values(spec, label, own)
    if look is not None:
        values |= {"light": words.names.get(look.light, look.light)}
        values |= {"backdrop": words.names.get(look.backdrop, look.backdrop)}
    values = {name: _clean(value) for name, value in values.items()}
    return assemble(_filled(words.positive, values), words.joint, _filled(words.negative, values), template.family)


def assemble(fragments: tuple[str, ...], joint: str, negative: tuple[str, ...], family: str = "") -> Prompt:
    """A prompt of these parts, at most 2000 letters long; what is beyond is left out."""
    kept = fragments
    while len(joint.join(kept)) > _MAX_PROMPT and len(kept) > 1:
        kept = kept[:-1]
    positive = joint.join(kept)[:_MAX_PROMPT]
    return Prompt(positive, joint.join(negative)[:_MAX_PROMPT], kept, joint, family, left_out=fragments[len(kept) :])


def fit(prompt: Prompt, count: Callable[[str], int], most: int) -> Prompt:
    """The prompt within `most` tokens as `count` counts them: whole parts go from the end, then words of the first.

    The negative prompt is shortened in the same way. `left_out` names what went.
    """
    parts = prompt.fragments or (prompt.positive,)
    kept = _longest(parts, prompt.joint, count, most)
    if not kept:
        kept = (" ".join(_longest(tuple(parts[0].split()), " ", count, most)),)
    avoid = prompt.joint.join(_longest(tuple(prompt.negative.split(prompt.joint)), prompt.joint, count, most))
    left_out = (*parts[len(kept) :], *prompt.left_out)
    return replace(prompt, positive=prompt.joint.join(kept), negative=avoid, fragments=tuple(kept), left_out=left_out)


def _longest(parts: tuple[str, ...], joint: str, count: Callable[[str], int], most: int) -> tuple[str, ...]:
    """The most leading parts that stay within `most` tokens, by bisection: tokens grow with parts."""
    if count(joint.join(parts)) <= most:
        return parts
    low, high = 0, len(parts)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if count(joint.join(parts[:middle])) <= most else (low, middle)
    return parts[:low]


def _filled(fragments: tuple[str, ...], values: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(text for fragment in fragments if (text := fill(fragment, values)))


def _clean(text: str) -> str:
    """One line of visible letters, at most 80."""
    visible = "".join(" " if unicodedata.category(letter)[0] == "C" else letter for letter in text[: _MAX_VALUE * 4])
    return " ".join(visible.split())[:_MAX_VALUE]


def _values(spec: GarmentSpec, label: Label, language: str) -> dict[str, str]:
    values = {
        "category": label("category", spec.category, language),
        "colour": label("colour", spec.colour.name, language),
        "material": label("material", spec.material, language),
    }
    if spec.fit is not Fit.REGULAR:
        values["fit"] = label("fit", spec.fit, language)
    if spec.length is not Length.NONE:
        values["length"] = label("length", spec.length, language)
    if spec.pattern.kind is not PatternKind.PLAIN:
        values["pattern"] = label("pattern", spec.pattern.kind, language)
        values["second_colour"] = label("colour", spec.pattern.second.name, language) if spec.pattern.second else ""
    for name in ("collar", "sleeve", "closure", "pockets"):
        value = getattr(spec, name)
        sleeveless = value is Sleeve.NONE and spec.rule.sleeves != (Sleeve.NONE,)
        if sleeveless or value not in (Collar.NONE, Sleeve.NONE, Closure.NONE, Pockets.NONE):
            values[name] = label(name, value, language)
    if spec.trim not in (Trim.NONE, Trim.TONAL) and spec.closure is not Closure.NONE:
        values["trim"] = label("trim", spec.trim, language)
    return values
