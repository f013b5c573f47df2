"""Simulated listings, looked at after every viewer until a rule decides: compiled loops."""

import numpy as np

from bench.boundaries import Boundaries, Real, Whole
from models.compiled import compiled

CONFIRMED, STOPPED, GIVEN_UP, UNDECIDED = 1, -1, -2, 0


def watch(rates: Real, rule: Boundaries, seed: int, shape: Real | None = None, burn_in: int = 0) -> tuple[Whole, Whole]:
    """The verdict on each listing and the viewers it used; `shape` multiplies its rate viewer by viewer.

    The same seed gives the same listings the same viewers under any rule. Viewers of the burn-in are used, not judged.
    """
    horizon = len(rule.confirm)
    shape = np.ones(horizon) if shape is None else shape
    return _watch(rates, shape, rule.confirm, rule.stop, rule.kill, burn_in, _seeds(seed, len(rates)))


def watch_late(rates: Real, rule: Boundaries, seed: int, mean_delay: float, maturity: int) -> tuple[Whole, Whole]:
    """The same when a conversion is seen some time after its viewer: exponential with this mean, counted in viewers.

    Judged are viewers after whom `maturity` more have come, with what is known of them by now.
    """
    return _watch_late(rates, mean_delay, maturity, rule.confirm, rule.stop, _seeds(seed, len(rates)))


def _seeds(seed: int, listings: int) -> Whole:
    return np.random.SeedSequence(seed).generate_state(listings).astype(np.int64)


@compiled
def _watch(
    rates: Real, shape: Real, confirm: Whole, stop: Whole, kill: Whole, burn_in: int, seeds: Whole
) -> tuple[Whole, Whole]:
    horizon = len(shape)
    verdicts, used = np.zeros(len(rates), np.int64), np.full(len(rates), horizon)
    for listing in range(len(rates)):
        np.random.seed(seeds[listing])
        converted = 0
        for viewer in range(horizon):
            hit = np.random.random() < rates[listing] * shape[viewer]
            judged = viewer - burn_in
            if judged < 0:
                continue
            converted += hit
            if converted >= confirm[judged]:
                verdicts[listing] = 1
            elif converted <= stop[judged]:
                verdicts[listing] = -1
            elif converted <= kill[judged]:
                verdicts[listing] = -2
            if verdicts[listing] != 0:
                used[listing] = viewer + 1
                break
    return verdicts, used


@compiled
def _watch_late(
    rates: Real, mean_delay: float, maturity: int, confirm: Whole, stop: Whole, seeds: Whole
) -> tuple[Whole, Whole]:
    horizon = len(confirm)
    verdicts, used = np.zeros(len(rates), np.int64), np.full(len(rates), horizon)
    seen_at, late = np.zeros(horizon), np.zeros(horizon + 1, np.int64)
    for listing in range(len(rates)):
        np.random.seed(seeds[listing])
        late[:] = 0
        converted = 0
        for viewer in range(horizon):
            seen_at[viewer] = horizon
            if np.random.random() < rates[listing]:
                seen_at[viewer] = viewer + np.random.exponential(mean_delay)
            mature = viewer - maturity
            if mature < 0:
                continue
            if seen_at[mature] <= viewer:
                converted += 1
            elif seen_at[mature] < horizon - 1:
                late[int(seen_at[mature]) + 1] += 1
            converted += late[viewer]
            if converted >= confirm[mature]:
                verdicts[listing] = 1
            elif converted <= stop[mature]:
                verdicts[listing] = -1
            if verdicts[listing] != 0:
                used[listing] = viewer + 1
                break
    return verdicts, used
