"""How far from the best a match is, how long it takes and what it saves, against a certified lower bound.

A synthetic market (bench/market.py, distributions stated there) of 100,000 demands and 600,000 factories whose free
capacity is five times the demand; --quick takes a tenth of both. Every answer passes the independent check. The
baseline gives demands, largest first, to the cheapest factory that has time. Then a tight market (2.1 times) of 500
demands, where many must be split: the same method against HiGHS with minimum quantities and splits.

    python -m bench.match [--quick] [--seed N]
    python -m bench.match --gap FILE --seconds 60     one generalised assignment instance (OR-Library format: agents,
                                                      jobs, costs and uses by agent, limits) against HiGHS alone
    python -m bench.match --partitions N [--ray] [--quick]    groups of categories against one piece (match_groups.py)
"""

import argparse
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from bench.line import Reach, print_line
from bench.market import make_market
from bench.match_groups import measure_groups
from factory_matching.assignment.assign import assign, relax_assignment, solve_alone
from factory_matching.assignment.feasible import check
from factory_matching.assignment.match_many import match_cheapest_first, match_many
from factory_matching.demand import OpenDemand, Supply
from factory_matching.match import match
from factory_matching.registry.register import Ints
from factory_matching.result import MatchResult
from factory_matching.weights import MatchWeights

REACH = (Reach("gap", 0.025), Reach("seconds_match", 60), Reach("tight_unserved_above_mip", 0.01))
QUICK_REACH = (Reach("gap", 0.02), Reach("seconds_match", 10))
_SEED = 3


def main() -> int:
    """Measure and print the line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="10,000 demands, 60,000 factories, under 45 s")
    parser.add_argument("--seed", type=int, default=_SEED)
    parser.add_argument("--gap", type=Path, help="a generalised assignment instance")
    parser.add_argument("--seconds", type=float, default=60.0, help="time for it, and again for HiGHS alone")
    parser.add_argument("--partitions", type=int, metavar="N", help="so many groups of categories against one piece")
    parser.add_argument("--ray", action="store_true", help="groups as Ray tasks on this machine too")
    arguments = parser.parse_args()
    if arguments.gap:
        return measure_assignment(arguments.gap, arguments.seconds, arguments.seed)
    if arguments.partitions:
        return measure_groups(*_size(arguments.quick), arguments.seed, arguments.partitions, arguments.ray)
    return measure_market(arguments.quick, arguments.seed)


def _size(quick: bool) -> tuple[int, int]:
    """Demands and factories."""
    return (10_000, 60_000) if quick else (100_000, 600_000)


def measure_market(quick: bool, seed: int) -> int:
    """Plenty of capacity at full size, then little of it at a size where HiGHS can answer."""
    started, weights = time.monotonic(), MatchWeights()
    match_many(*make_market(50, 300, 5.0, seed), weights)  # loops are compiled once for all later calls
    demands, supply = make_market(*_size(quick), 5.0, seed)
    result, seconds = _timed(demands, supply, weights)
    plain = match_cheapest_first(demands, supply, weights)
    check(demands, supply, plain)
    measured = {
        "demands": len(demands),
        "factories": len(supply.register.ids),
        "factories_with_time": int((supply.register.daily_capacity > 0).sum()),
        "gap": result.gap,
        "seconds_match": seconds,
        "unserved": len(result.unserved),
        "parts": len(result.placements),
        "saved_against_cheapest_first": 1 - result.cost / plain.cost,
        **({} if quick else _tight(seed)),
    }
    baseline = {
        "lower_bound": result.bound,
        "cheapest_first_gap": plain.cost / result.bound - 1,
        "cheapest_first_unserved": len(plain.unserved),
    }
    reach = QUICK_REACH if quick else REACH
    return print_line("match", seed, time.monotonic() - started, measured, baseline, reach, quick)


def _timed(demands: list[OpenDemand], supply: Supply, weights: MatchWeights) -> tuple[MatchResult, float]:
    """Match, check, and say how long matching took."""
    started = time.perf_counter()
    result = match_many(demands, supply, weights, _tell)
    seconds = time.perf_counter() - started
    check(demands, supply, result)
    return result, seconds


def _tell(step: str, done: int, total: int) -> None:
    print(f"{step}: {done} of {total}", file=sys.stderr)


def _tight(seed: int) -> Mapping[str, float]:
    """Units that nobody makes, ours and those of HiGHS after 300 s, as shares of the demand."""
    demands, supply = make_market(500, 3_000, 2.1, seed)
    ours, _ = _timed(demands, supply, MatchWeights())
    print("HiGHS has 300 s for the same 500 demands", file=sys.stderr)
    exact = match(demands, supply, MatchWeights(seconds=300))
    check(demands, supply, exact)
    total = sum(demand.units for demand in demands)
    left, fewest = (sum(d.units for d in demands if d.key in r.unserved) / total for r in (ours, exact))
    return {"tight_unserved": left, "tight_unserved_mip": fewest, "tight_unserved_above_mip": left - fewest}


def measure_assignment(path: Path, seconds: float, seed: int) -> int:
    """One instance by our search, and by HiGHS alone in the same time."""
    started = time.monotonic()
    costs, uses, limits = read_assignment(path)
    relaxed = relax_assignment(costs, uses, limits)
    assign(costs, uses, limits, 0.1, seed)  # compile
    ours = assign(costs, uses, limits, seconds, seed)
    alone = solve_alone(costs, uses, limits, seconds)
    if relaxed is None or ours is None:
        print(f"{path}: no assignment that fits was found", file=sys.stderr)
        return 1
    at = np.arange(len(costs))
    load = np.bincount(ours.agents, uses[at, ours.agents], len(limits))
    measured = {
        "instance": path.name,
        "objective": ours.cost,
        "feasible": bool((load <= limits).all()) and int(costs[at, ours.agents].sum()) == ours.cost,
        "gap_to_bound": ours.cost / relaxed.bound - 1,
        "above_highs": 0.0 if alone is None else ours.cost / alone - 1,
    }
    baseline = {"lower_bound": relaxed.bound, "highs_alone_objective": alone, "highs_seconds": seconds}
    reach = (Reach("above_highs", 0.0),)
    return print_line("match_assignment", seed, time.monotonic() - started, measured, baseline, reach, False)


def read_assignment(path: Path) -> tuple[Ints, Ints, Ints]:
    """Costs and uses as (jobs, agents), limits (agents,); ValueError for a file that does not hold what it says."""
    numbers = np.array(path.read_text().split(), np.int64)
    agents, jobs = int(numbers[0]), int(numbers[1])
    size = agents * jobs
    if len(numbers) != 2 + 2 * size + agents:
        raise ValueError(
            f"{path} has {len(numbers)} numbers; {agents} agents and {jobs} jobs need {2 + 2 * size + agents}"
        )
    costs, uses = (numbers[2 + size * part : 2 + size * (part + 1)].reshape(agents, jobs).T.copy() for part in (0, 1))
    return costs, uses, numbers[2 + 2 * size :].copy()


if __name__ == "__main__":
    sys.exit(main())
