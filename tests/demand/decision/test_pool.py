import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from demand.beta import Beta
from demand.decision.pool import PoolPrior, Trials, pool
from models.interest import Segment

BUSINESS, CONSUMER, ABROAD = Segment.DOMESTIC_BUSINESS, Segment.DOMESTIC_CONSUMER, Segment.CROSS_BORDER


def known(happened, of):
    """Buyers whose outcomes are all known."""
    return Trials(happened, ((1.0, of - happened),))


@pytest.mark.parametrize(
    ("happened", "of", "prior"), [(0, 0, (3, 9)), (7, 20, (3, 9)), (0, 50, (8, 92)), (900, 1000, (1, 1))]
)
def test_one_segment_alone_has_the_posterior_of_the_beta_binomial(happened, of, prior):
    rate = pool({BUSINESS: known(happened, of)}, PoolPrior(Beta(*prior))).rate(BUSINESS)
    exact = stats.beta(prior[0] + happened, prior[1] + of - happened)
    assert rate.mean == pytest.approx(exact.mean(), rel=0.01)
    assert (rate.low, rate.high) == pytest.approx(tuple(exact.ppf([0.05, 0.95])), rel=0.06)


def test_draws_are_of_that_posterior():
    pooled = pool({BUSINESS: known(7, 20)}, PoolPrior(Beta(3, 9)))
    drawn = pooled.draw(np.random.default_rng(1), 20_000)[BUSINESS]
    exact = stats.beta(10, 22)
    assert drawn.mean() == pytest.approx(exact.mean(), abs=0.003)
    assert drawn.std() == pytest.approx(exact.std(), rel=0.03)


def test_a_buyer_of_whom_nothing_is_known_yet_changes_nothing():
    prior = PoolPrior(Beta(3, 9))
    waiting = pool({BUSINESS: Trials(4, ((1.0, 10), (0.0, 500)))}, prior).rate(BUSINESS)
    assert waiting.mean == pytest.approx(pool({BUSINESS: known(4, 14)}, prior).rate(BUSINESS).mean, rel=0.01)


def test_half_known_buyers_count_for_less_than_known_ones():
    prior = PoolPrior(Beta(3, 9))
    means = [pool({BUSINESS: Trials(4, ((share, 40),))}, prior).rate(BUSINESS).mean for share in (0.0, 0.5, 1.0)]
    assert means[0] > means[1] > means[2]


def test_a_segment_with_little_of_its_own_is_pulled_to_the_others():
    prior = PoolPrior(Beta(3, 9), spread=0.3)
    seen = {BUSINESS: known(200, 400), CONSUMER: known(1, 10), ABROAD: known(0, 0)}
    pooled = pool(seen, prior)
    assert 0.1 < pooled.rate(CONSUMER).mean < 0.5
    assert pooled.rate(CONSUMER).mean > pool({CONSUMER: known(1, 10)}, prior).rate(CONSUMER).mean
    assert pooled.rate(BUSINESS).mean == pytest.approx(0.5, abs=0.02)
    assert pooled.rate(ABROAD).mean == pytest.approx(0.43, abs=0.06)  # the prior pulls the listing's level


def test_a_segment_with_much_of_its_own_is_believed():
    seen = {BUSINESS: known(200, 400), CONSUMER: known(20, 400)}
    pooled = pool(seen, PoolPrior(Beta(3, 9), spread=1.0))
    assert pooled.rate(CONSUMER).mean == pytest.approx(0.05, rel=0.2)
    assert pooled.rate(BUSINESS).mean == pytest.approx(0.5, rel=0.05)


def test_without_spread_segments_share_one_rate_up_to_their_offsets():
    prior = PoolPrior(Beta(3, 9), spread=0.0)
    pooled = pool({BUSINESS: known(10, 40), CONSUMER: known(5, 20)}, prior)
    assert pooled.rate(BUSINESS) == pooled.rate(CONSUMER)
    assert pooled.rate(BUSINESS).mean == pytest.approx(18 / 72, rel=0.01)
    usual = PoolPrior(Beta(3, 9), ((CONSUMER, -1.0),), spread=0.0)
    apart = pool({BUSINESS: known(0, 0), CONSUMER: known(0, 0)}, usual)
    assert apart.rate(CONSUMER).mean < apart.rate(BUSINESS).mean


def test_the_evidence_is_that_of_the_beta_binomial():
    prior = Beta(3, 9)
    apart = [pool({BUSINESS: known(happened, 20)}, PoolPrior(prior)).log_evidence for happened in (2, 12)]
    exact = [stats.betabinom(20, prior.a, prior.b).logpmf(h) - np.log(stats.binom(20, 0.5).pmf(h)) for h in (2, 12)]
    assert apart[0] - apart[1] == pytest.approx(exact[0] - exact[1], abs=0.01)


counts = st.tuples(st.integers(0, 300), st.integers(0, 300))


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.sampled_from(list(Segment)), counts, min_size=1), st.floats(0, 1.5), st.integers(1, 50))
def test_more_that_happened_never_lowers_a_rate_and_ends_are_in_order(seen, spread, more):
    prior = PoolPrior(Beta(2, 18), ((CONSUMER, 0.4),), spread)
    trials = {segment: known(happened, happened + missed) for segment, (happened, missed) in seen.items()}
    first = next(iter(trials))
    happened, missed = seen[first]
    before = pool(trials, prior)
    after = pool({**trials, first: known(happened + more, happened + missed + more)}, prior)
    assert after.rate(first).mean >= before.rate(first).mean - 0.01
    for segment in trials:
        rate = before.rate(segment)
        assert 0 < rate.low <= rate.mean * 1.05
        assert rate.mean * 0.95 <= rate.high < 1


@pytest.mark.parametrize(
    "make",
    [
        lambda: Trials(-1),
        lambda: Trials(0, ((1.5, 2),)),
        lambda: Trials(0, ((0.5, -2),)),
        lambda: PoolPrior(Beta(1, 1), spread=-0.1),
        lambda: PoolPrior(Beta(1, 1), ((CONSUMER, 9.0),)),
    ],
)
def test_the_impossible_is_refused(make):
    with pytest.raises(ValueError):
        make()
