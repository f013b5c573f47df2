import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from demand.beta import Beta
from demand.decision.margin import expected_margin

PRIOR = Beta(1, 49)


def test_the_margin_is_the_posterior_of_the_rate_in_money():
    outlook, rate = expected_margin(1000, 30, PRIOR, 25.0, 0.5), stats.beta(31, 1019)
    assert outlook.mean == pytest.approx(1000 * (31 / 1050 * 25 - 0.5))
    assert (outlook.low, outlook.high) == pytest.approx(tuple(1000 * (rate.ppf(q) * 25 - 0.5) for q in (0.05, 0.95)))
    assert outlook.chance_of_loss == pytest.approx(rate.cdf(0.5 / 25), abs=1e-10)


@given(st.integers(0, 5000), st.data(), st.floats(0.01, 1000), st.floats(0, 100))
def test_the_margin_lies_in_its_interval_and_rises_with_conversions(viewers, data, margin, cost):
    converted = data.draw(st.integers(0, viewers))
    outlook = expected_margin(viewers, converted, PRIOR, margin, cost)
    assert outlook.low <= outlook.mean <= outlook.high
    if converted < viewers:
        more = expected_margin(viewers, converted + 1, PRIOR, margin, cost)
        assert more.mean > outlook.mean
        assert more.chance_of_loss <= outlook.chance_of_loss + 1e-9


def test_without_viewers_the_prior_speaks():
    assert expected_margin(0, 0, PRIOR, 50.0, 1.0).mean == pytest.approx(0)


@pytest.mark.parametrize(("cost", "chance"), [(0.0, 0.0), (25.0, 1.0), (90.0, 1.0)])
def test_free_exposure_never_loses_and_exposure_dearer_than_the_margin_always_does(cost, chance):
    assert expected_margin(100, 100, PRIOR, 25.0, cost).chance_of_loss == chance


@pytest.mark.parametrize("figures", [(3, 4, 25.0, 0.5), (3, -1, 25.0, 0.5), (3, 1, 0.0, 0.5), (3, 1, 25.0, -1.0)])
def test_impossible_figures_are_refused(figures):
    viewers, converted, margin, cost = figures
    with pytest.raises(ValueError):
        expected_margin(viewers, converted, PRIOR, margin, cost)
