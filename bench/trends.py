"""How fast titles become ranked trends, and what a walk day by day over real titles would have shown.

Speed: 457,440 daily hot-search titles collected and ranked as of their last day, then 1,800,000 posts, the same titles
resampled with shifted days and noise. Walk: every day from July 2022 to the end of 2023 ranked from what was known at
its end; how soon four known rises enter the first twenty, with the lexicon and with these words taken out of it, how
many entries fall back, and which share is goods by the labels of `trends/labels`. The baseline is the plain ratio of
the last week's count to the mean of the eight weeks before.

    python -m bench.trends [--quick] [--only speed|walk] [--seed N]
"""

import argparse
import gzip
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bench import walk
from bench.line import Reach, peak_rss_mb, print_line
from configs.files import CONFIGS, read_toml
from configs.load_lexicon import load_lexicon
from models.db import connect, migrate, transaction
from trends.collect import collect_apart
from trends.counting import Counting
from trends.detect import detect
from trends.sources import parse_source
from trends.store import Observation

TITLES = CONFIGS.parent.parent / "shared" / "data" / "hot_search"
SOURCE = "hot_search.toml"
LAST_DAY = date(2023, 12, 31)
WALK_FROM = date(2022, 7, 1)
SEEN = timedelta(days=7)
MANY = 1_800_000
TAILS = ("", "!", " 求链接", " 太好看了", "了", " {}", " 第{}天")


def main() -> int:
    """Measure and print the line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="titles of three months; a walk of seventeen days")
    parser.add_argument("--only", choices=("speed", "walk"))
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        print(json.dumps(rank(arguments.child)))
        return 0
    if not TITLES.is_dir():
        raise SystemExit("bench.trends needs the daily hot-search titles in ../shared/data/hot_search")
    begun = time.monotonic()
    measured: dict[str, Any] = {}
    baseline: dict[str, Any] = {}
    reach: list[Reach] = []
    if arguments.only != "walk":
        reach += speed(measured, arguments.quick, random.Random(arguments.seed))
    if arguments.only != "speed":
        reach += known_rises(measured, baseline, arguments.quick)
    measured["peak_rss_mb"] = peak_rss_mb()
    seconds = time.monotonic() - begun
    return print_line("trends", arguments.seed, seconds, measured, baseline, tuple(reach), arguments.quick)


def speed(measured: dict[str, Any], quick: bool, rng: random.Random) -> list[Reach]:
    """Collect and rank in processes of their own, so that each size has its own peak."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        real = link_months(folder / "real", "2023-0[1-3]" if quick else "*")
        few = in_process(real)
        many = in_process(resample(folder / "many", real, 2 * few["read"] if quick else MANY, rng))
    for name, one in (("titles", few), ("posts", many)):
        measured |= {f"{name}_{key}": value for key, value in one.items()}
    growth = many["processor_seconds"] / few["processor_seconds"] / (many["read"] / few["read"])
    measured["growth"] = round(growth, 2)
    if quick:
        return [Reach("titles_seconds", 60), Reach("titles_peak_rss_mb", 2_000)]
    return [
        Reach("titles_seconds", 60),
        Reach("titles_peak_rss_mb", 2_000),
        Reach("posts_seconds", 300),
        Reach("posts_peak_rss_mb", 4_000),
        Reach("growth", 1.05),
    ]


def in_process(folder: Path) -> dict[str, Any]:
    """What `rank` measures of a folder, with seconds on the clock, of the processor, and the peak of that process."""
    begun = time.monotonic()
    child = subprocess.Popen(
        [sys.executable, "-m", "bench.trends", "--child", str(folder)], stdout=subprocess.PIPE, text=True
    )
    answer, _ = child.communicate() if child.stdout is None else (child.stdout.read(), None)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"ranking {folder.name} ended with {child.returncode}")
    return {
        **json.loads(answer),
        "seconds": round(time.monotonic() - begun, 1),
        "processor_seconds": round(used.ru_utime + used.ru_stime, 1),
        "peak_rss_mb": used.ru_maxrss // 1024,
    }


def rank(folder: Path) -> dict[str, Any]:
    """Collect the titles of a folder into a fresh database and rank them as of the last day."""
    source = parse_source(read_toml(CONFIGS / "sources" / SOURCE), SOURCE)
    with tempfile.TemporaryDirectory() as scratch:
        url = f"sqlite:///{scratch}/trends.db"
        migrate(url)
        engine = connect(url)
        begun = time.monotonic()
        read = collect_apart(
            transaction,
            source,
            [folder],
            LAST_DAY,
            None,
            lambda rows: print(f"\r{rows:,} rows", end="", file=sys.stderr),
        ).read
        collected = time.monotonic()
        with transaction() as session:
            found = [trend.phrase for trend in detect(session, LAST_DAY, load_lexicon())]
        engine.dispose()
    print(file=sys.stderr)
    return {
        "read": read,
        "collecting": round(collected - begun, 1),
        "detecting": round(time.monotonic() - collected, 1),
        "first": found[: walk.FIRST],
    }


def _show(rows: int) -> None:
    print(f"\r{rows:,} rows", end="", file=sys.stderr)


def link_months(folder: Path, months: str) -> Path:
    """A folder with links to some of the real months."""
    folder.mkdir()
    for path in sorted(TITLES.glob(f"{months}.jsonl.gz")):
        (folder / path.name).symlink_to(path)
    return folder


def resample(folder: Path, real: Path, rows: int, rng: random.Random) -> Path:
    """Real titles drawn with replacement, each a few days off and with a noisy tail, so that rises stay rises."""
    folder.mkdir()
    paths = sorted(real.glob("*.gz"))
    each = -(-rows // len(paths))
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            titles = [json.loads(line) for line in file]
        with gzip.open(folder / path.name, "wt", encoding="utf-8", compresslevel=1) as file:
            for number in range(each):
                drawn = rng.choice(titles)
                day = min(LAST_DAY, date.fromisoformat(drawn["date"]) + timedelta(days=rng.randint(-3, 3)))
                title = drawn["title"] + rng.choice(TAILS).format(rng.randrange(10_000))
                line = {"date": day.isoformat(), "rank": 1 + number % 50, "title": title}
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
    return folder


def known_rises(measured: dict[str, Any], baseline: dict[str, Any], quick: bool) -> list[Reach]:
    """Walk day by day with the whole lexicon, then around the known rises with their words taken out of it."""
    observations = list(read_titles("2023-0[1-6]" if quick else "*"))
    since, until = (date(2023, 5, 22), date(2023, 6, 7)) if quick else (WALK_FROM, LAST_DAY)
    known = [one for one in walk.KNOWN if not quick or one.since.month == 5]
    thirds = {one: walk.third_title(observations, one) or LAST_DAY for one in known}
    begun = time.monotonic()
    counting = Counting(walk.read_tally(observations, load_lexicon()))
    ours, plain = walk.walk(counting, days_between(since, until))
    measured["walk_days"] = len(ours)
    measured["walk_seconds"] = round(time.monotonic() - begun, 1)
    for figures, ranking in ((measured, ours), (baseline, plain)):
        figures["days_late"] = days_late(ranking, thirds)
        figures["goods"] = walk.precision(ranking)
        figures["false_alarms"] = walk.false_alarms(ranking, counting, until)
    spans = {day for one, third in thirds.items() for day in days_between(third, third + SEEN)}
    without = walk.withhold(load_lexicon(), [one.word for one in known])
    blind, _ = walk.walk(Counting(walk.read_tally(observations, without)), sorted(spans))
    measured["days_late_without_the_words"] = days_late(blind, thirds)
    measured["latest"] = max(measured["days_late"].values())
    measured["latest_without_the_words"] = max(measured["days_late_without_the_words"].values())
    measured["goods_share"] = measured["goods"]["goods_share"]
    measured["fell_back"] = measured["false_alarms"]["fell_back"]
    return [
        Reach("latest", SEEN.days),
        Reach("latest_without_the_words", SEEN.days),
        Reach("goods_share", 0.6, at_least=True),
        Reach("fell_back", 0.3),
    ]


def days_late(ranking: walk.Ranking, thirds: dict[walk.Known, date]) -> dict[str, int]:
    """Days from the third title within a fortnight to the first twenty; 999: never."""
    seen = {one: walk.first_seen(ranking, one) for one in thirds}
    return {one.word: (day - thirds[one]).days if (day := seen[one]) else 999 for one in thirds}


def days_between(first: date, last: date) -> Sequence[date]:
    """Every day from one to another."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def read_titles(months: str) -> Iterator[Observation]:
    """The real titles as collecting would store them, oldest first."""
    for path in sorted(TITLES.glob(f"{months}.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            rows = sorted((row["date"], row["title"], row["rank"]) for row in map(json.loads, file))
        for day, title, place in rows:
            yield Observation(date.fromisoformat(day), title, 1 + place**-0.5, "hot_search", "zh")


if __name__ == "__main__":
    sys.exit(main())
