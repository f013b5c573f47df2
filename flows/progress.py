"""How far a task has come: the command line listens, a worker does not."""

from collections.abc import Callable

Listener = Callable[[str, int, int | None], None]
"""Called with (what, done, total or None when nobody knows)."""

_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Tell this listener of all progress in this process from now on."""
    _listeners.append(listener)


def advance(what: str, done: int, total: int | None = None) -> None:
    """Report progress of one task."""
    for listener in _listeners:
        listener(what, done, total)


def unlisten(listener: Listener) -> None:
    """Tell it no more."""
    _listeners.remove(listener)
