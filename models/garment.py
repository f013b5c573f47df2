"""GarmentSpec: what the product is, attribute by attribute.

The spec is the one source of truth: the flat is drawn from it, the picture is painted over that flat, the size table
and materials are computed from it, factories are qualified against it.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from models.attributes import (
    Category,
    Closure,
    Collar,
    Family,
    Fit,
    Length,
    Material,
    PatternKind,
    Pockets,
    Sleeve,
    Trim,
)
from models.category_rules import CATEGORY_RULES, CategoryRule
from models.errors import InvalidSpec

SPEC_VERSION = 1


@dataclass(frozen=True, slots=True)
class Colour:
    """A named colour; the name is a lexicon key, the sRGB value travels with it."""

    name: str
    hex: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z_]{1,30}", self.name):
            raise InvalidSpec(f"colour name {self.name[:40]!r} is not a lexicon key")
        if not re.fullmatch(r"#[0-9a-f]{6}", self.hex):
            raise InvalidSpec(f"colour {self.name}: {self.hex[:20]!r} is not #rrggbb in lower case")

    @property
    def rgb(self) -> tuple[int, int, int]:
        """sRGB bytes."""
        return int(self.hex[1:3], 16), int(self.hex[3:5], 16), int(self.hex[5:7], 16)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A surface pattern with its repeat; every kind but plain has a second colour."""

    kind: PatternKind = PatternKind.PLAIN
    second: Colour | None = None
    repeat_mm: int = 60

    def __post_init__(self) -> None:
        if (self.kind is PatternKind.PLAIN) != (self.second is None):
            raise InvalidSpec(f"pattern {self.kind} {'has no' if self.second else 'needs a'} second colour")
        if not 4 <= self.repeat_mm <= 400:
            raise InvalidSpec(f"pattern repeat of {self.repeat_mm} mm is outside 4-400 mm")


_CHOICES: Mapping[str, str] = {
    "length": "lengths",
    "sleeve": "sleeves",
    "collar": "collars",
    "closure": "closures",
    "pockets": "pockets",
    "material": "materials",
}


@dataclass(frozen=True, slots=True)
class GarmentSpec:
    """One product, fully determined: nothing in its picture, flat or brief comes from elsewhere.

    Raises InvalidSpec when an attribute is not among those that `CATEGORY_RULES` permits.
    """

    category: Category
    colour: Colour
    material: Material
    length: Length = Length.NONE
    sleeve: Sleeve = Sleeve.NONE
    collar: Collar = Collar.NONE
    closure: Closure = Closure.NONE
    pockets: Pockets = Pockets.NONE
    fit: Fit = Fit.REGULAR
    pattern: Pattern = field(default_factory=Pattern)
    trim: Trim = Trim.TONAL

    def __post_init__(self) -> None:
        for attribute, plural in _CHOICES.items():
            value, permitted = getattr(self, attribute), getattr(self.rule, plural)
            if value not in permitted:
                raise InvalidSpec(
                    f"a {self.category} cannot have {attribute} {value}; it may have {', '.join(permitted)}"
                )

    @property
    def rule(self) -> CategoryRule:
        """What this category permits."""
        return CATEGORY_RULES[self.category]

    @property
    def family(self) -> Family:
        """The family of its category."""
        return self.rule.family

    def to_json(self) -> dict[str, Any]:
        """Plain JSON with the version of this vocabulary."""
        second = self.pattern.second
        return {
            "version": SPEC_VERSION,
            "category": self.category.value,
            "colour": {"name": self.colour.name, "hex": self.colour.hex},
            "material": self.material.value,
            "length": self.length.value,
            "sleeve": self.sleeve.value,
            "collar": self.collar.value,
            "closure": self.closure.value,
            "pockets": self.pockets.value,
            "fit": self.fit.value,
            "pattern": {
                "kind": self.pattern.kind.value,
                "second": {"name": second.name, "hex": second.hex} if second else None,
                "repeat_mm": self.pattern.repeat_mm,
            },
            "trim": self.trim.value,
        }

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the canonical JSON, in hex: equal specs have equal fingerprints."""
        canonical = json.dumps(self.to_json(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "GarmentSpec":
        """Read back what `to_json` wrote; InvalidSpec says which key or value is wrong."""
        if not isinstance(data, Mapping):
            raise InvalidSpec("a spec is a JSON object")
        if data.get("version") != SPEC_VERSION:
            raise InvalidSpec(f"spec version {str(data.get('version'))[:20]!r} is not {SPEC_VERSION}")
        known = {"version", "colour", "pattern"} | set(_ENUMS)
        if unknown := sorted(str(key)[:40] for key in data if key not in known):
            raise InvalidSpec(f"unknown spec keys: {', '.join(unknown[:5])}")
        return (
            GarmentSpec(
                colour=_read_colour(data.get("colour"), "colour"),
                pattern=_read_pattern(data.get("pattern")),
                **{name: _read_enum(kind, data[name], name) for name, kind in _ENUMS.items() if name in data},
            )
            if "category" in data and "material" in data
            else _missing()
        )


_ENUMS: Mapping[str, type[StrEnum]] = {
    "category": Category,
    "material": Material,
    "length": Length,
    "sleeve": Sleeve,
    "collar": Collar,
    "closure": Closure,
    "pockets": Pockets,
    "fit": Fit,
    "trim": Trim,
}


def _missing() -> GarmentSpec:
    raise InvalidSpec("a spec needs at least category, colour and material")


def _read_enum(kind: type[StrEnum], value: object, name: str) -> Any:
    try:
        return kind(str(value))
    except ValueError:
        raise InvalidSpec(f"{name} {str(value)[:40]!r} is unknown; known: {', '.join(kind)}") from None


def _read_colour(data: object, where: str) -> Colour:
    if not isinstance(data, Mapping) or not {"name", "hex"} <= set(data):
        raise InvalidSpec(f"{where} needs a name and a hex value")
    return Colour(str(data["name"]), str(data["hex"]))


def _read_pattern(data: object) -> Pattern:
    if data is None:
        return Pattern()
    if not isinstance(data, Mapping):
        raise InvalidSpec("pattern is a JSON object with kind, second and repeat_mm")
    second, repeat = data.get("second"), data.get("repeat_mm", 60)
    if not isinstance(repeat, int):
        raise InvalidSpec("pattern repeat_mm is a whole number")
    kind: PatternKind = _read_enum(PatternKind, data.get("kind", "plain"), "pattern kind")
    return Pattern(kind, _read_colour(second, "pattern second colour") if second else None, repeat)
