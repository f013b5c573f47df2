"""How often the decision is wrong and how many viewers it takes, looked at after every viewer.

Listings exactly at the target rate give the false confirms; a portfolio with rates Beta(0.6, 30) gives missed winners
(at least 1.5 times the target) and viewers used, of at most 4,500 (30 days of 150). The baseline is an exact binomial
test at the same alpha that is looked at just as often. Acts sent with 15% of the conversions doubled go through the
real ledger and counting.

    python -m bench.decide [--quick] [--seed N]
"""

import argparse
import sys
import tempfile
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import special, stats
from sqlalchemy.orm import Session

from bench.line import Reach, print_line
from demand.act import Act
from demand.count import count_interest
from demand.evidence import log_e_confirm, log_e_stop
from demand.record import record
from models.batch import Rung
from models.db import migrate, open_engine
from models.interest import AgentKind, Segment
from tests.builders import make_listing

P0, ALPHA, HORIZON = 0.02, 0.01, 4500
PORTFOLIO = (0.6, 30.0)
CLEAR = 1.5 * P0
REACH = (
    Reach("false_confirm_upper95", 0.01),
    Reach("missed_clear_winners", 0.01),
    Reach("mean_viewers", 1400),
    Reach("listings_miscounted_with_duplicates", 0),
)
Whole = npt.NDArray[np.int64]
_CHUNK = 1000


def boundaries() -> tuple[Whole, Whole]:
    """For every number of viewers: the fewest conversions that confirm and the most that stop."""
    threshold = np.log(1 / ALPHA)
    confirm, stop = np.zeros(HORIZON, np.int64), np.full(HORIZON, -1, np.int64)
    least, most = 1, -1
    for viewers in range(1, HORIZON + 1):
        while least <= viewers and log_e_confirm(viewers, least, P0) < threshold:
            least += 1
        while most + 1 <= viewers and log_e_stop(viewers, most + 1, P0) >= threshold:
            most += 1
        confirm[viewers - 1], stop[viewers - 1] = least, most
    return confirm, stop


def binomial_boundary() -> Whole:
    """The fewest conversions at which an exact binomial test rejects, as if it were looked at once."""
    viewers = np.arange(1, HORIZON + 1)
    fewest: Whole = stats.binom.isf(ALPHA, viewers, P0).astype(np.int64) + 1
    return fewest


def watch(rates: npt.NDArray[np.float64], confirm: Whole, stop: Whole, seed: int) -> tuple[Whole, Whole]:
    """1 confirmed, -1 stopped, 0 neither; and the viewers used, for listings with these true rates."""
    rng = np.random.default_rng(seed)
    verdicts, used = np.zeros(len(rates), np.int64), np.full(len(rates), HORIZON)
    for start in range(0, len(rates), _CHUNK):
        part = slice(start, start + _CHUNK)
        converted = np.cumsum(rng.random((len(rates[part]), HORIZON)) < rates[part, None], axis=1)
        first_confirm, first_stop = _first(converted >= confirm), _first(converted <= stop)
        verdicts[part] = np.sign(first_stop - first_confirm)
        used[part] = np.minimum(np.minimum(first_confirm, first_stop) + 1, HORIZON)
        print(f"\r{min(start + _CHUNK, len(rates)):,} of {len(rates):,} listings", end="", file=sys.stderr)
    print(file=sys.stderr)
    return verdicts, used


def _first(reached: npt.NDArray[np.bool_]) -> Whole:
    return np.where(reached.any(axis=1), reached.argmax(axis=1), HORIZON)


def count_doubled(listings: int, viewers: int, seed: int) -> int:
    """Listings whose judged figures differ from the truth when 15% of the conversions are sent twice."""
    rng, wrong = np.random.default_rng(seed), 0
    opens = datetime(2026, 11, 2, tzinfo=UTC)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        migrate(url)
        with Session(open_engine(url)) as session:
            for _ in range(listings):
                listing_id = make_listing(session).id
                converts = rng.random(viewers) < P0
                acts = []
                for person in range(viewers):
                    at, visitor = opens + timedelta(minutes=person), f"{listing_id}-{person}"
                    acts.append(_act(rng, listing_id, visitor, Rung.VIEW, at))
                    for _ in range(int(converts[person]) * (1 + (rng.random() < 0.15))):
                        acts.append(_act(rng, listing_id, visitor, Rung.FAVOURITE, at))
                record(session, acts)
                judged = count_interest(session, listing_id, opens + timedelta(days=30)).judged
                wrong += (judged.viewers, judged.converted(Rung.FAVOURITE)) != (viewers, int(converts.sum()))
    return wrong


def _act(rng: np.random.Generator, listing_id: int, visitor: str, rung: Rung, at: datetime) -> Act:
    event_id = str(uuid.UUID(bytes=rng.bytes(16), version=4))
    return Act(event_id, listing_id, visitor, Segment.DOMESTIC_BUSINESS, rung, AgentKind.BROWSER, at, at)


def upper95(errors: int, trials: int) -> float:
    """Upper end of the two-sided 95% Clopper-Pearson interval."""
    return float(special.betaincinv(errors + 1, trials - errors, 0.975))


def main() -> int:
    """Measure and print the line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer listings, under 45 s")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    started, seed = time.monotonic(), arguments.seed
    listings = 4_000 if arguments.quick else 40_000
    confirm, stop = boundaries()
    at_boundary, _ = watch(np.full(listings, P0), confirm, stop, seed)
    naive, _ = watch(np.full(listings // 4, P0), binomial_boundary(), np.full(HORIZON, -1), seed)
    rates = np.random.default_rng(seed + 1).beta(*PORTFOLIO, listings)
    verdicts, used = watch(rates, confirm, stop, seed + 2)
    clear, poor = rates >= CLEAR, rates <= P0
    false_confirms = int((at_boundary == 1).sum())
    measured = {
        "listings": listings,
        "false_confirm": false_confirms / listings,
        "false_confirm_upper95": upper95(false_confirms, listings),
        "false_stop": float((at_boundary == -1).mean()),
        "false_confirm_in_portfolio": float((verdicts[poor] == 1).mean()),
        "missed_clear_winners": float((verdicts[clear] != 1).mean()),
        "stopped_clear_winners": float((verdicts[clear] == -1).mean()),
        "mean_viewers": float(used.mean()),
        "mean_viewers_ci95": [float(used.mean() + sign * 1.96 * used.std() / listings**0.5) for sign in (-1, 1)],
        "undecided": float((verdicts == 0).mean()),
        "listings_miscounted_with_duplicates": count_doubled(10 if arguments.quick else 50, 600, seed),
    }
    baseline = {"binomial_test_at_every_look_false_confirm": float((naive == 1).mean())}
    return print_line("decide", seed, time.monotonic() - started, measured, baseline, REACH, arguments.quick)


if __name__ == "__main__":
    sys.exit(main())
