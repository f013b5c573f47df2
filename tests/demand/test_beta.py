import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from demand.beta import Beta, log_below, log_beta, log_beta_ratio

shapes = st.floats(0.05, 5000)


@given(shapes, shapes, st.floats(0.001, 0.999))
def test_the_chance_below_is_the_incomplete_beta_function(a, b, x):
    assert Beta(a, b).chance_below(x) == pytest.approx(special.betainc(a, b, x), abs=1e-11)


@given(st.floats(0.5, 2000), st.floats(0.5, 2000), st.floats(0.001, 0.999))
def test_a_quantile_is_undone_by_the_chance_below_it(a, b, chance):
    assert Beta(a, b).chance_below(Beta(a, b).quantile(chance)) == pytest.approx(chance, abs=1e-9)


@pytest.mark.parametrize(("a", "b"), [(0.6, 30), (1, 49), (3, 9), (0.1, 0.1), (0.05, 2000), (250_000, 9_750_000)])
@pytest.mark.parametrize("chance", [0.001, 0.05, 0.5, 0.95])
def test_quantiles_are_known_numbers(a, b, chance):
    assert Beta(a, b).quantile(chance) == pytest.approx(stats.beta.ppf(chance, a, b), rel=1e-8)


@given(shapes, shapes)
def test_log_beta_is_the_log_of_the_beta_function(a, b):
    assert log_beta(a, b) == pytest.approx(special.betaln(a, b), rel=1e-11, abs=1e-10)


def test_the_part_below_a_point_and_above_it_make_the_whole():
    for a, b, x in ((2.5, 40.0, 0.02), (81.0, 4000.0, 0.02), (200_001.0, 9_800_080.0, 0.0201)):
        below, above = log_below(a, b, x, 1 - x), log_below(b, a, 1 - x, x)
        whole = log_beta_ratio(a, b, x, 1 - x)
        assert math.exp(below - whole) + math.exp(above - whole) == pytest.approx(1, abs=1e-10)


@pytest.mark.parametrize(("x", "chance"), [(-1.0, 0.0), (0.0, 0.0), (1.0, 1.0), (2.0, 1.0)])
def test_nothing_lies_outside_zero_and_one(x, chance):
    assert Beta(2, 3).chance_below(x) == chance


def test_a_belief_learns_from_what_was_seen():
    after = Beta(1, 49).after(3, 97)
    assert (after.a, after.b, after.mean, after.strength) == (4, 146, 4 / 150, 150)


@pytest.mark.parametrize(("a", "b"), [(0, 1), (1, 0), (-1, 1), (math.nan, 1), (math.inf, 1)])
def test_what_is_no_distribution_is_refused(a, b):
    with pytest.raises(ValueError):
        Beta(a, b)


@pytest.mark.parametrize("chance", [0.0, 1.0, -0.1, math.nan])
def test_there_are_no_quantiles_of_impossible_chances(chance):
    with pytest.raises(ValueError):
        Beta(1, 1).quantile(chance)


def test_negative_counts_are_refused():
    with pytest.raises(ValueError):
        Beta(1, 1).after(-1, 0)
