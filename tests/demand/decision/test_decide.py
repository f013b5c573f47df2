import math
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate

from demand.decision.catalogue import Catalogue, look_at_catalogue
from demand.decision.decide import Because, Judgement, Seen, judge, may_be_confirmed, seen_in
from demand.decision.evidence import confidence_sequence, log_e_confirm, log_e_stop
from demand.decision.reach import Commitments
from demand.interest.counts import Judged, ListingCounts
from demand.interest.window import Window, judged_between, window_at
from models.decision import Verdict
from models.demand_rule import DemandRule, Rung
from tests.builders import NOW

RULE = DemandRule(target_rate=0.02, alpha=0.01, min_units=30, burn_in_viewers=0)
rates = st.floats(0.001, 0.6)
HALFWAY = Window(judged=7, judged_left=7, open=7, open_left=7, over=False)
OVER = Window(judged=14, judged_left=0, open=14, open_left=0, over=True)


def seen(viewers, converted, units=0, **changes):
    """Units come as one commitment."""
    return Seen(viewers, converted, Commitments((units,) if units else ()), **changes)


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
    judgement = judge(seen(viewers, converted, units), RULE)
    assert (judgement.verdict, judgement.because) == (verdict, because)


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
        judge(seen(viewers, converted), RULE)


def test_counts_made_with_another_burn_in_are_refused():
    counts = ListingCounts({}, {}, Judged(0, (900, 0, 0, 60, 3)), 0, (), ())
    assert seen_in(counts, RULE).converted == 63
    assert seen_in(counts, replace(RULE, rung=Rung.DEPOSIT)).converted == 3
    with pytest.raises(ValueError, match="skip"):
        seen_in(counts, replace(RULE, burn_in_viewers=50))


@given(figures(), st.integers(0, 500))
def test_a_judgement_survives_json_to_the_bit(figures, units):
    judgement = judge(seen(*figures, units), RULE)
    assert Judgement.from_json(judgement.to_json()) == judgement


BLOCKED = Catalogue(hypotheses=100, level=0.05, chosen=0, rank=1, bar=99.0)
KILL = replace(RULE, early_kill=0.05)


@pytest.mark.parametrize(
    ("figures", "changes", "rule", "because"),
    [
        ((1000, 29, 99), {"window": HALFWAY}, KILL, Because.NOT_YET_CLEAR),
        ((1000, 12, 99), {"window": HALFWAY}, KILL, Because.NO_CHANCE),
        ((1000, 12, 99), {"window": HALFWAY}, RULE, Because.NOT_YET_CLEAR),
        ((0, 0, 0), {"window": HALFWAY}, KILL, Because.NOBODY_JUDGED),
        ((1000, 45, 29), {"window": HALFWAY}, KILL, Because.TOO_FEW_UNITS),
        ((1000, 45, 0), {"window": HALFWAY, "makers_minimum": 9000}, replace(KILL, min_units=None),
         Because.UNITS_OUT_OF_REACH),
        ((1000, 45, 99), {"catalogue": BLOCKED}, RULE, Because.NOT_AMONG_BEST),
        ((1000, 45, 29), {"catalogue": BLOCKED}, RULE, Because.TOO_FEW_UNITS),
        ((1000, 45, 99), {"catalogue": BLOCKED, "window": OVER}, RULE, Because.CLOSED_SHORT),
        ((1000, 45, 29), {"window": OVER}, RULE, Because.CLOSED_SHORT),
        ((1000, 45, 30), {"window": OVER}, RULE, Because.PROVEN_ABOVE),
        ((1000, 20, 99), {"window": OVER}, KILL, Because.CLOSED_UNCLEAR),
        ((0, 0, 0), {"window": OVER}, RULE, Because.CLOSED_UNCLEAR),
        ((1000, 4, 99), {"window": OVER}, RULE, Because.PROVEN_BELOW),
    ],
)  # fmt: skip
def test_window_chances_and_the_other_listings_play_their_part(figures, changes, rule, because):
    assert judge(seen(*figures, **changes), rule).because is because


def test_a_rule_that_leaves_the_minimum_to_unknown_makers_judges_nothing():
    with pytest.raises(ValueError, match="minimum is not known"):
        judge(seen(10, 1), replace(RULE, min_units=None))


windows = st.sampled_from([None, HALFWAY, OVER, replace(HALFWAY, judged=1, judged_left=13)])
catalogues = st.sampled_from([None, BLOCKED, replace(BLOCKED, bar=6.0)])


@given(figures(5000), st.integers(1, 200), st.integers(0, 60), windows, catalogues, st.sampled_from([0.0, 0.05, 0.4]))
def test_more_converting_viewers_never_turn_confirm_into_stop(figures, more, units, window, catalogue, early_kill):
    rule = replace(RULE, early_kill=early_kill)
    viewers, converted = figures
    before = judge(seen(viewers, converted, units, window=window, catalogue=catalogue), rule).verdict
    for came in (0, more):  # some who did not convert do, or more come who convert
        after = seen(viewers + came, min(converted + more, viewers + came), units, window=window, catalogue=catalogue)
        assert {before, judge(after, rule).verdict} != {Verdict.CONFIRM, Verdict.STOP} or before is Verdict.STOP


def test_who_is_judged_when():
    rule = DemandRule(burn_in_days=3, maturity_hours=24, window_days=14.0)
    closes = NOW + timedelta(days=14)
    at = NOW + timedelta(days=8)
    assert judged_between(rule, NOW, at) == (NOW + timedelta(days=3), NOW + timedelta(days=7))
    assert window_at(rule, NOW, closes, at) == Window(4, 7, 8, 6, False)
    assert window_at(rule, NOW, closes, closes) == Window(10, 1, 14, 0, False)
    assert window_at(rule, NOW, closes, closes + timedelta(days=1)) == Window(11, 0, 15, 0, True)
    early = window_at(rule, NOW, closes, NOW + timedelta(days=1))
    assert (early.judged, early.judged_left, early.viewers_left(0)) == (0, 11, None)


def test_a_pace_is_known_after_a_day_and_rather_too_high():
    """Quiet first hours must not give up a listing that nobody has had time to see."""
    assert Window(judged=0.25, judged_left=13.75, open=0.25, open_left=13.75, over=False).viewers_left(1) is None
    assert [HALFWAY.viewers_left(viewers) for viewers in (0, 10, 1050)] == [5, 25, 1188]
    assert OVER.viewers_left(1050) == 0


@pytest.mark.parametrize("viewers", [1, 5, 20])
def test_no_listing_is_given_up_for_a_slow_first_morning(viewers):
    morning = Window(judged=0.4, judged_left=13.6, open=0.4, open_left=13.6, over=False)
    rule = replace(RULE, early_kill=0.05)
    assert judge(seen(viewers, 0, 99, window=morning), rule).because is Because.NOT_YET_CLEAR


def test_evidence_below_the_rules_own_bar_helps_no_other_listing_over_the_catalogues():
    """Nine listings above 1/alpha, twenty below: those are never confirmed, so their company must not count."""
    rule = replace(RULE, fdr=0.1)
    figures = [seen(1000, 37, 99)] * 9 + [seen(1000, 36, 99)] * 20  # e-values of 118 and 68
    evidence = {number: may_be_confirmed(one, rule) for number, one in enumerate(figures)}
    named = {number: -math.inf if value is None else value for number, value in evidence.items()}
    looks = look_at_catalogue(named, 110, rule.fdr)  # nine together need 110 / (0.1 x 9) = 122
    confirmed = [judge(replace(one, catalogue=looks[number]), rule).verdict for number, one in enumerate(figures)]
    assert set(confirmed) == {Verdict.EXTEND}


@given(st.lists(st.tuples(st.integers(20, 60), st.booleans()), min_size=1, max_size=40), st.floats(0.02, 0.4))
def test_those_confirmed_together_carry_the_share_of_errors_that_the_rule_allows(listings, fdr):
    rule = replace(RULE, fdr=fdr)
    figures = [seen(1000, converted, 99 if enough else 1) for converted, enough in listings]
    evidence = [may_be_confirmed(one, rule) for one in figures]
    named = {number: -math.inf if value is None else value for number, value in enumerate(evidence)}
    looks = look_at_catalogue(named, len(figures), fdr)
    judged = [judge(replace(one, catalogue=looks[number]), rule) for number, one in enumerate(figures)]
    confirmed = [one.log_e_confirm for one in judged if one.verdict is Verdict.CONFIRM]
    if confirmed:
        assert min(confirmed) >= math.log(len(figures) / fdr / len(confirmed)) - 1e-12


def test_one_that_may_not_be_confirmed_still_sees_the_bar():
    look = look_at_catalogue({1: math.log(4000.0), 2: -math.inf}, 100, 0.05)[2]
    assert (look.chosen, look.rank, look.bar) == (1, 2, look_at_catalogue({1: math.log(4000.0)}, 100, 0.05)[1].bar)


def test_one_listing_among_many_sees_its_place_and_the_bar():
    strong, middling = math.log(4000.0), math.log(150.0)
    looks = look_at_catalogue({1: strong, 2: middling}, 100, 0.05)
    assert (looks[1].chosen, looks[1].rank, looks[1].admits(strong)) == (1, 1, True)
    assert (looks[2].rank, looks[2].admits(middling)) == (2, False)
    assert all(one.admits(value) for one, value in zip(look_at_catalogue({1: strong, 2: strong}, 100, 0.05).values(),
                                                        (strong, strong), strict=True))  # fmt: skip
    nobody = look_at_catalogue({1: middling}, 100, 0.05)[1]
    assert (nobody.chosen, nobody.admits(middling), math.isfinite(nobody.bar)) == (0, False, True)
    assert look_at_catalogue({}, 0, 0.05) == {}


@given(st.lists(st.floats(-3, 15), max_size=12), st.integers(0, 40), st.floats(0.01, 0.4))
def test_a_listing_confirmed_in_the_catalogue_stays_chosen_whatever_the_others_do(values, more, level):
    log_e = dict(enumerate(values))
    looks = look_at_catalogue(log_e, len(values) + more, level)
    chosen = {key for key, value in log_e.items() if looks[key].admits(value)}
    assert all(look.chosen == len(chosen) for look in looks.values())
    left = {key: value for key, value in log_e.items() if key in chosen}  # the others lose all their evidence
    after = look_at_catalogue(left, len(values) + more, level)
    assert {key for key, value in left.items() if after[key].admits(value)} == chosen
