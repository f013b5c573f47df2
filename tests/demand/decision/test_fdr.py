import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demand.decision.fdr import e_bh, log_threshold

INF = math.inf


def logs(*values):
    return [math.log(value) if value else -INF for value in values]


@pytest.mark.parametrize(
    ("e_values", "level", "chosen"),
    [
        ((), 0.05, ()),
        ((20,), 0.05, (True,)),
        ((19.9,), 0.05, (False,)),
        ((40, 0, 0, 0), 0.1, (True, False, False, False)),  # alone one needs K / level = 40
        ((39, 0, 0, 0), 0.1, (False, False, False, False)),
        ((39, 20, 0, 0), 0.1, (True, True, False, False)),  # in company K / (2 level) = 20 is enough for both
        ((20, 20, 0, 0), 0.1, (True, True, False, False)),
        ((14, 14, 14, 0), 0.1, (True, True, True, False)),
        ((13, 13, 13, 0), 0.1, (False, False, False, False)),
        ((10, 10, 10, 10), 0.1, (True, True, True, True)),
        ((0, 0), 0.1, (False, False)),
    ],
)
def test_listings_are_chosen_by_their_rank(e_values, level, chosen):
    assert e_bh(logs(*e_values), level) == chosen


def test_certainty_is_chosen_and_impossibility_never():
    assert e_bh([INF, -INF, INF, -INF], 0.05) == (True, False, True, False)
    assert e_bh([-INF] * 3, 0.99) == (False, False, False)


@given(st.lists(st.floats(-20, 40), max_size=60), st.floats(0.001, 0.9))
def test_each_choice_carries_the_share_of_errors_it_was_chosen_with(log_e, level):
    chosen = e_bh(log_e, level)
    if any(chosen):
        needed = math.log(len(log_e) / level / sum(chosen))
        assert min(v for v, c in zip(log_e, chosen, strict=True) if c) >= needed - 1e-12
        assert max((v for v, c in zip(log_e, chosen, strict=True) if not c), default=-INF) < log_threshold(log_e, level)


@given(st.lists(st.floats(-5, 20), min_size=1, max_size=40), st.floats(0.01, 0.5), st.data())
def test_a_frozen_choice_stays_chosen_whatever_happens_to_the_others(log_e, level, data):
    chosen = e_bh(log_e, level)
    later = [v if c else data.draw(st.floats(-10, 20)) for v, c in zip(log_e, chosen, strict=True)]
    assert all(new for new, old in zip(e_bh(later, level), chosen, strict=True) if old)


@pytest.mark.parametrize(("log_e", "level"), [([math.nan], 0.1), ([1.0], 0.0), ([1.0], 1.0), ([1.0], math.nan)])
def test_what_is_no_evidence_is_refused(log_e, level):
    with pytest.raises(ValueError):
        e_bh(log_e, level)


def test_a_hundred_thousand_listings_are_chosen_at_once():
    log_e = [math.log(100_000 / 0.05 / 1000)] * 1000 + [0.0] * 99_000
    assert sum(e_bh(log_e, 0.05)) == 1000
