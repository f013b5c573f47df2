"""A batch's rule after launch: a new version with who and why, or nothing; never a silent edit."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.batch import Batch, BatchState
from models.demand_rule import DemandRule
from models.errors import Conflict, InvalidInput
from models.listing import OPEN_STATES, Listing
from models.rule_version import fix_rule

_NOTHING = "none"
_SETTLED = (BatchState.DECIDED, BatchState.PLACED)


def change_rule(session: Session, batch: Batch, changes: Sequence[str], at: datetime, who: str, why: str) -> DemandRule:
    """Put the rule in force with these `name=value` changes as a new version; listings decided before keep theirs.

    A changed window moves the closing dates of the batch and its open listings. InvalidInput for a change that cannot
    be read, without a name or a reason; Conflict when nothing would change or the batch is decided.
    """
    if not who.strip() or not why.strip():
        raise InvalidInput("a change of the rule needs --who and --why")
    before = batch.demand_rule
    rule = changed(before, changes)
    if rule == before:
        raise Conflict(f"the rule of batch {batch.slug} is so already (version {before.version})")
    if batch.state in _SETTLED:
        raise Conflict(f"batch {batch.slug} is {batch.state}: its rule judges nothing any more")
    if rule.min_units is None:
        _check_makers_minimum(session, batch)
    if rule.window_days is not None and rule.window_days != before.window_days:
        _move_close(session, batch, rule.window_days, at)
    return fix_rule(session, batch, rule, at, who.strip(), why.strip())


def changed(rule: DemandRule, changes: Sequence[str]) -> DemandRule:
    """The rule with `name=value` changes, values as in a batch file; `break_even.NAME=value` reaches its inputs.

    A new `break_even` computes the target rate anew, `break_even=none` leaves it as it is. InvalidInput for others.
    """
    data = rule.to_json()
    for change in changes:
        name, found, value = change.partition("=")
        name, value = name.strip(), value.strip()
        outer, _, inner = name.partition(".")
        if not found or outer not in data or outer == "version":
            raise InvalidInput(f"{change[:60]!r} is no change like alpha=0.02; known: {', '.join(_known(data))}")
        if inner:
            data[outer] = {**(data[outer] or {}), inner: value} if outer == "break_even" else _refuse(change)
            data.pop("target_rate", None)
        else:
            data[name] = _read(value)
    try:
        return DemandRule.from_json(data)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise InvalidInput(f"{', '.join(changes)}: {error}") from None


def _known(data: dict[str, Any]) -> list[str]:
    inputs = ("unit_margin", "units_per_conversion", "exposure_cost")
    return [*(name for name in data if name != "version"), *(f"break_even.{name}" for name in inputs)]


def _refuse(change: str) -> Any:
    raise InvalidInput(f"{change[:60]!r}: only break_even has parts")


def _read(value: str) -> Any:
    """A value as a batch file has it; what is no number is a word."""
    if value == _NOTHING:
        return None
    try:
        return json.loads(value)
    except ValueError:
        return value


def _check_makers_minimum(session: Session, batch: Batch) -> None:
    unknown = Listing.batch_id == batch.id, Listing.makers_minimum.is_(None), Listing.state.in_(OPEN_STATES)
    listing_id = session.scalar(select(Listing.id).where(*unknown).limit(1))
    if listing_id is not None:
        raise Conflict(f"what the makers of listing {listing_id} ask for at least is not known: state min_units")


def _move_close(session: Session, batch: Batch, window_days: float, at: datetime) -> None:
    closes_at = batch.opens_at + timedelta(days=window_days)
    if closes_at <= at:
        raise Conflict(f"a window of {window_days:g} days would have closed on {closes_at:%Y-%m-%d %H:%M}")
    batch.closes_at = closes_at
    for listing in session.scalars(select(Listing).where(Listing.batch_id == batch.id, Listing.state.in_(OPEN_STATES))):
        listing.closes_at = max(closes_at, listing.opens_at + timedelta(hours=1))
