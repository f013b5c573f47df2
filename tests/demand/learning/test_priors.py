import json
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from demand.decision.judge import judge_listing
from demand.interest.record import record
from demand.learning.attributes import price_band
from demand.learning.history import load_history
from demand.learning.priors import AttributePriors, ListingHistory, fit_priors
from models.batch import Rung
from models.interest import Segment
from tests.builders import NOW, make_listing
from tests.demand.shelf import make_act, make_visits

SMALL, SELF, ABROAD = Segment
CATEGORY = {"coat": 0.6, "bag": 0.0, "hat": -0.6}
COLOUR = {"olive": 0.2, "black": 0.0, "white": -0.2}


def make_history(listings=300, strength=60.0, seed=5, viewers=(50, 600)):
    """Listings whose rates are Beta around the effects above; the segment adds 0.3, 0 or -0.3."""
    rng = np.random.default_rng(seed)
    rows = []
    for listing in range(listings):
        category, colour = str(rng.choice(list(CATEGORY))), str(rng.choice(list(COLOUR)))
        for segment, more in zip(Segment, (0.3, 0.0, -0.3), strict=True):
            log_odds = -3.9 + CATEGORY[category] + COLOUR[colour] + more
            mean = 1 / (1 + np.exp(-log_odds))
            rate, seen = rng.beta(strength * mean, strength * (1 - mean)), int(rng.integers(*viewers))
            attributes = {"category": category, "colour": colour}
            rows.append(ListingHistory(attributes, segment, seen, int(rng.binomial(seen, rate)), listing))
    return rows


HISTORY = make_history()
FITTED = fit_priors(HISTORY)


@pytest.mark.parametrize(("attribute", "true"), [("category", CATEGORY), ("colour", COLOUR)])
def test_effects_are_found_within_their_intervals(attribute, true):
    found = {one.value: one for one in FITTED.effects() if one.attribute == attribute}
    centre = np.mean(list(true.values()))
    for value, effect in true.items():
        assert found[value].low - 0.1 < effect - centre < found[value].high + 0.1
    assert max(found, key=lambda value: found[value].log_odds) == max(true, key=true.__getitem__)


def test_the_strength_of_the_simulation_is_found():
    assert 45 < FITTED.strength < 80


def test_the_prior_is_honest_about_new_listings():
    """Of 1,000 new listings, 90% have a rate within the central 90% of their prior; give or take 3 standard errors."""
    rng = np.random.default_rng(9)
    covered = 0
    for _ in range(1000):
        category, colour = str(rng.choice(list(CATEGORY))), str(rng.choice(list(COLOUR)))
        mean = 1 / (1 + np.exp(3.9 - CATEGORY[category] - COLOUR[colour] - 0.3))
        rate = rng.beta(60 * mean, 60 * (1 - mean))
        prior = FITTED.prior_for({"category": category, "colour": colour}, SMALL)
        low, high = stats.beta.ppf((0.05, 0.95), prior.a, prior.b)
        covered += low <= rate <= high
    assert abs(covered / 1000 - 0.9) < 3 * (0.9 * 0.1 / 1000) ** 0.5


def test_unknown_values_make_the_prior_weaker_not_better():
    known = FITTED.prior_for({"category": "bag", "colour": "black"}, SELF)
    strange = FITTED.prior_for({"category": "kite", "colour": "black"}, SELF)
    assert strange.strength < known.strength
    assert FITTED.prior_for({"category": "coat"}).strength < FITTED.prior_for({"category": "coat"}, SMALL).strength


def test_without_history_what_is_usual_is_believed_loosely():
    prior = fit_priors([]).prior_for({"category": "coat"}, SMALL)
    assert 0.01 < prior.mean < 0.05
    assert prior.strength < 30


def test_one_value_for_all_listings_says_nothing_about_it():
    rows = [ListingHistory({"category": "coat"}, SMALL, 100, 2, listing) for listing in range(30)]
    fitted = fit_priors(rows)
    assert all(one.low < 0 < one.high for one in fitted.effects())
    assert abs(fitted.prior_for({"category": "coat"}, SMALL).mean - 0.02) < 0.004


def test_listings_behind_a_value_are_counted_once_whatever_their_segments():
    rows = [
        ListingHistory({"category": "coat"}, SMALL, 10, 1, 1),
        ListingHistory({"category": "coat"}, SELF, 10, 0, 1),
        ListingHistory({"category": "coat"}, SELF, 10, 0, 2),
        ListingHistory({"category": "coat"}, ABROAD, 0, 0, 3),
    ]
    behind = {(one.attribute, one.value): one.listings for one in fit_priors(rows).effects()}
    assert behind == {("category", "coat"): 2, ("segment", SMALL.value): 1, ("segment", SELF.value): 2}


def test_what_is_stored_gives_the_same_priors():
    again = AttributePriors.from_json(json.loads(json.dumps(FITTED.to_json())))
    assert again.effects() == FITTED.effects()
    assert again.prior_for({"category": "hat"}, ABROAD) == FITTED.prior_for({"category": "hat"}, ABROAD)


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(60)))
def test_the_order_of_the_history_does_not_matter(order):
    rows = HISTORY[:60]
    first, again = fit_priors(rows), fit_priors([rows[place] for place in order])
    assert again.effect == pytest.approx(first.effect, abs=1e-3)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 400), st.floats(0, 1)), max_size=20))
def test_any_history_gives_a_proper_prior(rows):
    history = [ListingHistory({"colour": f"c{colour}"}, SELF, n, int(n * share)) for colour, n, share in rows]
    prior = fit_priors(history).prior_for({"colour": "c0"}, SELF)
    assert 0 < prior.mean < 1
    assert prior.strength > 0


@pytest.mark.parametrize("change", [{"converted": 11}, {"attributes": {"segment": "x"}}])
def test_impossible_history_is_refused(change):
    values = {"attributes": {}, "segment": SMALL, "viewers": 10, "converted": 1}
    with pytest.raises(ValueError):
        ListingHistory(**{**values, **change})


@pytest.mark.parametrize(
    ("price", "band"), [("0", "0-49"), ("49.90", "0-49"), ("50", "50-99"), ("199.9", "100-199"), ("5000", "800+")]
)
def test_price_bands_double(price, band):
    assert price_band(Decimal(price), "CNY") == f"{band} CNY"


def test_history_is_what_the_last_decision_counted(session):
    listing = make_listing(session)
    record(session, make_visits(listing.id, 20, 3))
    record(session, [make_act(listing.id, f"q{number}", segment=ABROAD) for number in range(10)])
    record(session, [make_act(listing.id, "q0", Rung.PRE_ORDER, segment=ABROAD)])
    judge_listing(session, listing.id, NOW + timedelta(minutes=10))
    judge_listing(session, listing.id, NOW + timedelta(hours=2))
    rows = load_history(session, NOW + timedelta(hours=3))
    assert {row.segment: (row.viewers, row.converted) for row in rows} == {SMALL: (20, 3), ABROAD: (10, 1)}
    assert rows[0].attributes["category"] == "greatcoat"
    assert rows[0].attributes["price_band"] == "100-199 CNY"
    assert load_history(session, NOW) == []
