"""One cell of a factory file as a checked value; Unusable says why it cannot be used."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar

from factory_matching.registry.sizes import SIZES
from factory_matching.registry.techniques import TECHNIQUES
from models.attributes import Material
from models.money import PriceBreak, PriceLadder

LIMITS = {
    "code": 40, "name": 120, "region": 40, "language": 8, "webhook_url": 500, "webhook_secret": 120, "warehouse": 40,
    "gauge": 20,
}  # fmt: skip
LARGEST = 10_000_000  # units a day, days, units of a break: past this it is a slip of the keyboard
NOTHING = "-"
"""In a cell: there is none; an empty cell leaves what is known."""
MOST_WORDS = 40  # of a list in one cell
_STEP = r"\d{1,8}:\d{1,8}(?:\.\d{1,2})?"
_USUAL_LADDER = re.compile(rf"{_STEP}(?:\|{_STEP})*")
_KNOWN: Mapping[str, frozenset[str]] = {
    "material": frozenset(Material), "technique": TECHNIQUES, "size": frozenset(SIZES),
}  # fmt: skip
Choice = TypeVar("Choice", bound=StrEnum)
Steps = tuple[tuple[int, int], ...]
"""Quantity and unit price in cents, from the MOQ upwards."""


class Unusable(Exception):
    """A cell cannot be used; the message is the reason, in words for whoever keeps the file."""


def plain(value: object) -> str:
    """Lists and mappings of JSON in the form that spreadsheets use, so that one reader serves both."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return "|".join(f"{key}:{one}" for key, one in value.items()) or NOTHING
    if isinstance(value, Sequence):
        return "|".join(map(_part, value)) or NOTHING
    return "" if value is None else str(value)


def _part(value: object) -> str:
    if isinstance(value, Mapping):  # {"kind": "wechat", "value": "..."}, {"quantity": 50, "price": "9.90"}
        value = [one for one in value.values() if one is not None]
    return ":".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


# Real files repeat the same few lists thousands of times.
@lru_cache(maxsize=20_000)
def words(text: str, kind: str) -> tuple[str, ...]:
    """A list of known words, sorted; sizes as they are written, the others in small letters."""
    given = {word.strip() for word in re.split(r"[|;,、；，]", text)} - {"", "plain", "none", NOTHING}
    read = given if kind == "size" else {word.lower() for word in given} - {"plain", "none"}
    if unknown := sorted(read - _KNOWN[kind]):
        raise Unusable(f"unknown {kind} {unknown[0][:40]!r}; known: {', '.join(sorted(_KNOWN[kind]))}")
    if not read and kind == "material":
        raise Unusable("no material given")
    return tuple(sorted(read))


@lru_cache(maxsize=20_000)
def free_words(text: str, column: str, longest: int = 40) -> tuple[str, ...]:
    """A list of free words in the order in which they stand, each once."""
    given = tuple(
        dict.fromkeys(word.strip() for word in re.split(r"[|;；]", text) if word.strip() not in ("", NOTHING))
    )
    if wrong := [word for word in given if len(word) > longest or not word.isprintable()]:
        raise Unusable(f"{column} {wrong[0][:40]!r} is longer than {longest} characters or not plain text")
    if len(given) > MOST_WORDS:
        raise Unusable(f"{column} names {len(given)}, more than {MOST_WORDS}")
    return given


def contacts(text: str) -> tuple[tuple[str, str], ...]:
    """Pairs of kind and value: `wechat:abc|phone:0086...`."""
    read = []
    for entry in free_words(text, "contacts", 160):
        kind, colon, value = entry.partition(":")
        if not colon or not re.fullmatch(r"[\w-]{1,20}", kind.strip()) or not value.strip():
            raise Unusable(f"contact {entry[:40]!r} is not KIND:VALUE")
        read.append((kind.strip().lower(), value.strip()))
    return tuple(read)


def certificates(text: str) -> dict[str, tuple[date, str | None]]:
    """Kind -> last valid day and number: `BSCI:2027-05-01|GOTS:2026-12-31:CU-1234`."""
    read: dict[str, tuple[date, str | None]] = {}
    for entry in free_words(text, "certificates", 100):
        kind, _, rest = entry.partition(":")
        until, _, number = rest.partition(":")
        kind = kind.strip().upper()
        if not re.fullmatch(r"[\w .+-]{1,20}", kind) or len(number) > 60:
            raise Unusable(f"certificate {entry[:40]!r} is not KIND:EXPIRY or KIND:EXPIRY:NUMBER")
        if kind in read:
            raise Unusable(f"certificate {kind} stands twice")
        read[kind] = day(until, f"expiry of {kind}"), number.strip() or None
    return read


def day(text: str, name: str) -> date:
    """A date as 2026-11-30."""
    try:
        return datetime.fromisoformat(text.strip()).date()
    except ValueError:
        raise Unusable(f"{name} {text.strip()[:40]!r} is not a date such as 2026-11-30") from None


def ladder(text: str, currency: str) -> Steps:
    """Falling prices from quantities upwards: `50:310|200:280`."""
    if not (len(currency) == 3 and currency.isascii() and currency.isupper() and currency.isalpha()):
        raise Unusable(f"currency {currency[:20]!r} is not a three-letter code")
    return (_read_fast(text) if _USUAL_LADDER.fullmatch(text) else None) or _read_slowly(text)


def _read_fast(text: str) -> Steps | None:
    """What nearly all ladders look like; None where something is not as it should be."""
    steps, last, lowest = [], 0, LARGEST * 100
    for step in text.split("|"):
        number, _, price = step.partition(":")
        whole, _, parts = price.partition(".")
        quantity, cents = int(number), int(whole + (parts + "00")[:2])
        if not last < quantity <= LARGEST or not 0 < cents <= lowest:
            return None
        last, lowest = quantity, cents
        steps.append((quantity, cents))
    return tuple(steps)


def _read_slowly(text: str) -> Steps:
    """Whatever else people write; says what is wrong with it."""
    steps = [step for step in re.split(r"[|;；]", text) if step.strip()]
    if not steps:
        raise Unusable("no prices given; write them as 50:310|200:280")
    try:
        read = PriceLadder(tuple(_break(step) for step in steps))
    except ValueError as error:
        raise Unusable(f"prices {text[:60]!r}: {error}") from None
    return tuple((step.from_quantity, int(step.unit_price * 100)) for step in read.breaks)


def _break(step: str) -> PriceBreak:
    quantity, colon, price = step.replace("：", ":").partition(":")
    try:
        amount = Decimal(price.strip())
        if not colon or not quantity.strip().isdecimal() or not 0 < amount < LARGEST or int(quantity[:12]) > LARGEST:
            raise InvalidOperation
    except InvalidOperation:
        raise Unusable(f"price step {step.strip()[:40]!r} is not QUANTITY:PRICE") from None
    return PriceBreak(int(quantity), amount.quantize(Decimal("0.01")))


def text(value: str, column: str) -> str:
    """Printable text that is not empty and not too long for its column."""
    if not value:
        raise Unusable(f"{column} is empty")
    if len(value) > LIMITS[column] or not value.isprintable():
        raise Unusable(f"{column} {value[:40]!r} is longer than {LIMITS[column]} characters or not plain text")
    return value


def code(value: str) -> str:
    """The factory's number in the merchandiser's own books."""
    if not re.fullmatch(r"\w[\w.-]*", text(value, "code")):
        raise Unusable(f"code {value!r} may hold only letters, digits, dot, dash and underscore")
    return value


def address(value: str, secret: str) -> str | None:
    """Where messages are posted; it needs a secret to sign them with."""
    if not value:
        return None
    if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", text(value, "webhook_url")):
        raise Unusable(f"webhook_url {value[:60]!r} is not an http address")
    if not secret:
        raise Unusable("webhook_url needs a webhook_secret, so that messages can be signed")
    return value


def whole(value: str, column: str) -> int:
    """A whole number above 0."""
    if not value.isdecimal() or not 0 < int(value[:12]) <= LARGEST:
        raise Unusable(f"{column} {value[:40]!r} is not a whole number above 0")
    return int(value)


def share(value: str, column: str) -> float:
    """A share as 0.97 or 97%."""
    try:
        read = float(value.removesuffix("%")) / 100 if value.endswith("%") else float(value)
    except ValueError:
        read = -1.0
    if not 0 <= read <= 1:
        raise Unusable(f"{column} {value[:40]!r} is not a share between 0 and 1 (or 0% and 100%)")
    return read


def choice(kind: type[Choice], value: object, name: str) -> Choice:
    """One of the known words."""
    given = str(value or "").strip().lower()
    try:
        return kind(given)
    except ValueError:
        raise Unusable(f"unknown {name} {given[:40]!r}; known: {', '.join(kind)}") from None


def cell(row: Mapping[str, Any], column: str) -> str:
    """A cell as text without spaces around it."""
    if not (value := row.get(column)):
        return "" if value is None or value == "" else plain(value)
    return value.strip() if isinstance(value, str) else plain(value).strip()
