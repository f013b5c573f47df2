from datetime import UTC, datetime

import numpy as np

from cli.demo.population import Kind, Offered, acts_of, appeal, looked_at, visitors_of_day

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
LISTINGS = tuple(
    Offered(
        f"item-{index}", (f"colour:c{index % 7}", f"category:k{index % 5}", f"n:{index}"), ("olive",), ("S", "M", "L")
    )
    for index in range(24)
)


def all_acts(seed):
    visitors = visitors_of_day(MONDAY, 300, seed)
    return [act for visitor in visitors for act in acts_of(visitor, looked_at(visitor, LISTINGS, seed), seed)]


def test_the_same_seed_acts_the_same_and_another_seed_does_not():
    assert all_acts(7) == all_acts(7)
    assert {act.id for act in all_acts(7)}.isdisjoint(act.id for act in all_acts(8))


def test_taste_is_heavy_tailed_so_that_winners_and_losers_exist():
    rates = np.array([appeal(offered, 7) for offered in LISTINGS])
    assert rates.max() > 4 * np.median(rates)
    assert rates.min() < 0.015


def test_bots_and_double_clickers_are_among_the_visitors():
    kinds = {visitor.kind for visitor in visitors_of_day(MONDAY, 1_000, 7)}
    assert kinds == set(Kind)


def test_what_a_visitor_does_with_one_listing_does_not_depend_on_the_others_shown():
    visitor = next(v for v in visitors_of_day(MONDAY, 50, 7) if v.kind is Kind.PERSON)
    alone = {act.id for act in acts_of(visitor, LISTINGS[:1], 7)}
    assert alone <= {act.id for act in acts_of(visitor, LISTINGS, 7)}


def test_a_pre_order_names_variant_and_quantity_and_follows_a_view():
    acts = all_acts(7)
    seen = {(act.listing, act.id) for act in acts if act.rung == "view"}
    orders = [act for act in acts if act.rung == "pre_order"]
    assert seen
    assert orders
    assert all(act.colour and act.size and act.quantity for act in orders)
