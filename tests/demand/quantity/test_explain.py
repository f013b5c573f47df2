from dataclasses import replace

import pytest

from demand.quantity.explain import explain_lever, explain_reorder
from demand.quantity.levers import Lever, Moved
from demand.quantity.reorder import Reorder

REORDER = Reorder(120, 90, 6.5, 14.0, 60, 118, 0.95)


@pytest.mark.parametrize(
    ("moved", "english", "chinese"),
    [
        (
            Moved(Lever.CONVERSION, 0.18, 0.32, 140, 205),
            "Inquiries that become pre-orders: 18.0% would make it 140 units, 32.0% 205.",
            "询单转预订率：18.0% 时应做 140 件，32.0% 时应做 205 件。",
        ),
        (
            Moved(Lever.MOQ, 75, 125, 75, 0),
            "Minimum order: 75 would make it 75 units, 125 0.",
            "起订量：75 时应做 75 件，125 时应做 0 件。",
        ),
        (
            Moved(Lever.PRICE, 149, 159, 100, 120),
            "Price: 149.00 would make it 100 units, 159.00 120.",
            "售价：149.00 时应做 100 件，159.00 时应做 120 件。",
        ),
    ],
)
def test_a_lever_is_one_sentence(moved, english, chinese):
    assert (explain_lever(moved), explain_lever(moved, "zh")) == (english, chinese)


@pytest.mark.parametrize("lever", list(Lever))
def test_every_lever_has_words(lever):
    moved = Moved(lever, 1, 2, 3, 4)
    assert explain_lever(moved) != explain_lever(moved, "zh")


def test_first_batch_and_re_order_point_are_two_sentences():
    assert explain_reorder(REORDER) == (
        "Order 120 first. Order again when 90 are left: within the 14 days that a re-order takes, 60 to 118 are sold "
        "at today's pace (90%), and stock lasts with 95% certainty."
    )
    assert "库存降到 90 件时补单" in explain_reorder(REORDER, "zh")


def test_a_first_batch_that_the_lead_time_may_outrun_is_ordered_again_at_once():
    quick = replace(REORDER, point=300, lead_low=210, lead_high=320)
    assert explain_reorder(quick).endswith("order again as soon as it sells.")
    assert "一开售就应补单" in explain_reorder(quick, "zh")


def test_nothing_to_order_and_nothing_sold_are_said():
    assert explain_reorder(replace(REORDER, first=0)) == "Nothing is worth ordering yet."
    assert "Nothing is sold yet" in explain_reorder(replace(REORDER, per_day=0.0))
