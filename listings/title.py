"""What a listing is called in Chinese and English, from its spec alone. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from models.attributes import Closure, Fit, Length, PatternKind
from models.garment import GarmentSpec
from models.lexicon import Lexicon

_NOTABLE_CLOSURES = (Closure.DOUBLE_BREASTED, Closure.FROG)
_NOTABLE_LENGTHS = (Length.CROPPED, Length.ANKLE)
# The lexicon names patterns as nouns (titles of posts are read with it); an English title needs the adjective.
_PATTERN_EN: Mapping[PatternKind, str] = {
    PatternKind.STRIPES: "striped",
    PatternKind.PINSTRIPES: "pinstriped",
    PatternKind.CHECK: "checked",
    PatternKind.DOTS: "polka-dot",
    PatternKind.COLOUR_BLOCK: "colour-block",
    PatternKind.CHEST_PRINT: "printed",
}


@dataclass(frozen=True, slots=True)
class Title:
    """The same name in both languages; at most 120 characters each."""

    zh: str
    en: str

    @property
    def slug(self) -> str:
        """The English name as a part of an address: lower case letters, digits and hyphens, at most 60."""
        return re.sub(r"[^a-z0-9]+", "-", self.en.lower())[:60].strip("-")


def title(spec: GarmentSpec, lexicon: Lexicon) -> Title:
    """Colour, pattern, notable cut, closure and material, category: 橄榄绿双排扣羊毛军大衣."""
    zh = "".join(_words(spec, lexicon, "zh"))
    en = " ".join(_words(spec, lexicon, "en"))
    return Title(zh[:120], (en[:1].upper() + en[1:])[:120])


def _words(spec: GarmentSpec, lexicon: Lexicon, language: str) -> list[str]:
    category = lexicon.label("category", spec.category, language)
    words = [lexicon.label("colour", spec.colour.name, language)]
    if spec.pattern.kind is not PatternKind.PLAIN:
        label = lexicon.label("pattern", spec.pattern.kind, language)
        words.append(_PATTERN_EN.get(spec.pattern.kind, label) if language == "en" else label)
    if spec.fit is Fit.OVERSIZED:
        words.append(lexicon.label("fit", spec.fit, language))
    # Where a category leaves no choice the word says nothing: every parka has a zip, every pair of jeans is denim.
    if spec.length in _NOTABLE_LENGTHS and len(spec.rule.lengths) > 1:
        words.append(lexicon.label("length", spec.length, language).replace(" ", "-"))
    if spec.closure in _NOTABLE_CLOSURES and len(spec.rule.closures) > 1:
        label = lexicon.label("closure", spec.closure, language)
        words.append(label.replace(" closure", "-fastened"))
    if len(spec.rule.materials) > 1:
        material = lexicon.label("material", spec.material, language)
        if material.lower() not in category.lower():
            words.append(material)
    return [*words, category]
