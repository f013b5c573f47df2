"""Matching in groups of categories against matching in one piece, on the market of bench/match.py."""

import time
from contextlib import ExitStack

from bench.line import Reach, print_line
from bench.market import make_market
from factory_matching.assignment.feasible import check
from factory_matching.assignment.match_in_groups import match_in_groups
from factory_matching.assignment.match_many import match_many, open_market
from factory_matching.assignment.partition import cut
from factory_matching.fan_out import LocalCrew, RayCrew
from factory_matching.weights import MatchWeights

REACH = (Reach("gap", 0.025), Reach("cost_above_one_piece", 0.002))


def measure_groups(demands: int, factories: int, seed: int, groups: int, ray: bool) -> int:
    """One piece, groups on the threads of this process, and with `ray` groups as Ray tasks, which must say the same."""
    started, weights = time.monotonic(), MatchWeights()
    small = make_market(200, 2_000, 3.0, seed)
    match_many(*small, weights)  # loops are compiled once for all later calls
    match_in_groups(*small, weights, groups, LocalCrew(groups))
    market = make_market(demands, factories, 5.0, seed)
    opened = open_market(*market, weights)
    whole = cut(opened.asked, opened.shelf, opened.makers, groups)
    with ExitStack() as stack:
        crews: dict[str, LocalCrew | RayCrew] = {"groups": LocalCrew(groups)}
        if ray:
            crews["ray"] = stack.enter_context(RayCrew(groups))
            match_in_groups(*small, weights, groups, crews["ray"])  # processes start once
        begun = time.perf_counter()
        one_piece, results = match_many(*market, weights), {}
        seconds = {"seconds_one_piece": time.perf_counter() - begun}
        for name, crew in crews.items():
            begun = time.perf_counter()
            results[name] = match_in_groups(*market, weights, groups, crew)
            seconds[f"seconds_{name}"] = time.perf_counter() - begun
    result = results["groups"]
    check(*market, result)
    measured = {
        "demands": demands,
        "factories": factories,
        "groups": [len(group.demands) for group in whole.groups],
        "factories_with_time": len(opened.makers.place),
        "factories_in_several_groups": len(whole.coupled),
        "gap": result.gap,
        "cost_above_one_piece": result.cost / one_piece.cost - 1,
        "bound_below_one_piece": 1 - result.bound / one_piece.bound,
        "unserved": len(result.unserved),
        "same_from_ray": all(other == result for other in results.values()) if ray else None,
        **seconds,
    }
    baseline = {"gap": one_piece.gap, "unserved": len(one_piece.unserved)}
    reach = (*REACH, Reach("same_from_ray", 1, at_least=True)) if ray else REACH
    return print_line("match_groups", seed, time.monotonic() - started, measured, baseline, reach)
