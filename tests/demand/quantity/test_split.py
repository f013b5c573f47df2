import pytest
from hypothesis import given
from hypothesis import strategies as st

from demand.quantity.split import split
from demand.quantity.wishes import Wish

VARIANTS = tuple((colour, size) for colour in ("olive", "black") for size in ("S", "M", "L"))


def sizes(lines, colour):
    return {line.size: line.units for line in lines if line.colour == colour}


def test_small_colours_borrow_the_size_curve_of_the_listing():
    commitments = [Wish("olive", "M", 1, 60), Wish("olive", "L", 1, 30), Wish("olive", "S", 1, 10)]
    lines = split(1000, [*commitments, Wish("black", "S", 1, 2)], VARIANTS, 20.0)
    black = sizes(lines, "black")
    assert black["M"] > black["L"] > 0
    assert sum(line.units for line in lines) == 1000


def test_a_listing_with_few_orders_borrows_the_size_curve_of_its_category():
    usual = {"S": 0.2, "M": 0.5, "L": 0.3}
    assert sizes(split(100, [], VARIANTS[:3], 20.0, usual), "olive") == {"S": 20, "M": 50, "L": 30}
    few = split(1000, [Wish("olive", "S", 1, 3)], VARIANTS[:3], 20.0, usual)
    many = split(1000, [Wish("olive", "S", 1, 3000)], VARIANTS[:3], 20.0, usual)
    assert 200 < sizes(few, "olive")["S"] < 600 < 950 < sizes(many, "olive")["S"]


def test_sizes_that_the_category_does_not_know_get_an_even_share():
    lines = sizes(split(300, [], VARIANTS[:3], 20.0, {"M": 1 / 3}), "olive")
    assert lines == {"S": 100, "M": 100, "L": 100}


def test_wishes_for_variants_that_do_not_exist_do_not_count():
    assert split(10, [Wish("pink", "M", 5, 1)], (("olive", "M"),), 20.0)[0].units == 10


def test_units_need_a_variant():
    with pytest.raises(ValueError, match="no variant"):
        split(3, [], (), 20.0)
    assert split(0, [], (), 20.0) == ()


wishes = st.lists(
    st.builds(Wish, st.sampled_from(["olive", "black"]), st.sampled_from("SML"), st.integers(1, 50), st.integers(0, 90))
)


@given(st.integers(0, 5000), wishes, st.floats(0.1, 100), st.dictionaries(st.sampled_from("SML"), st.floats(0, 1)))
def test_lines_sum_to_the_units_and_none_is_empty(units, commitments, strength, usual):
    lines = split(units, commitments, VARIANTS, strength, usual)
    assert sum(line.units for line in lines) == units
    assert all(line.units > 0 for line in lines)
