"""PromptTemplate: how one family of picture models wants a spec worded, read from TOML by `configs.load_prompts`.

A fragment is a text with {placeholders}; filling one in is a plain replacement of known names, nothing else of a
value is ever looked at, so that no text that a person typed can reach into the program.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from models.errors import InvalidInput

Language = Literal["en", "zh"]

PLACEHOLDERS = (
    "category", "colour", "material", "fit", "length", "pattern", "second_colour", "collar", "sleeve", "closure",
    "pockets", "trim", "light", "backdrop",
)  # fmt: skip
_PLACE = re.compile(r"\{([^{}]*)\}")
_MAX_FRAGMENT, _MAX_FRAGMENTS = 400, 40


@dataclass(frozen=True, slots=True)
class PromptWords:
    """One language of a template; fragments stand most important first and are dropped from the end when too long."""

    positive: tuple[str, ...]
    negative: tuple[str, ...]
    joint: str = ", "
    names: Mapping[str, str] = field(default_factory=dict)
    """What light and backdrop are called in this language, by their English wording."""


@dataclass(frozen=True, slots=True)
class PromptTemplate:
    """The wording that one model family was trained on."""

    family: str
    words: Mapping[Language, PromptWords]
    """By language; the first is the one that the family understands best."""
    pipelines: tuple[str, ...] = ()
    """What the class names of its diffusers pipelines begin with."""
    tokenizers: tuple[str, ...] = ("tokenizer",)
    """Components of the pipeline that count its tokens."""
    tokens: int = 0
    """Most tokens that the text encoder reads; 0 asks the tokenizer."""

    def of_language(self, language: str) -> tuple[Language, PromptWords]:
        """The words in this language; an empty name takes the family's own. InvalidInput when it has none."""
        for own, words in self.words.items():
            if language in ("", own):
                return own, words
        raise InvalidInput(f"prompt family {self.family} has no {language}, only {', '.join(self.words)}")

    @staticmethod
    def from_table(where: str, table: Mapping[str, Any]) -> "PromptTemplate":
        """Build from a parsed TOML file; InvalidInput names file and fault."""
        known = {"family", "pipelines", "tokenizers", "tokens", "en", "zh"}
        if unknown := sorted(set(table) - known):
            raise InvalidInput(f"{where}: unknown keys {', '.join(unknown[:5])}")
        family, tokens = table.get("family"), table.get("tokens", 0)
        if not isinstance(family, str) or not re.fullmatch(r"[a-z][a-z0-9_]{1,30}", family):
            raise InvalidInput(f"{where}: family is a short name in lower case")
        if not isinstance(tokens, int) or not 0 <= tokens <= 100_000:
            raise InvalidInput(f"{where}: tokens is a number from 0 to 100000")
        words: dict[Language, PromptWords] = {
            own: _read_words(f"{where}: [{own}]", table[own]) for own in _languages(table)
        }
        if not words:
            raise InvalidInput(f"{where}: has neither [en] nor [zh]")
        return PromptTemplate(
            family=family,
            words=words,
            pipelines=_texts(where, "pipelines", table.get("pipelines", [])),
            tokenizers=_texts(where, "tokenizers", table.get("tokenizers", ["tokenizer"])),
            tokens=tokens,
        )


def placeholders(fragment: str) -> tuple[str, ...]:
    """The names in braces, in order."""
    return tuple(_PLACE.findall(fragment))


def fill(fragment: str, values: Mapping[str, str]) -> str:
    """The fragment with its placeholders replaced once, spaces tidied; empty where all its placeholders are."""
    names = placeholders(fragment)
    if names and not any(values.get(name) for name in names):
        return ""
    return " ".join(_PLACE.sub(lambda match: values.get(match[1], ""), fragment).split())


def template_for(pipeline: str, family: str, templates: Iterable[PromptTemplate]) -> PromptTemplate | None:
    """The template named `family`, else the one with the longest beginning of this class name, else "default"."""
    by_family = {template.family: template for template in templates}
    if family:
        if family not in by_family:
            raise InvalidInput(f"prompt family {family[:40]!r} is unknown; known: {', '.join(sorted(by_family))}")
        return by_family[family]
    fitting = [
        (len(start), template) for template in by_family.values() for start in template.pipelines
        if pipeline.startswith(start)
    ]  # fmt: skip
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else by_family.get("default")


def _languages(table: Mapping[str, Any]) -> tuple[Language, ...]:
    """In the order of the file."""
    order: dict[str, Language] = {"en": "en", "zh": "zh"}
    return tuple(order[key] for key in table if key in order)


def _read_words(where: str, table: Any) -> PromptWords:
    if not isinstance(table, Mapping) or set(table) - {"positive", "negative", "joint", "names"}:
        raise InvalidInput(f"{where} holds positive, negative, joint and names")
    names, joint = table.get("names", {}), table.get("joint", ", ")
    if not isinstance(joint, str) or not isinstance(names, Mapping):
        raise InvalidInput(f"{where}: joint is a text, names a table of texts")
    words = PromptWords(
        _texts(where, "positive", table.get("positive", [])),
        _texts(where, "negative", table.get("negative", [])),
        joint,
        {str(key): str(value) for key, value in names.items()},
    )
    for fragment in (*words.positive, *words.negative):
        _check(where, fragment)
    if not words.positive:
        raise InvalidInput(f"{where}: positive has no fragments")
    return words


def _check(where: str, fragment: str) -> None:
    if unknown := sorted(set(placeholders(fragment)) - set(PLACEHOLDERS)):
        raise InvalidInput(f"{where}: unknown placeholder {{{unknown[0][:40]}}}; known: {', '.join(PLACEHOLDERS)}")
    if set("{}") & set(_PLACE.sub("", fragment)):
        raise InvalidInput(f"{where}: a brace without its partner in {fragment[:40]!r}")


def _texts(where: str, name: str, values: Any) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) and value.strip() for value in values):
        raise InvalidInput(f"{where}: {name} is a list of texts")
    if len(values) > _MAX_FRAGMENTS or any(len(value) > _MAX_FRAGMENT for value in values):
        raise InvalidInput(f"{where}: {name} has more than {_MAX_FRAGMENTS} texts or one over {_MAX_FRAGMENT} letters")
    return tuple(values)
