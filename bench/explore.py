"""How many impressions it takes to find the best 20 of 200 listings: ours against uniform exposure and others.

A method's figure is the number of impressions at which its mean recall over all replicates passes 90%. Strict recall
counts the true best 20 among the 20 named; the tolerant one counts named listings within 10% of the twentieth's rate.
All methods meet the same worlds (paired); intervals are bootstrapped over the replicates.

Rates are Beta(0.6, 30) overall. In three of the four kinds of world 60% of their variance (on a normal scale) comes
from six attributes, and the priors are learned from 600 earlier listings, each seen 300 times, by
demand/learning/priors.py:

    learned   the attributes still sell as they did
    shifted   misspecified: effects have half changed; the priors' level is doubled and their strength tripled
    drift     as learned; all rates swing by day (sd 25%) and are 1.8 times as high in the first three days; each
              listing has a novelty of its own (sd 15%, halving in two days) and its rate wanders by 3% a day; a day
              is 6,000 impressions
    flat      attributes say nothing; all that is known is what these 200 listings show as they run

Uniform exposure names by raw rates or by the posterior, with or without discounting, whichever finds more.

    python -m bench.explore [--quick] [--seed N]
    python -m bench.explore --rates FILE.csv --top M         # on true rates of your own (a column `rate`)
    python -m bench.explore --headline-tests FOLDER          # replay of real A/B tests (headline_tests.csv)
"""

import argparse
import csv
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.exposure_worlds import DAY, KINDS, TOP, Whole, Worlds, make_worlds, still
from bench.headline import replay
from bench.line import Reach, print_line
from demand.exposure.belief import Belief, Reals, discount, level, recalibrate
from demand.exposure.explore import best, chances, discovery_shares, look_ahead

BATCH = 750  # impressions between two looks
HALF_LIFE, LEVEL_WORTH = 20.0, 30.0  # days; conversions: as configs/exposure.toml
RECALL = 0.9
REACH = (Reach("strict_times_fewer", 5, at_least=True), Reach("tolerant_times_fewer", 4, at_least=True))
_RESAMPLES = 400


@dataclass(frozen=True, slots=True)
class Recall:
    """By impressions (first axis): each replicate's share of the true best among those named, strict and tolerant."""

    impressions: Whole
    strict: Reals
    tolerant: Reals


Policy = Callable[[Belief, int, int, np.random.Generator], Reals]
"""Belief, top, impressions so far: the shares of the next batch."""


def ours(belief: Belief, top: int, spent: int, rng: np.random.Generator) -> Reals:
    """What the storefront does while it discovers."""
    return discovery_shares(belief, top, look_ahead(spent, BATCH))


def uniform(belief: Belief, top: int, spent: int, rng: np.random.Generator) -> Reals:
    """Everybody the same."""
    return np.full(belief.a.shape, 1 / belief.a.shape[-1])


def thompson(belief: Belief, top: int, spent: int, rng: np.random.Generator) -> Reals:
    """Pages of the best of a draw each."""
    shares = sum((_best_of_draw(belief, top, rng) for _ in range(24)), np.zeros(belief.a.shape))
    return np.asarray(shares / shares.sum(-1, keepdims=True))


def top_two(belief: Belief, top: int, spent: int, rng: np.random.Generator) -> Reals:
    """What is in the best of one draw and not of another: top-two Thompson sampling (Russo 2016) for the best m."""
    shares = np.full(belief.a.shape, 1e-9)
    for _ in range(24):
        shares += np.abs(_best_of_draw(belief, top, rng) - _best_of_draw(belief, top, rng))
    return np.asarray(shares / shares.sum(-1, keepdims=True))


def _best_of_draw(belief: Belief, top: int, rng: np.random.Generator) -> Reals:
    drawn, inside = rng.beta(belief.a, belief.b), np.zeros(belief.a.shape)
    np.put_along_axis(inside, np.argpartition(-drawn, top, axis=-1)[..., :top], 1.0, -1)
    return inside


@dataclass(frozen=True, slots=True)
class Naming:
    """How the best are named from what was seen: by raw rates, or the posterior with older viewers discounted."""

    by_raw_rate: bool = False
    half_life: float = HALF_LIFE
    levelled: bool = True


OURS = Naming()
RAW = Naming(by_raw_rate=True, half_life=1e9, levelled=False)
UNDISCOUNTED = Naming(half_life=1e9, levelled=False)


def explore(
    worlds: Worlds, top: int, policy: Policy, most: int, batch: int, seed: int, naming: Naming = OURS
) -> Recall:
    """Show batches by the policy up to `most` impressions, after each naming the best."""
    rng, shape = np.random.default_rng(seed), worlds.rates.shape
    even, did, seen, kept = (np.zeros(shape) for _ in range(4))
    belief, found, stamps = worlds.prior, [], []
    for spent in range(0, most, batch):
        shares = policy(belief, top, spent, rng)
        shown = np.floor(chances(shares, top) * (batch / top) + rng.random(shape))
        reacted = rng.binomial(shown.astype(np.int64), worlds.shown_on(spent // DAY)).astype(np.float64)
        factor = level(shown, reacted, belief.mean, LEVEL_WORTH) if naming.levelled else 1.0
        more = np.maximum(shown * factor, reacted)
        seen = discount(seen, even, even + more, batch / DAY, naming.half_life)
        kept = discount(kept, did, did + reacted, batch / DAY, naming.half_life)
        even, did = even + more, did + reacted
        belief = recalibrate(worlds.prior, seen, kept).after(seen, kept)
        named = _highest(did / np.maximum(even, 1), top) if naming.by_raw_rate else best(belief, top)
        found.append(recall_of(worlds.true_on((spent + batch) // DAY), named))
        stamps.append(spent + batch)
    strict, tolerant = zip(*found, strict=True)
    return Recall(np.array(stamps), np.array(strict), np.array(tolerant))


def _highest(rates: Reals, top: int) -> Whole:
    order: Whole = np.argsort(-rates, axis=-1, kind="stable")
    return order[..., :top]


def recall_of(rates: Reals, named: Whole) -> tuple[Reals, Reals]:
    """Strict and tolerant recall of the named listings, by replicate."""
    top = named.shape[-1]
    ordered = np.sort(rates, axis=-1)
    last = ordered[..., -top : rates.shape[-1] - top + 1]
    of_named = np.take_along_axis(rates, named, -1)
    return np.asarray((of_named >= last).mean(-1)), np.asarray((of_named >= 0.9 * last).mean(-1))


def halve(worlds: Worlds, top: int, budgets: Sequence[int], seed: int) -> Recall:
    """Successive halving down to the best, once for every budget (Karnin, Koren, Somekh, ICML 2013)."""
    rng, found = np.random.default_rng(seed), []
    listings = worlds.rates.shape[1]
    for budget in budgets:
        alive = np.tile(np.arange(listings), (len(worlds.rates), 1))
        seen, did, spent = np.zeros(worlds.rates.shape), np.zeros(worlds.rates.shape), 0
        sizes = _stages(listings, top)
        for size in sizes:
            shown = budget // len(sizes) // alive.shape[1]
            reacted = rng.binomial(shown, np.take_along_axis(worlds.shown_on(spent // DAY), alive, -1))
            np.put_along_axis(seen, alive, np.take_along_axis(seen, alive, -1) + shown, -1)
            np.put_along_axis(did, alive, np.take_along_axis(did, alive, -1) + reacted, -1)
            spent += shown * alive.shape[1]
            score = np.take_along_axis(worlds.prior.after(seen, did).mean, alive, -1)
            alive = np.take_along_axis(alive, np.argsort(-score, axis=-1, kind="stable")[:, :size], -1)
        found.append(recall_of(worlds.true_on(spent // DAY), alive))
    strict, tolerant = zip(*found, strict=True)
    return Recall(np.array(budgets), np.array(strict), np.array(tolerant))


def _stages(listings: int, top: int) -> list[int]:
    """How many stay after each stage: half of those beyond the best, until only the best are left."""
    sizes, left = [], listings
    while left > top:
        left = top + (left - top) // 2 if left - top > top // 2 else top
        sizes.append(left)
    return sizes


def crossing(impressions: Whole, recall: Reals) -> float:
    """Impressions at which the mean recall first passes 90%, in a straight line between two looks; inf if never."""
    mean = recall.mean(-1)
    past = np.flatnonzero(mean >= RECALL)
    if not len(past):
        return float("inf")
    at = int(past[0])
    if at == 0:
        return float(impressions[0])
    share = (RECALL - mean[at - 1]) / (mean[at] - mean[at - 1])
    return float(impressions[at - 1] + share * (impressions[at] - impressions[at - 1]))


def together(parts: Sequence[Recall]) -> Recall:
    """Replicates of several kinds of world as one."""
    strict = np.concatenate([part.strict for part in parts], axis=1)
    return Recall(parts[0].impressions, strict, np.concatenate([part.tolerant for part in parts], axis=1))


def compare(a: Recall, others: Sequence[Recall], seed: int) -> dict[str, Any]:
    """Ours against the best of the others: impressions to 90% and how many times fewer, with 95% intervals."""
    replicates = a.strict.shape[1]
    figures: dict[str, Any] = {}
    for name in ("strict", "tolerant"):
        rng, ratios = np.random.default_rng(seed), []
        ratio, mine, theirs = _ratio(a, others, name, np.arange(replicates))
        for _ in range(_RESAMPLES):
            ratios.append(_ratio(a, others, name, np.asarray(rng.integers(0, replicates, replicates)))[0])
        low, high = np.nanpercentile(ratios, [2.5, 97.5])
        figures |= {
            f"{name}_impressions": round(mine),
            f"{name}_uniform_impressions": round(theirs) if np.isfinite(theirs) else f"> {others[0].impressions[-1]}",
            f"{name}_times_fewer": round(ratio, 2),
            f"{name}_times_fewer_ci95": [round(float(low), 2), round(float(high), 2)],
        }
    return figures


def _ratio(a: Recall, others: Sequence[Recall], name: str, which: Whole) -> tuple[float, float, float]:
    mine = crossing(a.impressions, getattr(a, name)[:, which])
    theirs = min(crossing(one.impressions, getattr(one, name)[:, which]) for one in others)
    if not np.isfinite(mine):
        return 0.0, float(a.impressions[-1]), theirs
    # Where uniform never gets there, what it was given counts: the ratio is then a lower bound.
    return min(theirs, float(others[0].impressions[-1])) / mine, mine, theirs


def measure(quick: bool, seed: int) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Every kind of world by every method; what is measured and the baselines."""
    replicates, most, widest = (6, 66_000, 330_000) if quick else (60, 75_000, 420_000)
    runs: dict[str, list[Recall]] = {}
    by_kind: dict[str, Any] = {}
    for kind in KINDS:
        worlds = make_worlds(kind, replicates, seed)
        of_kind = {
            "ours": explore(worlds, TOP, ours, most, BATCH, seed),
            "uniform": explore(worlds, TOP, uniform, widest, 6000, seed, UNDISCOUNTED),
            "uniform, raw rates": explore(worlds, TOP, uniform, widest, 6000, seed, RAW),
            "successive halving": halve(worlds, TOP, range(12_000, 132_001, 12_000), seed),
        }
        if not quick:
            of_kind |= {
                "uniform, discounted": explore(worlds, TOP, uniform, widest, 6000, seed, OURS),
                "thompson": explore(worlds, TOP, thompson, 2 * most, 1500, seed),
                "top-two thompson": explore(worlds, TOP, top_two, most, 1500, seed),
            }
        for name, recall in of_kind.items():
            runs.setdefault(name, []).append(recall)
        flat = [of_kind[name] for name in of_kind if name.startswith("uniform")]
        by_kind[kind] = compare(of_kind["ours"], flat, seed)
        print(f"{kind}: {by_kind[kind]}", file=sys.stderr)
    whole = {name: together(parts) for name, parts in runs.items()}
    uniforms = [whole[name] for name in whole if name.startswith("uniform")]
    measured = {"replicates": replicates * len(KINDS), **compare(whole["ours"], uniforms, seed), "by_kind": by_kind}
    return measured, {name: _crossings(recall) for name, recall in whole.items() if name != "ours"}


def _crossings(recall: Recall) -> dict[str, Any]:
    figures = {}
    for name in ("strict", "tolerant"):
        at = crossing(recall.impressions, getattr(recall, name))
        figures[name] = round(at) if np.isfinite(at) else f"> {recall.impressions[-1]}"
    return figures


def read_rates(path: Path) -> Reals:
    """The column `rate` of a CSV file; ValueError says what is wrong and where."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = csv.DictReader(file)
            if "rate" not in (rows.fieldnames or ()):
                raise ValueError(f"{path}: no column 'rate', only {', '.join(rows.fieldnames or ()) or 'nothing'}")
            return np.array([_rate(row["rate"], f"{path}, line {rows.line_num}") for row in rows])
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{path}: not a CSV file in UTF-8: {error}") from None


def _rate(text: str | None, where: str) -> float:
    try:
        rate = float(text or "")
    except ValueError:
        raise ValueError(f"{where}: {text!r} is not a number") from None
    if not 0 <= rate <= 1:
        raise ValueError(f"{where}: a rate of {text} is outside 0-1")
    return rate


def on_rates(rates: Reals, top: int, seed: int, replicates: int = 40) -> int:
    """Print recall by impressions on given true rates: ours, uniform, successive halving."""
    if not 0 < top < len(rates):
        raise ValueError(f"the best {top} of {len(rates)} rates: --top must be between 1 and {len(rates) - 1}")
    true = np.tile(rates, (replicates, 1))
    worlds = still(true, Belief(np.ones_like(true), np.full_like(true, 30.0)))
    batch, looks = max(10, 4 * len(rates)), 120
    most = batch * looks
    budgets = [batch * number for number in (3, 7, 15, 30, 60, 120)]
    runs = {
        "ours": explore(worlds, top, ours, most, batch, seed),
        "uniform": explore(worlds, top, uniform, most, batch, seed, RAW),
        "successive_halving": halve(worlds, top, budgets, seed),
    }
    print("impressions   " + "   ".join(f"{name:>24}" for name in runs) + "   (strict / tolerant recall)")
    for budget in budgets:
        cells = (f"{_at(run, budget)[0]:.3f} / {_at(run, budget)[1]:.3f}" for run in runs.values())
        print(f"{budget:>11,}   " + "   ".join(f"{cell:>24}" for cell in cells))
    measured = {
        "listings": len(rates),
        "top": top,
        "replicates": replicates,
        "recall_by_impressions": {
            name: {budget: [round(float(one), 4) for one in _at(run, budget)] for budget in budgets}
            for name, run in runs.items()
        },
    }
    return print_line("explore_rates", seed, time.process_time(), measured, {}, ())


def _at(recall: Recall, impressions: int) -> tuple[float, float]:
    place = int(np.searchsorted(recall.impressions, impressions))
    return float(recall.strict[place].mean()), float(recall.tolerant[place].mean())


def main() -> int:
    """Measure and print the line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer replicates, under 45 s")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rates", type=Path, help="CSV with a column `rate`: true rates to find the best of")
    parser.add_argument("--top", type=int, default=20, help="how many are sought with --rates")
    parser.add_argument("--headline-tests", type=Path, help="folder with headline_tests.csv")
    arguments = parser.parse_args()
    started = time.monotonic()
    if arguments.headline_tests is not None:
        return replay(arguments.headline_tests, arguments.seed, arguments.quick)
    if arguments.rates is not None:
        try:
            return on_rates(read_rates(arguments.rates), arguments.top, arguments.seed)
        except ValueError as error:
            parser.error(str(error))
    measured, baseline = measure(arguments.quick, arguments.seed)
    return print_line("explore", arguments.seed, time.monotonic() - started, measured, baseline, REACH, arguments.quick)


if __name__ == "__main__":
    sys.exit(main())
