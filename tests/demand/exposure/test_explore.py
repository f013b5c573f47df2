import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from demand.exposure.belief import Belief, discount, level, pool_segments, recalibrate
from demand.exposure.explore import best, chances, discovery_shares, look_ahead

counts = st.lists(st.tuples(st.integers(0, 3000), st.floats(0, 1)), min_size=2, max_size=40)


def believe(seen, rate=0.02, worth=30.0):
    """Posteriors of one prior after (viewers, share converted)."""
    viewers = np.array([n for n, _ in seen], dtype=float)
    converted = np.floor(viewers * np.array([share for _, share in seen]))
    prior = Belief(np.full(len(seen), rate * worth), np.full(len(seen), (1 - rate) * worth))
    return prior.after(viewers, converted)


@settings(deadline=None)
@given(counts, st.integers(1, 10), st.floats(1, 1e5))
def test_shares_are_shares(seen, top, horizon):
    shares = discovery_shares(believe(seen), top, horizon)
    assert shares.min() >= 0
    assert shares.sum() == pytest.approx(1)


@settings(deadline=None)
@given(counts, st.integers(1, 10), st.randoms())
def test_relabelling_the_listings_relabels_the_shares(seen, top, random):
    order = list(range(len(seen)))
    random.shuffle(order)
    shares = discovery_shares(believe(seen), top, 1000)
    again = discovery_shares(believe([seen[place] for place in order]), top, 1000)
    assert again == pytest.approx(shares[order], abs=1e-9)


@settings(deadline=None)
@given(counts, st.integers(1, 60), st.floats(0, 1))
def test_chances_sum_to_the_positions_and_keep_the_minimum(seen, slots, part):
    listings = len(seen)
    slots = min(slots, listings)
    least = part * slots / listings
    found = chances(discovery_shares(believe(seen), 3, 1000), slots, least)
    assert found.sum() == pytest.approx(slots)
    assert found.min() >= least - 1e-12
    assert found.max() <= 1 + 1e-12


def test_a_minimum_that_cannot_be_given_is_refused():
    with pytest.raises(ValueError, match="cannot each"):
        chances(np.full(10, 0.1), 2, 0.5)


def test_clear_winners_and_losers_get_less_than_those_near_the_cut():
    seen = [(2000, 0.08), (2000, 0.02), (2000, 0.019), (2000, 0.0001)]
    shares = discovery_shares(believe(seen), 2, 1000)
    assert shares[[1, 2]].sum() > 0.95


def test_of_two_at_the_cut_the_less_known_gets_more():
    prior = Belief(np.array([2.0, 20.0, 40.0]), np.array([98.0, 980.0, 960.0]))
    shares = discovery_shares(prior, 2, 200)
    assert shares[0] > shares[1] > 0


def test_nothing_to_find_is_shared_evenly():
    assert discovery_shares(believe([(10, 0), (900, 0.5)]), 2, 100).tolist() == [0.5, 0.5]


def test_the_best_are_named_by_expected_rate_earlier_ones_first():
    assert best(believe([(100, 0.0), (100, 0.3), (100, 0.3), (100, 0.1)]), 3).tolist() == [1, 2, 3]


def test_finding_the_best_takes_fewer_viewers_than_uniform_exposure():
    """Forty worlds of 60 listings, the best 6 sought with 9,000 viewers: ours names more of them."""
    rng = np.random.default_rng(3)
    rates = rng.beta(0.6, 30, (40, 60))
    found = {}
    for name in ("ours", "uniform"):
        belief = Belief(np.ones((40, 60)), np.full((40, 60), 30.0))
        for spent in range(0, 9000, 300):
            shares = (
                discovery_shares(belief, 6, look_ahead(spent, 300)) if name == "ours" else np.full((40, 60), 1 / 60)
            )
            shown = np.floor(shares * 300 + rng.random(rates.shape))
            belief = belief.after(shown, rng.binomial(shown.astype(int), rates))
        named, true = np.sort(best(belief, 6)), np.argsort(-rates, axis=1)[:, :6]
        found[name] = np.mean([len(set(a) & set(b)) / 6 for a, b in zip(named.tolist(), true.tolist(), strict=True)])
    assert found["ours"] > found["uniform"] + 0.05


@given(
    st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 1e4)), min_size=1, max_size=20),
    st.floats(0, 1000),
    st.floats(0.1, 100),
)
def test_discounting_never_raises_counts(rows, days, half_life):
    before, more = np.array([a for a, _ in rows]), np.array([b for _, b in rows])
    later = discount(before, before, before + more, days, half_life)
    assert np.all(later <= before + more)
    assert np.all(later >= 0)


def test_what_was_seen_a_half_life_ago_counts_half():
    assert discount(np.array([100.0]), np.array([100.0]), np.array([140.0]), 20, 20) == pytest.approx([90.0])


def test_a_sale_day_raises_the_level_of_all_and_few_conversions_say_little():
    viewers, expected = np.full(100, 1000.0), np.full(100, 0.02)
    assert level(viewers, viewers * 0.03, expected, 30) == pytest.approx([1.5], abs=0.01)
    assert level(viewers / 1000, np.zeros(100), expected, 30) == pytest.approx([1.0], abs=0.07)


def test_other_segments_speak_for_this_one_but_only_so_much():
    prior = Belief(np.full((2, 1), 0.6), np.full((2, 1), 29.4))
    viewers, converted = np.array([[0.0], [100_000.0]]), np.array([[0.0], [8_000.0]])
    here = pool_segments(prior, viewers, converted, alike=150)
    assert here.worth[0, 0] == pytest.approx(180, abs=1)
    assert 0.06 < here.mean[0, 0] < 0.08
    assert here.mean[1, 0] == pytest.approx(0.08, abs=0.001)


@given(st.integers(0, 500), st.floats(0, 1))
def test_alone_a_segment_is_its_own_posterior(viewers, share):
    prior = Belief(np.full((1, 1), 2.0), np.full((1, 1), 98.0))
    seen, did = np.full((1, 1), float(viewers)), np.full((1, 1), float(int(viewers * share)))
    assert pool_segments(prior, seen, did, 150).mean == pytest.approx(prior.after(seen, did).mean)


def test_a_wrong_level_is_mended_by_what_the_listings_show():
    rng = np.random.default_rng(1)
    rates = rng.beta(60 * 0.02, 60 * 0.98, 200)
    seen = np.full(200, 300.0)
    wrong = Belief(np.full(200, 60 * 0.06), np.full(200, 60 * 0.94))
    mended = recalibrate(wrong, seen, rng.binomial(300, rates).astype(float))
    assert mended.mean.mean() == pytest.approx(0.02, abs=0.003)


def test_priors_that_say_nothing_true_lose_their_contrasts():
    rng = np.random.default_rng(1)
    guess = np.clip(rng.lognormal(np.log(0.02), 0.7, 400), 0.001, 0.3)
    truth = rng.permutation(guess)
    prior, seen = Belief(guess * 80, (1 - guess) * 80), np.full(400, 400.0)
    kept = recalibrate(prior, seen, rng.binomial(400, guess).astype(float))
    lost = recalibrate(prior, seen, rng.binomial(400, truth).astype(float))
    assert np.std(np.log(lost.mean)) < 0.3 * np.std(np.log(prior.mean))
    assert np.std(np.log(kept.mean)) > 0.8 * np.std(np.log(prior.mean))


def test_recalibrating_without_data_changes_nothing():
    prior = Belief(np.array([1.0, 2.0]), np.array([40.0, 50.0]))
    same = recalibrate(prior, np.zeros(2), np.zeros(2))
    assert same.a == pytest.approx(prior.a, rel=1e-6)


@pytest.mark.parametrize(
    "broken", [lambda: Belief(np.ones(2), np.ones(3)), lambda: Belief(np.zeros(1), np.ones(1)),
               lambda: Belief(np.ones(1), np.ones(1)).after(np.ones(1), np.full(1, 2.0)),
               lambda: discount(np.ones(1), np.ones(1), np.ones(1), -1, 5),
               lambda: discovery_shares(Belief(np.ones(3), np.ones(3)), 0, 5)]
)  # fmt: skip
def test_what_cannot_be_is_refused(broken):
    with pytest.raises(ValueError):
        broken()


def test_the_gain_is_what_simulation_says():
    """A listing at z = 1 that gets as many viewers again: told right more often by the tabled gain."""
    from demand.exposure.explore import _RATIOS, _gains

    column = int(np.argmin(np.abs(_RATIOS - 1)))
    ratio = _RATIOS[column]
    y = np.random.default_rng(0).standard_normal(400_000)
    told = stats.norm.cdf(np.abs(np.sqrt(1 + ratio) + np.sqrt(ratio) * y)).mean() - stats.norm.cdf(1)
    assert _gains()[20, column] == pytest.approx(told, abs=0.002)
