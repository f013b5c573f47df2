import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from demand.beta import Beta
from demand.decision.early_kill import chance_to_confirm, fewest_to_confirm, prior_of
from demand.decision.evidence import log_e_confirm

P0, ALPHA = 0.02, 0.01


@st.composite
def looks(draw, most=3000):
    viewers = draw(st.integers(0, most))
    return viewers, draw(st.integers(0, viewers)), draw(st.integers(0, most))


@pytest.mark.parametrize("viewers", [1, 30, 1000, 4500])
def test_the_fewest_conversions_are_the_first_that_confirm(viewers):
    needed, threshold = fewest_to_confirm(viewers, P0, ALPHA), math.log(1 / ALPHA)
    assert needed > viewers or log_e_confirm(viewers, needed, P0) >= threshold
    assert log_e_confirm(viewers, needed - 1, P0) < threshold


@pytest.mark.parametrize(
    ("viewers", "converted", "left"), [(0, 0, 4500), (500, 10, 4000), (500, 3, 4000), (4000, 95, 500), (4499, 110, 1)]
)
@pytest.mark.parametrize("prior", [None, Beta(0.6, 30), Beta(40, 1000)])
def test_the_chance_is_a_beta_binomial_tail(viewers, converted, left, prior):
    rate = prior or prior_of(P0)
    missing = fewest_to_confirm(viewers + left, P0, ALPHA) - converted
    tail = stats.betabinom.sf(missing - 1, left, rate.a + converted, rate.b + viewers - converted)
    assert chance_to_confirm(viewers, converted, left, P0, ALPHA, prior) == pytest.approx(tail, abs=1e-9)


@given(looks())
def test_one_more_conversion_never_lowers_the_chance(look):
    viewers, converted, left = look
    if converted < viewers:
        less, more = (chance_to_confirm(viewers, hits, left, P0, ALPHA) for hits in (converted, converted + 1))
        assert 0 <= less <= more + 1e-9 <= 1 + 1e-9


@pytest.mark.parametrize(
    ("viewers", "converted", "left", "chance"),
    [(0, 0, 0, 0.0), (0, 0, 2, 0.0), (30, 30, 0, 1.0), (1000, 45, 0, 1.0), (1000, 45, 3500, 1.0), (1000, 20, 0, 0.0)],
)
def test_what_is_settled_has_no_chance_left(viewers, converted, left, chance):
    assert chance_to_confirm(viewers, converted, left, P0, ALPHA) == chance


@pytest.mark.parametrize("p0", [1e-6, 0.5, 0.999])
def test_rates_near_zero_and_one_have_chances(p0):
    assert 0 <= chance_to_confirm(100, 50, 1000, p0, ALPHA) <= 1


def test_it_is_a_little_less_than_the_share_that_crosses_on_the_way():
    rng, viewers, converted, left, listings = np.random.default_rng(4), 600, 14, 1500, 3000
    rates = rng.beta(*(prior_of(P0).a + converted, prior_of(P0).b + viewers - converted), listings)
    needed = np.array([fewest_to_confirm(viewers + more, P0, ALPHA) for more in range(1, left + 1)])
    totals = converted + np.cumsum(rng.random((listings, left)) < rates[:, None], axis=1)
    crossed = (totals >= needed).any(axis=1).mean()
    chance = chance_to_confirm(viewers, converted, left, P0, ALPHA)
    noise = 4 * (crossed / listings) ** 0.5
    assert chance - noise <= crossed <= 1.6 * chance + noise


@pytest.mark.parametrize("figures", [(3, 4, 5), (-1, 0, 5), (5, 3, -1)])
def test_impossible_figures_are_refused(figures):
    with pytest.raises(ValueError):
        chance_to_confirm(*figures, P0, ALPHA)
