"""Flow runs that end at once."""

from collections.abc import Iterator
from contextlib import contextmanager

from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings


@contextmanager
def without_heartbeats() -> Iterator[None]:
    """Run flows without the thread that tells Prefect's server that they live; for flows run one after another.

    Each run waits for that thread to wake from a second's sleep: a run of three tasks takes 0.14 s instead of 1.14 s.
    A worker keeps heartbeats: only they tell its server that a run has died. No environment variable can say "none".
    """
    with temporary_settings(updates={PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        yield
