"""Which of a factory's changes count at once and which wait for a merchandiser's check. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from models.errors import InvalidInput
from models.factory_edit import EditPart

Values = Mapping[str, Any]
"""Field -> plain JSON value of one part of a record; empty where the part does not exist."""

CLAIMED_WORDS = ("materials", "techniques", "machines")
"""Lists in which a word more is a claim and a word less is none."""
_CLAIMED = ("gauge",)
_RAISED = ("daily_capacity", "small_order_units")
_CUT = ("lead_days", "lead_days_p90", "small_order_days")


@dataclass(frozen=True, slots=True)
class EditRule:
    """From which size on a change is a claim that somebody should check."""

    capacity_raise: float = 0.25
    """Share by which units a day may rise above what was last checked, and still count at once."""
    lead_cut: float = 0.25
    """Share by which days until delivery may fall, likewise."""
    calendar_days: int = 56
    """How far ahead a factory may set its days."""

    def __post_init__(self) -> None:
        if not (0 <= self.capacity_raise <= 10 and 0 <= self.lead_cut <= 1 and 1 <= self.calendar_days <= 400):
            raise InvalidInput("edit rule: capacity_raise 0 to 10, lead_cut 0 to 1, calendar_days 1 to 400")

    @staticmethod
    def from_table(table: Mapping[str, Any]) -> "EditRule":
        """From the [edits] table of configs/match.toml; InvalidInput when it says anything else."""
        if unknown := sorted(set(table) - {field.name for field in fields(EditRule)}):
            raise InvalidInput(f"edit rule: unknown keys {', '.join(unknown)}")
        if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in table.values()):
            raise InvalidInput("edit rule: every value is a number")
        plain = EditRule()
        return EditRule(
            capacity_raise=float(table.get("capacity_raise", plain.capacity_raise)),
            lead_cut=float(table.get("lead_cut", plain.lead_cut)),
            calendar_days=int(table.get("calendar_days", plain.calendar_days)),
        )


@dataclass(frozen=True, slots=True)
class Split:
    """One change in two: fields that count at once, fields that wait; each with the value it is to have."""

    counted: Values
    declared: Values


def split_change(part: EditPart, before: Values, after: Values, checked: Values, rule: EditRule) -> Split:
    """Take what is harmless out of a change.

    `checked` holds what a merchandiser or an import last vouched for, where that differs from `before`: many small
    steps are one large one.
    """
    if part in (EditPart.CAPABILITY, EditPart.CERTIFICATE) and not (before and after):
        new = {name: value for name, value in after.items() if value is not None}
        return Split({}, new) if not before else Split({}, {})  # giving a part up is told by `after` alone
    counted, declared = {}, {}
    for name, new in after.items():
        old = before.get(name)
        if old == new:
            continue
        kept = _harmless(part, name, old, new, checked.get(name, old), rule)
        if kept != old:
            counted[name] = kept
        if kept != new:
            declared[name] = new
    return Split(counted, declared)


def _harmless(part: EditPart, name: str, old: Any, new: Any, checked: Any, rule: EditRule) -> Any:
    """The value that may stand at once: `new`, `old`, or of a list what both have."""
    if part is EditPart.CERTIFICATE:
        return new if name == "expires_on" and new < old else old
    if name in CLAIMED_WORDS:
        return sorted(set(old or ()) & set(new)) or old
    if name == "sizes":
        return _harmless_sizes(old or [], new or [])
    if name in _CLAIMED:
        return old
    if name in _RAISED or part is EditPart.CALENDAR:
        return new if new is None or (checked is not None and new <= checked * (1 + rule.capacity_raise)) else old
    if name == "lead_days_p90" and (old is None or new is None):
        return new if old is None else old  # who does not say it counts as never late
    if name in _CUT:
        return new if new is None or (checked is not None and new >= checked * (1 - rule.lead_cut)) else old
    return new


def _harmless_sizes(old: list[Any], new: list[Any]) -> list[Any]:
    """No sizes named means all of them."""
    if not old:
        return new
    return [size for size in new if size in old] or old
