from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from configs.load_clearance import load_names
from design_gen.launch import BatchPlan, launch
from models.batch import Batch, BatchTrend
from models.demand_rule import DemandRule
from models.errors import Conflict, InvalidInput
from models.rule_version import find_rule_versions, fix_rule
from models.trend import Trend, TrendStage
from tests.builders import make_trend

DAY = date(2026, 11, 15)
OPENS = datetime(2026, 11, 16, tzinfo=UTC)
TABLE = {
    "slug": "winter-coats", "trends": 2, "designs": 20, "test_days": 7, "seed": 3,
    "price": {"low": 99, "high": "199.90"}, "rule": {"target_rate": 0.02, "min_units": 50},
}  # fmt: skip
PLAN = BatchPlan.from_table(TABLE, "winter.toml")


def trends_of_the_day(session):
    make_trend(session, as_of=DAY, phrase="军大衣", score=9.0)
    make_trend(session, as_of=DAY, phrase="gorpcore", score=8.0, stage=TrendStage.FADING)
    make_trend(session, as_of=DAY, phrase="美拉德", score=7.0)
    make_trend(session, as_of=DAY, phrase="denim", score=6.0)
    make_trend(session, as_of=DAY - timedelta(days=7), phrase="old", score=99.0)


def launched(session, plan=PLAN):
    return launch(session, plan, DAY, OPENS, OPENS, "ann", load_names())


def test_a_batch_takes_the_strongest_lasting_trends_of_its_day(session):
    trends_of_the_day(session)
    batch = launched(session)
    chosen = session.scalars(select(BatchTrend).order_by(BatchTrend.position)).all()
    assert len(chosen) == 2
    assert (batch.opens_at, batch.closes_at) == (OPENS, OPENS + timedelta(days=7))
    assert batch.demand_rule.target_rate == 0.02
    assert batch.price_high == Decimal("199.90")


def test_launching_twice_is_one_batch(session):
    trends_of_the_day(session)
    assert launched(session) is launched(session)
    assert session.scalar(select(func.count()).select_from(Batch)) == 1


def test_the_rule_cannot_be_changed_by_launching_again(session):
    trends_of_the_day(session)
    launched(session)
    with pytest.raises(Conflict, match="choose a new slug"):
        launched(session, BatchPlan.from_table({**TABLE, "rule": {"target_rate": 0.5}}, "winter.toml"))


def test_without_trends_there_is_nothing_to_design(session):
    with pytest.raises(InvalidInput, match="run `demandloom trends detect` first"):
        launched(session)


def test_a_rise_that_may_be_chance_is_not_designed_for_unless_named(session):
    make_trend(session, as_of=DAY, phrase="裙子", score=0.8)
    with pytest.raises(InvalidInput, match="none of the 1 trends as of 2026-11-15 surely rises"):
        launched(session)
    assert launched(session, BatchPlan.from_table({**TABLE, "phrases": ["裙子"]}, "winter.toml")).id


def test_a_named_phrase_must_exist(session):
    trends_of_the_day(session)
    with pytest.raises(InvalidInput, match="no trend called 马面裙"):
        launched(session, BatchPlan.from_table({**TABLE, "phrases": ["马面裙"]}, "winter.toml"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"slug": "../etc"}, "is not letters, digits and hyphens"),
        ({"slug": "x" * 100}, "is not letters, digits and hyphens"),
        ({"designs": 0}, "designs 1-2000"),
        ({"designs": "many"}, "invalid literal"),
        ({"price": {"low": 10}}, "high is missing"),
        ({"price": {"low": 10, "high": 5}}, "is not a band"),
        ({"rule": {"target_rate": 2}}, "are not rates"),
        ({"rule": {"speed": 2}}, "speed"),
        ({"colour": "red"}, "unknown keys colour"),
    ],
)
def test_an_impossible_plan_gets_one_clear_line(change, message):
    with pytest.raises(InvalidInput, match=message) as caught:
        BatchPlan.from_table({**TABLE, **change}, "winter.toml")
    assert str(caught.value).startswith("winter.toml: ")


def test_a_plan_that_names_a_brand_is_refused_and_a_strong_trend_that_does_is_passed_over(session):
    trends_of_the_day(session)
    make_trend(session, as_of=DAY, phrase="nike 军大衣", score=99.0)
    with pytest.raises(InvalidInput, match="names the brand Nike"):
        launched(session, BatchPlan.from_table({**TABLE, "phrases": ["nike 军大衣"]}, "winter.toml"))
    batch = launched(session)
    chosen = session.scalars(select(Trend.phrase).join(BatchTrend).where(BatchTrend.batch_id == batch.id)).all()
    assert set(chosen) == {"军大衣", "美拉德"}


def test_the_rule_is_fixed_at_launch_with_its_window_and_who_fixed_it(session):
    trends_of_the_day(session)
    batch = launched(session)
    (version,) = find_rule_versions(session, batch.id)
    assert (version.version, version.who, version.at) == (1, "ann", OPENS)
    assert version.demand_rule == batch.demand_rule
    assert batch.demand_rule.window_days == 7


def test_a_changed_rule_does_not_make_another_batch_of_the_same_plan(session):
    trends_of_the_day(session)
    batch = launched(session)
    fix_rule(session, batch, DemandRule(), OPENS, "ann", "misread")
    assert launched(session) is batch


def test_a_rule_and_its_batch_say_one_window():
    rule = {"window_days": 10}
    table = {name: value for name, value in TABLE.items() if name != "test_days"}
    assert BatchPlan.from_table({**table, "rule": rule}, "winter.toml").test_days == 10
    with pytest.raises(InvalidInput, match="test_days 7 and the rule's window_days 10"):
        BatchPlan.from_table({**TABLE, "rule": rule}, "winter.toml")
