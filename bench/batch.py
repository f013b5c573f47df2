"""Pictures of a batch, painted, checked, labelled and stored: `python -m bench.batch [--quick]`.

200 designs of every category (24 with `--quick`), the default painter of this machine, pictures in a blob folder and
rows in SQLite, chunk by chunk as the flow does; at the end every design must have one picture and every picture its
blob. The baseline, in the same run, paints one picture at a time on all cores, in chunks of four.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from sqlalchemy import select

from bench.line import Reach, peak_rss_mb, print_line
from configs.load_generator_setup import generator_setup
from configs.load_lexicon import load_lexicon
from configs.settings import GenerationSettings
from design_gen.check import Checker
from design_gen.embedded.dataset import HELD_OUT, sample_spec
from design_gen.fan_out import Painter, choose_painter
from design_gen.generate import load_generator
from design_gen.paint import find_unpainted, paint_designs, record_mockups
from design_gen.prints import load_catalogue
from models.batch import Batch, DemandRule
from models.blobs import BlobStore
from models.db import connect, migrate, transaction
from models.design import Design, Mockup, MockupState
from models.garment import GarmentSpec
from models.trend import Trend, TrendStage

REACH = (Reach("seconds_for_200", 240), Reach("not_once", 0))
NOW = datetime(2026, 11, 16, tzinfo=UTC)
SIZE = GenerationSettings.model_fields["size"].default
AT_ONCE = GenerationSettings.model_fields["batch_size"].default


@dataclass(frozen=True, slots=True)
class Timed:
    """One batch painted."""

    pictures: int
    seconds: float
    cpu_seconds: float
    flagged: int
    not_once: int
    """Designs without exactly one picture, and pictures without a blob."""


def make_batch(specs: Sequence[GarmentSpec], seed: int) -> int:
    """Rows of a batch whose designs wait for pictures; returns its id."""
    with transaction() as session:
        trend = Trend(
            as_of=date(2026, 11, 15), phrase="bench", language="en", score=9.0, momentum=3.0, stage=TrendStage.RISING,
            rule="bench", meaning={}, evidence=[], series=[], reason="bench",
        )  # fmt: skip
        batch = Batch(
            slug="bench", trends_as_of=date(2026, 11, 15), designs_wanted=len(specs), seed=seed, price_low=Decimal(29),
            price_high=Decimal(899), currency="CNY", opens_at=NOW, closes_at=NOW + timedelta(days=7),
            rule=DemandRule().to_json(), simulated=True,
        )  # fmt: skip
        session.add_all([trend, batch])
        session.flush()
        session.add_all(
            Design(
                batch_id=batch.id, trend_id=trend.id, fingerprint=spec.fingerprint, spec=spec.to_json(), tech_pack={},
                flat_front="0" * 64, flat_back="0" * 64, makeable_by=1, cost_ladder={}, exclusions={},
            )
            for spec in specs
        )  # fmt: skip
        return batch.id


def paint_all(specs: Sequence[GarmentSpec], seed: int, painter: Painter, size: int = SIZE) -> Timed:
    """Paint a fresh batch of these specs to its end."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        migrate(url)
        engine = connect(url)
        blobs, batch_id = BlobStore(f"file://{folder}/blobs"), make_batch(specs, seed)
        started, cpu = time.perf_counter(), time.process_time()
        while chunk := _next_chunk(batch_id, AT_ONCE * painter.hands):
            with transaction() as session:
                judge = Checker(load_catalogue(session))
            painted = paint_designs(chunk, seed, painter, load_lexicon().label, blobs, size, 0, judge)
            with transaction() as session:
                record_mockups(session, painted, NOW)
            print(f"\r{painted[-1].design_id} of {len(specs)} pictures", end="", file=sys.stderr)
        seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
        print(file=sys.stderr)
        with transaction() as session:
            mockups = session.scalars(select(Mockup)).all()
            wrong = abs(len(mockups) - len(specs)) + len(specs) - len({mockup.design_id for mockup in mockups})
            wrong += sum(not blobs.get(mockup.picture) for mockup in mockups)
            flagged = sum(mockup.state is MockupState.FLAGGED for mockup in mockups)
        engine.dispose()
    return Timed(len(specs), seconds, cpu, flagged, wrong)


def _next_chunk(batch_id: int, size: int) -> list[tuple[int, GarmentSpec]]:
    with transaction() as session:
        return [(design.id, design.garment) for design in find_unpainted(session, batch_id)[:size]]


def main() -> int:
    """Measure and print the line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="24 pictures instead of 200")
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    begun = time.monotonic()
    setup = generator_setup(GenerationSettings())
    specs = [
        sample_spec(HELD_OUT + arguments.seed * 1_000 + number) for number in range(24 if arguments.quick else 200)
    ]
    painter = choose_painter(setup)
    load_seconds = time.monotonic() - begun
    paint_all(specs[: painter.hands], arguments.seed, painter)  # first calls plan their convolutions
    timed = paint_all(specs, arguments.seed, painter)
    before = paint_all(specs[:24], arguments.seed, load_generator(setup))
    measured = {
        "pictures": timed.pictures,
        "seconds": timed.seconds,
        "pictures_per_second": timed.pictures / timed.seconds,
        "seconds_for_200": timed.seconds / timed.pictures * 200,
        "cpu_seconds_each": timed.cpu_seconds / timed.pictures,
        "cores_busy": timed.cpu_seconds / timed.seconds,
        "hands": painter.hands,
        "cores": os.cpu_count(),
        "load_seconds": load_seconds,
        "flagged": timed.flagged,
        "not_once": timed.not_once,
        "peak_rss_mb": peak_rss_mb(),
    }
    baseline = {
        "one_at_a_time_pictures_per_second": before.pictures / before.seconds,
        "one_at_a_time_cpu_seconds_each": before.cpu_seconds / before.pictures,
        "times_as_fast": before.seconds / before.pictures * timed.pictures / timed.seconds,
    }
    return print_line("batch", arguments.seed, time.monotonic() - begun, measured, baseline, REACH, arguments.quick)


if __name__ == "__main__":
    sys.exit(main())
