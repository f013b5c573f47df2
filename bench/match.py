"""How far from the best a match is, how long it takes and what it saves, against a certified lower bound.

Synthetic markets (bench/market.py, distributions stated there) of 1,000, 10,000 and 100,000 demands with six times as
many factories, whose free capacity is five times the demand; --quick leaves the last one out. Each size runs in a
process of its own, for its memory. Every answer passes the independent check. The baseline gives demands, largest
first, to the cheapest factory that has time. Then, in the largest market, factories decline one after the other and
their demands are placed again alone. Then a tight market (2.1 times) of 500 demands, where many must be split: the
same method against HiGHS with minimum quantities and splits.

    python -m bench.match [--quick] [--seed N] [--tight MARKETS]
    python -m bench.match --partitions N [--ray] [--quick]    groups of categories against one piece (match_groups.py)
    python -m bench.match --gap FILE... --seconds 60    generalised assignment instances (OR-Library format: agents,
                                                        jobs, costs and uses by agent, limits) against HiGHS alone
"""

import argparse
import json
import math
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from bench.assignment import measure_assignments
from bench.line import Reach, peak_rss_mb, print_line
from bench.market import make_market
from bench.match_groups import measure_groups
from factory_matching.assignment.feasible import check
from factory_matching.assignment.match_many import match_cheapest_first, match_many
from factory_matching.assignment.rematch import OpenMarket
from factory_matching.demand import OpenDemand, Supply
from factory_matching.match import match
from factory_matching.result import MatchResult, Placement
from factory_matching.weights import MatchWeights

REACH = (
    Reach("gap", 0.025),
    Reach("seconds_match", 60),
    Reach("memory_mb", 1000),
    Reach("rematch_ms_p95", 20),
    Reach("time_over_n_log_n", 1),
    Reach("memory_over_n_log_n", 1),
    Reach("tight_unserved_above_mip", 0.01),
)
QUICK_REACH = (Reach("gap", 0.02), Reach("seconds_match", 10), Reach("rematch_ms_p95", 20))
SIZES = (1_000, 10_000, 100_000)
_BY_SIZE = ("seconds_match", "memory_of_market_mb", "gap")
_FACTORIES = 6  # to each demand
_DECLINED = 2_000
_SEED = 3


def main() -> int:
    """Measure and print the line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="10,000 demands, 60,000 factories, under 45 s")
    parser.add_argument("--seed", type=int, default=_SEED)
    parser.add_argument("--tight", type=int, default=1, help="tight markets, 300 s each for HiGHS; 0 for none")
    parser.add_argument("--size", type=int, help="one market of so many demands only")
    parser.add_argument("--partitions", type=int, metavar="N", help="so many groups of categories against one piece")
    parser.add_argument("--ray", action="store_true", help="groups as Ray tasks on this machine too")
    parser.add_argument("--gap", type=Path, nargs="+", help="generalised assignment instances")
    parser.add_argument("--seconds", type=float, default=60.0, help="time for each, and again for HiGHS alone")
    arguments = parser.parse_args()
    if arguments.gap:
        return measure_assignments(arguments.gap, arguments.seconds, arguments.seed)
    if arguments.partitions:
        size = SIZES[-2] if arguments.quick else SIZES[-1]
        return measure_groups(size, _FACTORIES * size, arguments.seed, arguments.partitions, arguments.ray)
    if arguments.size:
        print(json.dumps(measure_size(arguments.size, arguments.seed)))
        return 0
    return measure_markets(arguments.quick, arguments.seed, arguments.tight)


def measure_markets(quick: bool, seed: int, tight: int) -> int:
    """Plenty of capacity at growing sizes, then little of it at a size where HiGHS can answer."""
    started = time.monotonic()
    sizes = SIZES[:-1] if quick else SIZES
    by_size = {size: _in_own_process(size, seed) for size in sizes}
    largest, before = by_size[sizes[-1]], by_size[sizes[-2]]
    growth = sizes[-1] * math.log(sizes[-1]) / (sizes[-2] * math.log(sizes[-2]))
    measured = {
        **largest,
        "time_over_n_log_n": largest["seconds_match"] / before["seconds_match"] / growth,
        "memory_over_n_log_n": largest["memory_of_market_mb"] / before["memory_of_market_mb"] / growth,
        "by_demands": {size: {name: one[name] for name in _BY_SIZE} for size, one in by_size.items()},
        **({} if quick or not tight else _tight(range(seed, seed + tight))),
    }
    baseline = {name: measured.pop(name) for name in [name for name in measured if name.startswith("baseline_")]}
    reach = QUICK_REACH if quick else REACH if tight else REACH[:-1]
    return print_line("match", seed, time.monotonic() - started, measured, baseline, reach, quick)


def _in_own_process(size: int, seed: int) -> dict[str, Any]:
    print(f"{size} demands, {_FACTORIES * size} factories", file=sys.stderr, flush=True)
    command = [sys.executable, "-m", "bench.match", "--size", str(size), "--seed", str(seed)]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return dict(json.loads(answer.splitlines()[-1]))


def measure_size(size: int, seed: int) -> dict[str, Any]:
    """One market: matched, checked, against the baseline; then its demands declined one by one."""
    weights = MatchWeights()
    match_many(*make_market(50, 300, 5.0, seed), weights)  # loops are compiled, or read from disk, once
    empty = peak_rss_mb()
    demands, supply = make_market(size, _FACTORIES * size, 5.0, seed)
    result, seconds = _timed(demands, supply, weights)
    peak = peak_rss_mb()
    check(demands, supply, result)
    plain = match_cheapest_first(demands, supply, weights)
    check(demands, supply, plain)
    return {
        "demands": len(demands),
        "factories": len(supply.register.ids),
        "factories_with_time": int((supply.register.daily_capacity > 0).sum()),
        "gap": result.gap,
        "seconds_match": seconds,
        "memory_mb": peak,
        "memory_of_market_mb": peak - empty,
        "unserved": len(result.unserved),
        "parts": len(result.placements),
        "saved_against_cheapest_first": 1 - result.cost / plain.cost,
        **_rematch(demands, supply, result, weights, seed),
        "baseline_lower_bound": result.bound,
        "baseline_cheapest_first_gap": plain.cost / result.bound - 1,
        "baseline_cheapest_first_unserved": len(plain.unserved),
    }


def _timed(demands: list[OpenDemand], supply: Supply, weights: MatchWeights) -> tuple[MatchResult, float]:
    """Match, and say how long it took."""
    started = time.perf_counter()
    result = match_many(demands, supply, weights, _tell)
    return result, time.perf_counter() - started


def _tell(step: str, done: int, total: int) -> None:
    print(f"{step}: {done} of {total}", file=sys.stderr)


def _rematch(
    demands: list[OpenDemand], supply: Supply, result: MatchResult, weights: MatchWeights, seed: int
) -> Mapping[str, float]:
    """Factories decline, one demand at a time; milliseconds until it has others, all else checked to be as it was."""
    market = OpenMarket.open(supply, weights, max(supply.due_day(demand) for demand in demands))
    market.take(result.placements)
    by_key = {demand.key: demand for demand in demands}
    placed: dict[int, tuple[Placement, ...]] = defaultdict(tuple)
    for placement in result.placements:
        placed[placement.demand] += (placement,)
    unserved = dict(result.unserved)
    chosen = np.random.default_rng(seed).permutation(sorted(placed))[:_DECLINED].tolist()
    market.place(replace(by_key[chosen[0]], units=1_000_000))  # compiled
    seconds = []
    for key in chosen:
        declined = by_key[key].excluded | {placement.factory for placement in placed[key]}
        started = time.perf_counter()
        market.give_back(placed[key])
        by_key[key] = replace(by_key[key], excluded=declined)
        again = market.place(by_key[key])
        seconds.append(time.perf_counter() - started)
        placed[key] = again.placements
        unserved.update(again.unserved)
    all_placed = tuple(placement for parts in placed.values() for placement in parts)
    check(list(by_key.values()), supply, MatchResult(all_placed, unserved, {}, 0.0, 0.0, "again"))
    p50, p95, longest = (1000 * np.percentile(seconds, [50, 95, 100])).tolist()
    return {"declined": len(chosen), "rematch_ms_p50": p50, "rematch_ms_p95": p95, "rematch_ms_longest": longest}


def _tight(seeds: range) -> Mapping[str, float]:
    """Units that nobody makes, ours and those of HiGHS after 300 s, as shares of the demand, in the mean."""
    left = np.zeros((len(seeds), 2))
    for place, seed in enumerate(seeds):
        demands, supply = make_market(500, 3_000, 2.1, seed)
        ours, _ = _timed(demands, supply, MatchWeights())
        check(demands, supply, ours)
        print(f"HiGHS has 300 s for the same 500 demands of tight market {seed}", file=sys.stderr, flush=True)
        exact = match(demands, supply, MatchWeights(seconds=300))
        check(demands, supply, exact)
        total = sum(demand.units for demand in demands)
        left[place] = [sum(d.units for d in demands if d.key in r.unserved) / total for r in (ours, exact)]
        print(f"nobody makes {left[place, 0]:.4f} of the units, by HiGHS {left[place, 1]:.4f}", file=sys.stderr)
    mean = left.mean(axis=0)
    worst = float((left[:, 0] - left[:, 1]).max(initial=0.0))
    return {
        "tight_unserved": float(mean[0]), "tight_unserved_mip": float(mean[1]), "tight_unserved_above_mip": worst,
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
