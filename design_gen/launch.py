"""Launch a batch: a merchandiser's plan becomes a row, its rule fixed before the first visitor."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.batch import CONTROL_SHARE, Batch, BatchTrend
from models.demand_rule import DemandRule
from models.errors import Conflict, InvalidInput
from models.protected_names import ProtectedNames
from models.rule_version import find_rule_versions, fix_rule
from models.state import begin
from models.trend import Trend, TrendStage

_PRICELESS = Decimal(10) ** 9
_LONGEST = 90
"""Days of a test window."""
_SURE_RISE = 1.0
"""A trend's score is the rise that is exceeded with 95% probability: above 1 it surely rises."""


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """ "20 winter coats, 99-199 CNY, test for 7 days": what a merchandiser writes down."""

    slug: str
    trends: int
    """How many of the strongest trends to design for."""
    phrases: tuple[str, ...]
    """Or exactly these."""
    designs: int
    price_low: Decimal
    price_high: Decimal
    currency: str
    test_days: int
    seed: int
    rule: DemandRule
    control_share: float = CONTROL_SHARE
    """Share of the designs drawn without what was learned."""

    @staticmethod
    def from_table(table: Mapping[str, Any], where: str) -> "BatchPlan":
        """Read a batch file; InvalidInput names the file and the key that is wrong."""
        known = {"slug", "trends", "phrases", "designs", "price", "test_days", "seed", "rule", "control_share"}
        if unknown := sorted(set(table) - known):
            raise InvalidInput(f"{where}: unknown keys {', '.join(unknown)}; known: {', '.join(sorted(known))}")
        try:
            price, rule = table["price"], DemandRule.from_json(table.get("rule", {}))
            plan = BatchPlan(
                slug=str(table["slug"]),
                trends=int(table.get("trends", 6)),
                phrases=tuple(str(phrase) for phrase in table.get("phrases", ())),
                designs=int(table["designs"]),
                price_low=Decimal(str(price["low"])),
                price_high=Decimal(str(price["high"])),
                currency=str(price.get("currency", "CNY")),
                test_days=_test_days(table, rule),
                seed=int(table.get("seed", 0)),
                rule=replace(rule, window_days=float(_test_days(table, rule)), version=1),
                control_share=float(table.get("control_share", CONTROL_SHARE)),
            )
        except KeyError as error:
            raise InvalidInput(f"{where}: {error.args[0]} is missing") from None
        except (TypeError, ValueError, InvalidOperation) as error:
            raise InvalidInput(f"{where}: {error}") from None
        return plan._checked(where)

    def _checked(self, where: str) -> "BatchPlan":
        if not self.slug.replace("-", "").isalnum() or not self.slug.isascii() or len(self.slug) > 60:
            raise InvalidInput(f"{where}: slug {self.slug[:60]!r} is not letters, digits and hyphens")
        if not (1 <= self.trends <= 100 and 1 <= self.designs <= 2_000):
            raise InvalidInput(f"{where}: trends 1-100 and designs 1-2000 are possible")
        low, high = self.price_low, self.price_high
        if not (low.is_finite() and high.is_finite() and 0 < low <= high < _PRICELESS):
            raise InvalidInput(f"{where}: price band {low}-{high} is not a band")
        if not re.fullmatch("[A-Z]{3}", self.currency):
            raise InvalidInput(f"{where}: currency {self.currency[:20]!r} is not an ISO 4217 code")
        if not 0 <= self.control_share <= 1:
            raise InvalidInput(f"{where}: control_share {self.control_share} is outside 0-1")
        if not 0 <= self.seed < 2**31:
            raise InvalidInput(f"{where}: seed {str(self.seed)[:40]} is outside 0-{2**31 - 1}")
        return self


def _test_days(table: Mapping[str, Any], rule: DemandRule) -> int:
    """The window in whole days, said once or twice alike; ValueError when the batch and its rule contradict."""
    days = table.get("test_days", rule.window_days if rule.window_days is not None else 7)
    if int(days) != days or rule.window_days not in (None, float(days)):
        raise ValueError(f"test_days {days} and the rule's window_days {rule.window_days}: one number of whole days")
    if not 1 <= days <= _LONGEST:
        raise ValueError(f"a window of {days} days; test_days 1-{_LONGEST} are possible")
    return int(days)


def launch(
    session: Session,
    plan: BatchPlan,
    as_of: date,
    opens_at: datetime,
    now: datetime,
    who: str,
    names: ProtectedNames,
    simulated: bool = False,
) -> Batch:
    """Write the batch and its trends, strongest first; the same plan launched again is the same batch.

    Raises Conflict when the slug belongs to another plan, InvalidInput when no trend is there to design for or the plan
    names a brand, an artist or a character; a strong trend that names one is passed over.
    """
    there = session.scalar(select(Batch).where(Batch.slug == plan.slug))
    if there is not None:
        if (there.trends_as_of, there.seed, _fixed_at_launch(session, there)) != (as_of, plan.seed, plan.rule):
            raise Conflict(f"batch {plan.slug} was launched with another date, seed or rule; choose a new slug")
        return there
    for phrase in plan.phrases:
        names.refuse(phrase, "the phrase")
    trends = _choose_trends(session, plan, as_of, names)
    batch = Batch(
        slug=plan.slug,
        trends_as_of=as_of,
        designs_wanted=plan.designs,
        seed=plan.seed,
        price_low=plan.price_low,
        price_high=plan.price_high,
        currency=plan.currency,
        opens_at=opens_at,
        closes_at=opens_at + timedelta(days=plan.test_days),
        rule=plan.rule.to_json(),
        control_share=plan.control_share,
        simulated=simulated,
    )
    session.add(batch)
    begin(session, batch, now, who, f"{plan.designs} designs for {len(trends)} trends as of {as_of}")
    fix_rule(session, batch, plan.rule, now, who, "fixed at launch")
    session.add_all(
        BatchTrend(batch_id=batch.id, trend_id=trend.id, position=position) for position, trend in enumerate(trends)
    )
    return batch


def _fixed_at_launch(session: Session, batch: Batch) -> DemandRule:
    """The batch's first rule, told its window where it was stored before rules had one."""
    versions = find_rule_versions(session, batch.id)
    rule = versions[0].demand_rule if versions else batch.demand_rule
    return replace(rule, window_days=rule.window_days or (batch.closes_at - batch.opens_at) / timedelta(days=1))


def _choose_trends(session: Session, plan: BatchPlan, as_of: date, names: ProtectedNames) -> Sequence[Trend]:
    found = session.scalars(select(Trend).where(Trend.as_of == as_of).order_by(Trend.score.desc(), Trend.phrase)).all()
    if plan.phrases:
        by_phrase = {trend.phrase: trend for trend in found}
        if missing := [phrase for phrase in plan.phrases if phrase not in by_phrase]:
            raise InvalidInput(f"no trend called {', '.join(missing)} as of {as_of}; see `demandloom trends list`")
        return [by_phrase[phrase] for phrase in plan.phrases]
    if not found:
        raise InvalidInput(f"no trends as of {as_of} to design for; run `demandloom trends detect` first")
    lasting = [t for t in found if t.stage is not TrendStage.FADING and t.meaning and t.score > _SURE_RISE]
    lasting = [trend for trend in lasting if names.find(trend.phrase) is None]
    if not lasting:
        raise InvalidInput(
            f"none of the {len(found)} trends as of {as_of} surely rises; name phrases in the batch file"
        )
    return lasting[: plan.trends]
