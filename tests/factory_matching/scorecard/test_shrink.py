import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_matching.scorecard.evidence import Events
from factory_matching.scorecard.shrink import Pool, fit_pool, tally

USUAL = Pool(0.9, 10.0, 0.0)


def events(*rows):
    return Events.of_rows(rows)


def believed(good, of, pool=USUAL, age=0.0):
    sums = tally(events(*[(0, float(n < good), 1.0, age) for n in range(of)]), 1, 120.0, level=False)
    return float(pool.mean_of(sums)[0])


def test_few_orders_stay_near_the_mean_and_many_move():
    assert believed(0, 1) == pytest.approx(9 / 11)
    assert believed(0, 100) == pytest.approx(9 / 110)
    assert believed(0, 0) == USUAL.mean


@given(st.integers(0, 40), st.integers(1, 40))
def test_a_better_record_is_never_believed_less(good, of):
    good = min(good, of)
    assert believed(good, of) <= believed(min(good + 1, of), of)
    assert believed(good, of) <= believed(good + 1, of + 1)


@given(st.integers(0, 30), st.integers(1, 30), st.floats(0, 400))
def test_what_is_believed_lies_between_the_mean_and_the_own_average(good, of, age):
    good = min(good, of)
    low, high = sorted((USUAL.mean, good / of))
    assert low - 1e-9 <= believed(good, of, age=age) <= high + 1e-9


def test_older_orders_move_less():
    near = [believed(0, 10, age=age) for age in (0.0, 120.0, 360.0)]
    assert near == sorted(near)
    # A half-life old, ten orders are believed as five fresh ones are.
    assert believed(0, 10, age=120.0) == pytest.approx(believed(0, 5))


def drawn(strength, mean, factories=4000, orders=8, seed=3):
    rng = np.random.default_rng(seed)
    true = rng.beta(mean * strength, (1 - mean) * strength, factories)
    good = rng.binomial(orders, true)
    rows = [(f, float(n < good[f]), 1.0, 0.0) for f in range(factories) for n in range(orders)]
    return events(*rows)


@pytest.mark.parametrize("strength", [4.0, 12.0, 40.0])
def test_the_strength_is_found_from_the_factories_themselves(strength):
    pool = fit_pool(tally(drawn(strength, 0.85), 4000, 120.0, level=False), USUAL, 1.0)
    assert pool.mean == pytest.approx(0.85, abs=0.01)
    assert pool.strength == pytest.approx(strength, rel=0.25)


def test_factories_that_differ_only_by_chance_are_taken_for_alike():
    pool = fit_pool(tally(drawn(1e6, 0.85), 4000, 120.0, level=False), USUAL, 1.0)
    assert pool.strength > 200


def test_levels_are_shrunk_by_their_spread_within_and_between():
    rng = np.random.default_rng(5)
    true = np.clip(rng.normal(0.6, 0.1, 2000), 0, 1)
    rows = [(f, float(np.clip(rng.normal(true[f], 0.2), 0, 1)), 1.0, 0.0) for f in range(2000) for _ in range(6)]
    sums = tally(events(*rows), 2000, 120.0, level=True)
    pool = fit_pool(sums, Pool(0.5, 5.0, sums.spread), 1.0)
    assert pool.mean == pytest.approx(0.6, abs=0.02)
    assert pool.strength == pytest.approx(0.2**2 / 0.1**2, rel=0.3)


def test_pieces_of_one_order_count_as_fewer_where_orders_of_a_factory_differ():
    alike = tally(events(*[(0, 90.0, 100.0, 0.0)] * 30), 1, 120.0, level=False)
    unlike = tally(events(*[(0, good, 100.0, 0.0) for good in (100.0, 80.0) * 15]), 1, 120.0, level=False)
    assert alike.share[0] == unlike.share[0] == pytest.approx(0.9)
    assert alike.weight[0] == pytest.approx(3000)
    assert unlike.weight[0] < 1000


@pytest.mark.parametrize("row", [(0, 2.0, 1.0, 0.0), (0, -1.0, 1.0, 0.0), (0, 0.0, 0.0, 0.0), (0, 1.0, 1.0, -1.0)])
def test_events_that_cannot_be_are_refused(row):
    with pytest.raises(ValueError, match="an event is"):
        events(row)
