"""A demo small enough to run many times: two planted rises, a few hundred factories, four designs, two days."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from cli.demo.loop import DemoPlan
from configs.files import CONFIGS
from samples.make_factories import COLUMNS
from samples.make_factories import make_rows as make_factory_rows
from samples.make_signals import LAST_DAY
from samples.make_signals import make_rows as make_signal_rows

_RISING = ("军大衣", "greatcoat", "美拉德", "maillard")
_EVERY = 25  # one in so many of the other posts, so that something stands beside the rises
_PLAN = """
slug = "small"
trends = 2
designs = 4
test_days = 2
seed = 7

[price]
low = 29
high = 899
currency = "CNY"

[rule]
rung = "pre_order"
target_rate = 0.008
alpha = 0.2
burn_in_viewers = 5
min_units = 10
"""
VISITORS_A_DAY = 90


def small_plan(folder: Path, home: Path) -> DemoPlan:
    """Write the inputs into `folder`; the demo keeps everything in `home`."""
    folder.mkdir(parents=True, exist_ok=True)
    signals, factories, batch = folder / "posts.csv", folder / "factories.csv", folder / "batch.toml"
    _write(signals, ("post_id", "posted_on", "language", "text", "likes"), _posts())
    _write(factories, COLUMNS, ([row[name] for name in COLUMNS] for row in make_factory_rows(900, 5)))
    batch.write_text(_PLAN)
    source = CONFIGS / "sources" / "sample.toml"
    return DemoPlan(home, (str(signals),), source, LAST_DAY, factories, batch, VISITORS_A_DAY)


def _posts() -> Iterator[list[str]]:
    for number, row in enumerate(make_signal_rows()):
        if number % _EVERY == 0 or any(phrase in row[3] for phrase in _RISING):
            yield row


def _write(path: Path, head: Sequence[str], rows: Iterator[list[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)
