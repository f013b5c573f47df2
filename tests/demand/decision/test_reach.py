import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from demand.decision.reach import Commitments, highest_rate, lowest_rates, units_outlook

quantities = st.lists(st.integers(1, 300), max_size=25).map(tuple)


@pytest.mark.parametrize(
    ("commitments", "elapsed", "left", "at_least", "chance"),
    [
        (Commitments(()), 0.0, 7.0, 0.0, None),  # nothing seen: nothing is guaranteed
        (Commitments(()), 3.0, 4.0, 0.0, None),
        (Commitments((100,)), 7.0, 0.0, 1.0, 1.0),  # the window is over
        (Commitments((29,)), 7.0, 0.0, 0.0, 0.0),
        (Commitments(()), 7.0, 0.0, 0.0, 0.0),
        (Commitments((100,)), 3.0, 4.0, 0.0, None),  # reached, but nobody knows yet how many cancel
    ],
)
def test_degenerate_windows_have_a_defined_outlook(commitments, elapsed, left, at_least, chance):
    outlook = units_outlook(commitments, elapsed, left, 30)
    assert outlook.at_least == at_least
    assert outlook.units == commitments.units
    if chance is not None:
        assert outlook.chance == chance


def test_units_that_suffice_and_are_never_cancelled_are_all_but_certain():
    outlook = units_outlook(Commitments((2,) * 200, (), 2000.0), 6.5, 0.5, 100)
    assert outlook.at_least > 0.999999
    assert outlook.chance > 0.999999


@given(quantities, st.integers(1, 200), st.floats(0.1, 6.9))
def test_one_more_unit_committed_never_lowers_what_is_guaranteed(standing, minimum, elapsed):
    stood = elapsed * len(standing) / 2
    less = units_outlook(Commitments(standing, (), stood), elapsed, 7 - elapsed, minimum)
    more = units_outlook(Commitments((*standing, 5), (), stood), elapsed, 7 - elapsed, minimum)
    assert less.at_least <= more.at_least + 1e-9


@given(quantities, quantities, st.floats(0.01, 60), st.integers(1, 400))
def test_a_higher_minimum_is_never_likelier(standing, cancelled, stood, minimum):
    easy, hard = (
        units_outlook(Commitments(standing, cancelled, stood), 3, 4, needed) for needed in (minimum, minimum + 7)
    )
    assert hard.at_least <= easy.at_least + 1e-9
    assert hard.chance <= easy.chance + 1e-9


def test_the_bounds_on_rates_hold_at_all_looks_at_once():
    """400 windows of heavy-tailed commitments, looked at 28 times: each bound may fail in 5% of the windows."""
    rng, days, rate, hazard, missed = np.random.default_rng(8), 7.0, 4.0, 0.08, np.zeros(2)
    for _ in range(400):
        at = np.sort(rng.uniform(0, days, rng.poisson(rate * days)))
        sizes = np.minimum(np.ceil(rng.pareto(1.2, len(at))), 500).astype(int)
        gone = at + rng.exponential(1 / hazard, len(at))
        failed = np.zeros(2, bool)
        for now in np.arange(0.25, days + 0.01, 0.25):
            seen = at <= now
            lowest = lowest_rates(tuple(sizes[seen].tolist()), now, days, 0.05)
            for size in lowest:
                truth = rate * size**-1.2  # P(ceil(X) >= s) of this Pareto law
                failed[0] |= sum(r for s, r in lowest.items() if s >= size) > truth
            stood = (np.minimum(gone, now) - at)[seen].sum()
            failed[1] |= highest_rate(int((seen & (gone <= now)).sum()), float(stood), [days], 0.05) < hazard
        missed += failed
    assert (missed <= 36).all()  # 20 expected at most; P(> 36) is 0.0004 for Binomial(400, 0.05)


def test_outlooks_that_claim_nine_tenths_keep_their_word():
    """Claimed at the first look that guarantees 90%: then at most 10% + alpha of the claims may fail."""
    rng, days, claims, broken = np.random.default_rng(3), 7.0, 0, 0
    for _ in range(150):
        at = np.sort(rng.uniform(0, days, rng.poisson(21)))
        sizes = np.minimum(np.ceil(rng.pareto(1.3, len(at))), 300).astype(int)
        gone = at + rng.exponential(50, len(at))
        for now in np.arange(1.0, days, 0.5):
            seen, standing = at <= now, (at <= now) & (gone > now)
            figures = Commitments(
                tuple(sizes[standing].tolist()),
                tuple(sizes[seen & ~standing].tolist()),
                float((np.minimum(gone, now) - at)[seen].sum()),
            )
            if units_outlook(figures, now, days - now, 50).at_least >= 0.9:
                claims += 1
                broken += int(sizes[gone > days].sum() < 50)
                break
    assert claims >= 20
    assert broken <= 0.15 * claims


@pytest.mark.parametrize("figures", [(-1.0, 7.0, 30), (3.0, -1.0, 30), (0.0, 0.0, 30), (3.0, 4.0, 0)])
def test_impossible_windows_are_refused(figures):
    with pytest.raises(ValueError):
        units_outlook(Commitments((3,)), *figures)


@pytest.mark.parametrize("figures", [((0,), (), 1.0), ((1,), (-2,), 1.0), ((1,), (), -1.0)])
def test_impossible_commitments_are_refused(figures):
    with pytest.raises(ValueError):
        Commitments(*figures)
