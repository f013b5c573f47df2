"""Fit models of statsforecast series by series, on every core when there are enough of them."""

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager

import numpy as np

from trends.forecasting.carry import FitEach
from trends.forecasting.members import Member, fit_each, known
from trends.forecasting.values import Floats

_WORTH_PROCESSES = 500
"""Series under which the start of processes, which import statsforecast again, takes longer than it saves."""
_CHUNK = 50
Advance = Callable[[int, int | None], None]
"""Called with (fits done, None)."""


@contextmanager
def fitting(series: int, advance: Advance, jobs: int | None = None) -> Iterator[FitEach]:
    """A function that fits, with `jobs` processes (every core by default) when there are many series."""
    processes = jobs or len(os.sched_getaffinity(0))
    done = 0

    def tell(count: int) -> None:
        nonlocal done
        done += count
        advance(done, None)

    if series < _WORTH_PROCESSES or processes < 2:
        yield lambda member, season, values: _here(member, season, values, tell)
        return
    # Forked children of a process with threads can hang; spawned ones start clean.
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        yield lambda member, season, values: _apart(pool, member, season, values, tell)


def _here(member: Member, season: int, values: Floats, tell: Callable[[int], None]) -> Floats:
    rows = []
    for start in range(0, len(values), _CHUNK):
        rows.append(fit_each(member, season, known(values[start : start + _CHUNK])))
        tell(len(rows[-1]))
    return np.concatenate(rows)


def _apart(
    pool: ProcessPoolExecutor, member: Member, season: int, values: Floats, tell: Callable[[int], None]
) -> Floats:
    starts = range(0, len(values), _CHUNK)
    futures = [pool.submit(fit_each, member, season, known(values[at : at + _CHUNK])) for at in starts]
    rows = []
    for future in futures:
        rows.append(future.result())
        tell(len(rows[-1]))
    return np.concatenate(rows)
