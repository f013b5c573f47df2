import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate

from demand.counts import Judged, ListingCounts
from demand.decide import Because, Judgement, decide, judge_rate
from demand.evidence import confidence_sequence, log_e_confirm, log_e_stop
from demand.explain import explain
from models.batch import DemandRule, Rung
from models.decision import Verdict

RULE = DemandRule(target_rate=0.02, alpha=0.01, min_units=30, burn_in_viewers=0)
rates = st.floats(0.001, 0.6)


@st.composite
def figures(draw, most=20_000):
    viewers = draw(st.integers(0, most))
    return viewers, draw(st.integers(0, viewers))


@pytest.mark.parametrize(
    ("viewers", "converted", "units", "verdict", "because"),
    [
        (0, 0, 0, Verdict.EXTEND, Because.NOBODY_JUDGED),
        (0, 0, 99, Verdict.EXTEND, Because.NOBODY_JUDGED),
        (1, 1, 99, Verdict.EXTEND, Because.NOT_YET_CLEAR),
        (1000, 20, 99, Verdict.EXTEND, Because.NOT_YET_CLEAR),
        (1000, 45, 99, Verdict.CONFIRM, Because.PROVEN_ABOVE),
        (1000, 45, 30, Verdict.CONFIRM, Because.PROVEN_ABOVE),
        (1000, 45, 29, Verdict.EXTEND, Because.TOO_FEW_UNITS),
        (1000, 4, 99, Verdict.STOP, Because.PROVEN_BELOW),
        (1000, 0, 0, Verdict.STOP, Because.PROVEN_BELOW),
        (1000, 1000, 99, Verdict.CONFIRM, Because.PROVEN_ABOVE),
    ],
)
def test_the_verdict_follows_the_figures(viewers, converted, units, verdict, because):
    judgement = judge_rate(viewers, converted, units, RULE)
    assert (judgement.verdict, judgement.because) == (verdict, because)
    for language in ("en", "zh"):
        assert 0 < len(explain(judgement, language)) <= 500


@given(figures(), rates, st.floats(0.0001, 0.4))
def test_a_listing_is_never_confirmed_and_stopped_at_once(figures, p0, alpha):
    threshold = math.log(1 / alpha)
    assert min(log_e_confirm(*figures, p0), log_e_stop(*figures, p0)) < threshold


@given(figures(), rates)
def test_one_more_conversion_never_speaks_against_confirming(figures, p0):
    viewers, converted = figures
    if converted < viewers:
        assert log_e_confirm(viewers, converted + 1, p0) >= log_e_confirm(viewers, converted, p0) - 1e-9
        assert log_e_stop(viewers, converted + 1, p0) <= log_e_stop(viewers, converted, p0) + 1e-9


@given(figures(), rates)
def test_the_interval_holds_the_observed_rate(figures, p0):
    low, high = confidence_sequence(*figures, p0, 0.05)
    assert 0 <= low <= high <= 1
    if figures[0]:
        assert low <= figures[1] / figures[0] <= high


@pytest.mark.parametrize(("viewers", "converted"), [(0, 0), (1, 0), (1, 1), (40, 3), (300, 0), (300, 2), (300, 30)])
@pytest.mark.parametrize("p0", [0.02, 0.3])
def test_the_evidence_is_the_mixture_of_likelihood_ratios(viewers, converted, p0):
    def ratio(q):
        return (q / p0) ** converted * ((1 - q) / (1 - p0)) ** (viewers - converted)

    def mixed(a, b, low, high):
        def weight(q):
            return q ** (a - 1) * (1 - q) ** (b - 1)

        top = integrate.quad(lambda q: ratio(q) * weight(q), low, high, epsabs=0, limit=400)[0]
        return math.log(top / integrate.quad(weight, low, high, epsabs=0, limit=400)[0])

    figures = viewers, converted, p0
    assert log_e_confirm(*figures) == pytest.approx(mixed(1.0, max(1.0, 1.6 / p0), p0, 1), abs=1e-6)
    assert log_e_stop(*figures) == pytest.approx(mixed(1.5, max(1.0, 3 / p0), 0, p0), abs=1e-6)


@pytest.mark.parametrize("evidence", [log_e_confirm, log_e_stop])
@pytest.mark.parametrize("viewers", [1, 50, 400])
def test_the_expected_e_value_of_a_listing_at_the_boundary_is_one(evidence, viewers):
    p0 = 0.02
    chance = [math.comb(viewers, s) * p0**s * (1 - p0) ** (viewers - s) for s in range(viewers + 1)]
    expected = math.fsum(p * math.exp(evidence(viewers, s, p0)) for s, p in enumerate(chance) if p > 0)
    assert expected == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("converted", [0, 10**3, 2 * 10**7, 10**9])
def test_a_billion_viewers_give_finite_evidence(converted):
    assert math.isfinite(log_e_confirm(10**9, converted, 0.02))
    assert math.isfinite(log_e_stop(10**9, converted, 0.02))


def test_listings_at_the_boundary_are_seldom_confirmed_however_often_one_looks():
    rng, viewers, listings = np.random.default_rng(11), 1500, 300
    totals = np.cumsum(rng.random((listings, viewers)) < RULE.target_rate, axis=1)
    seen = {(n, int(s)) for n in range(viewers) for s in np.unique(totals[:, n])}
    over = {key for key in seen if log_e_confirm(key[0] + 1, key[1], RULE.target_rate) >= math.log(1 / RULE.alpha)}
    confirmed = sum(any((n, int(s)) in over for n, s in enumerate(row)) for row in totals)
    assert confirmed <= 9  # at most 3 expected; P(> 9) is 0.0003 for Poisson(3)


@pytest.mark.parametrize(("viewers", "converted"), [(3, 4), (3, -1), (-1, 0)])
def test_impossible_figures_are_refused(viewers, converted):
    with pytest.raises(ValueError, match="converted"):
        judge_rate(viewers, converted, 0, RULE)


def test_counts_made_with_another_burn_in_are_refused():
    counts = ListingCounts({}, {}, Judged(0, (900, 0, 0, 60, 3)), 0, (), ())
    assert decide(counts, RULE).converted == 63
    assert decide(counts, replace(RULE, rung=Rung.DEPOSIT)).converted == 3
    with pytest.raises(ValueError, match="skip"):
        decide(counts, replace(RULE, burn_in_viewers=50))


@given(figures(), st.integers(0, 500))
def test_a_judgement_survives_json_to_the_bit(figures, units):
    judgement = judge_rate(*figures, units, RULE)
    assert Judgement.from_json(judgement.to_json()) == judgement
