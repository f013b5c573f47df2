"""Refused rows on disk, so that somebody can mend them."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any


def keep_refused(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Path | None:
    """Write refused rows as CSV; None, and no file, when there are none."""
    kept = list(rows)
    if not kept:
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([columns, *kept])
    return path
