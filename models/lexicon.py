"""The bilingual lexicon: what words mean in attributes of goods.

Read from TOML by `configs.lexicon`, passed to the stages as a value.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from models.attributes import (
    Category,
    Closure,
    Collar,
    Fit,
    Length,
    Material,
    PatternKind,
    Pockets,
    Sleeve,
    Trim,
)
from models.errors import InvalidInput, NotFound
from models.garment import Colour


class TermKind(StrEnum):
    """What a term names. All but STYLE, OCCASION and CONTEXT are attributes of a GarmentSpec."""

    CATEGORY = "category"
    COLOUR = "colour"
    PATTERN = "pattern"
    MATERIAL = "material"
    LENGTH = "length"
    SLEEVE = "sleeve"
    COLLAR = "collar"
    CLOSURE = "closure"
    POCKETS = "pockets"
    FIT = "fit"
    TRIM = "trim"
    STYLE = "style"
    OCCASION = "occasion"
    CONTEXT = "context"


ATTRIBUTES: Mapping[TermKind, type[StrEnum]] = {
    TermKind.CATEGORY: Category,
    TermKind.PATTERN: PatternKind,
    TermKind.MATERIAL: Material,
    TermKind.LENGTH: Length,
    TermKind.SLEEVE: Sleeve,
    TermKind.COLLAR: Collar,
    TermKind.CLOSURE: Closure,
    TermKind.POCKETS: Pockets,
    TermKind.FIT: Fit,
    TermKind.TRIM: Trim,
}

Meaning = Mapping[str, tuple[str, ...]]
"""Attribute name -> values, likeliest first: {"colour": ("brown", "caramel"), "category": ("coat",)}."""


@dataclass(frozen=True, slots=True)
class Term:
    """One entry: a key, its spellings in both languages (the first is the label), and what it implies."""

    kind: TermKind
    key: str
    zh: tuple[str, ...] = ()
    en: tuple[str, ...] = ()
    hex: str | None = None
    implies: Meaning = field(default_factory=dict)

    def label(self, language: str) -> str:
        """The first spelling in this language ('zh' or 'en'), else the key in words."""
        spellings = self.zh if language == "zh" else self.en
        return spellings[0] if spellings else self.key.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All terms, found by kind and key or by spelling."""

    terms: Mapping[tuple[TermKind, str], Term]

    def of_kind(self, kind: TermKind) -> tuple[Term, ...]:
        """Every term of one kind, in the order of the files."""
        return tuple(term for term in self.terms.values() if term.kind is kind)

    def label(self, kind: str, key: str, language: str) -> str:
        """What a person calls it; the key in words when the lexicon has no entry."""
        term = self.terms.get((TermKind(kind), key))
        return term.label(language) if term else key.replace("_", " ")

    def colour(self, name: str) -> Colour:
        """The colour of that name with its sRGB value; NotFound if the lexicon has none."""
        term = self.terms.get((TermKind.COLOUR, name))
        if term is None or term.hex is None:
            raise NotFound("colour", name)
        return Colour(name, term.hex)

    @staticmethod
    def from_tables(tables: Iterable[tuple[str, Mapping[str, Any]]]) -> "Lexicon":
        """Build from (file name, parsed TOML) pairs; each file holds arrays of tables named by kind.

        Raises InvalidInput that names file and entry: unknown kind, key outside the garment vocabulary, repeated key,
        colour without hex, implied value that nothing defines.
        """
        terms: dict[tuple[TermKind, str], Term] = {}
        for where, table in tables:
            for kind_name, entries in table.items():
                for entry in entries:
                    term = _read_term(kind_name, entry, where)
                    if (term.kind, term.key) in terms:
                        raise InvalidInput(f"{where}: {kind_name} {term.key!r} stands twice")
                    terms[term.kind, term.key] = term
        for term in terms.values():
            _check_implied(term, terms)
        return Lexicon(terms)


def _read_term(kind_name: str, entry: Mapping[str, Any], where: str) -> Term:
    try:
        kind, key = TermKind(kind_name), str(entry["key"])
    except (ValueError, KeyError):
        raise InvalidInput(f"{where}: [[{kind_name}]] is not a kind of term, or an entry has no key") from None
    if unknown := set(entry) - {"key", "zh", "en", "hex", "implies"}:
        raise InvalidInput(f"{where}: {kind} {key!r} has unknown fields {sorted(unknown)}")
    vocabulary = ATTRIBUTES.get(kind)
    if vocabulary is not None and key not in list(vocabulary):
        raise InvalidInput(f"{where}: {key!r} is no {kind} of the garment vocabulary")
    if kind is TermKind.COLOUR:
        Colour(key, str(entry.get("hex")))
    implies = {name: tuple(values) for name, values in entry.get("implies", {}).items()}
    return Term(kind, key, tuple(entry.get("zh", ())), tuple(entry.get("en", ())), entry.get("hex"), implies)


def _check_implied(term: Term, terms: Mapping[tuple[TermKind, str], Term]) -> None:
    for name, values in term.implies.items():
        for value in values:
            known = name in list(TermKind) and (
                value in list(ATTRIBUTES.get(TermKind(name), ())) or (TermKind(name), value) in terms
            )
            if not known:
                raise InvalidInput(f"{term.kind} {term.key!r} implies unknown {name} {value!r}")
