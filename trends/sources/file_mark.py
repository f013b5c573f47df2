"""Whether a file is as it was when it was read, and where its new lines start."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from trends.sources.reading import Mark, Reading

_GROWING = (".jsonl", ".ndjson")
_SEAL = 4096  # bytes at each end that tell whether a file is still the one that was read


class FileMark:
    """A file compared with what was noted when it was last read."""

    def __init__(self, path: Path) -> None:
        stat = path.stat()
        self.unchanged = False
        self.offset = self.line = 0
        # All of this before the first row is read: a file that is replaced meanwhile shall not be taken for read.
        self._size, self._mtime_ns = stat.st_size, stat.st_mtime_ns
        self._end = _end_of_lines(path, self._size)
        self._seal, self._lead = _seal(path, self._size), _seal(path, self._end)

    @classmethod
    def of(cls, path: Path, reading: Reading) -> "FileMark":
        """Compare the file with what was noted the last time; where the day of a row has come, it counts as unread."""
        mark = cls(path)
        last = reading.mark
        if last is None or reading.has_come(last["early_on"]):
            return mark
        now = (mark._size, mark._mtime_ns, mark._seal)
        mark.unchanged = now == (last["size"], last["mtime_ns"], last["seal"])
        grown = 0 < last["offset"] < mark._size and path.suffix in _GROWING
        if not mark.unchanged and grown and last["lead"] == _seal(path, last["offset"]):
            mark.offset, mark.line = last["offset"], last["line"]
            reading.put_off(date.fromisoformat(last["early_on"]) if last["early_on"] else None)
        return mark

    def counting(self, lines: Iterable[Any]) -> Iterator[Any]:
        """Pass lines on and count them."""
        for line in lines:
            self.line += 1
            yield line

    def after(self, early_on: date | None) -> Mark:
        """What to note: the file, where its last whole line ends, and on which day it is to be read again."""
        return {
            "size": self._size,
            "mtime_ns": self._mtime_ns,
            "seal": self._seal,
            "offset": self._end,
            "line": self.line if self._end == self._size else self.line - 1,
            "lead": self._lead,
            "early_on": early_on.isoformat() if early_on else None,
        }


def _seal(path: Path, size: int) -> str:
    """A digest of the first and the last bytes of the first `size` bytes."""
    with path.open("rb") as stream:
        head = stream.read(min(_SEAL, size))
        stream.seek(max(0, size - _SEAL))
        return hashlib.blake2b(head + stream.read(min(_SEAL, size)), digest_size=16).hexdigest()


def _end_of_lines(path: Path, size: int) -> int:
    """Where the last whole line of JSON lines ends; 0 for other files, which are read again as a whole."""
    if path.suffix not in _GROWING:
        return 0
    with path.open("rb") as stream:
        start = size
        while start > 0:
            start = max(0, start - _SEAL)
            stream.seek(start, os.SEEK_SET)
            found = stream.read(min(_SEAL, size - start)).rfind(b"\n")
            if found >= 0:
                return start + found + 1
    return 0
