"""Checks of single fields of a source's TOML table; each raises InvalidInput that names the field."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import jmespath

from models.errors import InvalidInput


def a_text(value: object, where: str) -> str:
    """A text with something in it."""
    if not isinstance(value, str) or not value.strip():
        raise InvalidInput(f"{where} is a non-empty text")
    return value


def texts(value: object, where: str) -> tuple[str, ...]:
    """A list of texts."""
    if not isinstance(value, list):
        raise InvalidInput(f"{where} is a list of texts")
    return tuple(a_text(item, where) for item in value)


def text_table(value: object, where: str) -> Mapping[str, str]:
    """A table of texts."""
    if not isinstance(value, Mapping):
        raise InvalidInput(f"{where} is a table of name = text")
    return {str(name): a_text(item, f"{where}.{name}") for name, item in value.items()}


def a_number(value: object, low: float, high: float, where: str) -> float:
    """A number from `low` to `high`."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise InvalidInput(f"{where} is a number from {low:g} to {high:g}")
    return value


def whole(value: object, low: int, high: int, where: str) -> int:
    """A whole number from `low` to `high`."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise InvalidInput(f"{where} is a whole number from {low} to {high}")
    return value


def a_flag(value: object, where: str) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise InvalidInput(f"{where} is true or false")
    return value


def one_of(value: object, allowed: Sequence[str], where: str) -> str:
    """One of a few words."""
    if value not in allowed:
        raise InvalidInput(f"{where} is {str(value)[:40]!r}; known: {', '.join(map(str, allowed))}")
    return str(value)


def a_name(value: object, where: str) -> str:
    """Lower-case letters, digits and _."""
    if not isinstance(value, str) or not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", value):
        raise InvalidInput(f"{where} is lower-case letters, digits and _, at most 64")
    return value


def a_country(value: object, where: str) -> str:
    """Two capital letters of ISO 3166-1."""
    if not isinstance(value, str) or not re.fullmatch(r"[A-Z]{2}", value):
        raise InvalidInput(f"{where} is an ISO 3166 code of two capital letters")
    return value


def a_path(value: object, where: str) -> str:
    """A JMESPath expression."""
    expression = a_text(value, where)
    try:
        jmespath.compile(expression)
    except jmespath.exceptions.JMESPathError as error:
        raise InvalidInput(f"{where} is no JMESPath expression: {str(error).splitlines()[0]}") from None
    return expression


def a_variable(value: object, where: str) -> str:
    """The name of an environment variable; a secret itself never stands in a file."""
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,127}", value):
        raise InvalidInput(f"{where} is the name of an environment variable, not the secret itself")
    return value


def only_known(table: object, known: Sequence[str], where: str) -> Mapping[str, Any]:
    """A table whose keys are all known."""
    if not isinstance(table, Mapping):
        raise InvalidInput(f"{where} is a table")
    if unknown := sorted(str(key) for key in set(table) - set(known)):
        raise InvalidInput(f"{where}: unknown field {unknown[0]!r}; known: {', '.join(sorted(known))}")
    return table
