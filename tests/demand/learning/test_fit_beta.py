import numpy as np
import pytest

from demand.learning.fit_beta import FEWEST_LISTINGS, fit_beta


def outcomes(a, b, listings=2000, seed=1):
    rng = np.random.default_rng(seed)
    trials = rng.integers(20, 120, listings)
    return list(zip(rng.binomial(trials, rng.beta(a, b, listings)).tolist(), trials.tolist(), strict=True))


@pytest.mark.parametrize(("a", "b"), [(3, 9), (8, 92), (0.6, 30)])
def test_the_differences_between_listings_are_found_again(a, b):
    fitted = fit_beta(outcomes(a, b))
    assert fitted.mean == pytest.approx(a / (a + b), rel=0.1)
    assert fitted.strength == pytest.approx(a + b, rel=0.3)


def test_listings_that_do_not_differ_still_leave_room_for_the_next_one():
    rng = np.random.default_rng(2)
    fitted = fit_beta([(int(rng.binomial(100, 0.3)), 100) for _ in range(200)])
    assert 200 < fitted.strength <= 1000.001


@pytest.mark.parametrize(("happened", "mean"), [(0, 0.0), (50, 1.0)])
def test_a_rate_of_nothing_or_everything_is_a_distribution(happened, mean):
    assert fit_beta([(happened, 50)] * 40).mean == pytest.approx(mean, abs=0.01)


def test_few_listings_tell_nothing():
    assert fit_beta([(3, 10)] * (FEWEST_LISTINGS - 1)) is None
    assert fit_beta([(0, 0)] * 100) is None
    assert fit_beta([]) is None
