"""How long it takes to collect titles: 457,440 daily hot-search titles, or as many synthetic ones without them.

With --rows more are read: the same titles resampled with new days and numbers. The baseline is a second run over the
same files, which reads nothing. --database measures any SQLAlchemy URL of an empty database (it is migrated and used).

    python -m bench.collect [--quick] [--rows N] [--database URL] [--seed N]
"""

import argparse
import gzip
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from bench.line import Reach, peak_rss_mb, print_line
from configs.files import CONFIGS, read_toml
from models.db import connect, migrate, transaction
from trends.collect import Collected, collect_apart
from trends.sources import SourceConfig, parse_source

REAL = CONFIGS.parent.parent / "shared" / "data" / "hot_search"
TITLES = 457_440
LAST_DAY = date(2023, 12, 31)
FILES = 24


def main() -> int:
    """Measure and print the line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="40,000 synthetic rows")
    parser.add_argument("--rows", type=int, default=TITLES)
    parser.add_argument("--database", default="")
    parser.add_argument("--seed", type=int, default=5)
    arguments = parser.parse_args()
    rows = 40_000 if arguments.quick else arguments.rows
    source = parse_source(read_toml(CONFIGS / "sources" / "hot_search.toml"), "hot_search.toml")
    with tempfile.TemporaryDirectory() as scratch:
        is_real = rows == TITLES and REAL.is_dir()
        folder = REAL if is_real else write_rows(Path(scratch), rows, random.Random(arguments.seed))
        url = arguments.database or f"sqlite:///{scratch}/collect.db"
        migrate(url)
        engine = connect(url)
        first, seconds, processor = timed(source, folder)
        again, seconds_again, _ = timed(source, folder)
        engine.dispose()
    measured = {
        "titles": "hot_search" if is_real else f"synthetic, {rows:,}",
        "database": engine.dialect.name,
        "read": first.read,
        "new": first.added,
        "refused": first.refused,
        "seconds": round(seconds, 2),
        "processor_seconds": round(processor, 2),
        "rows_per_second": round(first.read / seconds),
        "peak_rss_mb": peak_rss_mb(),
    }
    limit = 25 * max(1, rows / TITLES)
    reach = (Reach("seconds", limit), Reach("peak_rss_mb", 1_000), Reach("read", rows, at_least=True))
    baseline = {"second_run_seconds": round(seconds_again, 2), "second_run_read": again.read}
    return print_line("collect", arguments.seed, seconds, measured, baseline, reach, arguments.quick)


def timed(source: SourceConfig, folder: Path) -> tuple[Collected, float, float]:
    """Collect once; seconds on the clock and of the processor."""
    begun, used = time.monotonic(), time.process_time()
    done = collect_apart(
        transaction, source, [folder], LAST_DAY, None, lambda rows: print(f"\r{rows:,} rows", end="", file=sys.stderr)
    )
    print(file=sys.stderr)
    return done, time.monotonic() - begun, time.process_time() - used


def write_rows(folder: Path, rows: int, rng: random.Random) -> Path:
    """Gzip files of titles: real ones with new days and numbers where they are at hand, else made-up ones."""
    titles = list(_real_titles()) if REAL.is_dir() and rows > TITLES else [f"看到好看的大衣 {n}" for n in range(50_000)]
    target = folder / "titles"
    target.mkdir()
    for number in range(FILES):
        with gzip.open(target / f"{number:02d}.jsonl.gz", "wt", encoding="utf-8", compresslevel=1) as file:
            for row in range(rows * number // FILES, rows * (number + 1) // FILES):
                day = LAST_DAY - timedelta(days=rng.randrange(1_100))
                title = f"{rng.choice(titles)} {row}"
                line = {"date": day.isoformat(), "rank": 1 + row % 50, "title": title}
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
    return target


def _real_titles() -> Iterator[str]:
    for path in sorted(REAL.glob("*.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                yield json.loads(line)["title"]


if __name__ == "__main__":
    sys.exit(main())
