import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from demand.decision.decide import Seen, judge
from demand.decision.evidence import confidence_sequence, log_e_confirm, log_e_stop
from demand.decision.reach import Commitments
from models.decision import Verdict
from models.demand_rule import DemandRule

MIXTURES = {log_e_confirm: (1.0, 1.6), log_e_stop: (1.5, 3.0)}


def integral(evidence, viewers, converted, p0):
    """The log of the mixture of likelihood ratios, by adaptive quadrature around its peak."""
    a, strength = MIXTURES[evidence]
    b = max(1.0, strength / p0)
    low, high = (p0, 1.0) if evidence is log_e_confirm else (0.0, p0)
    top = _quad(a + converted, b + viewers - converted, low, high, p0)
    return top - _quad(a, b, low, high, p0)


def _quad(a, b, low, high, p0):
    """log of the integral of (q/p0)^(a-1) ((1-q)/(1-p0))^(b-1): what is left of the ratios of two such integrals."""

    def log_weight(q):
        return (a - 1) * math.log1p((q - p0) / p0) + (b - 1) * math.log1p((p0 - q) / (1 - p0))

    peak = min(max((a - 1) / (a + b - 2), low * (1 + 1e-12), 1e-12), high * (1 - 1e-12))
    highest, width = log_weight(peak), math.sqrt(a * b / (a + b) ** 3)
    slope = abs((a - 1) / peak - (b - 1) / (1 - peak))
    scale = min(width, 1 / slope if slope else width)
    marks = {low, high, *(peak + sign * step * scale for sign in (-1, 1) for step in (0, 0.3, 1, 3, 6, 10, 20, 45))}
    points = sorted(mark for mark in marks if low <= mark <= high)

    def scaled(q):
        return math.exp(log_weight(q) - highest) if 0 < q < 1 else 0.0

    parts = [integrate.quad(scaled, *pair, epsabs=0, epsrel=1e-11, limit=200)[0] for pair in itertools.pairwise(points)]
    return highest + math.log(math.fsum(parts))


CASES = [
    (viewers, min(viewers, max(0, round(viewers * p0 + away * math.sqrt(viewers * p0 * (1 - p0))))), p0)
    for p0 in (1e-4, 0.02, 0.3, 0.95)
    for viewers in (1, 300, 4500, 10_000_000)
    for away in (-3, 0, 1, 5)
]


@pytest.mark.filterwarnings("ignore::scipy.integrate.IntegrationWarning")  # more digits asked for than floats have
@pytest.mark.parametrize(("viewers", "converted", "p0"), CASES)
@pytest.mark.parametrize("evidence", [log_e_confirm, log_e_stop])
def test_the_evidence_is_the_integral_to_nine_digits(evidence, viewers, converted, p0):
    assert evidence(viewers, converted, p0) == pytest.approx(integral(evidence, viewers, converted, p0), abs=1e-9)


@pytest.mark.parametrize(
    ("viewers", "converted", "p0", "confirm", "stop"),
    [  # integrated with 60 digits
        (1, 1, 0.02, 0.4730852957831436, -0.9416292637075931),
        (300, 0, 0.02, -1.55814461804655, 4.528680970647929),
        (1000, 45, 0.02, 10.13192657550572, -4.336642158485832),
        (4500, 117, 0.02, 2.568950180702365, -4.489212603776925),
        (10_000_000, 1200, 1e-4, 16.49412364147035, -6.42780169088079),
    ],
)
def test_the_evidence_is_a_known_number(viewers, converted, p0, confirm, stop):
    assert log_e_confirm(viewers, converted, p0) == pytest.approx(confirm, abs=1e-12)
    assert log_e_stop(viewers, converted, p0) == pytest.approx(stop, abs=1e-12)


@pytest.mark.parametrize("evidence", [log_e_confirm, log_e_stop])
@pytest.mark.parametrize("p0", [1e-9, 0.02, 0.5, 1 - 1e-9])
def test_nobody_and_everybody_converting_are_finite_evidence(evidence, p0):
    assert evidence(0, 0, p0) == 0.0
    for viewers, converted in ((1, 0), (1, 1), (5000, 0), (5000, 5000)):
        assert math.isfinite(evidence(viewers, converted, p0))


@pytest.mark.parametrize("p0", [0.02, 0.3])
@pytest.mark.parametrize("side", [1, -1])
def test_the_expected_evidence_is_at_most_one_anywhere_in_the_null_hypothesis(p0, side):
    """Exactly, by the binomial distribution: e-values of a listing below the target, or above it for stopping."""
    evidence = log_e_confirm if side == 1 else log_e_stop
    for viewers, distance in itertools.product((1, 20, 300), (0.0, 0.1, 0.5)):
        rate = p0 * (1 - side * distance)
        chances = stats.binom.pmf(range(viewers + 1), viewers, rate)
        expected = math.fsum(c * math.exp(evidence(viewers, s, p0)) for s, c in enumerate(chances) if c > 0)
        assert expected <= 1 + 1e-9
        if distance == 0:
            assert expected == pytest.approx(1, abs=1e-9)


def test_one_more_viewer_leaves_the_expected_evidence_where_it_was():
    """Martingale at the boundary, supermartingale below it, from any state."""
    for viewers, converted, p0 in ((0, 0, 0.02), (40, 3, 0.02), (900, 30, 0.02), (7, 7, 0.4)):
        now = math.exp(log_e_confirm(viewers, converted, p0))
        no, yes = (math.exp(log_e_confirm(viewers + 1, converted + more, p0)) for more in (0, 1))
        assert p0 * yes + (1 - p0) * no == pytest.approx(now, rel=1e-9)
        assert p0 / 2 * yes + (1 - p0 / 2) * no <= now * (1 + 1e-12)


def test_listings_whose_rate_moves_below_the_target_are_seldom_confirmed():
    """400 listings that drift from half the target up to it and back, 1,000 viewers each, alpha 5%."""
    rng, p0, alpha = np.random.default_rng(5), 0.1, 0.05
    rates = p0 * (1 - 0.5 * np.abs(np.linspace(-1, 1, 1000)))
    totals = np.cumsum(rng.random((400, 1000)) < rates, axis=1)
    needed = math.log(1 / alpha)
    looks = {(n, int(s)) for n in range(0, 1000, 10) for s in np.unique(totals[:, n])}
    over = {look for look in looks if log_e_confirm(look[0] + 1, look[1], p0) >= needed}
    assert sum(any((n, int(row[n])) in over for n in range(0, 1000, 10)) for row in totals) <= 20


@given(st.integers(0, 30_000), st.data(), st.floats(1e-4, 0.9))
def test_more_converting_viewers_never_turn_confirm_into_stop(viewers, data, p0):
    converted = data.draw(st.integers(0, viewers))
    more = data.draw(st.integers(0, 300))
    rule = DemandRule(target_rate=p0, alpha=0.01, burn_in_viewers=0, min_units=1)
    ready = Commitments((1,))
    before = judge(Seen(viewers, converted, ready), rule).verdict
    after = judge(Seen(viewers + more, converted + more, ready), rule).verdict
    assert (before, after) != (Verdict.CONFIRM, Verdict.STOP)
    if before is Verdict.CONFIRM:
        assert after is Verdict.CONFIRM


@given(st.integers(1, 5000), st.data(), st.floats(0.001, 0.6), st.sampled_from([0.01, 0.05]))
def test_the_interval_ends_where_the_mixture_reaches_one_over_alpha(viewers, data, p0, alpha):
    converted = data.draw(st.integers(0, viewers))
    b = max(1.0, 1 / p0 - 1)
    mixture = stats.betabinom.logpmf(converted, viewers, 1, b)
    for end in confidence_sequence(viewers, converted, p0, alpha):
        if 0 < end < 1 - 1e-6:  # nearer to 1 the float itself is too coarse
            assert mixture - stats.binom.logpmf(converted, viewers, end) == pytest.approx(-math.log(alpha), abs=1e-7)
