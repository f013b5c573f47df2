import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demand.learning.yields import Lot, fit_yields


def test_nobody_has_a_yield_before_anything_arrived():
    assert fit_yields([]) == ()


def test_a_small_lot_says_less_than_a_history():
    usual = [Lot(maker, 400, 384) for maker in range(20) for _ in range(3)]
    bad_once, bad_always = [Lot(90, 20, 10)], [Lot(91, 400, 200)] * 6
    shares = {one.factory_id: one for one in fit_yields([*usual, *bad_once, *bad_always])}
    assert shares[0].share == pytest.approx(0.96, abs=0.02)
    assert shares[91].share == pytest.approx(0.5, abs=0.06)
    assert shares[91].high < shares[90].share < shares[0].low
    assert shares[90].high - shares[90].low > shares[91].high - shares[91].low


def test_makers_shares_lie_in_their_intervals():
    """Synthetic makers of four lots each, defects clustered by lot: at least 85% of 90% intervals hold the truth."""
    chance, inside, makers = np.random.default_rng(4), 0, 120
    truth = chance.beta(36, 4, makers)
    lots = []
    for maker, share in enumerate(truth):
        for _ in range(4):
            of_lot = chance.beta(share * 30, (1 - share) * 30)
            lots.append(Lot(maker, 200, int(chance.binomial(200, of_lot))))
    for one in fit_yields(lots):
        inside += one.low <= truth[one.factory_id] <= one.high
    assert inside >= 0.85 * makers


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 300), st.integers(0, 300)), max_size=10), st.randoms())
def test_the_order_of_lots_does_not_matter(rows, chance):
    lots = [Lot(maker, ordered, min(ordered, good)) for maker, ordered, good in rows]
    one = fit_yields(lots)
    chance.shuffle(lots)
    other = fit_yields(lots)
    assert [m.factory_id for m in one] == [m.factory_id for m in other]
    assert [m.share for m in one] == pytest.approx([m.share for m in other], rel=1e-3)
    assert all(0 <= m.low <= m.share <= m.high <= 1 for m in one)


@pytest.mark.parametrize(("ordered", "good"), [(0, 0), (5, 6), (5, -1)])
def test_impossible_lots_cannot_be_built(ordered, good):
    with pytest.raises(ValueError):
        Lot(1, ordered, good)
