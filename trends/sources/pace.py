"""How fast one host is asked."""

import threading
import time
from collections.abc import Callable


class Pace:
    """Keeps requests to one host apart, for all sources of a process together."""

    def __init__(
        self, sleep: Callable[[float], None] = time.sleep, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.sleep = sleep
        self.monotonic = monotonic
        self._free_at: dict[str, float] = {}
        self._lock = threading.Lock()

    def wait_turn(self, host: str, per_second: float) -> None:
        """Wait until the host may be asked again; each caller takes the next free moment."""
        with self._lock:
            now = self.monotonic()
            turn = max(now, self._free_at.get(host, now))
            self._free_at[host] = turn + 1 / per_second
        if turn > now:
            self.sleep(turn - now)


PACE = Pace()
"""The pace of this process."""
