import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from design_gen.construction import LineKind, PartRole, construct
from models.attributes import (
    Category,
    Closure,
    Collar,
    Fit,
    Length,
    PatternKind,
    Pockets,
    Sleeve,
)
from models.category_rules import CATEGORY_RULES
from models.garment import Pattern
from tests.design_gen.specs import COLOURS, spec_of, specs

NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
VIEWS = st.sampled_from(("front", "back"))


def end_points(path):
    for command in re.findall(r"[MLQC][^MLQCZ]*", path):
        numbers = [float(n) for n in NUMBER.findall(command)]
        yield numbers[-2], numbers[-1]


@given(specs(), VIEWS)
@settings(max_examples=150, deadline=None)
def test_every_valid_spec_is_drawn_inside_its_frame(spec, view):
    drawing = construct(spec, view)
    assert any(part.role is PartRole.SHELL for part in drawing.parts)
    for piece in (*drawing.parts, *drawing.lines):
        for x, y in end_points(piece.path):
            assert -0.1 <= x <= drawing.width + 0.1
            assert -0.1 <= y <= drawing.height + 0.1
    for fastener in drawing.fasteners:
        assert fastener.radius > 0
        assert 0 <= fastener.x <= drawing.width
        assert 0 <= fastener.y <= drawing.height


@given(specs(), VIEWS)
@settings(max_examples=60, deadline=None)
def test_parts_are_closed_and_lines_are_open(spec, view):
    drawing = construct(spec, view)
    assert all(re.fullmatch(r"M[-\d. eLQC]+Z", part.path) for part in drawing.parts)
    assert all(re.fullmatch(r"M[-\d. eLQC]+", line.path) for line in drawing.lines)


@pytest.mark.parametrize("category", Category)
def test_every_permitted_attribute_changes_the_drawing(category):
    rule, base = CATEGORY_RULES[category], spec_of(category)
    for attribute, choices in (
        ("length", rule.lengths),
        ("sleeve", rule.sleeves),
        ("collar", rule.collars),
        ("closure", rule.closures),
        ("pockets", rule.pockets),
    ):
        drawings = [construct(replace(base, **{attribute: choice})) for choice in choices]
        assert len(set(drawings)) == len(choices), attribute


@pytest.mark.parametrize("category", [c for c in Category if CATEGORY_RULES[c].sleeves != (Sleeve.NONE,)])
def test_an_oversized_fit_is_wider_than_a_slim_one(category):
    wide, slim = (construct(spec_of(category, fit=fit)) for fit in (Fit.OVERSIZED, Fit.SLIM))
    assert wide.width > slim.width


def test_a_longer_coat_is_drawn_longer():
    heights = [
        construct(spec_of(Category.COAT, length=length)).height for length in (Length.THIGH, Length.KNEE, Length.MIDI)
    ]
    assert heights == sorted(heights)
    assert heights[2] - heights[0] > 300


def test_a_military_greatcoat_reads_as_one():
    coat = construct(
        spec_of(Category.GREATCOAT, closure=Closure.DOUBLE_BREASTED, pockets=Pockets.FLAP, length=Length.KNEE)
    )
    rows = [f for f in coat.fasteners if f.kind is Closure.DOUBLE_BREASTED and f.radius > 10]
    assert len(rows) >= 6
    assert len(rows) % 2 == 0
    names = {part.name.rsplit(" ", 1)[0] for part in coat.parts}
    assert {"lapel", "epaulette", "pocket flap", "cuff", "sleeve"} <= names


def test_a_horse_face_skirt_has_a_flat_panel_between_pleats():
    skirt = construct(spec_of(Category.HORSE_FACE_SKIRT))
    assert "horse face" in {part.name for part in skirt.parts}
    assert sum(line.kind is LineKind.FOLD for line in skirt.lines) >= 10


def test_a_qipao_closes_with_frogs_along_a_slant():
    frogs = [f for f in construct(spec_of(Category.QIPAO)).fasteners if f.kind is Closure.FROG]
    assert len(frogs) == 3
    assert len({round(f.x) for f in frogs}) == 3


def test_blocked_colours_give_parts_of_the_second_colour():
    for category in Category:
        spec = spec_of(category, pattern=Pattern(PatternKind.COLOUR_BLOCK, COLOURS[1]))
        assert any(part.role is PartRole.SECOND for part in construct(spec).parts), category


def test_a_chest_print_is_drawn_once_and_only_in_front():
    spec = spec_of(Category.T_SHIRT, pattern=Pattern(PatternKind.CHEST_PRINT, COLOURS[1]))
    assert any(part.role is PartRole.PRINT for part in construct(spec).parts)
    assert not any(part.role is PartRole.PRINT for part in construct(spec, "back").parts)


def test_the_same_spec_is_drawn_the_same():
    spec = spec_of(Category.PARKA)
    assert construct(spec) == construct(spec)


def test_a_hood_stands_higher_than_a_stand_collar():
    tall, low = (construct(spec_of(Category.COAT, collar=collar)) for collar in (Collar.HOOD, Collar.STAND))
    assert tall.height > low.height + 100


def test_blocked_fronts_that_overlap_are_blocked_on_both_sides():
    pattern = Pattern(PatternKind.COLOUR_BLOCK, COLOURS[1])
    names = [part.name for part in construct(spec_of(Category.GREATCOAT, pattern=pattern)).parts]
    assert names.index("lower front right") > names.index("over front")
    assert names.index("lower front left") > names.index("under front")
