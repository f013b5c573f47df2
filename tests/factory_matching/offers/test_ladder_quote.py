from datetime import date
from decimal import Decimal

import pytest

from factory_matching.offers.ladder_quote import LadderQuote, QuoteStep, parse_steps, read_steps
from models.errors import InvalidInput

END = date(2026, 12, 31)
TEXT = """50 99.50 2026-11-20
100: 92.5, 2026-11-25

300 ， 85 2026-12-10"""


def quote(text=TEXT):
    return LadderQuote(parse_steps(text), "CNY", END)


def test_a_ladder_is_read_as_people_type_it():
    assert quote().steps == (
        QuoteStep(50, Decimal("99.50"), date(2026, 11, 20)),
        QuoteStep(100, Decimal("92.50"), date(2026, 11, 25)),
        QuoteStep(300, Decimal("85.00"), date(2026, 12, 10)),
    )
    assert read_steps(quote().to_json()) == quote().steps


@pytest.mark.parametrize(
    ("units", "step"),
    [
        (49, None),
        (50, ("99.50", date(2026, 11, 20))),
        (60, ("99.50", date(2026, 11, 25))),  # between two quantities: the price of the lower, the date of the upper
        (100, ("92.50", date(2026, 11, 25))),
        (900, ("85.00", date(2026, 12, 10))),
    ],
)
def test_price_and_date_at_a_quantity(units, step):
    found = quote().at(units)
    assert (found and (str(found.unit_price), found.finished_on)) == step


def test_the_most_that_is_finished_by_a_day():
    assert quote().most_by(date(2026, 11, 30)).units == 100
    assert quote().most_by(date(2026, 11, 1)) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "1 to 12 quantities"),
        ("100 92.5", "line 1: write QUANTITY PRICE DATE"),
        ("100 x 2026-11-25", "cannot be read"),
        ("100 92 soon", "cannot be read"),
        ("0 92 2026-11-25", "is no quote"),
        ("100 NaN 2026-11-25", "cannot be read"),
        ("100 92 2026-11-25\n100 91 2026-11-25", "quantities rise"),
        ("100 92 2026-11-25\n200 93 2026-11-25", "cost more each"),
        ("100 92 2026-11-25\n200 91 2026-11-24", "finished before"),
    ],
)
def test_what_is_no_quote_is_refused_with_its_reason(text, why):
    with pytest.raises(InvalidInput, match=why):
        quote(text)
