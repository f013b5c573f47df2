"""How long it takes to say how many factories could make a spec, at what price, by when, and why the others could not.

Synthetic factories as in bench/market.py, 600,000 of them (--quick: 60,000); specs drawn evenly from the vocabulary and
from the largest category alone, quantities log-normal (median 150), the upper end of the band so that about half pass.
The baseline looks at the same columns with whole-array operations.

    python -m bench.qualify [--quick] [--seed N]
"""

import argparse
import random
import sys
import time
from decimal import Decimal

import numpy as np

from bench.line import Reach, print_line
from bench.market import draw_register
from bench.specs import random_spec
from factory_matching.complexity import complexity
from factory_matching.exclusion import Reason, filter_by_spec, narrow
from factory_matching.qualify import LOW_QUANTILE, STEPS, Qualifier
from factory_matching.registry.register import Register, category_place
from models.attributes import Category
from models.garment import GarmentSpec
from models.money import Money

REACH = (Reach("ms_p95", 20), Reach("ms_p95_largest_category", 20))
_ASKED = 400
_SEED = 11


def main() -> int:
    """Measure and print the line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="60,000 factories")
    parser.add_argument("--seed", type=int, default=_SEED)
    arguments = parser.parse_args()
    started = time.perf_counter()
    register = draw_register(60_000 if arguments.quick else 600_000, np.random.default_rng(arguments.seed))
    qualifier, drawn = Qualifier.of(register), random.Random(arguments.seed)
    largest = max(Category, key=lambda one: np.diff(register.starts)[category_place(one)])
    specs = [random_spec(drawn) for _ in range(_ASKED)]
    crowded = [spec for spec in (random_spec(drawn) for _ in range(100 * _ASKED)) if spec.category is largest]
    _ask(qualifier, specs[0], 100)  # compiled now, or read from disk
    seconds = _measure(qualifier, specs, drawn)
    of_largest = _measure(qualifier, crowded[:_ASKED], drawn)
    plain = []
    for spec in specs[:50]:
        began = time.perf_counter()
        _plainly(register, spec, 150)
        plain.append(time.perf_counter() - began)
    measured = {
        "factories": len(register.ids),
        "capabilities": len(register.factory),
        "largest_category": largest.value,
        "makers_of_it": int(np.diff(register.starts).max()),
        "ms_p50": _milliseconds(seconds, 50),
        "ms_p95": _milliseconds(seconds, 95),
        "ms_max": _milliseconds(seconds, 100),
        "ms_p50_largest_category": _milliseconds(of_largest, 50),
        "ms_p95_largest_category": _milliseconds(of_largest, 95),
    }
    baseline = {"whole_arrays_ms_p50": _milliseconds(plain, 50), "whole_arrays_ms_p95": _milliseconds(plain, 95)}
    return print_line(
        "qualify", arguments.seed, time.perf_counter() - started, measured, baseline, REACH, arguments.quick
    )


def _measure(qualifier: Qualifier, specs: list[GarmentSpec], drawn: random.Random) -> list[float]:
    seconds = []
    for spec in specs:
        quantity = max(1, round(drawn.lognormvariate(5.0, 0.9)))
        began = time.perf_counter()
        _ask(qualifier, spec, quantity)
        seconds.append(time.perf_counter() - began)
    return seconds


def _ask(qualifier: Qualifier, spec: GarmentSpec, quantity: int) -> None:
    span = qualifier.register.rows_of(spec.category)
    middle = float(np.median(qualifier.register.cents[span.start : span.stop : 101, 0])) / 100
    high = Money(Decimal(str(round(middle * float(complexity(spec)), 2))))
    qualifier.qualify(spec, (Money(Decimal("0.01")), high), quantity)


def _plainly(register: Register, spec: GarmentSpec, quantity: int) -> None:
    """The counts, quantiles and days of the same question, an operation on whole arrays at a time."""
    passed = filter_by_spec(register, spec, "CNY")
    passed = narrow(passed, Reason.MOQ, register.quantities[passed.rows, 0] <= quantity)
    passed = narrow(passed, Reason.PRICE, register.price_at(passed.rows, quantity) <= np.median(register.cents[:, 0]))
    factories = register.factory[passed.rows]
    if not len(factories):
        return
    np.median(register.lead_days[factories] + -(-quantity // register.daily_capacity[factories]))
    for step in STEPS:
        rows = passed.rows[register.quantities[passed.rows, 0] <= step]
        if len(rows):
            place = int(LOW_QUANTILE * (len(rows) - 1))
            np.partition(register.price_at(rows, step), place)


def _milliseconds(seconds: list[float], percent: float) -> float:
    return round(1000 * float(np.percentile(seconds, percent)), 2)


if __name__ == "__main__":
    sys.exit(main())
