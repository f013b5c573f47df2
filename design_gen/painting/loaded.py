"""Loaded pipelines of this process: each read once, used by one thread at a time, the least used freed first."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock, RLock
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class _Kept(Generic[T]):
    value: T
    in_use: Lock = field(default_factory=Lock)


class Loaded(Generic[T]):
    """At most `most` values by key, and fewer when memory is short.

    Before one is loaded, those used longest ago are let go until it fits into `share` of the memory that is free and
    there is room for it by number; before each use, while less than `floor` bytes are free. A value at work is never
    let go. What still does not fit is tried all the same: `free` is an estimate, and the error of the device is exact.
    """

    def __init__(
        self, most: int, floor: int, free: Callable[[], int], release: Callable[[], object], share: float = 0.8
    ) -> None:
        self.most, self.floor, self.share = most, floor, share
        self.free, self.release = free, release
        self._kept: OrderedDict[str, _Kept[T]] = OrderedDict()
        self._lock = RLock()

    @contextmanager
    def use(self, key: str, size: Callable[[], int], load: Callable[[], T]) -> Iterator[T]:
        """The value of a key, loaded when it is not there; other threads wait until this one is done with it."""
        with self._lock:
            kept = self._get(key, size, load)
            waiting = not kept.in_use.acquire(blocking=False)
        if waiting:
            kept.in_use.acquire()
        try:
            yield kept.value
        finally:
            kept.in_use.release()

    def peek(self, key: str, size: Callable[[], int], load: Callable[[], T]) -> T:
        """The value without taking it, for questions that do not change it."""
        with self._lock:
            return self._get(key, size, load).value

    def held(self) -> tuple[str, ...]:
        """What is loaded, the one used longest ago first."""
        with self._lock:
            return tuple(self._kept)

    def clear(self) -> None:
        """Let go of everything that is not at work."""
        with self._lock:
            while self._let_go_oldest():
                pass

    def _get(self, key: str, size: Callable[[], int], load: Callable[[], T]) -> _Kept[T]:
        if key in self._kept:
            self._kept.move_to_end(key)
            while self.free() < self.floor and self._let_go_oldest(but=key):
                pass
            return self._kept[key]
        needed = size()
        while (len(self._kept) >= self.most or needed > self.share * self.free()) and self._let_go_oldest():
            pass
        self._kept[key] = _Kept(load())
        return self._kept[key]

    def _let_go_oldest(self, but: str = "") -> bool:
        oldest = next((key for key, kept in self._kept.items() if key != but and not kept.in_use.locked()), None)
        if oldest is None:
            return False
        del self._kept[oldest]
        self.release()
        return True
