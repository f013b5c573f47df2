"""How good and how fast forecasts are: the HERMES-100 protocol, and 10,000 series of 208 weeks.

100 weekly series of fashion trends (HERMES, arXiv 2202.03224): everything up to the last 52 weeks is given, the last 52
are forecast, errors are scaled by the seasonal change of the given weeks (MASE, season 52). Seasonal naive, AutoETS and
AutoTheta of statsforecast run beside it on the same weeks. Without the data the same is measured on made-up series,
which says nothing about fashion and holds no reach but time.

    python -m bench.forecast [--quick] [--series N] [--seed N]
"""

import argparse
import csv
import resource
import sys
import time
from datetime import date
from typing import Any

import numpy as np

from bench.line import Reach, print_line
from configs.files import CONFIGS
from trends.forecast import forecast_panel
from trends.forecasting.members import known
from trends.forecasting.season import change_over_season
from trends.forecasting.values import Floats, Panel, PanelForecast

REAL = CONFIGS.parent.parent / "shared" / "data" / "fashion_series"
SEASON = 52
SAME = 0.05
"""A year within 5% of the one before counts as the same."""
MANY, MANY_WEEKS = 10_000, 208


def main() -> int:
    """Measure and print the line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="20 of the series, 60 made-up ones")
    parser.add_argument("--series", type=int, default=MANY, help="made-up series whose forecast is timed")
    parser.add_argument("--seed", type=int, default=11)
    arguments = parser.parse_args()
    rng = np.random.default_rng(arguments.seed)
    begun = time.monotonic()
    is_real = REAL.is_dir()
    series, leading = (read_series(), read_series("f1_fashion_forward")) if is_real else (made_up(100, 261, rng), None)
    if arguments.quick:
        series = some(series, 5)
        leading = some(leading, 5) if leading else None
    measured, baseline = accuracy(series, leading)
    many = 60 if arguments.quick else arguments.series
    measured |= {"series": "fashion_series" if is_real else "made up", "count": len(series.names)}
    measured |= speed(made_up(many, MANY_WEEKS, rng))
    reach: tuple[Reach, ...] = (Reach("many_seconds", 180 * max(many, 2_000) / MANY),)
    if is_real and not arguments.quick:
        covers = (Reach("covered_80", 0.77, at_least=True), Reach("covered_80", 0.83))
        reach += (Reach("mase", 0.745), Reach("mase_without_leading", 0.745), *covers)
    took = time.monotonic() - begun
    return print_line("forecast", arguments.seed, took, measured, baseline, reach, arguments.quick)


def accuracy(series: Panel, leading: Panel | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Errors of the last season, ours and the baselines', from what comes before it."""
    given, came = without_last(series), series.values[:, -SEASON:]
    tell("forecasting with leading series" if leading else "forecasting")
    begun = time.process_time()
    ours = forecast_panel(given, SEASON, SEASON, without_last(leading) if leading else None)
    used = time.process_time() - begun
    alone = forecast_panel(given, SEASON, SEASON) if leading else ours
    width = (ours.hi80 - ours.lo80).mean(axis=1) / change_over_season(given.values, SEASON)
    measured = {
        **scores(given.values, came, ours.mean, ""),
        **scores(given.values, came, alone.mean, "_without_leading"),
        **{f"mase_first_{weeks}": mase(given.values, came[:, :weeks], ours.mean[:, :weeks]) for weeks in (4, 12)},
        "covered_80": covered(ours, came),
        "covered_80_without_leading": covered(alone, came),
        **{f"covered_80_{name}": covered(ours, came, weeks) for name, weeks in _QUARTERS.items()},
        "mean_width_in_scales": round(float(width.mean()), 3),
        "processor_seconds": round(used, 1),
        "weights": {name: round(share, 3) for own in ours.weights.values() for name, share in own.items()},
    }
    baseline: dict[str, Any] = {}
    for name, model in baselines().items():
        tell(name)
        said = np.stack([model.forecast(row, SEASON)["mean"] for row in known(given.values)])
        baseline |= {f"{name}_{key}": value for key, value in scores(given.values, came, said, "").items()}
    return measured, baseline


_QUARTERS = {"weeks_1_13": slice(0, 13), "weeks_14_26": slice(13, 26), "weeks_27_52": slice(26, 52)}


def baselines() -> dict[str, Any]:
    """The methods to beat, as statsforecast has them."""
    from statsforecast.models import MSTL, AutoETS, AutoTheta, SeasonalNaive

    return {
        "seasonal_naive": SeasonalNaive(SEASON),
        "auto_ets": AutoETS(season_length=SEASON),
        "auto_theta": AutoTheta(season_length=SEASON),
        # AutoETS itself takes no season longer than 24; this is what it does on deseasonalised values.
        "mstl_auto_ets": MSTL(SEASON, trend_forecaster=AutoETS(model="ZZN")),
    }


def scores(given: Floats, came: Floats, said: Floats, name: str) -> dict[str, float]:
    """MASE and how often the class of the year (falls, same, rises) is right."""
    before = given[:, -SEASON:].mean(axis=1)
    right = yearly_class(said.mean(axis=1), before) == yearly_class(came.mean(axis=1), before)
    return {f"mase{name}": mase(given, came, said), f"yearly_class{name}": round(float(right.mean()), 3)}


def mase(given: Floats, came: Floats, said: Floats) -> float:
    """Mean over the series of the mean absolute error in seasonal changes of the given weeks."""
    return round(float((np.abs(came - said).mean(axis=1) / change_over_season(given, SEASON)).mean()), 4)


def yearly_class(year: Floats, before: Floats) -> Floats:
    """-1, 0 or 1: falls, stays within 5%, rises."""
    change = year / before - 1
    return np.where(np.abs(change) <= SAME, 0.0, np.sign(change))


def covered(said: PanelForecast, came: Floats, weeks: slice = slice(None)) -> float:
    """Share of the values that fell into their interval."""
    inside = (said.lo80 <= came) & (came <= said.hi80)
    return round(float(inside[:, weeks].mean()), 4)


def speed(panel: Panel) -> dict[str, Any]:
    """Seconds for many series."""
    tell(f"{len(panel.names):,} made-up series")
    begun, used = time.monotonic(), processor_seconds()
    said = forecast_panel(panel, SEASON, SEASON, advance=lambda done, _: tell(f"{done:,} fits", "\r"))
    tell("")
    return {
        "many_series": len(panel.names),
        "many_seconds": round(time.monotonic() - begun, 1),
        "many_processor_seconds": round(processor_seconds() - used, 1),
        "many_notes": list(said.notes),
        "many_weights": {name: round(share, 3) for own in said.weights.values() for name, share in own.items()},
    }


def processor_seconds() -> float:
    """Of this process and of those that it started and that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def made_up(count: int, weeks: int, rng: np.random.Generator) -> Panel:
    """Series with a season of two harmonics, a wandering level and noise, none below zero."""
    at = np.arange(weeks)
    phase, size = rng.uniform(0, 2 * np.pi, (2, count, 1)), rng.uniform(0, 0.5, (2, count, 1))
    season = sum(size[k] * np.sin(2 * np.pi * (k + 1) * at / SEASON + phase[k]) for k in range(2))
    level = np.exp(np.cumsum(rng.normal(0, 0.02, (count, weeks)), axis=1))
    values = np.maximum(0.0, level * (1 + season) + rng.normal(0, 0.15, (count, weeks)))
    return Panel(tuple(f"s{row}" for row in range(count)), date(2015, 1, 5), values)


def read_series(name: str = "f1_main") -> Panel:
    """One of the two files: the first column the date, one column a series."""
    with (REAL / f"{name}_100_sequences.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    values = np.array([[float(cell) for cell in row[1:]] for row in rows]).T
    return Panel(tuple(header[1:]), date.fromisoformat(rows[0][0]), values)


def some(panel: Panel, every: int) -> Panel:
    """Each so-many-eth series."""
    return Panel(panel.names[::every], panel.starts_on, panel.values[::every])


def without_last(panel: Panel) -> Panel:
    """What is given: everything before the last season."""
    return Panel(panel.names, panel.starts_on, panel.values[:, :-SEASON])


def tell(line: str, end: str = "\n") -> None:
    """Progress on stderr."""
    print(line, end=end, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
