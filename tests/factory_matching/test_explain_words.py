"""What an explanation says, word for word."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from factory_matching.exclusion import Reason, say
from factory_matching.explain import explain
from factory_matching.explain_words import say_basis, tell
from factory_matching.explanation import Basis, Lost
from tests.builders import greatcoat
from tests.factory_matching.test_explain import told
from tests.factory_matching.test_match import TODAY, WEIGHTS, cheap, demand, supply_of

NAMES = {1: "One", 2: "Two", 3: "Three"}


def said(explanation):
    return "\n".join(tell(explanation, NAMES))


def test_the_chosen_the_next_those_left_out_and_the_changes_are_told():
    supply = supply_of(
        ({}, cheap("90")), ({}, cheap("99")), ({}, cheap("80", moq=500)), ({}, {"materials": ("cotton",)})
    )
    assert said(told(demand(highest_price=Decimal(150)), supply)) == "\n".join(
        [
            "One makes 100 at 94.50 CNY, 2026-11-07 to 2026-11-08, 14 days before the date.",
            "  A unit costs 102.09: price 94.50, risk of lateness 0.34, of bad units 4.25, sample, set-up and "
            "inspection 3.00.",
            "It costs least of the 2 factories that could make all 100 by 2026-11-22.",
            "Next best",
            "  Two: 103.95 each, 112.00 in all, 9.91 more a unit; dearer",
            "Left out: 2 of 4 factories could not make all of it",
            "  1 lack wool",
            "  1 have a minimum above 100",
            "What would change, all other orders standing",
            "  One more day, 2026-11-23: 2 factories could make all of it; 94.50 each, 102.05 in all, saving 4.39.",
            "  One day less, 2026-11-21: 2 factories could make all of it; 94.50 each, 102.14 in all, "
            "costing 5.04 more.",
            "  5% more money, up to 157.50 each: nothing changes.",
            "  10 units fewer, 90: 2 factories could make all of it; 94.50 each, 102.43 in all, 0.33 more a unit.",
            "  10 units more, 110: 2 factories could make all of it; 94.50 each, 101.87 in all, 0.22 less a unit.",
        ]
    )


def test_a_split_and_scarce_time_are_told():
    small = {"daily_capacity": 10}
    text = said(told(demand(units=280), supply_of((small, cheap("50")), (small, cheap("60")))))
    assert "Split in 2: no single factory could make all 280 by 2026-11-22; the largest could make 160." in text
    assert "in 2 parts" in text


def test_no_maker_and_no_factory_are_told():
    text = said(explain(demand(highest_price=Decimal(205)), supply_of(({}, cheap("200"))), WEIGHTS))
    assert "Nobody makes it: no factory could make 100 by 2026-11-22, alone or in parts." in text
    assert "1 cost more than the price allows" in text
    assert "5% more money, up to 215.25 each: 1 factory could make all of it (1 more); 210.00 each" in text
    assert "Nobody makes it" in said(explain(demand(), supply_of(), WEIGHTS))


def test_a_waiting_demand_is_told_what_it_would_find():
    text = said(explain(demand(), supply_of(({}, cheap("90"))), WEIGHTS))
    assert "Nobody makes it yet. By itself, 1 factory could make it at 94.50 each, 102.09 with risks and fees" in text


def test_why_others_lost_is_told():
    busy = {(1, TODAY + timedelta(days=day)): 50 for day in range(5, 20)}
    pairs = (
        ({}, cheap("84")),
        ({"daily_capacity": 3}, cheap("80")),
        ({}, cheap("86")),
        ({"quality": 0.7}, cheap("89")),
    )
    explanation = told(demand(), supply_of(*pairs, booked=busy.items()))
    text = said(explanation)
    assert "no time left: other orders leave it 50 of 100" in text
    assert "too small: it could make 48 of 100 in time" in text
    assert "riskier: lateness" in text
    assert "(of these, 1 could make all of it if nothing else were booked)" in text
    assert {one.why for one in explanation.others} == {Lost.NO_TIME, Lost.TOO_SMALL, Lost.RISKIER}


@pytest.mark.parametrize(
    ("basis", "start"),
    [
        (Basis.OFFERED, "Offered from"),
        (Basis.PROPOSED, "What matching would offer"),
        (Basis.ALONE, "Nothing is placed"),
    ],
)
def test_what_the_numbers_are_reckoned_from_is_told(basis, start):
    text = say_basis(basis, date(2026, 11, 2), {"method": "exact", "gap": 0.0123})
    assert text.startswith(start)
    assert ("exact, gap 1.23%" in text) == (basis is not Basis.ALONE)


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_words(reason):
    assert say(reason, 7, greatcoat(), 100).startswith("7 ")
