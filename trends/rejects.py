"""Refused rows on disk: one JSON line each with where it stands and why it was refused."""

import filecmp
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from trends.sources import Refused

Refuse = Callable[[Refused], None]


class RejectFile:
    """Written beside its name and renamed at the end, so that nobody reads half a file.

    An earlier file of the same name stays: the new one gets a number, unless it says the same.
    """

    def __init__(self, path: Path | None) -> None:
        self._wanted = path
        self.path: Path | None = None
        """Where the refused rows are; None when there were none, or no place to keep them was given."""

    @contextmanager
    def writing(self) -> Iterator[Refuse]:
        """Append rows; when the block ends, by an error too, what was refused is kept."""
        if self._wanted is None:
            yield lambda row: None
            return
        self._wanted.parent.mkdir(parents=True, exist_ok=True)
        partial = self._wanted.with_name(self._wanted.name + ".partial")
        count = 0
        try:
            with partial.open("w", encoding="utf-8") as stream:

                def write(row: Refused) -> None:
                    nonlocal count
                    count += 1
                    line = {"where": row.where, "reason": row.reason, "raw": row.raw}
                    stream.write(json.dumps(line, ensure_ascii=False).encode("utf-8", "replace").decode() + "\n")

                yield write
        finally:
            if count:
                self.path = self._settle(partial, self._wanted)
            partial.unlink(missing_ok=True)

    @staticmethod
    def _settle(partial: Path, wanted: Path) -> Path:
        final, number = wanted, 1
        while final.exists() and not filecmp.cmp(partial, final, shallow=False):
            number += 1
            final = wanted.with_name(f"{wanted.stem}.{number}{wanted.suffix}")
        return partial.replace(final)
