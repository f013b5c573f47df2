"""Store what a source observed, each row once, and keep what was refused."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from models.errors import DomainError, UnreadableSource
from trends.marks import find_mark, register_source, set_mark
from trends.rejects import Refuse, RejectFile
from trends.signals import add_series, add_signals, has_signals, known_keys
from trends.sources import (
    Reading,
    Refused,
    SeriesPoint,
    Signal,
    SourceConfig,
    SourceKind,
    find_places,
    place_key,
    read_place,
)
from trends.sources.pace import PACE, Pace
from trends.sources.signal import Why

_CHUNK = 20_000
_CHUNK_FROM_AFAR = 200_000
"""SQLite has one writer: its lock is not to be held while a slow answer is waited for."""
_REPORT_EVERY = 5_000
Progress = Callable[[int], None]
Transaction = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True, slots=True)
class Collected:
    """What became of the rows of one source."""

    read: int
    added: int
    repeated: int
    refused: int
    reasons: dict[str, int] = field(default_factory=dict)
    """Kind of reason -> rows; the kind is the reason without its numbers and quotations."""
    unchanged: int = 0
    """Places that hold nothing new, so that nothing was read."""
    failures: tuple[str, ...] = ()
    """What is wrong with the places that could not be read; nothing of them is kept."""
    notes: tuple[str, ...] = ()
    rejects: Path | None = None
    """Where the refused rows are kept."""

    def to_json(self, source: str) -> dict[str, Any]:
        """Plain JSON under the source's name."""
        return {
            "source": source,
            "read": self.read,
            "new": self.added,
            "duplicate": self.repeated,
            "refused": self.refused,
            "unchanged": self.unchanged,
            "failed": list(self.failures),
            "notes": list(self.notes),
            "reasons": dict(self.reasons),
            "rejects": str(self.rejects) if self.rejects else None,
        }


@dataclass(frozen=True, slots=True)
class Outside:
    """What collecting takes from its surroundings."""

    environ: Mapping[str, str] = field(default_factory=dict)
    """Where secrets are named."""
    pace: Pace = PACE


@dataclass(slots=True)
class _Count:
    """Rows so far."""

    read: int = 0
    added: int = 0
    malformed: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    def __iadd__(self, other: "_Count") -> "_Count":
        self.read += other.read
        self.added += other.added
        self.malformed += other.malformed
        self.reasons += other.reasons
        return self


def collect(
    session: Session,
    source: SourceConfig,
    places: Sequence[str | Path],
    as_of: date,
    reject_path: Path | None = None,
    progress: Progress = lambda rows: None,
    outside: Outside | None = None,
    again: bool = False,
) -> Collected:
    """Append every new signal of the source within the caller's transaction; running it again adds nothing.

    Reads what is new since the last time, or everything when `again`. Refused rows go to `reject_path` as JSON lines.
    `progress` is called with the rows read so far. Raises the error of the first place that cannot be read:
    the caller's transaction rolls back.
    """
    return collect_apart(
        lambda: nullcontext(session), source, places, as_of, reject_path, progress, outside, again, stop_at_first=True
    )


def collect_apart(
    transaction: Transaction,
    source: SourceConfig,
    places: Sequence[str | Path],
    as_of: date,
    reject_path: Path | None = None,
    progress: Progress = lambda rows: None,
    outside: Outside | None = None,
    again: bool = False,
    stop_at_first: bool = False,
) -> Collected:
    """The same with a transaction for each place: one that cannot be read is told in `failures` and stops no other.

    Raises only when no place could be read, or none of their rows is of a day that may be kept.
    """
    total, unchanged, around = _Count(), 0, outside or Outside()
    failures: list[DomainError] = []
    notes: list[str] = []
    rejects = RejectFile(reject_path)
    with transaction() as session:
        register_source(session, source)
    found = find_places(source, places)
    with rejects.writing() as refuse:
        for place in found:
            reading = Reading(as_of, environ=around.environ, pace=around.pace)
            try:
                if isinstance(place, UnreadableSource):
                    raise place
                with transaction() as session:
                    total += _collect_place(session, source, place, reading, refuse, again, progress, total.read)
            except DomainError as error:
                if stop_at_first:
                    raise
                failures.append(error)
            unchanged += reading.unchanged
            notes += reading.notes
        if failures and len(failures) == len(found):
            raise failures[0]
        with transaction() as session:
            _check_whole(session, source, total, unchanged)
    refused = total.reasons.total()
    return Collected(
        total.read, total.added, total.read - refused - total.added, refused, dict(total.reasons.most_common()),
        unchanged, tuple(map(str, failures)), tuple(notes), rejects.path,
    )  # fmt: skip


def _collect_place(
    session: Session,
    source: SourceConfig,
    place: str,
    reading: Reading,
    refuse: Refuse,
    again: bool,
    progress: Progress,
    read_before: int,
) -> _Count:
    key = place_key(source, place)
    reading.session = session
    reading.known = lambda keys: known_keys(session, source.name, keys)
    reading.mark = None if again else find_mark(session, source, key)
    count = _Count()
    is_near = source.kind in (SourceKind.FILE, SourceKind.TREND_SERIES, SourceKind.OWN_SEARCH)
    most = _CHUNK if is_near else _CHUNK_FROM_AFAR
    signals: list[Signal] = []
    points: list[SeriesPoint] = []
    for row in read_place(source, place, reading):
        count.read += 1
        if type(row) is Signal:
            signals.append(row)
            if len(signals) >= most:
                count.added += add_signals(session, signals)
                signals.clear()
        elif type(row) is SeriesPoint:
            points.append(row)
        elif type(row) is Refused:
            count.reasons[_kind_of(row.reason)] += 1
            count.malformed += row.why is Why.MALFORMED
            refuse(row)
        if count.read % _REPORT_EVERY == 0:
            progress(read_before + count.read)
    count.added += add_signals(session, signals) + add_series(session, points)
    progress(read_before + count.read)
    _check_place(place, count)
    set_mark(session, source, key, reading.next_mark)
    return count


def _check_place(place: str, count: _Count) -> None:
    """A place all of whose rows are refused is broken or described wrongly: never "0 new" and well."""
    if count.malformed and count.reasons.total() == count.read:
        reason, rows = count.reasons.most_common(1)[0]
        raise UnreadableSource(f"{place}: all {count.read} rows are refused, {rows} of them for: {reason}")


def _check_whole(session: Session, source: SourceConfig, count: _Count, unchanged: int) -> None:
    """The same for a source of which nothing is kept at all."""
    if unchanged or count.reasons.total() < count.read or has_signals(session, source.name):
        return
    if count.read:
        reason, rows = count.reasons.most_common(1)[0]
        raise UnreadableSource(f"source {source.name}: all {count.read} rows are refused, {rows} for: {reason}")
    if source.kind in (SourceKind.FILE, SourceKind.TREND_SERIES):
        raise UnreadableSource(f"source {source.name}: the files hold no rows")


def _kind_of(reason: str) -> str:
    return re.sub(r"'[^']*'|\d[\d.:-]*", "…", reason)
