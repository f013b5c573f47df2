"""GarmentSpec: what the product is, attribute by attribute.

The spec is the one source of truth: the flat is drawn from it, the picture is painted over that flat, the size table
and materials are computed from it, factories are qualified against it.
"""

import hashlib
import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from models.attributes import (
    Artwork,
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
    Turn,
)
from models.category_rules import CATEGORY_RULES, CategoryRule
from models.cielab import to_lab
from models.errors import InvalidSpec, NotFound

SPEC_VERSION = 2
"""2 added cover_pct, turn and artwork to patterns; a spec of version 1 takes their usual values."""


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

    @property
    def lab(self) -> tuple[float, float, float]:
        """CIELAB (D65)."""
        return to_lab(self.rgb)


COVERS: Mapping[PatternKind, tuple[int, int, int]] = {
    PatternKind.STRIPES: (10, 45, 80),
    PatternKind.PINSTRIPES: (3, 7, 20),
    PatternKind.DOTS: (15, 34, 50),
}
"""Least, usual and greatest share of the repeat in percent that the second colour takes: a stripe's width, a dot's
diameter."""
TURNS: Mapping[PatternKind, tuple[Turn, ...]] = {
    PatternKind.STRIPES: (Turn.ACROSS, Turn.ALONG, Turn.BIAS),
    PatternKind.PINSTRIPES: (Turn.ALONG, Turn.ACROSS, Turn.BIAS),
    PatternKind.CHECK: (Turn.ACROSS, Turn.BIAS),
    PatternKind.TARTAN: (Turn.ACROSS, Turn.BIAS),
}
"""Which ways the lines of a pattern may run, the usual one first."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A surface pattern with its repeat; every kind but plain has a second colour.

    `cover_pct`, `turn` and `artwork` belong to some kinds only (COVERS, TURNS, chest prints); left out, they take the
    usual value. Raises InvalidSpec for what the kind does not have.
    """

    kind: PatternKind = PatternKind.PLAIN
    second: Colour | None = None
    repeat_mm: int = 60
    cover_pct: int | None = None
    turn: Turn | None = None
    artwork: Artwork | None = None

    def __post_init__(self) -> None:
        if (self.kind is PatternKind.PLAIN) != (self.second is None):
            raise InvalidSpec(f"pattern {self.kind} {'has no' if self.second else 'needs a'} second colour")
        if not 4 <= self.repeat_mm <= 400:
            raise InvalidSpec(f"pattern repeat of {_shown(self.repeat_mm)} mm is outside 4-400 mm")
        self._settle_cover()
        self._settle("turn", TURNS.get(self.kind, ()))
        self._settle("artwork", tuple(Artwork) if self.kind is PatternKind.CHEST_PRINT else ())

    def _settle_cover(self) -> None:
        """Fill in the usual cover, so that equal patterns are equal values."""
        low, usual, high = COVERS.get(self.kind, (0, None, 0))
        if self.cover_pct is None:
            object.__setattr__(self, "cover_pct", usual)
        elif usual is None:
            raise InvalidSpec(f"pattern {self.kind} has no cover_pct")
        elif not low <= self.cover_pct <= high:
            raise InvalidSpec(f"pattern {self.kind} covers {low}-{high}% of the repeat, not {_shown(self.cover_pct)}%")

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; null for what the kind does not have."""
        return {
            "kind": self.kind.value,
            "second": {"name": self.second.name, "hex": self.second.hex} if self.second else None,
            "repeat_mm": self.repeat_mm,
            "cover_pct": self.cover_pct,
            "turn": self.turn.value if self.turn else None,
            "artwork": self.artwork.value if self.artwork else None,
        }

    def _settle(self, name: str, choices: tuple[StrEnum, ...]) -> None:
        value = getattr(self, name)
        if value is None:
            object.__setattr__(self, name, next(iter(choices), None))
        elif value not in choices:
            may = f"may have {', '.join(choices)}" if choices else "has none"
            raise InvalidSpec(f"pattern {self.kind} cannot have {name} {value}; it {may}")


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
        return {
            "version": SPEC_VERSION,
            "category": self.category.value,
            "colour": {"name": self.colour.name, "hex": self.colour.hex},
            **{name: getattr(self, name).value for name in _ENUMS if name != "category"},
            "pattern": self.pattern.to_json(),
        }

    @property
    def attributes(self) -> Mapping[str, str]:
        """Attribute -> value, colours and patterns by their names: what learning and comparing go by."""
        values = {name: str(getattr(self, name).value) for name in _ENUMS}
        return {**values, "colour": self.colour.name, "pattern": self.pattern.kind.value}

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the canonical JSON, in hex: equal specs have equal fingerprints."""
        canonical = json.dumps(self.to_json(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    @staticmethod
    def from_json(data: object, named: Callable[[str], Colour] | None = None) -> "GarmentSpec":
        """Read back what `to_json` wrote, of this version or an older one; InvalidSpec says which key is wrong.

        With `named`, a colour may also be given by its name alone.
        """
        if not isinstance(data, Mapping):
            raise InvalidSpec(f"a spec is a JSON object, not {_shown(data)}")
        _check_version(data.get("version"))
        _check_keys(data, {"version", "colour", "pattern", *_ENUMS}, "spec")
        if missing := [name for name in ("category", "colour", "material") if name not in data]:
            raise InvalidSpec(f"a spec needs {', '.join(missing)}")
        return GarmentSpec(
            colour=_read_colour(data["colour"], "colour", named),
            pattern=_read_pattern(data.get("pattern"), named),
            **{name: _read_enum(kind, data[name], name) for name, kind in _ENUMS.items() if name in data},
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
_PATTERN_KEYS = {"kind", "second", "repeat_mm", "cover_pct", "turn", "artwork"}


def _check_version(version: object) -> None:
    if type(version) is not int or version < 1:
        raise InvalidSpec(f"a spec says its version, {SPEC_VERSION} or lower, not {_shown(version)}")
    if version > SPEC_VERSION:
        raise InvalidSpec(f"spec version {_shown(version)} is newer than {SPEC_VERSION}, the newest that is known here")


def _check_keys(data: Mapping[Any, Any], known: Collection[str], where: str) -> None:
    if unknown := sorted(_shown(key) for key in data if key not in known):
        raise InvalidSpec(f"unknown {where} keys: {', '.join(unknown[:5])}; known: {', '.join(sorted(known))}")


def _shown(value: object) -> str:
    """A foreign value as it may stand in an error: short, on one line, never walked into."""
    match value:
        case None:
            return "nothing"
        case str():
            return repr(value[:40])
        case bool() | float():
            return repr(value)
        case int():
            return str(value) if abs(value) < 10**20 else "a number without end"
        case _:
            return f"a {type(value).__name__}"


def _read_enum(kind: type[StrEnum], value: object, name: str) -> Any:
    if isinstance(value, str) and value in list(kind):
        return kind(value)
    raise InvalidSpec(f"{name} {_shown(value)} is unknown; known: {', '.join(kind)}")


def _read_colour(data: object, where: str, named: Callable[[str], Colour] | None) -> Colour:
    if isinstance(data, str) and named is not None:
        try:
            return named(data)
        except NotFound:
            raise InvalidSpec(f"{where} {_shown(data)} is no named colour; give its name and hex") from None
    if not isinstance(data, Mapping):
        raise InvalidSpec(f"{where} needs a name and a hex value, not {_shown(data)}")
    _check_keys(data, {"name", "hex"}, where)
    name, value = data.get("name"), data.get("hex")
    if not isinstance(name, str) or not isinstance(value, str):
        raise InvalidSpec(f"{where} needs a name and a hex value, both as text")
    return Colour(name, value.lower() if len(value) == 7 else value)


def _read_pattern(data: object, named: Callable[[str], Colour] | None) -> Pattern:
    if data is None:
        return Pattern()
    if not isinstance(data, Mapping):
        raise InvalidSpec(f"pattern is a JSON object with {', '.join(sorted(_PATTERN_KEYS))}, not {_shown(data)}")
    _check_keys(data, _PATTERN_KEYS, "pattern")
    second, turn, artwork = data.get("second"), data.get("turn"), data.get("artwork")
    cover = data.get("cover_pct")
    return Pattern(
        kind=_read_enum(PatternKind, data.get("kind", "plain"), "pattern kind"),
        second=None if second is None else _read_colour(second, "pattern second colour", named),
        repeat_mm=_read_whole(data.get("repeat_mm", 60), "repeat_mm"),
        cover_pct=None if cover is None else _read_whole(cover, "cover_pct"),
        turn=None if turn is None else _read_enum(Turn, turn, "pattern turn"),
        artwork=None if artwork is None else _read_enum(Artwork, artwork, "pattern artwork"),
    )


def _read_whole(value: object, name: str) -> int:
    if type(value) is not int:
        raise InvalidSpec(f"pattern {name} is a whole number, not {_shown(value)}")
    return value
