import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from demand.exposure.off_policy import Logged, doubly_robust, effective_size, ips, on_policy, snips


def make_logged(page, propensity, target, reward, visitor):
    figures = (np.array(one, dtype=float) for one in (propensity, target, reward))
    return Logged(np.array(page), *figures, np.array(visitor))


TWO = make_logged([0, 0, 1], [0.5, 0.25, 1.0], [0.5, 0.5, 0.5], [1, 1, 0], [7, 8])


def test_known_numbers():
    """Weights 1, 2, 0.5: page 0 weighs 3 rewards, page 1 none."""
    assert on_policy(TWO).value == pytest.approx(1.0)
    assert ips(TWO).value == pytest.approx(1.5)
    assert snips(TWO, 2).value == pytest.approx(2 * 3 / 3.5)
    assert effective_size(TWO) == pytest.approx(3.5**2 / 5.25)
    guess = np.array([0.5, 0.5, 0.5])
    assert doubly_robust(TWO, np.array([1.0, 1.0]), guess).value == pytest.approx(1 + (0.5 + 1.0 - 0.25) / 2)


def test_the_interval_is_over_visitors_not_pages():
    logged = make_logged([0, 1, 2, 3], [1] * 4, [1] * 4, [1, 1, 0, 0], [0, 0, 1, 1])
    alone = make_logged([0, 1, 2, 3], [1] * 4, [1] * 4, [1, 1, 0, 0], [0, 1, 2, 3])
    assert ips(alone).high - ips(alone).value == pytest.approx(1.96 * (4 / 3 * 1.0) ** 0.5 / 4, abs=1e-3)
    assert ips(logged).high - ips(logged).value == pytest.approx(1.96 * (2 / 1 * 2.0) ** 0.5 / 4, abs=1e-3)


def test_of_one_visitor_nothing_is_certain():
    assert ips(make_logged([0], [0.5], [0.5], [1], [0])).high == np.inf


@given(st.lists(st.tuples(st.floats(0.05, 1), st.integers(0, 1)), min_size=1, max_size=40))
def test_the_same_order_is_worth_what_it_brought(entries):
    propensity = [chance for chance, _ in entries]
    logged = make_logged(
        list(range(len(entries))), propensity, propensity, [r for _, r in entries], range(len(entries))
    )
    assert ips(logged).value == pytest.approx(on_policy(logged).value)
    assert snips(logged, 1).value == pytest.approx(on_policy(logged).value)
    assert effective_size(logged) == pytest.approx(len(entries))


def simulate(seed, pages=400, listings=6, slots=2):
    """Pages drawn from 50 fixed ones that favour some listings; rewards by true rates; the other order is even."""
    rng = np.random.default_rng(seed)
    rates = np.array([0.3, 0.2, 0.1, 0.1, 0.05, 0.05])
    drawn = np.argsort(-(np.log([8, 4, 2, 1, 1, 1]) + rng.gumbel(size=(50, listings))), axis=1)[:, :slots]
    chance = np.bincount(drawn.ravel(), minlength=listings) / 50
    chance = np.maximum(chance, 1e-12)
    shown = drawn[rng.integers(0, 50, pages)]
    reward = (rng.random(shown.shape) < rates[shown]).astype(float)
    entries = shown.ravel()
    logged = Logged(np.repeat(np.arange(pages), slots), chance[entries], np.full(entries.shape, slots / listings),
                    reward.ravel(), np.arange(pages))  # fmt: skip
    covered = bool((chance > 1e-9).all())
    return logged, slots * rates.mean(), entries, covered, rates


def test_ips_and_doubly_robust_are_unbiased_and_their_intervals_cover():
    found = [simulate(seed) for seed in range(400)]
    found = [one for one in found if one[3]]
    truth = found[0][1]
    plain = np.array([ips(one[0]).value for one in found])
    guess = 0.12  # wrong for every listing: only the correction can mend it
    robust = [doubly_robust(one[0], np.full(400, 2 * guess), np.full(one[2].shape, guess)) for one in found]
    for values in (plain, np.array([one.value for one in robust])):
        assert abs(values.mean() - truth) < 4 * values.std() / len(values) ** 0.5
    covered = np.mean([one.low <= truth <= one.high for one in robust])
    assert covered > 0.9
    normalised = np.mean([snips(one[0], 2).value for one in found])
    assert normalised == pytest.approx(truth, abs=0.005)


@pytest.mark.parametrize("propensity", [0.0, 1.2, -0.1])
def test_what_was_not_shown_by_chance_is_refused(propensity):
    with pytest.raises(ValueError):
        make_logged([0], [propensity], [0.5], [1], [0])


def test_no_pages_no_estimate():
    nobody = np.empty(0, dtype=int)
    empty = Logged(nobody, *(np.empty(0) for _ in range(3)), nobody)
    assert effective_size(empty) == 0
    with pytest.raises(ValueError, match="no page"):
        ips(empty)
