"""Catalogues of which nine listings in ten are at the target, looked at every day: how many confirmed are false."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf, log

import numpy as np

from bench.boundaries import Boundaries, Real, Whole
from demand.decision.evidence import log_e_confirm
from demand.decision.fdr import e_bh

LISTINGS, WINNERS, DAYS, LEVEL = 200, 20, 30, 0.05
WINNING = 1.5
"""Winners convert so many times the target."""
Choice = Callable[[Sequence[float]], Sequence[bool]]


@dataclass(frozen=True, slots=True)
class Discoveries:
    """One figure a catalogue: the share of the confirmed that is false (0 of none), and of the winners confirmed."""

    false_share: Real
    power: Real


def by_e_bh(log_e: Sequence[float]) -> Sequence[bool]:
    """Ours."""
    return e_bh(log_e, LEVEL)


def by_bonferroni(log_e: Sequence[float]) -> Sequence[bool]:
    """The level shared out evenly."""
    return [value >= log(len(log_e) / LEVEL) for value in log_e]


def one_by_one(log_e: Sequence[float]) -> Sequence[bool]:
    """Each listing at the level, as if it were alone."""
    return [value >= log(1 / LEVEL) for value in log_e]


def discover(catalogues: int, rule: Boundaries, p0: float, seed: int, choices: Sequence[Choice]) -> list[Discoveries]:
    """The same catalogues by each way to choose.

    What is confirmed keeps its evidence; what the rule stops or gives up stays in the list with none.
    """
    rng, day = np.random.default_rng(seed), len(rule.confirm) // DAYS
    rates = np.full(LISTINGS, p0)
    rates[:WINNERS] *= WINNING
    ends = [day * (d + 1) for d in range(DAYS)]
    found = [Discoveries(np.zeros(catalogues), np.zeros(catalogues)) for _ in choices]
    tables: list[dict[int, float]] = [{} for _ in ends]
    for number in range(catalogues):
        totals = np.cumsum(rng.binomial(day, rates, (DAYS, LISTINGS)), axis=0)
        for choice, discoveries in zip(choices, found, strict=True):
            confirmed = _choose(totals, ends, rule, p0, tables, choice)
            false = int(confirmed[WINNERS:].sum())
            discoveries.false_share[number] = false / max(1, int(confirmed.sum()))
            discoveries.power[number] = confirmed[:WINNERS].mean()
    return found


def _choose(
    totals: Whole, ends: Sequence[int], rule: Boundaries, p0: float, tables: list[dict[int, float]], choice: Choice
) -> Whole:
    log_e: Real = np.zeros(LISTINGS)
    confirmed, out = np.zeros(LISTINGS, bool), np.zeros(LISTINGS, bool)
    for day, viewers in enumerate(ends):
        for listing in np.flatnonzero(~confirmed & ~out):
            converted, table = int(totals[day, listing]), tables[day]
            if converted not in table:
                table[converted] = log_e_confirm(viewers, converted, p0)
            out[listing] = converted <= max(rule.stop[viewers - 1], rule.kill[viewers - 1])
            log_e[listing] = -inf if out[listing] else table[converted]
        confirmed |= np.array(choice(log_e.tolist()))
    return confirmed
