"""Whether a file is as it was when it was read, and where its new lines start."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from trends.sources.reading import Mark, Reading

_SEAL = 4096  # bytes at each end that tell whether a file is still the one that was read


class FileMark:
    """A file compared with what was noted when it was last read."""

    def __init__(self, path: Path, size: int, mtime_ns: int) -> None:
        self.path, self.size, self.mtime_ns = path, size, mtime_ns
        self.unchanged = False
        self.offset = self.line = 0

    @classmethod
    def of(cls, path: Path, reading: Reading) -> "FileMark":
        """Compare the file with what was noted the last time; where the day of a row has come, it counts as unread."""
        last = None if reading.mark and reading.has_come(reading.mark["early_on"]) else reading.mark
        stat = path.stat()
        mark = cls(path, stat.st_size, stat.st_mtime_ns)
        if last is None:
            return mark
        same_time = (last["size"], last["mtime_ns"]) == (mark.size, mark.mtime_ns)
        mark.unchanged = same_time and last["seal"] == _seal(path, mark.size)
        grown = path.suffix in (".jsonl", ".ndjson") and 0 < last["offset"] < mark.size
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
        end, line = _end_of_lines(self.path, self.size), self.line
        return {
            "size": self.size,
            "mtime_ns": self.mtime_ns,
            "seal": _seal(self.path, self.size),
            "offset": end,
            "line": line if end == self.size else line - 1,
            "lead": _seal(self.path, end),
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
    if path.suffix not in (".jsonl", ".ndjson"):
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
