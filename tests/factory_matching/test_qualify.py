from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory_matching.complexity import complexity
from factory_matching.exclusion import Reason, say
from factory_matching.qualify import Qualifier
from factory_matching.store import load_qualifier
from models.attributes import Category
from models.factory import FactoryStanding
from models.garment import Colour, Pattern, PatternKind
from models.money import Money
from tests.builders import greatcoat, make_factory
from tests.design_gen.specs import specs
from tests.factory_matching.registers import register_of, sample_register

BAND = (Money(Decimal(99)), Money(Decimal(199)))


def test_each_factory_left_out_is_counted_once_under_its_first_reason():
    register = register_of(
        ({}, {}),
        ({}, {"category": "coat"}),
        ({"standing": FactoryStanding.SUSPENDED}, {}),
        ({}, {"currency": "USD"}),
        ({}, {"materials": ("cotton",), "techniques": ()}),
        ({}, {"techniques": ("buttons",)}),
        ({}, {"breaks": ((500, "50"),)}),
        ({}, {"breaks": ((10, "400"),)}),
        ({"standing": FactoryStanding.WARNED}, {}),
    )
    found = Qualifier.of(register).qualify(greatcoat(), BAND, 100)
    assert found.count == 2
    assert found.exclusions == {
        Reason.CATEGORY: 1,
        Reason.SUSPENDED: 1,
        Reason.CURRENCY: 1,
        Reason.MATERIAL: 1,
        Reason.TECHNIQUE: 1,
        Reason.MOQ: 1,
        Reason.PRICE: 1,
    }


def test_the_cost_ladder_is_a_low_quantile_times_the_complexity():
    prices = [100, 80, 90, 110, 120, 10]
    register = register_of(*(({}, {"breaks": ((30, str(price)), (200, str(price - 8)))}) for price in prices))
    found = Qualifier.of(register).qualify(greatcoat(), BAND, 100)
    assert found.complexity == complexity(greatcoat())
    assert found.cost_ladder is not None
    # The second cheapest of six: one dumping price does not set it.
    assert found.cost_ladder.moq == 30
    assert found.cost_ladder.unit_price(30) == (80 * found.complexity).quantize(Decimal("0.01"))
    assert found.cost_ladder.unit_price(200) == (72 * found.complexity).quantize(Decimal("0.01"))


def test_half_of_the_qualified_ship_within_the_lead_days():
    register = register_of(*(({"lead_days": days, "daily_capacity": 50}, {}) for days in (3, 5, 9)))
    assert Qualifier.of(register).qualify(greatcoat(), BAND, 100).lead_days == 7


def test_nobody_qualifies_without_a_price_or_a_date():
    found = Qualifier.of(register_of()).qualify(greatcoat(), BAND, 100)
    assert (found.count, found.cost_ladder, found.lead_days, found.exclusions) == (0, None, None, {})


@given(specs(), st.integers(1, 100_000))
@settings(max_examples=60, deadline=None)
def test_every_factory_either_qualifies_or_is_excluded(spec, quantity):
    found = QUALIFIER.qualify(spec, BAND, quantity)
    assert found.count + sum(found.exclusions.values()) == FACTORIES
    assert (found.cost_ladder is None) == (found.count == 0)


def test_complexity_counts_only_what_exceeds_the_plain_piece():
    plain = greatcoat()
    tartan = greatcoat(pattern=Pattern(PatternKind.TARTAN, Colour("red", "#aa1111")))
    assert complexity(tartan) == complexity(plain) + Decimal("0.070")


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_can_be_said(reason):
    assert "12" in say(reason, 12, greatcoat(), 200)


def test_the_register_is_loaded_from_the_tables(session):
    for moq in (30, 50, 500):
        make_factory(session, moq=moq, categories=(Category.GREATCOAT, Category.COAT))
    found = load_qualifier(session).qualify(greatcoat(), BAND, 100)
    assert (found.count, found.exclusions) == (2, {Reason.MOQ: 1})


FACTORIES = 400
QUALIFIER = Qualifier.of(sample_register(FACTORIES, seed=3))


def test_dozens_of_the_sample_could_make_the_greatcoat():
    assert QUALIFIER.qualify(greatcoat(), BAND, 100).count >= 24
