"""Store what a source observed, each row once, and keep what was refused."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from trends.sources import Refused, Signal, SourceConfig, read_source
from trends.store import add_signals

_CHUNK = 5_000
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Collected:
    """What became of the rows of one source."""

    read: int
    added: int
    repeated: int
    refused: int
    reasons: dict[str, int] = field(default_factory=dict)
    """Kind of reason -> rows; the kind is the reason without its numbers and quotations."""


def collect(
    session: Session,
    source: SourceConfig,
    places: Sequence[str | Path],
    as_of: date,
    reject_path: Path | None = None,
    progress: Progress = lambda rows: None,
) -> Collected:
    """Append every new signal of the source; running it again adds nothing.

    Refused rows go to `reject_path` as JSON lines (the file appears only when something was refused and the source
    was readable). `progress` is called with the rows read so far. Raises UnreadableSource before anything is kept:
    the caller's transaction rolls back.
    """
    read = added = 0
    reasons: Counter[str] = Counter()
    pending: list[Signal] = []
    with _reject_file(reject_path) as refuse:
        for row in read_source(source, places, as_of):
            read += 1
            if isinstance(row, Refused):
                reasons[_kind_of(row.reason)] += 1
                refuse(row)
            else:
                pending.append(row)
            if len(pending) >= _CHUNK:
                added += add_signals(session, pending)
                pending.clear()
            if read % _CHUNK == 0:
                progress(read)
        added += add_signals(session, pending)
    progress(read)
    refused = reasons.total()
    return Collected(read, added, read - refused - added, refused, dict(reasons.most_common()))


def _kind_of(reason: str) -> str:
    return re.sub(r"'[^']*'|\d[\d.:-]*", "…", reason)


@contextmanager
def _reject_file(path: Path | None) -> Iterator[Callable[[Refused], None]]:
    """Write beside the final name and rename at the end, so that a failed source leaves no half file."""
    if path is None:
        yield lambda row: None
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    count = 0
    try:
        with partial.open("w", encoding="utf-8") as stream:

            def write(row: Refused) -> None:
                nonlocal count
                count += 1
                stream.write(json.dumps(asdict(row), ensure_ascii=False).encode("utf-8", "replace").decode() + "\n")

            yield write
        if count:
            partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
