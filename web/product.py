"""A design in words and tables, in the reader's language. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from models.attributes import PatternKind
from models.design import Design
from models.garment import GarmentSpec
from models.lexicon import Lexicon, TermKind

_PARTS = (
    "category",
    "colour",
    "pattern",
    "material",
    "fit",
    "length",
    "sleeve",
    "collar",
    "closure",
    "pockets",
    "trim",
)
_SILENT = ("none",)


@dataclass(frozen=True, slots=True)
class SizeTable:
    """Measures by size: one row for each point of measure."""

    sizes: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    unit: str


@dataclass(frozen=True, slots=True)
class Product:
    """What a page says of a design."""

    parts: tuple[tuple[str, str], ...]
    """(kind of attribute, its label) in the order people ask for them."""
    size_table: SizeTable | None
    materials: tuple[tuple[str, str], ...]
    """(what, which) of the bill of materials."""
    fabrics: tuple[tuple[str, str], ...]
    """The part of it that a buyer sees and feels."""


def describe(design: Design, lexicon: Lexicon, language: str) -> Product:
    """The design's attributes, size table and materials, as far as its tech pack holds them."""
    return Product(
        parts=spec_in_words(design.garment, lexicon, language),
        size_table=_size_table(design.tech_pack, language),
        materials=_materials(design.tech_pack.get("materials", ()), lexicon, language),
        fabrics=_materials((row for row in design.tech_pack.get("materials", ()) if row["gsm"]), lexicon, language),
    )


def spec_in_words(spec: GarmentSpec, lexicon: Lexicon, language: str) -> tuple[tuple[str, str], ...]:
    """(kind, label) of every attribute that says something: no sleeves on a mug."""
    words = []
    for kind in _PARTS:
        if kind == "colour":
            label = lexicon.label("colour", spec.colour.name, language)
        elif kind == "pattern":
            label = _pattern(spec, lexicon, language)
        else:
            value = str(getattr(spec, kind))
            # A missing sleeve is a choice where there is one to make; elsewhere it goes without saying.
            if value in _SILENT and len(getattr(spec.rule, f"{kind}s", ())) < 2:
                continue
            label = lexicon.label(kind, value, language)
        words.append((kind, label))
    return tuple(words)


def _pattern(spec: GarmentSpec, lexicon: Lexicon, language: str) -> str:
    label = lexicon.label("pattern", spec.pattern.kind, language)
    if spec.pattern.kind is PatternKind.PLAIN or spec.pattern.second is None:
        return label
    return f"{label} ({lexicon.label('colour', spec.pattern.second.name, language)})"


def _size_table(tech_pack: Mapping[str, Any], language: str) -> SizeTable | None:
    """Measures in centimetres; goods of one size have a table too."""
    if not tech_pack.get("measures"):
        return None
    sizes = tuple(str(size) for size in tech_pack["sizes"])
    rows = tuple(
        (str(row[language]), tuple(f"{row['mm'][size] / 10:g}" for size in sizes)) for row in tech_pack["measures"]
    )
    return SizeTable(sizes, rows, "cm")


def _materials(rows: Iterable[Mapping[str, Any]], lexicon: Lexicon, language: str) -> tuple[tuple[str, str], ...]:
    return tuple((str(row[language]), _how_much(row, lexicon, language)) for row in rows)


def _how_much(row: Mapping[str, Any], lexicon: Lexicon, language: str) -> str:
    """'wool, 600 g/m², 2.6 m': what the row says of one piece, as far as it says it."""
    words = [_detail(str(row["detail"]), lexicon, language)] if row["detail"] else []
    if row["gsm"]:
        words.append(f"{row['gsm']} g/m²")
    unit = {"pcs": "件", "m": "米"}.get(row["unit"], row["unit"]) if language == "zh" else row["unit"]
    return ", ".join([*words, f"{row['quantity']:g} {unit}"])


def _detail(key: str, lexicon: Lexicon, language: str) -> str:
    """The label of a lexicon key whose kind the tech pack does not say."""
    kinds = (TermKind.MATERIAL, TermKind.COLOUR, TermKind.TRIM, TermKind.CLOSURE, TermKind.PATTERN)
    kind = next((kind for kind in kinds if (kind, key) in lexicon.terms), TermKind.MATERIAL)
    return lexicon.label(kind, key, language)
