from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_matching.policies.fairness import Work, gini, hhi, measure_fairness


def work(factory, units, **changes):
    values = {"region": "Zhejiang", "new": False, "daily_capacity": 40, "money": Decimal(units * 10), "orders": 1}
    return Work(factory=factory, units=units, **{**values, **changes})


def test_shares_stand_beside_those_of_capacity():
    found = measure_fairness(
        [
            work(1, 300, daily_capacity=300, region="Guangdong"),
            work(2, 100, new=True, daily_capacity=60),
            work(3, 0, daily_capacity=40),
        ]
    )
    assert [(s.name, s.units, s.units_share) for s in found.by_size] == [
        ("small", 0, 0.0),
        ("medium", 100, 0.25),
        ("large", 300, 0.75),
    ]
    assert found.by_size[2].capacity_share == 0.75
    assert [(s.name, s.factories) for s in found.by_region] == [("Guangdong", 1), ("Zhejiang", 2)]
    assert [(s.name, s.units_share) for s in found.by_age] == [("established", 0.75), ("new", 0.25)]
    assert (found.busy, found.factories, found.units) == (2, 3, 400)
    assert found.hhi == pytest.approx(0.625)


def test_nothing_placed_is_an_answer():
    assert measure_fairness([]).hhi == measure_fairness([work(1, 0)]).gini == 0.0


def test_known_concentrations():
    assert hhi([5, 0, 0]) == 1.0
    assert gini([5, 0, 0]) == pytest.approx(2 / 3)
    assert gini([4, 4, 4]) == 0.0


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=20))
def test_gini_is_the_mean_difference_of_pairs(values):
    n, total = len(values), sum(values)
    plain = sum(abs(a - b) for a in values for b in values) / (2 * n * total) if total else 0.0
    assert gini(values) == pytest.approx(plain, abs=1e-12)
    assert 0 <= gini(values) < 1
