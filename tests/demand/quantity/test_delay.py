import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from demand.quantity.delay import FEWEST_DONE, Delay, Waited, chance_later, coarse_days, fit_delay, left_over

DELAY = Delay(shape=1.0, scale_days=2.0)


def test_a_delay_of_shape_one_is_exponential():
    assert DELAY.done_by(2.0) == pytest.approx(1 - np.exp(-1))
    assert DELAY.days_by(1 - np.exp(-1)) == pytest.approx(2.0)
    assert (DELAY.done_by(0), DELAY.done_by(-3)) == (0.0, 0.0)
    assert DELAY.slowed(3).scale_days == 6.0


@pytest.mark.parametrize(
    ("rate", "age", "horizon", "chance"),
    [
        (0.25, 0.0, 1e9, 0.25),  # just asked, for ever: everyone who does it at all
        (0.25, 0.0, 0.0, 0.0),
        (1.0, 5.0, 1e9, 1.0),  # everybody does it, so whoever has not, will
        (0.25, 1e9, 5.0, 0.0),  # whoever has waited for ever never does it
        (0.25, 2.0, 1e9, 0.25 * np.exp(-1) / (1 - 0.25 * (1 - np.exp(-1)))),
    ],
)
def test_the_chance_to_do_it_later_falls_with_waiting(rate, age, horizon, chance):
    assert chance_later(np.array([rate]), age, horizon, DELAY)[0] == pytest.approx(chance)


@given(st.floats(0.01, 0.99), st.floats(0, 50), st.floats(0, 50), st.floats(0.3, 4), st.floats(0.1, 30))
def test_waiting_longer_never_raises_the_chance(rate, age, horizon, shape, scale):
    chances = [chance_later(np.array([rate]), at, 1e6, Delay(shape, scale))[0] for at in (age, age + horizon)]
    assert 0 <= chances[1] <= chances[0] + 1e-12 <= rate + 1e-9


def test_a_buyer_who_converts_late_has_less_time_to_cancel():
    assert left_over(0.0, 20.0, Delay(1, 1), Delay(1, 5)) > left_over(0.0, 20.0, Delay(1, 9), Delay(1, 5))
    assert left_over(0.0, 1e6, DELAY, DELAY) == pytest.approx(1.0)
    assert left_over(3.0, 0.0, DELAY, DELAY) == 0.0


@given(st.floats(0, 1000))
def test_ages_are_kept_to_within_an_eighth(days):
    kept = coarse_days(days)
    assert kept == pytest.approx(max(days, 1 / 24), rel=0.125)
    assert coarse_days(kept) == kept


@pytest.mark.parametrize("values", [(0, 1), (1, 0), (1, float("inf")), (-1, 1)])
def test_a_delay_is_possible(values):
    with pytest.raises(ValueError, match="Weibull"):
        Delay(*values)


def waits(rng, buyers, rate, delay, seen):
    """Whole buyers who asked evenly over `seen` days, looked at then."""
    age = rng.uniform(0, seen, buyers)
    takes = np.where(rng.random(buyers) < rate, delay.scale_days * rng.weibull(delay.shape, buyers), np.inf)
    return [Waited(float(min(a, t)), bool(t <= a), 1) for a, t in zip(age, takes, strict=True)]


def test_the_delay_is_found_again_although_most_never_convert():
    fitted = fit_delay(waits(np.random.default_rng(4), 6000, 0.25, Delay(0.8, 2.0), 20.0))
    assert fitted.shape == pytest.approx(0.8, rel=0.08)
    assert fitted.scale_days == pytest.approx(2.0, rel=0.12)


def test_equal_waits_may_be_counted_together():
    alone = [Waited(1.0, True, 1)] * 40 + [Waited(3.0, True, 1)] * 20 + [Waited(9.0, False, 1)] * 100
    together = [Waited(1.0, True, 40), Waited(3.0, True, 20), Waited(9.0, False, 100), Waited(2.0, False, 0)]
    one, other = fit_delay(alone), fit_delay(together)
    assert (one.shape, one.scale_days) == pytest.approx((other.shape, other.scale_days), rel=1e-3)


@pytest.mark.parametrize("known", [[], [Waited(2.0, False, 5000)], [Waited(1.0, True, FEWEST_DONE - 1)]])
def test_a_handful_of_conversions_tells_no_delay(known):
    assert fit_delay(known) is None
