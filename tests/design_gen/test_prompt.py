import pytest
from hypothesis import given

from configs.load_lexicon import load_lexicon
from design_gen.prompt import prompt_for
from models.attributes import Category, Closure, PatternKind, Pockets, Sleeve, Trim
from models.category_rules import CATEGORY_RULES
from models.garment import Pattern
from tests.builders import greatcoat
from tests.design_gen.specs import COLOURS, spec_of, specs

LABEL = load_lexicon().label


def test_a_prompt_names_what_the_spec_says():
    words = prompt_for(greatcoat(), LABEL).positive
    for word in ("greatcoat", "olive", "wool", "double-breasted", "lapel", "flap pocket", "knee length", "brass"):
        assert word in words


def test_a_chinese_prompt_is_in_chinese():
    words = prompt_for(greatcoat(), LABEL, "zh").positive
    assert "军大衣" in words
    assert "双排扣" in words


def test_what_is_absent_is_not_named_but_sleevelessness_is():
    scarf = prompt_for(spec_of(Category.SCARF), LABEL).positive
    assert "sleeve" not in scarf
    assert "pocket" not in scarf
    blouse = spec_of(Category.BLOUSE, sleeve=Sleeve.NONE)
    assert "sleeveless" in prompt_for(blouse, LABEL).positive


def test_a_pattern_is_named_with_its_second_colour():
    spec = spec_of(Category.SHIRT, pattern=Pattern(PatternKind.STRIPES, COLOURS[2]))
    assert "navy stripes" in prompt_for(spec, LABEL).positive


@pytest.mark.parametrize("trim", [Trim.NONE, Trim.TONAL])
def test_unseen_trims_are_left_out(trim):
    assert "button" not in prompt_for(greatcoat(trim=trim), LABEL).positive


@given(specs())
def test_a_prompt_names_every_chosen_attribute(spec):
    words = prompt_for(spec, LABEL).positive
    assert LABEL("category", spec.category, "en") in words
    assert LABEL("colour", spec.colour.name, "en") in words
    for name, value in (("closure", spec.closure), ("pockets", spec.pockets)):
        chosen = value not in (Closure.NONE, Pockets.NONE)
        assert (LABEL(name, value, "en") in words) or not chosen
    assert spec.category in CATEGORY_RULES
