import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory_matching.scorecard.evidence import Ledger
from factory_matching.scorecard.rule import MEASURES, Measure, ScoreRule
from factory_matching.scorecard.score import score_factories
from models.errors import InvalidInput

RULE = ScoreRule()


def ledger(rows):
    """Rows are (factory, category, orders in time, orders late, days ago)."""
    kept = Ledger()
    for factory, category, good, late, age in rows:
        for number in range(good + late):
            kept.add(Measure.ON_TIME, factory, category, float(number < good), 1.0, age)
    return kept.close()


def score_of(rows, factory, rule=RULE):
    scores = score_factories(ledger(rows), rule)
    index = int(np.searchsorted(scores.ids, factory))
    return float(scores.score[index]), float(scores.low[index]), float(scores.high[index])


OTHERS = [(n, "coat", 10 - n % 4 * 2, n % 4 * 2, 10.0) for n in range(100, 140)]


def test_the_interval_is_wide_for_few_orders_and_narrow_for_many():
    few, many = [*OTHERS, (1, "coat", 4, 1, 5.0)], [*OTHERS, (1, "coat", 80, 20, 5.0)]
    scores = [score_factories(ledger(rows), RULE) for rows in (few, many)]
    spread = [float(one.measures[Measure.ON_TIME].variance[0]) for one in scores]
    assert spread[0] > 2 * spread[1]
    (score, low, high), (_, sure_low, sure_high) = score_of(few, 1), score_of(many, 1)
    assert low < score < high
    assert high - low > sure_high - sure_low - 1e-3


def test_what_is_older_than_the_window_does_not_count():
    fresh, old = [*OTHERS, (1, "coat", 0, 20, 5.0)], [*OTHERS, (1, "coat", 0, 20, 366.0)]
    assert score_of(fresh, 1)[0] < 0.8 < score_of(old, 1)[0]


def test_a_factory_is_compared_with_its_own_category():
    slow = [(n, "dress", 5, 5, 10.0) for n in range(200, 260)]
    rows = [*OTHERS, *slow, (1, "coat", 1, 0, 5.0), (2, "dress", 1, 0, 5.0)]
    assert score_of(rows, 1)[0] > score_of(rows, 2)[0]


def test_nothing_known_is_no_score():
    scores = score_factories(ledger([]), RULE)
    assert len(scores.ids) == len(scores.score) == 0


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(1, 12),
            st.sampled_from(["coat", "dress"]),
            st.integers(0, 6),
            st.integers(0, 6),
            st.floats(0, 500),
        ),
        max_size=15,
    ),
    st.randoms(use_true_random=False),
)
def test_scores_are_shares_within_their_interval_whatever_the_order_of_events(rows, chance):
    scores = score_factories(ledger(rows), RULE)
    assert ((scores.low >= 0) & (scores.low <= scores.score) & (scores.score <= scores.high) & (scores.high <= 1)).all()
    shuffled = list(rows)
    chance.shuffle(shuffled)
    again = score_factories(ledger(shuffled), RULE)
    assert np.allclose(scores.score, again.score)
    assert (scores.ids == again.ids).all()


def test_the_weights_of_the_file_are_read_and_wrong_ones_refused():
    assert ScoreRule.from_table({"half_life_days": 60}).half_life_days == 60.0
    even = dict.fromkeys([measure.value for measure in MEASURES], 1 / 7)
    assert ScoreRule.from_table({"weights": even}).weights[Measure.PRICE] == pytest.approx(1 / 7)
    for wrong in (
        {"half_life": 3},
        {"half_life_days": "long"},
        {"window_days": 1.5},
        {"window_days": 0},
        {"weights": {"on_time": 1.0}},
        {"weights": {**even, "on_time": 0.5}},
        {"weights": {**even, "beauty": 0.1}},
        {"usual": {"on_time": [2, 10]}},
        {"usual": {measure.value: "much" for measure in MEASURES}},
    ):
        with pytest.raises(InvalidInput):
            ScoreRule.from_table(wrong)
