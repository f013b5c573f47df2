"""What a factory writes into the forms of its page, as values of an edit. Pure."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from models.errors import InvalidInput
from models.factory_edit import EditPart

Form = Mapping[str, Sequence[str]]
"""Field -> everything that was sent under its name."""
_LONGEST_SPAN = 400  # days; how far ahead is the rule's word


def read_values(part: EditPart, form: Form) -> dict[str, Any]:
    """Values of the part, still to be checked; InvalidInput for a number or day that is none."""
    return _READERS[part](form)


def _contacts(form: Form) -> dict[str, Any]:
    pairs = zip(form.get("kind", ()), form.get("value", ()), strict=False)
    return {"contacts": [{"kind": kind, "value": value.strip()} for kind, value in pairs if value.strip()]}


def _languages(form: Form) -> dict[str, Any]:
    return {"language": _text(form, "language"), "also_speaks": list(form.get("also_speaks", ()))}


def _capacity(form: Form) -> dict[str, Any]:
    numbers = ("daily_capacity", "lead_days", "lead_days_p90")
    return {name: _number(form, name) for name in numbers if name in form}


def _small_orders(form: Form) -> dict[str, Any]:
    if "none" in form:
        return {"small_order_units": None, "small_order_days": None}
    return {name: _number(form, name) for name in ("small_order_units", "small_order_days")}


def _calendar(form: Form) -> dict[str, Any]:
    """The same units on every day from the first to the last; closed is 0, as usual is None."""
    first, last = _day(form, "first"), _day(form, "last") if _text(form, "last") else _day(form, "first")
    if not 0 <= (last - first).days < _LONGEST_SPAN:
        raise InvalidInput(f"{last} is before {first}")
    how = _text(form, "how")
    units = {"closed": 0, "usual": None}[how] if how in ("closed", "usual") else _number(form, "units")
    if how not in ("closed", "usual") and units is None:
        raise InvalidInput("say how many units a day")
    return {(first + timedelta(days=n)).isoformat(): units for n in range((last - first).days + 1)}


def _capability(form: Form) -> dict[str, Any]:
    if "give_up" in form:
        return {}
    steps = zip(form.get("quantity", ()), form.get("price", ()), strict=False)
    breaks = [[quantity.strip(), price.strip()] for quantity, price in steps if quantity.strip() or price.strip()]
    return {
        "materials": list(form.get("materials", ())),
        "techniques": list(form.get("techniques", ())),
        "sizes": list(form.get("sizes", ())),
        "machines": [word.strip() for word in _text(form, "machines").replace("，", ",").split(",") if word.strip()],
        "gauge": _text(form, "gauge") or None,
        "prices": {"currency": _text(form, "currency") or "CNY", "breaks": breaks},
    }


def _certificate(form: Form) -> dict[str, Any]:
    if "give_up" in form:
        return {}
    return {"expires_on": _day(form, "expires_on").isoformat(), "number": _text(form, "number") or None}


_READERS: Mapping[EditPart, Callable[[Form], dict[str, Any]]] = {
    EditPart.CONTACTS: _contacts,
    EditPart.LANGUAGES: _languages,
    EditPart.CAPACITY: _capacity,
    EditPart.SMALL_ORDERS: _small_orders,
    EditPart.CALENDAR: _calendar,
    EditPart.CAPABILITY: _capability,
    EditPart.CERTIFICATE: _certificate,
}


def _text(form: Form, name: str) -> str:
    return next(iter(form.get(name, ())), "").strip()


def _number(form: Form, name: str) -> int | None:
    text = _text(form, name)
    if not text:
        return None
    if not text.isdecimal() or len(text) > 9:
        raise InvalidInput(f"{name} {text[:20]!r} is not a whole number from 0")
    return int(text)


def _day(form: Form, name: str) -> date:
    try:
        return date.fromisoformat(_text(form, name))
    except ValueError:
        raise InvalidInput(f"{name} {_text(form, name)[:20]!r} is not a day such as 2026-11-30") from None
