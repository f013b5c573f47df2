"""Generalised assignment instances (OR-Library format) by our search, and by HiGHS alone in the same time."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench.line import Reach, print_line
from factory_matching.assignment.assign import assign, relax_assignment, solve_alone
from factory_matching.registry.register import Ints

BOUNDS = "bounds.txt"
"""Beside the instances: name, lower bound, best known value."""


def measure_assignments(paths: Sequence[Path], seconds: float, seed: int) -> int:
    """One line for each instance on stderr; the last line has the means."""
    started, found = time.monotonic(), [_measure(path, seconds, seed) for path in paths]
    ours, alone = (sum(one[key] for one in found) for key in ("objective", "highs_alone_objective"))
    gaps = [one["gap_to_best_known"] for one in found if one["gap_to_best_known"] is not None]
    measured = {
        "instances": found if len(found) > 1 else found[0],
        "feasible": all(one["feasible"] for one in found),
        "gap_to_best_known": sum(gaps) / len(gaps) if gaps else float("nan"),
        "above_highs": ours / alone - 1,
        "not_behind_highs": sum(one["objective"] <= one["highs_alone_objective"] for one in found),
    }
    baseline = {"highs_seconds": seconds, "lower_bound": [one["lower_bound"] for one in found]}
    reach = (Reach("gap_to_best_known", 0.005), Reach("above_highs", 0.0), Reach("feasible", 1, at_least=True))
    return print_line("match_assignment", seed, time.monotonic() - started, measured, baseline, reach, False)


def _measure(path: Path, seconds: float, seed: int) -> dict[str, Any]:
    costs, uses, limits = read_assignment(path)
    relaxed = relax_assignment(costs, uses, limits)
    assign(costs, uses, limits, 0.1, seed)  # compile
    ours, alone = assign(costs, uses, limits, seconds, seed), solve_alone(costs, uses, limits, seconds)
    if relaxed is None or ours is None:
        raise SystemExit(f"{path}: no assignment that fits was found")
    at = np.arange(len(costs))
    load = np.bincount(ours.agents, uses[at, ours.agents], len(limits))
    best = _best_known(path)
    found = {
        "instance": path.name,
        "objective": ours.cost,
        "highs_alone_objective": alone if alone is not None else float("inf"),
        "best_known": best,
        "gap_to_best_known": ours.cost / best - 1 if best else None,
        "lower_bound": relaxed.bound,
        "feasible": bool((load <= limits).all()) and int(costs[at, ours.agents].sum()) == ours.cost,
    }
    print(found, file=sys.stderr, flush=True)
    return found


def _best_known(path: Path) -> int | None:
    bounds = path.parent / BOUNDS
    lines = bounds.read_text().split("\n") if bounds.exists() else []
    return next((int(line.split()[2]) for line in lines if line.split()[:1] == [path.name]), None)


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
