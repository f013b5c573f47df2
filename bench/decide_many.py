"""A hundred thousand open listings judged at one moment from rollups, their decisions written, on both databases.

The listings and their figures are synthetic: rates Beta(0.6, 30), 50 to 3,000 judged viewers, 2% target, one rule with
early stops and a false discovery rate; open are those that were neither confirmed nor stopped an hour before. Rollups
are written as counting them would; no ledger stands behind them. First look: every listing gets a decision. Second
look: one in ten has news, the others are found as they were. The baseline is the path of one listing at a time, which
counts its (empty) ledger, on a sample, carried on to all in proportion.

    python -m bench.decide_many [--quick] [--seed N] [--database URL]
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from sqlalchemy import Engine, insert, select, update
from sqlalchemy.orm import Session

from bench.line import Reach, print_line
from demand.decision.decide import Seen, judge
from demand.decision.judge import judge_listing
from demand.decision.judge_many import judge_open_listings
from demand.decision.reach import Commitments
from demand.decision.replay import replay
from demand.interest.counts import Judged, ListingCounts, RungCount, Units
from demand.interest.window import window_at
from models.db import migrate, open_engine
from models.decision import DemandDecision, Verdict
from models.demand_rule import DemandRule, Rung
from models.design import Mockup
from models.interest import Segment
from models.listing import Listing, ListingPriceBreak, ListingState, ListingVariant
from models.rollup import InterestRollup
from tests.builders import make_batch, make_design, make_mockup
from tests.postgres import find_binaries, running_cluster

OPENS = datetime(2026, 11, 2, tzinfo=UTC)
CLOSES = OPENS + timedelta(days=14)
FIRST = OPENS + timedelta(days=7)
RULE = DemandRule(
    target_rate=0.02, alpha=0.01, burn_in_viewers=0, min_units=60, window_days=14.0, early_kill=0.02, fdr=0.05
)
REACH = (Reach("sqlite_seconds", 10.0), Reach("postgresql_seconds", 10.0))
_SAMPLE = 200
_CHUNK = 10_000


def figures(rng: np.random.Generator) -> tuple[int, int]:
    """Judged viewers and those who pre-ordered, of a listing that the look an hour ago left open."""
    hour_ago = window_at(RULE, OPENS, CLOSES, FIRST - timedelta(hours=1))
    while True:
        viewers, rate = int(rng.integers(50, 3000)), rng.beta(0.6, 30.0)
        late = max(1, viewers // 168)
        before = int(rng.binomial(viewers - late, rate))
        seen = Seen(viewers - late, before, Commitments((2 * before,) if before else ()), window=hour_ago)
        if judge(seen, RULE).verdict is Verdict.EXTEND:
            return viewers, before + int(rng.binomial(late, rate))


def counts_of(viewers: int, converted: int) -> ListingCounts:
    """Everything that a count of such a listing would have said."""
    people = {
        Rung.VIEW: RungCount(viewers, viewers, viewers),
        Rung.PRE_ORDER: RungCount(converted, converted, converted),
    }
    commitments = tuple(Units("olive", size, 2, share) for size, share in _shares(converted) if share)
    return ListingCounts(
        segments=dict.fromkeys(Segment, people),
        flagged={},
        judged=Judged(0, (viewers - converted, 0, 0, converted, 0)),
        raw_units=2 * converted,
        commitments=commitments,
        inquiries=(),
        stood_seconds=converted * 86_400,
    )


def _shares(converted: int) -> tuple[tuple[str, int], ...]:
    third = converted // 3
    return ("S", third), ("M", third), ("L", converted - 2 * third)


def fill(engine: Engine, listings: int, rng: np.random.Generator) -> None:
    """One batch of so many open listings with rollups, written past the ORM."""
    with Session(engine) as session, session.begin():
        batch = make_batch(session, rule=RULE.to_json(), designs_wanted=listings, opens_at=OPENS, closes_at=CLOSES)
        design = make_design(session, batch)
        first = make_mockup(session, design)
        shared = {c.key: getattr(first, c.key) for c in Mockup.__table__.columns if c.key not in ("id", "seed")}
        batch_id, first_id = batch.id, first.id
    print(f"writing {listings:,} listings ...", file=sys.stderr)
    for start in range(0, listings, _CHUNK):
        ids = range(first_id + 1 + start, first_id + 1 + min(start + _CHUNK, listings))
        with Session(engine) as session, session.begin():
            session.execute(insert(Mockup), [{**shared, "id": i, "seed": 1_000_000 + i} for i in ids])
            session.execute(insert(Listing), [_listing(i, batch_id) for i in ids])
            session.execute(
                insert(ListingVariant),
                [
                    {"listing_id": i, "position": n, "colour": "olive", "size": s}
                    for i in ids
                    for n, s in enumerate("SML")
                ],
            )
            session.execute(
                insert(ListingPriceBreak), [{"listing_id": i, "from_quantity": 1, "unit_price": 159} for i in ids]
            )
            session.execute(insert(InterestRollup), [_rollup(i, *figures(rng)) for i in ids])


def _listing(number: int, batch_id: int) -> dict[str, Any]:
    return {
        "id": number, "batch_id": batch_id, "mockup_id": number, "slug": f"coat-{number}", "title_zh": "大衣",
        "title_en": "Coat", "currency": "CNY", "opens_at": OPENS, "closes_at": CLOSES,
        "lead_days": 9, "makers_minimum": 30, "state": ListingState.RESERVABLE,
    }  # fmt: skip


def _rollup(listing_id: int, viewers: int, converted: int) -> dict[str, Any]:
    counts = counts_of(viewers, converted)
    return {
        "listing_id": listing_id, "counted_to": FIRST, "due_at": None, "version": 1,
        "judged": ",".join(map(str, counts.judged.by_top_rung)), "committed_units": counts.committed_units,
        "counts": json.dumps(counts.to_json()), "decision_id": None,
    }  # fmt: skip


def look(engine: Engine, at: datetime) -> tuple[float, dict[str, int]]:
    """Seconds of one look at all, commit included, and its verdicts."""
    started, verdicts = time.monotonic(), dict[str, int]()
    with Session(engine) as session, session.begin():
        for decisions in judge_open_listings(session, at):
            for one in decisions:
                verdicts[one.verdict.value] = verdicts.get(one.verdict.value, 0) + 1
    return time.monotonic() - started, verdicts


def bring_news(engine: Engine, listings: int, rng: np.random.Generator) -> None:
    """Ten more viewers on every tenth listing."""
    with Session(engine) as session, session.begin():
        query = select(InterestRollup.listing_id, InterestRollup.judged).order_by(InterestRollup.listing_id)
        kept = []
        for row in session.execute(query).all()[:listings:10]:
            judged = [int(value) for value in row.judged.split(",")]
            rollup = _rollup(row.listing_id, sum(judged) + 10, judged[3])
            kept.append({name: rollup[name] for name in ("listing_id", "judged", "counts")})
        session.execute(update(InterestRollup), kept)


def one_by_one(engine: Engine, listings: int, at: datetime) -> float:
    """Seconds that one listing at a time would take for all, from a sample without a false discovery rate."""
    alone = replace(RULE, fdr=0.0)
    with Session(engine) as session, session.begin():
        ids = session.scalars(select(Listing.id).where(Listing.state == ListingState.RESERVABLE).limit(_SAMPLE)).all()
        started = time.monotonic()
        for listing_id in ids:
            judge_listing(session, listing_id, at, alone)
        seconds = time.monotonic() - started
        session.rollback()
    return seconds / len(ids) * listings


def count_unequal(engine: Engine, seed: int) -> int:
    """Decisions of a sample that do not replay to the bit."""
    with Session(engine) as session:
        ids = Random(seed).sample(session.scalars(select(DemandDecision.id)).all(), 500)
        found = session.scalars(select(DemandDecision).where(DemandDecision.id.in_(ids)))
        return sum(not replay(decision).same for decision in found)


def measure(url: str, listings: int, seed: int) -> dict[str, Any]:
    """Both looks on one database."""
    migrate(url)
    engine, rng = open_engine(url), np.random.default_rng(seed)
    fill(engine, listings, rng)
    seconds, verdicts = look(engine, FIRST)
    print(f"{engine.dialect.name}: {seconds:.1f} s, {verdicts}", file=sys.stderr)
    bring_news(engine, listings, rng)
    again, renewed = look(engine, FIRST + timedelta(hours=1))
    answer = {
        "seconds": round(seconds, 2), "verdicts": verdicts, "second_look_seconds": round(again, 2),
        "second_look_decisions": sum(renewed.values()), "unequal_replays_of_500": count_unequal(engine, seed),
        "one_by_one_seconds_extrapolated": round(one_by_one(engine, listings, FIRST + timedelta(hours=2)), 1),
    }  # fmt: skip
    engine.dispose()
    return answer


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """A fresh SQLite file and, where it is installed, a fresh PostgreSQL cluster that flushes nothing to disk."""
    with tempfile.TemporaryDirectory() as folder:
        urls = {"sqlite": f"sqlite:///{Path(folder) / 'bench.db'}"}
        binaries = find_binaries()
        if binaries is None:
            yield urls
            return
        with running_cluster(binaries) as url:
            yield {**urls, "postgresql": url.format(database="postgres")}


def main() -> int:
    """Measure and print the line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="8,000 listings, under 45 s")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    started, listings = time.monotonic(), 8_000 if arguments.quick else 100_000
    with databases() as urls:
        found = {name: measure(url, listings, arguments.seed) for name, url in urls.items()}
    measured = {f"{name}_{key}": value for name, one in found.items() for key, value in one.items()}
    baseline = {key: measured.pop(key) for key in list(measured) if "one_by_one" in key}
    reach = tuple(one for one in REACH if one.name in measured)
    return print_line(
        "decide_many", arguments.seed, time.monotonic() - started, {"listings": listings, **measured}, baseline, reach,
        arguments.quick,
    )  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())
