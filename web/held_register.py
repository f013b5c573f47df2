"""The register of factories held in the web process, read anew when the tables have changed."""

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from factory_matching.qualify import Qualifier

_REST = 10
"""Times as long as reading took, in which it is not read again: edits come all day, a merchandiser waits for none."""


@dataclass(slots=True)
class HeldRegister:
    """One qualifier for all requests; the first request reads it, a later one reads it anew when it has changed."""

    load: Callable[[Session], Qualifier]
    version: Callable[[Session], Hashable]
    """Names the state of the tables, quickly."""
    monotonic: Callable[[], float] = time.monotonic
    _held: tuple[Hashable, Qualifier] | None = None
    _not_before: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def qualifier(self, session: Session) -> Qualifier:
        """The qualifier of the tables as they are, or as they were at most ten times its reading ago."""
        with self._lock:
            version = self.version(session)
            if self._held is not None and (self._held[0] == version or self.monotonic() < self._not_before):
                return self._held[1]
            began = self.monotonic()
            self._held = (version, self.load(session))
            ended = self.monotonic()
            self._not_before = ended + _REST * (ended - began)
            return self._held[1]
