import json
from dataclasses import replace

import pytest
from hypothesis import given, settings

from design_gen.construction import construct
from design_gen.measures import Point, measure
from design_gen.pack_words import ITEM_WORDS, POINT_WORDS, Item
from design_gen.tech_pack import TechPack, tech_pack
from models.attributes import Category, Closure, Fit, Length, Material, PatternKind, Trim
from models.errors import InvalidInput
from models.garment import Pattern
from tests.builders import greatcoat
from tests.design_gen.specs import COLOURS, spec_of, specs


def rows(spec):
    return {row.item: row for row in tech_pack(spec).materials}


def table(spec):
    return {row.point: row.mm for row in tech_pack(spec).measures}


@given(specs())
@settings(max_examples=120, deadline=None)
def test_every_spec_has_a_pack_that_survives_json(spec):
    pack = tech_pack(spec)
    written = json.dumps(pack.to_json(), ensure_ascii=False)
    assert TechPack.from_json(json.loads(written)) == pack
    assert all(row.quantity > 0 for row in pack.materials)
    assert all(min(row.mm) > 0 and row.tolerance_mm > 0 for row in pack.measures)
    assert pack.notes


@given(specs())
@settings(max_examples=60, deadline=None)
def test_the_base_size_is_what_the_drawing_was_drawn_from(spec):
    pack = tech_pack(spec)
    at = pack.sizes.index(pack.base_size)
    assert {row.point: row.mm[at] for row in pack.measures} == measure(spec)


@given(specs())
@settings(max_examples=60, deadline=None)
def test_measures_never_shrink_from_size_to_size(spec):
    assert all(list(row.mm) == sorted(row.mm) for row in tech_pack(spec).measures)


def test_a_letter_size_is_40_mm_of_girth():
    small, middle, large, _ = table(spec_of(Category.SHIRT))[Point.CHEST]
    assert (middle - small) * 2 == (large - middle) * 2 == 40


def test_three_shoe_sizes_are_two_centimetres():
    sole = table(spec_of(Category.SNEAKERS))[Point.FOOT_LENGTH]
    assert sole[3] - sole[0] == 20


@pytest.mark.parametrize(
    ("spec", "unseen"),
    [
        (spec_of(Category.SHIRT, trim=Trim.BRASS), 1),
        (spec_of(Category.BLAZER, closure=Closure.DOUBLE_BREASTED, trim=Trim.BRASS), 2),
        (greatcoat(), 4),
    ],
    ids=["a spare", "and an inner button", "and two on the half belt"],
)
def test_buttons_are_those_of_the_drawing_and_the_unseen(spec, unseen):
    drawn = [f for f in construct(spec).fasteners if f.kind in (Closure.BUTTONS, Closure.DOUBLE_BREASTED)]
    assert rows(spec)[Item.BUTTON].quantity == len(drawn) + unseen
    assert rows(spec)[Item.BUTTON].detail == Trim.BRASS


def test_a_greatcoat_needs_two_to_three_metres_of_heavy_wool():
    shell = rows(greatcoat())[Item.SHELL]
    assert 2.0 <= shell.quantity <= 3.5
    assert shell.gsm == 600
    assert {Item.LINING, Item.INTERLINING, Item.THREAD, Item.CARE_LABEL} <= set(rows(greatcoat()))


@pytest.mark.parametrize(
    ("category", "low", "high"),
    [
        (Category.T_SHIRT, 0.6, 1.2),
        (Category.SHIRT, 0.9, 1.6),
        (Category.JEANS, 0.9, 1.6),
        (Category.TOTE_BAG, 0.3, 0.9),
        (Category.DOWN_JACKET, 1.2, 2.4),
        (Category.HORSE_FACE_SKIRT, 2.0, 4.5),
    ],
)
def test_fabric_consumption_is_of_the_usual_order(category, low, high):
    assert low <= rows(spec_of(category))[Item.SHELL].quantity <= high


def test_a_longer_and_wider_coat_takes_more_fabric():
    short, long = (rows(spec_of(Category.COAT, length=length))[Item.SHELL] for length in (Length.THIGH, Length.MIDI))
    assert long.quantity > short.quantity
    slim, wide = (rows(spec_of(Category.COAT, fit=fit))[Item.SHELL] for fit in (Fit.SLIM, Fit.OVERSIZED))
    assert wide.quantity > slim.quantity


def test_a_front_zip_is_as_long_as_the_opening_that_is_drawn():
    assert 0.5 < rows(spec_of(Category.BOMBER_JACKET, length=Length.HIP))[Item.ZIP].quantity < 0.8
    assert rows(spec_of(Category.SKIRT, closure=Closure.ZIP))[Item.ZIP].quantity == 0.18


def test_blocked_colours_split_the_fabric_and_down_is_weighed():
    plain, blocked = (
        rows(spec_of(Category.HOODIE, pattern=pattern))
        for pattern in (Pattern(), Pattern(PatternKind.COLOUR_BLOCK, COLOURS[1]))
    )
    total = blocked[Item.SHELL].quantity + blocked[Item.SECOND_FABRIC].quantity
    assert total == pytest.approx(plain[Item.SHELL].quantity, abs=0.02)
    assert rows(spec_of(Category.DOWN_JACKET))[Item.FILLING].unit == "g"


def test_a_mug_is_not_sewn():
    assert set(rows(spec_of(Category.MUG))) == {Item.BODY, Item.GLAZE, Item.PACKAGING}


def test_every_point_and_item_has_words_in_both_languages():
    assert set(POINT_WORDS) == set(Point)
    assert set(ITEM_WORDS) == set(Item)
    assert all(zh and en for zh, en in (*POINT_WORDS.values(), *ITEM_WORDS.values()))


def test_notes_ask_for_matching_where_the_pattern_can_be_matched():
    checked = spec_of(Category.SHIRT, pattern=Pattern(PatternKind.CHECK, COLOURS[1]))
    assert any("Match the pattern" in en for _, en in tech_pack(checked).notes)
    dotted = replace(checked, pattern=Pattern(PatternKind.DOTS, COLOURS[1]))
    assert not any("Match the pattern" in en for _, en in tech_pack(dotted).notes)


def test_leather_denim_and_jersey_are_sewn_differently():
    seams = {
        tech_pack(spec_of(category, material=material)).notes[0]
        for category, material in (
            (Category.JACKET, Material.LEATHER),
            (Category.JEANS, Material.DENIM),
            (Category.T_SHIRT, Material.COTTON),
            (Category.SHIRT, Material.COTTON),
        )
    }
    assert len(seams) == 4


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"sizes": None},
        {"measures": [{"point": "wingspan", "mm": {}, "tolerance_mm": 1}]},
        {"materials": [{"item": "shell", "quantity": "much", "unit": "m", "gsm": None, "detail": ""}]},
        {"notes": ["sew well"]},
    ],
)
def test_what_is_no_pack_is_refused(change):
    with pytest.raises(InvalidInput, match="tech pack"):
        TechPack.from_json(tech_pack(greatcoat()).to_json() | change)


@pytest.mark.parametrize("junk", [None, [], "x", {}])
def test_junk_is_refused(junk):
    with pytest.raises(InvalidInput, match="tech pack"):
        TechPack.from_json(junk)
