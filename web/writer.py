"""One writer for all acts: requests queue, one thread commits them in groups and answers after the commit.

A commit costs a disk flush whatever its size, so that acts which arrive within a few milliseconds share one.
"""

import queue
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from decimal import Decimal
from types import TracebackType

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from demand.interest.act import Act, Answer, Recorded
from demand.interest.record import record
from models.errors import DomainError


class WriterBusy(DomainError):
    """More acts wait than can be written in a few seconds, or the server is going down; try again later."""

    status = 503


@dataclass(frozen=True, slots=True)
class _Request:
    """The acts of one caller and where their answers go."""

    acts: tuple[Act, ...]
    answered: Future[Recorded] = field(default_factory=Future)


class EventWriter:
    """Appends acts in group commits; start it, submit from any thread, close it. Also a context manager.

    A commit holds at most `most_acts` (a caller's acts stay together) and waits at most `most_wait` seconds for others.
    """

    def __init__(
        self,
        engine: Engine,
        deposit_share: Decimal = Decimal(0),
        *,
        most_acts: int = 2000,
        most_wait: float = 0.004,
        most_waiting: int = 20_000,
    ) -> None:
        self._engine = engine
        self._deposit_share = deposit_share
        self._most_acts = most_acts
        self._most_wait = most_wait
        self._queue: queue.Queue[_Request | None] = queue.Queue(most_waiting)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to write; starting twice changes nothing."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name="event-writer", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Write everything that was submitted, then stop; later submissions are refused."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            self._queue.put(None)
            thread.join()

    def __enter__(self) -> "EventWriter":
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def submit(self, acts: Sequence[Act]) -> Future[Recorded]:
        """Queue the acts; the result is there once they are committed. WriterBusy when they cannot be queued."""
        request = _Request(tuple(acts))
        with self._lock:
            if self._thread is None:
                raise WriterBusy("the event writer is not running")
            try:
                self._queue.put_nowait(request)
            except queue.Full:
                raise WriterBusy(f"{self._queue.maxsize} requests wait for the event writer already") from None
        return request.answered

    def _serve(self) -> None:
        for group in self._groups():
            wanted = [request for request in group if request.answered.set_running_or_notify_cancel()]
            if wanted:
                self._write(wanted)

    def _groups(self) -> Iterator[list[_Request]]:
        crowded = False
        while (first := self._queue.get()) is not None:
            group, size = [first], len(first.acts)
            # A lone caller is answered at once; waiting for company pays only when there has been some.
            deadline = time.monotonic() + (self._most_wait if crowded else 0)
            while size < self._most_acts:
                try:
                    request = self._queue.get(timeout=max(0.0, deadline - time.monotonic()))
                except queue.Empty:
                    break
                if request is None:
                    yield group
                    return
                group.append(request)
                size += len(request.acts)
            crowded = len(group) > 1
            yield group

    def _write(self, group: Sequence[_Request]) -> None:
        try:
            recorded = self._commit([act for request in group for act in request.acts])
        except Exception as error:
            if len(group) == 1:
                group[0].answered.set_exception(error)
                return
            for request in group:  # one caller's bad luck is not the others'
                self._write([request])
            return
        answers = iter(recorded.answers)
        for request in group:
            request.answered.set_result(Recorded(_take(answers, len(request.acts))))

    def _commit(self, acts: Sequence[Act]) -> Recorded:
        with Session(self._engine) as session, session.begin():
            if self._engine.dialect.name == "sqlite":
                # Taking SQLite's write lock first: what the acts are checked against cannot change under them.
                session.connection().exec_driver_sql("BEGIN IMMEDIATE")
            return record(session, acts, self._deposit_share)


def _take(answers: Iterator[Answer], count: int) -> tuple[Answer, ...]:
    return tuple(next(answers) for _ in range(count))
