"""Sizes, markets, certificates and days: what is asked of a maker beyond the spec, in both ways of matching."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from factory_matching.assignment.feasible import WrongMatch, check
from factory_matching.assignment.match_many import match_many
from factory_matching.demand import OpenDemand, Supply
from factory_matching.exclusion import Reason, say
from factory_matching.match import match
from factory_matching.weights import MatchWeights
from tests.builders import greatcoat
from tests.factory_matching.registers import register_of

TODAY = date(2026, 11, 2)
DUE = TODAY + timedelta(days=20)
WEIGHTS = MatchWeights(seconds=5)
CHEAP, DEAR = {"breaks": ((30, "80"),)}, {"breaks": ((30, "99"),)}
WAYS = pytest.mark.parametrize("way", [match, match_many])
CASES = pytest.mark.parametrize(
    ("wanted", "factory", "capability", "reason"),
    [
        ({"market": "EU"}, {"markets": ("US", "CN-domestic")}, {}, Reason.MARKET),
        ({"market": "JP"}, {"markets": ("US",)}, {}, Reason.MARKET),  # that nobody names
        ({"sizes": frozenset({"S", "XXL"})}, {}, {"sizes": ("S", "M", "L")}, Reason.SIZE),
        ({"sizes": frozenset({"98 cm"})}, {}, {"sizes": ("S", "M", "L")}, Reason.SIZE),  # that nobody can name
        ({"certificates": frozenset({"BSCI"})}, {}, {}, Reason.CERTIFICATE),
        (
            {"certificates": frozenset({"BSCI", "GOTS"})},
            {"certificates": {"BSCI": DUE, "GOTS": DUE - timedelta(days=1)}},
            {},
            Reason.CERTIFICATE,
        ),
    ],
)


def demand(**changes):
    return OpenDemand(1, greatcoat(), 100, DUE, **changes)


def able(**changes):
    """A dear factory that has everything asked for in these tests."""
    return {"certificates": {"BSCI": DUE, "GOTS": DUE}, **changes}, DEAR


@WAYS
@CASES
def test_a_factory_without_what_is_wanted_is_left_out_and_counted(way, wanted, factory, capability, reason):
    supply = Supply(register_of((factory, {**CHEAP, **capability}), able()), TODAY, {})
    result = way([demand(**wanted)], supply, WEIGHTS)
    check([demand(**wanted)], supply, result)
    assert [placement.factory for placement in result.placements] == [2]
    assert result.exclusions[1] == {reason: 1}
    plain = way([demand()], supply, WEIGHTS)
    assert [placement.factory for placement in plain.placements] == [1]


@CASES
def test_the_check_refuses_a_maker_without_what_is_wanted(wanted, factory, capability, reason):
    supply = Supply(register_of((factory, {**CHEAP, **capability}), able()), TODAY, {})
    result = match([demand()], supply, WEIGHTS)
    with pytest.raises(WrongMatch, match=r"does not cut|does not serve|holds no"):
        check([demand(**wanted)], supply, result)


@WAYS
def test_a_factory_that_names_its_markets_and_sizes_gets_what_is_among_them(way):
    wanted = demand(market="EU", sizes=frozenset({"M", "L"}), certificates=frozenset({"GOTS"}))
    named = ({"markets": ("EU", "US"), "certificates": {"GOTS": DUE}}, {**CHEAP, "sizes": ("S", "M", "L", "XL")})
    supply = Supply(register_of(named, able()), TODAY, {})
    result = way([wanted], supply, WEIGHTS)
    check([wanted], supply, result)
    assert [placement.factory for placement in result.placements] == [1]
    assert not result.exclusions[1]


@WAYS
def test_a_closed_day_makes_nothing_and_a_long_day_makes_more(way):
    register = register_of(({"daily_capacity": 10, "lead_days": 18}, CHEAP))
    days = [DUE - timedelta(days=back) for back in (2, 1, 0)]
    assert not way([demand()], Supply(register, TODAY, {}), WEIGHTS).placements
    calendar = {(1, days[0]): 60, (1, days[1]): 0, (1, days[2]): 55}
    supply = Supply(register, TODAY, {(1, days[0]): 15}, calendar)
    result = way([demand()], supply, WEIGHTS)
    check([demand()], supply, result)
    assert dict(result.placements[0].booked) == {days[0]: 45, days[2]: 55}
    with pytest.raises(WrongMatch, match="cannot make"):
        check([demand()], replace(supply, calendar={**calendar, (1, days[2]): 54}), result)


def test_the_words_name_what_is_wanted():
    wants = demand(market="EU", sizes=frozenset({"XS"}), certificates=frozenset({"GOTS"})).wants
    assert say(Reason.MARKET, 3, greatcoat(), 100, wants) == "3 do not serve EU"
    assert say(Reason.SIZE, 3, greatcoat(), 100, wants) == "3 do not cut XS"
    assert say(Reason.CERTIFICATE, 3, greatcoat(), 100, wants) == "3 hold no valid GOTS"


def test_markets_too_many_for_a_mask_are_served_by_those_that_serve_all():
    rare = [({"markets": (f"M{number:02}", "EU")}, CHEAP) for number in range(70)]
    register = register_of(({"markets": ("M69",)}, CHEAP), ({}, CHEAP), *rare)
    assert register.market_names[0] == "EU"
    for market in ("EU", "M69", "M01", "none"):
        supply = Supply(register, TODAY, {})
        result = match_many([demand(market=market)], supply, WEIGHTS)
        check([demand(market=market)], supply, result)
        assert result.placements
