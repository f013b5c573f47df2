import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demand.exposure.belief import Belief
from demand.exposure.explore import chances, discovery_shares
from demand.exposure.pages import (
    discovery_pages,
    least_chance,
    merge,
    pack,
    propensities,
    thompson_pages,
    unpack,
    with_minimum,
    without,
)

sizes = st.integers(1, 30)


def believe(listings, seed):
    rng = np.random.default_rng(seed)
    return Belief(rng.uniform(0.5, 20, listings), rng.uniform(50, 900, listings))


def draw(kind, listings, slots, seed, pages=60):
    belief = believe(listings, seed)
    if kind == "discovery":
        return discovery_pages(belief, 2, slots, pages, 1000, seed)
    return thompson_pages(belief, pages, seed)


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(["discovery", "thompson"]), sizes, st.integers(1, 12), st.integers(0, 99))
def test_every_page_is_an_order_of_all_listings_and_propensities_sum_to_its_length(kind, listings, slots, seed):
    slots = min(slots, listings)
    pages = with_minimum(draw(kind, listings, slots, seed), slots, seed)
    assert np.all(np.sort(pages, axis=1) == np.arange(listings))
    assert propensities(pages, slots).sum() == pytest.approx(slots)
    assert propensities(pages, slots).min() >= least_chance(listings, len(pages)) - 1e-12


def test_discovery_shows_listings_as_often_as_was_planned():
    belief = believe(24, 5)
    planned = chances(discovery_shares(belief, 4, 1000), 8)
    drawn = propensities(discovery_pages(belief, 4, 8, 2000, 1000, 7), 8)
    assert drawn == pytest.approx(planned, abs=0.045)


def test_thompson_shows_the_surely_best_first():
    belief = Belief(np.array([50.0, 500.0, 5.0]), np.array([950.0, 4500.0, 995.0]))
    pages = thompson_pages(belief, 300, 1)
    assert propensities(pages, 1) == pytest.approx([0, 1, 0], abs=0.01)
    assert propensities(pages, 2)[0] > 0.99


@given(st.integers(0, 50))
def test_groups_keep_their_own_order_when_merged(seed):
    parts = [thompson_pages(believe(size, seed), 20, seed) for size in (3, 7, 1)]
    whole = merge(parts, seed)
    assert np.all(np.sort(whole, axis=1) == np.arange(11))
    assert np.array_equal(whole[(whole >= 3) & (whole < 10)].reshape(20, 7) - 3, parts[1])


def test_what_is_packed_comes_back():
    pages = draw("discovery", 17, 5, 3)
    assert np.array_equal(unpack(pack(pages), len(pages)), pages)


def test_the_others_move_up_when_a_listing_is_gone():
    pages = np.array([[2, 0, 1], [0, 1, 2]], np.uint16)
    gone = np.array([True, False, False])
    assert without(pages, gone).tolist() == [[2, 1], [1, 2]]
    assert without(pages[0], gone).tolist() == [2, 1]


def test_the_same_seed_draws_the_same_pages():
    assert np.array_equal(draw("discovery", 9, 4, 2), draw("discovery", 9, 4, 2))
