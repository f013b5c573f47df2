"""The demo's way through the loop; every step can be run again on the same folder and doubles nothing."""

import resource
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from typing import Any

from cli.demo.buyers import Posted, shop
from cli.demo.makers import answer_offers, count_answered, count_open
from cli.demo.population import Offered, visitors_of_day
from cli.demo.report import build_report
from cli.demo.server import free_port, running_server
from cli.output import existing
from cli.progress import flow_progress
from configs.files import read_toml
from configs.load_clearance import protected_names
from configs.settings import settings
from design_gen.approve import approve_drawn
from design_gen.launch import BatchPlan, launch
from factory_matching.registry.enlist import import_factories
from flows.collect_trends import collect_trends
from flows.decide_demand import decide_demand
from flows.design_batch import design_batch
from flows.edges import ready
from flows.heartbeat import without_heartbeats
from flows.order_storefront import order_storefront
from flows.place_orders import place_orders
from flows.progress import advance
from flows.publish_listings import publish_listings
from listings.store import find_exhibits_open_at
from models.batch import Batch
from models.db import transaction

_MERCHANDISER = "simulated merchandiser"
_ROUNDS = 6  # offers go out, some are declined or talked over, what is open is matched again


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """What the demo runs on."""

    home: Path
    signals: tuple[str, ...]
    source: Path
    as_of: date
    factories: Path
    batch: Path
    visitors_a_day: int


def run_demo(plan: DemoPlan, quiet: bool = False) -> dict[str, Any]:
    """Run the whole loop in `plan.home` and report what stands in its tables."""
    started = time.monotonic()
    for path in (plan.source, plan.factories, plan.batch):
        existing(path)
    batch_plan = BatchPlan.from_table(read_toml(plan.batch), str(plan.batch))
    ready()
    with flow_progress(quiet), without_heartbeats():
        collected = collect_trends([(str(plan.source), list(plan.signals))], plan.as_of)
        factories = _enlist(plan)
        batch = _launch(batch_plan, plan.as_of)
        design_batch(batch.slug, batch.opens_at)
        with transaction() as session:
            approve_drawn(session, batch.slug, batch.opens_at, _MERCHANDISER, "looks as asked")
        publish_listings(batch.slug, batch.opens_at)
        with running_server(plan.home, free_port()) as address:
            posted = _run_window(batch, batch_plan, address, plan.visitors_a_day)
            answers = _place(batch, address)
    with transaction() as session:
        report = build_report(session, batch.id)
    return {
        "home": str(plan.home),
        "simulated": "buyers, merchandiser and makers are simulated; their acts went over real HTTP",
        "as_of": plan.as_of,
        "signals": collected["sources"],
        "factories": factories,
        "visits": {"visitors": posted.visitors, "accepted": posted.accepted, "repeated": posted.repeated,
                   "refused": posted.refused},
        "maker_answers": answers,
        **report,
        "seconds": round(time.monotonic() - started, 1),
        "peak_rss_mb": _peak_rss_mb(),
        "open": f"./run serve --home {plan.home}",
    }  # fmt: skip


def _enlist(plan: DemoPlan) -> dict[str, int]:
    from dataclasses import asdict

    rejects = settings().rejects_folder / "factories.rejects.csv"
    imported = import_factories(plan.factories, rejects, datetime.now(UTC), lambda done: advance("factories", done))
    return asdict(imported)


def _launch(plan: BatchPlan, as_of: date) -> Batch:
    """The demo plays the week after the last signal."""
    opens_at = datetime.combine(as_of + timedelta(days=1), clock(), UTC)
    with transaction() as session:
        return launch(session, plan, as_of, opens_at, opens_at, _MERCHANDISER, protected_names(), simulated=True)


def _run_window(batch: Batch, plan: BatchPlan, address: str, visitors_a_day: int) -> Posted:
    """Let buyers act day by day, judge at each day's end, and order the storefront anew twice a day."""
    posted = Posted()
    for day in range(plan.test_days):
        day_start = batch.opens_at + timedelta(days=day)
        visitors = visitors_of_day(day_start, visitors_a_day, plan.seed)
        offered, noon = _offered(batch.id, day_start), day_start + timedelta(hours=12)
        posted += shop(address, [one for one in visitors if one.arrives_at < noon], offered, plan.seed)
        order_storefront(noon)
        posted += shop(address, [one for one in visitors if one.arrives_at >= noon], offered, plan.seed)
        advance("days of simulated buyers", day + 1, plan.test_days)
        decide_demand(day_start + timedelta(days=1))
        order_storefront(day_start + timedelta(days=1))
    return posted


def _offered(batch_id: int, at: datetime) -> tuple[Offered, ...]:
    """The batch's listings that were open at a moment, as visitors see them.

    Not those open now: a demo that goes on would show the first day's visitors less and let them act anew.
    """
    with transaction() as session:
        exhibits = find_exhibits_open_at(session, batch_id, at)
    return tuple(
        Offered(
            slug=exhibit.listing.slug,
            attributes=(
                f"category:{exhibit.spec.category}",
                f"colour:{exhibit.spec.colour.name}",
                f"material:{exhibit.spec.material}",
                f"pattern:{exhibit.spec.pattern.kind}",
                f"item:{exhibit.spec.fingerprint[:12]}",
            ),
            colours=tuple(dict.fromkeys(variant.colour for variant in exhibit.listing.variants)),
            sizes=tuple(dict.fromkeys(variant.size for variant in exhibit.listing.variants)),
        )
        for exhibit in exhibits
    )


def _place(batch: Batch, address: str) -> dict[str, int]:
    """Offers go out and makers answer them through the portal, until nothing is open.

    Time never runs backwards: once an offer of a round is answered, a demo that goes on sends none in that round.
    """
    answers: Counter[str] = Counter()
    for round_ in range(_ROUNDS):
        sent_at = batch.closes_at + timedelta(hours=6 * round_ + 1)
        answered_at = sent_at + timedelta(hours=2)
        if not count_answered(since=answered_at):
            place_orders(sent_at)
        answers.update(answer_offers(address, batch.seed, answered_at))
        advance("rounds of offers", round_ + 1, _ROUNDS)
        if not count_open():
            break
    place_orders(batch.closes_at + timedelta(hours=6 * _ROUNDS + 1))
    return dict(answers)


def _peak_rss_mb() -> int:
    """Largest resident set of this process or any of its children, in MB (Linux counts in KB)."""
    return max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) // 1024
