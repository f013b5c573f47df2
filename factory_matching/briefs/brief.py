"""ProductionBrief: everything a factory needs to cut from, as one JSON document in Chinese and English."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from factory_matching.briefs.aql import sampling_plans
from factory_matching.briefs.brief_words import ATTRIBUTES, BINDING, DEFECTS, MARKS, MAY_INSPECT, MUST_PASS, PACKING
from models.attributes import Closure, Material, PatternKind, Trim
from models.garment import GarmentSpec

BRIEF_VERSION = 1
_DETAILS: Mapping[str, list[str]] = {
    "material": list(Material),
    "trim": list(Trim),
    "closure": list(Closure),
    "pattern": list(PatternKind),
}
Label = Callable[[str, str, str], str]
"""(kind, key, language) -> words; `Lexicon.label`."""


@dataclass(frozen=True, slots=True)
class BriefParts:
    """What a brief is written from; blob keys for pictures."""

    order_code: str
    factory: Mapping[str, str]
    """code, name, region, language."""
    title_zh: str
    title_en: str
    spec: GarmentSpec
    lines: Sequence[Mapping[str, Any]]
    """[{colour, size, units}]."""
    unit_price: Decimal
    currency: str
    placed_on: date
    starts_on: date
    due_on: date
    tech_pack: Mapping[str, Any]
    """As `design_gen` wrote it; any part may be missing."""
    mockup: str
    flat_front: str
    flat_back: str
    simulated: bool
    """Its demand comes from simulated buyers, and the brief says so."""
    must_pass: bool = False
    """It is shipped only after an inspection that it passed."""


def write_brief(parts: BriefParts, label: Label) -> dict[str, Any]:
    """The brief as plain JSON that meets brief.schema.json; ValueError when the lines hold no units."""
    units = sum(int(line["units"]) for line in parts.lines)
    if units < 1 or any(int(line["units"]) < 1 for line in parts.lines):
        raise ValueError(f"order {parts.order_code} has a line without units")
    return {
        "version": BRIEF_VERSION,
        "simulated": parts.simulated,
        "order": {
            "code": parts.order_code,
            "placed_on": parts.placed_on.isoformat(),
            "starts_on": parts.starts_on.isoformat(),
            "due_on": parts.due_on.isoformat(),
            "units": units,
            "unit_price": str(parts.unit_price),
            "total": str(parts.unit_price * units),
            "currency": parts.currency,
        },
        "factory": {key: str(parts.factory[key]) for key in ("code", "name", "region", "language")},
        "garment": {
            "title": {"zh": parts.title_zh, "en": parts.title_en},
            "fingerprint": parts.spec.fingerprint,
            "spec": parts.spec.to_json(),
            "words": _words(parts.spec, label),
        },
        "quantities": _quantities(parts, label),
        "tech_pack": _tech_pack(parts.tech_pack, label),
        "packing": [{"zh": zh, "en": en} for zh, en in PACKING],
        "inspection": _inspection(units, parts.must_pass),
        "marks": [{"zh": zh, "en": en} for zh, en in MARKS],
        "pictures": {"mockup": parts.mockup, "flat_front": parts.flat_front, "flat_back": parts.flat_back},
        "binding": {"zh": BINDING[0], "en": BINDING[1]},
    }


def _words(spec: GarmentSpec, label: Label) -> list[dict[str, Any]]:
    """Attribute by attribute; what the category leaves no choice in and does not have is not said."""
    values = spec.to_json()
    values["colour"] = spec.colour.name
    values["pattern"] = spec.pattern.kind.value
    rows = []
    for kind, (zh, en) in ATTRIBUTES.items():
        if values[kind] == "none":
            continue
        words = {language: label(kind, values[kind], language) for language in ("zh", "en")}
        if kind == "pattern" and spec.pattern.second is not None:
            for language in words:
                second = label("colour", spec.pattern.second.name, language)
                words[language] += f" + {second} {spec.pattern.second.hex}, {spec.pattern.repeat_mm} mm"
        if kind == "colour":
            words = {language: f"{word} {spec.colour.hex}" for language, word in words.items()}
        rows.append({"attribute": kind, "name": {"zh": zh, "en": en}, "value": words})
    return rows


def _quantities(parts: BriefParts, label: Label) -> dict[str, Any]:
    """A matrix colour x size, sizes in the category's order, colours as they first appear."""
    known = list(parts.spec.rule.sizes)
    given = list(dict.fromkeys(str(line["size"]) for line in parts.lines))
    sizes = [size for size in known if size in given] + [size for size in given if size not in known]
    colours = list(dict.fromkeys(str(line["colour"]) for line in parts.lines))
    units = {colour: dict.fromkeys(sizes, 0) for colour in colours}
    for line in parts.lines:
        units[str(line["colour"])][str(line["size"])] += int(line["units"])
    return {
        "sizes": sizes,
        "colours": [
            {
                "key": colour,
                "zh": label("colour", colour, "zh"),
                "en": label("colour", colour, "en"),
                "hex": parts.spec.colour.hex if colour == parts.spec.colour.name else None,
                "units": [units[colour][size] for size in sizes],
                "total": sum(units[colour].values()),
            }
            for colour in colours
        ],
        "by_size": [sum(units[colour][size] for colour in colours) for size in sizes],
        "total": sum(sum(of_size.values()) for of_size in units.values()),
    }


def _tech_pack(pack: Mapping[str, Any], label: Label) -> dict[str, Any]:
    """The parts of a tech pack that are there, in the brief's own form."""
    return {
        "sizes": [str(size) for size in pack.get("sizes", ())],
        "base_size": str(pack.get("base_size", "")),
        "measures": [
            {
                "zh": row["zh"],
                "en": row["en"],
                "mm": {str(size): int(mm) for size, mm in row["mm"].items()},
                "tolerance_mm": int(row["tolerance_mm"]),
            }
            for row in pack.get("measures", ())
        ],
        "materials": [
            {
                "zh": row["zh"],
                "en": row["en"],
                "quantity": row["quantity"],
                "unit": str(row["unit"]),
                "gsm": row.get("gsm"),
                "detail": _detail(str(row.get("detail") or ""), label),
            }
            for row in pack.get("materials", ())
        ],
        "notes": [{"zh": note["zh"], "en": note["en"]} for note in pack.get("notes", ())],
    }


def _detail(key: str, label: Label) -> dict[str, str]:
    """A vocabulary word of a bill of materials in both languages; what is no other word names a colour."""
    kind = next((kind for kind, words in _DETAILS.items() if key in words), "colour")
    return {language: label(kind, key, language) if key else "" for language in ("zh", "en")}


def _inspection(units: int, must_pass: bool) -> dict[str, Any]:
    major, minor = sampling_plans(units)
    return {
        "required": must_pass,
        "before_shipping": dict(zip(("zh", "en"), MUST_PASS if must_pass else MAY_INSPECT, strict=True)),
        "standard": "ISO 2859-1",
        "level": "II",
        "major": {"aql": "2.5", "sample": major.sample, "accept": major.accept},
        "minor": {"aql": "4.0", "sample": minor.sample, "accept": minor.accept},
        "defects": [{"zh": zh, "en": en} for zh, en in DEFECTS],
    }
