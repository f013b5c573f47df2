"""How far from the best a match is, and how long it takes, against a certified lower bound.

Demands of every category (heavy-tailed quantities, due in 10 to 40 days) meet synthetic factories; once with plenty of
capacity and once with demands 20 times as large, where most have to be split. Every answer passes the independent
check. The baseline serves the same demands one after the other, each as well as it can. The 100,000 x
600,000 case of the design is not measured here yet.

    python -m bench.match [--quick] [--seed N]
"""

import argparse
import math
import random
import sys
import time
from datetime import date, timedelta

from bench.line import Reach, print_line
from bench.specs import random_spec
from factory_matching.demand import OpenDemand, Supply
from factory_matching.feasible import check
from factory_matching.match import match
from factory_matching.register import Register
from factory_matching.result import MatchResult
from factory_matching.weights import MatchWeights
from tests.factory_matching.registers import sample_register

TODAY = date(2026, 11, 2)
FACTORIES = 3_000
REACH = (Reach("gap", 0.025), Reach("seconds_match", 60), Reach("unserved", 0))


def make_demands(count: int, times: float, seed: int) -> list[OpenDemand]:
    """Specs drawn evenly from the vocabulary, quantities log-normal."""
    rng = random.Random(seed)
    demands = []
    for key in range(count):
        spec = random_spec(rng)
        units = max(30, int(math.exp(rng.gauss(5.0, 0.9)) * times))
        demands.append(OpenDemand(key, spec, units, TODAY + timedelta(days=rng.randint(10, 40))))
    return demands


def solve(register: Register, demands: list[OpenDemand], weights: MatchWeights) -> tuple[MatchResult, float]:
    """Match, check, and say how long matching took."""
    supply = Supply(register, TODAY, {})
    started = time.perf_counter()
    result = match(demands, supply, weights)
    seconds = time.perf_counter() - started
    check(demands, supply, result)
    print(f"{len(demands)} demands: {result.method}, gap {result.gap:.4f}, {seconds:.1f} s", file=sys.stderr)
    return result, seconds


def serve_in_turn(register: Register, demands: list[OpenDemand], weights: MatchWeights) -> tuple[float, int]:
    """Cost and unserved when each demand takes the best that those before it left."""
    booked: dict[tuple[int, date], int] = {}
    cost, unserved = 0.0, 0
    for demand in demands:
        result = match([demand], Supply(register, TODAY, booked), weights)
        cost, unserved = cost + result.cost, unserved + len(result.unserved)
        for placement in result.placements:
            for day, units in placement.booked:
                booked[placement.factory, day] = booked.get((placement.factory, day), 0) + units
    return cost, unserved


def main() -> int:
    """Measure and print the line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer demands, under 45 s")
    parser.add_argument("--seed", type=int, default=3)
    arguments = parser.parse_args()
    started = time.monotonic()
    weights = MatchWeights(seconds=5 if arguments.quick else 20)
    register = sample_register(FACTORIES, arguments.seed)
    demands = make_demands(150 if arguments.quick else 1_000, 1.0, arguments.seed)
    plenty, seconds = solve(register, demands, weights)
    large = make_demands(60 if arguments.quick else 200, 20.0, arguments.seed)
    tight, tight_seconds = solve(register, large, weights)
    in_turn, left = serve_in_turn(register, demands, weights)
    measured = {
        "demands": len(demands),
        "factories": FACTORIES,
        "gap": plenty.gap,
        "seconds_match": seconds,
        "unserved": len(plenty.unserved),
        "method": plenty.method,
        "large_demands": len(large),
        "large_gap": tight.gap,
        "large_seconds": tight_seconds,
        "large_unserved": len(tight.unserved),
    }
    baseline = {
        "lower_bound": plenty.bound,
        "one_after_the_other_gap": in_turn / plenty.bound - 1,
        "one_after_the_other_unserved": left,
    }
    return print_line("match", arguments.seed, time.monotonic() - started, measured, baseline, REACH, arguments.quick)


if __name__ == "__main__":
    sys.exit(main())
