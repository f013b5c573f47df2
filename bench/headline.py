"""Replay of real A/B tests of headlines: their observed click rates are taken as true.

Best arm: every test gets a budget of impressions in batches of 100; the arm named at the end is the right one if no
other has a higher rate. Priors are learned from the odd tests (file order), hits are counted on the even ones.

False winners: an arm's own impressions are split at random into two halves that run against each other, looked at after
every block of 20 impressions a side, with the e-variable for two proportions of Turner, Ly, Grünwald (Generic
E-variables for exact sequential k-sample tests that allow for optional stopping, J. Stat. Plan. Inference 230, 2024):
whatever the common rate, it ever reaches 1/alpha with probability at most alpha. A one-sided e-process against a fixed
rate (demand/decision/evidence.py) cannot do this: the rate of the other arm is not known.
"""

import csv
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from scipy import special

from bench.line import Reach, print_line
from demand.exposure.belief import Belief, Reals, recalibrate
from demand.exposure.explore import chances, discovery_shares, look_ahead

BUDGETS = (2_000, 6_000, 12_000)
BATCH, BLOCK, ALPHA = 100, 20, 0.05
Shares = Callable[[Belief, int, np.random.Generator], Reals]


def read_tests(path: Path) -> list[Reals]:
    """Each test's arms as (impressions, clicks); tests of one arm are left out."""
    tests: dict[str, list[tuple[int, int]]] = {}
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            tests.setdefault(row["test_id"], []).append((int(row["impressions"]), int(row["clicks"])))
    return [np.array(arms, dtype=np.float64) for arms in tests.values() if len(arms) > 1]


def learn_prior(tests: list[Reals]) -> tuple[float, float]:
    """Mean rate and strength (viewers) of an arm within its test: method of moments over tests."""
    between, within = [], []
    for arms in tests:
        rates, mean = arms[:, 1] / arms[:, 0], arms[:, 1].sum() / arms[:, 0].sum()
        if mean > 0:
            between.append(rates.var(ddof=1) - (mean * (1 - mean) / arms[:, 0]).mean())
            within.append(mean * (1 - mean))
    rate = float(np.mean([arms[:, 1].sum() / arms[:, 0].sum() for arms in tests]))
    return rate, max(20.0, float(np.sum(within) / max(np.sum(between), 1e-12)) - 1)


def ours(belief: Belief, spent: int, rng: np.random.Generator) -> Reals:
    """Impressions where they tell the best arm from the second."""
    return discovery_shares(belief, 1, look_ahead(spent, BATCH))


def uniform(belief: Belief, spent: int, rng: np.random.Generator) -> Reals:
    """All arms the same."""
    return np.full(belief.a.shape, 1 / belief.a.shape[-1])


def thompson(belief: Belief, spent: int, rng: np.random.Generator) -> Reals:
    """Each impression to the best arm of a draw."""
    drawn = rng.beta(belief.a, belief.b, (BATCH, *belief.a.shape)).argmax(-1)
    return np.asarray((drawn[..., None] == np.arange(belief.a.shape[-1])).mean(0))


def hits(rates: Reals, prior: tuple[float, float], shares: Shares, seed: int) -> dict[int, Reals]:
    """For each budget whether the named arm of each test (rows) is a best one."""
    rng, found = np.random.default_rng(seed), {}
    mean, worth = prior
    before = Belief(np.full_like(rates, mean * worth), np.full_like(rates, (1 - mean) * worth))
    belief, seen, clicks = before, np.zeros_like(rates), np.zeros_like(rates)
    for spent in range(0, max(BUDGETS), BATCH):
        asked = chances(shares(belief, spent, rng), 1) * BATCH
        shown = np.floor(asked + rng.random(rates.shape))
        seen, clicks = seen + shown, clicks + rng.binomial(shown.astype(np.int64), rates)
        belief = recalibrate(before, seen, clicks).after(seen, clicks)
        if spent + BATCH in BUDGETS:
            named = belief.mean.argmax(-1)
            found[spent + BATCH] = np.asarray(
                (np.take_along_axis(rates, named[:, None], 1)[:, 0] >= rates.max(1)).astype(np.float64)
            )
    return found


def best_arms(tests: list[Reals], seed: int) -> dict[str, Any]:
    """Hit rates of all methods at all budgets, and ours minus each other with 95% intervals over tests."""
    prior = learn_prior(tests[1::2])
    judged = tests[::2]
    methods: Mapping[str, Shares] = {"ours": ours, "uniform": uniform, "thompson": thompson}
    outcome: dict[str, dict[int, list[Reals]]] = {name: {budget: [] for budget in BUDGETS} for name in methods}
    for arms in sorted({len(test) for test in judged}):
        rates = np.stack([test[:, 1] / test[:, 0] for test in judged if len(test) == arms])
        for name, shares in methods.items():
            for budget, hit in hits(rates, prior, shares, seed + arms).items():
                outcome[name][budget].append(hit)
        print(f"{len(rates)} tests of {arms} arms", file=sys.stderr)
    joined = {name: {budget: np.concatenate(parts) for budget, parts in by.items()} for name, by in outcome.items()}
    figures: dict[str, Any] = {"tests": len(judged), "prior_rate": round(prior[0], 5), "prior_viewers": round(prior[1])}
    for budget in BUDGETS:
        for name in methods:
            figures[f"{name}_hit_rate_{budget}"] = round(float(joined[name][budget].mean()), 4)
        for name in ("uniform", "thompson"):
            ahead = joined["ours"][budget] - joined[name][budget]
            margin = 1.96 * float(ahead.std(ddof=1)) / len(ahead) ** 0.5
            middle = float(ahead.mean())
            figures[f"ahead_of_{name}_{budget}"] = round(middle, 4)
            figures[f"ahead_of_{name}_{budget}_ci95"] = [round(middle - margin, 4), round(middle + margin, 4)]
    return figures


def log_e(one: Reals, other: Reals) -> Reals:
    """Log of the running e-process by block (last axis) from clicks per block of `BLOCK` impressions on each side.

    Each block's factor is the likelihood of both sides' own rates over that of their mean, the rates as estimated from
    the blocks before (Jeffreys prior), so that its expectation is at most 1 under any common rate.
    """
    before = np.arange(one.shape[-1]) * BLOCK
    rate_one = (np.cumsum(one, -1) - one + 0.5) / (before + 1)
    rate_other = (np.cumsum(other, -1) - other + 0.5) / (before + 1)
    middle = (rate_one + rate_other) / 2
    gain = special.xlogy(one, rate_one / middle) + special.xlogy(other, rate_other / middle)
    gain = gain + special.xlogy(BLOCK - one, (1 - rate_one) / (1 - middle))
    gain = gain + special.xlogy(BLOCK - other, (1 - rate_other) / (1 - middle))
    return np.asarray(np.cumsum(gain, -1))


def false_winners(tests: list[Reals], seed: int, most: int) -> dict[str, Any]:
    """Share of A/A splits in which one half is ever called better."""
    rng, wrong, splits = np.random.default_rng(seed), 0, 0
    for arms in tests[:most]:
        for impressions, clicks in arms.astype(np.int64):
            blocks = int(impressions) // (2 * BLOCK)
            clicked = np.zeros(int(impressions), bool)
            clicked[rng.permutation(int(impressions))[: int(clicks)]] = True
            sides = clicked[: 2 * blocks * BLOCK].reshape(2, blocks, BLOCK).sum(-1).astype(np.float64)
            wrong += bool((log_e(sides[0], sides[1]) >= np.log(1 / ALPHA)).any())
            splits += 1
    upper = float(special.betaincinv(wrong + 1, splits - wrong, 0.975))
    share = wrong / splits
    return {"aa_splits": splits, "aa_alpha": ALPHA, "aa_false_winners": share, "aa_false_winners_upper95": upper}


def replay(folder: Path, seed: int, quick: bool) -> int:
    """Measure both and print the line; says so and ends well when the folder is not there."""
    path, started = folder / "headline_tests.csv", time.monotonic()
    if not path.is_file():
        print(f"skipped: {path} is not there; it is a public collection that does not travel with the project")
        return 0
    tests = read_tests(path)
    few = tests[:300] if quick else tests
    measured = best_arms(few, seed) | false_winners(few, seed, 100 if quick else len(tests))
    reach = tuple(
        Reach(f"ahead_of_{name}_{budget}", 0, at_least=True) for budget in BUDGETS for name in ("uniform", "thompson")
    )
    reach = (*reach, Reach("aa_false_winners", ALPHA))
    return print_line("explore_headlines", seed, time.monotonic() - started, measured, {}, reach, quick)
