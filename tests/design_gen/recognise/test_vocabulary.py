import numpy as np
import pytest

from design_gen.recognise.vocabulary import VALUES, Attribute, labels_of, permitted, value_of
from models.attributes import Category, PatternKind
from models.category_rules import CATEGORY_RULES
from tests.design_gen.specs import COLOURS, spec_of


def test_labels_are_the_places_of_a_specs_values():
    from models.garment import Pattern

    spec = spec_of(Category.COAT, pattern=Pattern(PatternKind.DOTS, COLOURS[3]))
    assert [VALUES[name][place] for name, place in zip(Attribute, labels_of(spec), strict=True)] == [
        value_of(spec, name) for name in Attribute
    ]


@pytest.mark.parametrize("category", Category)
def test_every_category_permits_what_its_own_spec_has(category):
    for name in Attribute:
        allowed = permitted(name, (category,), VALUES[name])[0]
        assert allowed[VALUES[name].index(value_of(spec_of(category), name))]
        assert allowed.any()


def test_a_mug_has_one_material_and_any_pattern():
    assert CATEGORY_RULES[Category.MUG].materials == ("ceramic",)
    assert permitted(Attribute.MATERIAL, ("mug",), VALUES[Attribute.MATERIAL]).sum() == 1
    assert permitted(Attribute.PATTERN, ("mug",), VALUES[Attribute.PATTERN]).all()
    assert np.all(permitted(Attribute.CATEGORY, ("mug",), VALUES[Attribute.CATEGORY]))
