"""From what became of listings to what is believed of the next ones."""

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demand.learning.draw_lessons import Gathered, draw_lessons, in_segment
from demand.learning.priors import ListingHistory
from demand.learning.realised import Sold
from models.interest import Segment
from models.learned import Leaning, LearnedEffects

COLOURS = ("olive", "navy", "camel", "grey")
NOTHING = Gathered((), (), ())


def history(seed=1, listings=120, viewers=900):
    """Synthetic listings: camel sells 2.2 times as well everywhere, navy 2.5 times as well across the border."""
    chance = np.random.default_rng(seed)
    rows = []
    for listing in range(listings):
        attributes = {"colour": COLOURS[listing % 4], "fit": ("slim", "regular", "oversized")[listing % 3]}
        for segment in Segment:
            rate = 0.02 * chance.gamma(20, 1 / 20)
            rate *= 2.2 if attributes["colour"] == "camel" else 1
            rate *= 2.5 if (attributes["colour"], segment) == ("navy", Segment.CROSS_BORDER) else 1
            converted = int(chance.binomial(viewers, rate))
            rows.append(ListingHistory(attributes, segment, viewers, converted, listing))
    return rows


def of(effects: LearnedEffects, attribute: str, value: str):
    return next(one for one in effects.effects if (one.attribute, one.value) == (attribute, value))


@pytest.mark.parametrize(
    ("converted", "viewers", "net", "made", "counts"),
    [
        (40, 900, 100, 100, 40),
        (40, 900, 50, 100, 20),
        (40, 900, 0, 100, 0),
        (40, 900, 150, 100, 60),
        (40, 900, 900, 100, 80),  # sold out twice over says no more
        (40, 50, 900, 100, 50),
    ],
)
def test_what_really_sold_counts(converted, viewers, net, made, counts):
    assert Sold(made, net, None).realised(converted, viewers) == counts


def test_nothing_is_claimed_of_nothing():
    learned = draw_lessons(NOTHING, 1)
    assert learned.effects.effects == ()
    assert learned.yields == ()
    assert all(weight.people == 0 for weight in learned.rungs.weights)


def test_what_sells_is_found_with_its_listings_and_the_rest_stays_unclear():
    learned = draw_lessons(Gathered(tuple(history()), (), ()), 1)
    camel = of(learned.effects, "colour", "camel")
    assert camel.leaning is Leaning.BETTER
    true = 0.75 * np.log(2.2) - np.log(2.5) / 12  # against the average of four colours over three segments
    assert camel.low < true < camel.high
    assert camel.listings == 30
    fits = [one for one in learned.effects.effects if one.attribute == "fit"]
    assert {one.leaning for one in fits} == {Leaning.UNCLEAR}
    assert all(abs(one.log_odds) < 0.2 for one in fits)
    assert not [one for one in learned.effects.effects if "segment" in one.attribute or " in " in one.attribute]


def test_segments_differ_where_they_do_and_lend_to_each_other_where_they_do_not():
    learned = draw_lessons(Gathered(tuple(history()), (), ()), 1)
    abroad, home = learned.segments[Segment.CROSS_BORDER], learned.segments[Segment.DOMESTIC_BUSINESS]
    assert of(abroad, "colour", "navy").log_odds - of(home, "colour", "navy").log_odds > 0.4
    camel = of(home, "colour", "camel").log_odds, of(learned.effects, "colour", "camel").log_odds
    assert camel[0] == pytest.approx(camel[1], abs=0.25)
    few = [one for one in history() if one.segment is not Segment.CROSS_BORDER or one.listing < 8]
    lent = of(draw_lessons(Gathered(tuple(few), (), ()), 1).segments[Segment.CROSS_BORDER], "colour", "camel")
    assert lent.log_odds > 0.2


def test_one_listing_makes_nothing_clear():
    learned = draw_lessons(Gathered(tuple(history(listings=1)), (), ()), 1)
    assert {one.leaning for one in learned.effects.effects} == {Leaning.UNCLEAR}


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 1000))
def test_the_order_of_the_evidence_does_not_matter(seed):
    rows = history(listings=9)
    one = Gathered(tuple(rows), (), ())
    random.Random(seed).shuffle(rows)
    other = Gathered(tuple(rows), (), ())
    assert one.digest == other.digest
    assert draw_lessons(one, 1).effects == draw_lessons(other, 1).effects


def test_other_evidence_has_another_digest():
    rows = history(listings=2)
    assert Gathered(tuple(rows), (), ()).digest != Gathered(tuple(rows[1:]), (), ()).digest
    changed = [replace(rows[0], converted=rows[0].converted + 1), *rows[1:]]
    assert Gathered(tuple(rows), (), ()).digest != Gathered(tuple(changed), (), ()).digest


def test_priors_are_asked_with_the_segment():
    priors = draw_lessons(Gathered(tuple(history()), (), ()), 1).priors
    navy = in_segment({"colour": "navy", "fit": "slim"}, Segment.CROSS_BORDER)
    grey = in_segment({"colour": "grey", "fit": "slim"}, Segment.CROSS_BORDER)
    segment = Segment.CROSS_BORDER
    assert priors.prior_for(navy, segment).mean > 1.5 * priors.prior_for(grey, segment).mean


def test_effects_survive_json():
    learned = draw_lessons(Gathered(tuple(history(listings=4)), (), ()), 7).effects
    assert LearnedEffects.from_json(learned.to_json()) == learned
