"""When is a count a rise, and where on its curve is it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.trend import TrendStage
from trends.score import RECENT_WEEKS, YEAR, expected_level, rise, stage_of

WEEKS = 2 * YEAR + RECENT_WEEKS + 2
FLAT = np.full(WEEKS, 1000.0)


def weekly(recent, rest=0.0, **at):
    weeks = np.full(WEEKS, float(rest))
    weeks[: len(recent)] = recent
    for week, value in at.items():
        weeks[int(week[1:])] = value
    return weeks


def test_three_titles_of_a_new_word_do_not_outrank_thirty():
    assert rise(30, 1).score > rise(10, 0.1).score > rise(3, 0).score > 1


def test_the_score_is_a_published_gamma_quantile():
    # Gamma(4.5) has its 5% point at chi2(9)/2 = 3.32511/2
    assert rise(4, 0).score == pytest.approx(3.32511 / 2 / 0.5, rel=1e-4)


@given(observed=st.floats(0, 1e4), more=st.floats(0.1, 1e3), expected=st.floats(0, 1e4))
def test_more_titles_never_score_less_and_a_higher_past_never_more(observed, more, expected):
    assert rise(observed + more, expected).score >= rise(observed, expected).score
    assert rise(observed, expected + more).score <= rise(observed, expected).score


@given(observed=st.floats(0, 1e4), expected=st.floats(0, 1e4))
def test_confidence_is_a_probability_and_the_score_a_lower_bound(observed, expected):
    judged = rise(observed, expected)
    assert 0 <= judged.confidence <= 1
    assert 0 <= judged.score <= judged.momentum


def test_a_steady_phrase_is_expected_at_its_level():
    assert expected_level(weekly([2, 2, 2, 2], rest=2), FLAT) == pytest.approx(8)


def test_a_phrase_of_every_winter_is_expected_this_winter():
    winters = {f"w{YEAR * year + week}": 10.0 for year in (1, 2) for week in range(4)}
    seasonal = weekly([10, 10, 10, 10], **winters)
    assert expected_level(seasonal, FLAT) > 3 * expected_level(weekly([10, 10, 10, 10]), FLAT)
    assert rise(40, expected_level(seasonal, FLAT)).score < 2 < rise(40, 0).score


def test_a_season_may_come_two_weeks_earlier():
    shifted = weekly([10] * 4, **{f"w{YEAR + 2 + week}": 10.0 for week in range(4)})
    assert expected_level(shifted, FLAT) == pytest.approx(
        expected_level(weekly([10] * 4, **{f"w{YEAR + week}": 10.0 for week in range(4)}), FLAT), rel=0.1
    )


def test_more_titles_of_everything_is_no_rise():
    doubled = FLAT.copy()
    doubled[:RECENT_WEEKS] *= 2
    assert expected_level(weekly([4] * 4, rest=2), doubled) == pytest.approx(16)


def test_no_past_at_all_expects_nothing():
    empty = np.zeros(WEEKS)
    assert expected_level(empty, empty) == 0


@pytest.mark.parametrize(
    ("weeks", "stage"),
    [
        (weekly([4, 3, 1, 0]), TrendStage.EMERGING),
        (weekly([9, 8, 4, 3], w6=4, w7=4, w8=3), TrendStage.RISING),
        (weekly([8, 8, 9, 8], rest=3), TrendStage.PEAK),
        (weekly([0, 1, 8, 9], rest=3), TrendStage.FADING),
        (weekly([1, 0, 2, 1], rest=1), TrendStage.PEAK),
        (weekly([]), TrendStage.EMERGING),
    ],
)
def test_the_stage_follows_the_curve(weeks, stage):
    assert stage_of(weeks) is stage
