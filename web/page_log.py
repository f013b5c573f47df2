"""Which page was shown to whom, written down behind the answer: no page waits, and what cannot be kept is counted.

Pages are few bytes and may be lost one by one without harm to an estimate, unlike acts: so there is a bounded queue and
one thread that writes what has come together once a second.
"""

import logging
import queue
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from models.db import insert_new
from models.exposure import PageShown, PagesLost

_log = logging.getLogger(__name__)
_LONGEST_REASON = 300
Row = Mapping[str, Any]
"""The columns of one `PageShown`."""


class PageLog:
    """Writes pages shown, at most `most_waiting` of them behind; a context manager."""

    def __init__(self, engine: Engine, *, most_waiting: int = 20_000, pause: float = 1.0, tries: int = 3) -> None:
        self._engine = engine
        self._queue: queue.Queue[Row | None] = queue.Queue(most_waiting)
        self._pause = pause
        self._tries = tries
        self._lock = threading.Lock()
        self._unnoted = 0
        self._reason = ""
        self._thread: threading.Thread | None = None
        self.lost = 0
        """Pages that were shown by this process and not written down."""

    def __enter__(self) -> "PageLog":
        self._thread = threading.Thread(target=self._serve, name="page-log", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        thread, self._thread = self._thread, None
        if thread is not None:
            self._queue.put(None)
            thread.join()

    def note(self, row: Row) -> bool:
        """Take a page to be written down soon; False, and counted, when too many wait. Never waits itself."""
        try:
            self._queue.put_nowait(row)
        except queue.Full:
            self._lose(1, f"{self._queue.maxsize} pages waited already")
            return False
        return True

    def _serve(self) -> None:
        going = True
        while going:
            rows = [self._queue.get()]
            deadline = time.monotonic() + self._pause
            while rows[-1] is not None and len(rows) < self._queue.maxsize:
                try:
                    rows.append(self._queue.get(timeout=max(0.0, deadline - time.monotonic())))
                except queue.Empty:
                    break
            going = rows[-1] is not None
            self._keep([row for row in rows if row is not None])

    def _keep(self, rows: Sequence[Row]) -> None:
        for tried in range(1, self._tries + 1):
            try:
                self._write(rows)
            except Exception as error:  # a full disk, a lock, a lost connection: pages go on without their log
                reason = str(error).splitlines()[0]
                if tried == self._tries:
                    self._lose(len(rows), reason)
                else:
                    time.sleep(min(self._pause, 1.0))
            else:
                return

    def _write(self, rows: Sequence[Row]) -> None:
        with self._lock:
            lost, reason = self._unnoted, self._reason
        with Session(self._engine) as session, session.begin():
            insert_new(session, PageShown, rows)
            if lost and rows:
                noted_at: datetime = rows[-1]["shown_at"]
                session.add(PagesLost(noted_at=noted_at, pages=lost, reason=reason))
        with self._lock:
            self._unnoted -= lost

    def _lose(self, pages: int, reason: str) -> None:
        if not pages:
            return
        with self._lock:
            self.lost += pages
            self._unnoted += pages
            self._reason = reason[:_LONGEST_REASON]
        _log.warning("%d pages shown were not written down (%d since the start): %s", pages, self.lost, reason)
