from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from configs.files import CONFIGS, read_toml
from factory_matching.freight import FreightRates
from factory_matching.offers.landed import LandedRule, Quoted, Wanted, landed_cost
from factory_matching.weights import MatchWeights
from models.attributes import Category
from models.errors import InvalidInput

DUE = date(2026, 12, 1)
RATES = FreightRates.from_table(
    {
        "per_kg": {"any": {"any": 4, "EU": 40}, "Xinjiang": {"any": 7}},
        "weight_kg": {"greatcoat": 2},
        "exchange": {"USD": 8},
    }
)
QUOTED = Quoted(Decimal("90.00"), 100, "CNY", DUE - timedelta(days=5), None, "Zhejiang", 0.9, 0.98)
WANTED = Wanted(Category.GREATCOAT, DUE, "CNY")


def cost(quoted=QUOTED, wanted=WANTED):
    return landed_cost(quoted, wanted, RATES, LandedRule(), MatchWeights())


def test_every_part_is_counted():
    found = cost()
    assert found.parts == {
        "goods": Decimal("9000.00"),
        "freight": Decimal("800.00"),  # 2 kg at 4
        "inspection": Decimal("300.00"),
        "lateness": Decimal("225.00"),  # half the price, 10% late, halved by five spare days
        "quality": Decimal("270.00"),  # one and a half times the price of 2%
        "payment": Decimal("18.00"),
    }
    assert (found.total, found.per_unit) == (Decimal("10613.00"), Decimal("106.13"))


def test_a_cheaper_price_far_away_may_land_dearer():
    far = replace(QUOTED, unit_price=Decimal("86.00"), region="Xinjiang")
    assert cost(far).goods < cost().goods
    assert cost(far).total > cost().total


def test_a_quote_late_by_its_own_word_is_late_for_certain():
    late = replace(QUOTED, finished_on=DUE + timedelta(days=1), on_time=1.0)
    assert cost(late).lateness == Decimal("4500.00")


def test_another_currency_is_exchanged_and_costs_more():
    foreign = cost(replace(QUOTED, unit_price=Decimal("11.25"), currency="USD"))
    assert foreign.goods == cost().goods
    assert foreign.payment == Decimal("108.00")  # bank and exchange
    abroad = cost(wanted=replace(WANTED, currency="USD", market="EU"))
    assert (abroad.goods, abroad.freight, abroad.inspection) == (Decimal(1125), Decimal(1000), Decimal("37.50"))


def test_a_missing_rate_says_where_to_add_it():
    with pytest.raises(InvalidInput, match="configs/freight"):
        cost(replace(QUOTED, currency="VND"))


@settings(deadline=None)
@given(
    st.decimals("1", "900", places=2),
    st.integers(1, 5000),
    st.floats(0, 1),
    st.floats(0, 1),
    st.integers(-30, 60),
)
def test_parts_add_up_and_a_better_factory_never_lands_dearer(price, units, on_time, quality, spare):
    quoted = Quoted(price, units, "CNY", DUE - timedelta(days=spare), None, "Hunan", on_time, quality)
    found = cost(quoted)
    assert sum(found.parts.values()) == found.total
    assert all(part >= 0 for part in found.parts.values())
    assert cost(replace(quoted, on_time=1.0, quality=1.0)).total <= found.total


def test_the_shipped_rule_is_read():
    assert LandedRule.from_table(read_toml(CONFIGS / "match.toml")["landed"]) == LandedRule()


@pytest.mark.parametrize("table", [{"fee": 1}, {"payment_share": 2}, {"inspection_fee": "x"}, {"inspection_fee": -1}])
def test_wrong_rules_are_refused(table):
    with pytest.raises(InvalidInput):
        LandedRule.from_table(table)
