import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.attributes import Category, Closure, Collar, Length, Material, PatternKind, Pockets, Sleeve, Trim
from models.category_rules import CATEGORY_RULES
from models.errors import InvalidSpec
from models.garment import Colour, GarmentSpec, Pattern

OLIVE, BRASS_YELLOW = Colour("olive", "#62643a"), Colour("mustard", "#d4a528")


@st.composite
def specs(draw):
    category = draw(st.sampled_from(list(Category)))
    rule = CATEGORY_RULES[category]
    kind = draw(st.sampled_from(list(PatternKind)))
    pattern = Pattern() if kind is PatternKind.PLAIN else Pattern(kind, BRASS_YELLOW, draw(st.integers(4, 400)))
    return GarmentSpec(
        category, OLIVE, draw(st.sampled_from(rule.materials)), draw(st.sampled_from(rule.lengths)),
        draw(st.sampled_from(rule.sleeves)), draw(st.sampled_from(rule.collars)), draw(st.sampled_from(rule.closures)),
        draw(st.sampled_from(rule.pockets)), pattern=pattern, trim=draw(st.sampled_from(list(Trim))),
    )  # fmt: skip


@given(specs())
def test_a_spec_survives_json_and_keeps_its_fingerprint(spec):
    again = GarmentSpec.from_json(json.loads(json.dumps(spec.to_json())))
    assert again == spec
    assert again.fingerprint == spec.fingerprint


def test_every_category_has_a_rule_with_sizes_and_materials():
    assert set(CATEGORY_RULES) == set(Category)
    assert all(rule.sizes and rule.materials for rule in CATEGORY_RULES.values())


def test_a_scarf_has_no_sleeve():
    with pytest.raises(InvalidSpec, match="a scarf cannot have sleeve long"):
        GarmentSpec(Category.SCARF, OLIVE, Material.WOOL, sleeve=Sleeve.LONG)


VALID = GarmentSpec(
    Category.GREATCOAT, OLIVE, Material.WOOL, Length.KNEE, Sleeve.LONG, Collar.LAPEL, Closure.DOUBLE_BREASTED,
    Pockets.FLAP, trim=Trim.BRASS,
).to_json()  # fmt: skip


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 99}, "spec version 99 is newer than 2"),
        ({"category": "spaceship"}, "category 'spaceship' is unknown"),
        ({"collar": "x" * 10_000}, "collar 'xxxx"),
        ({"colour": {"name": "olive"}}, "colour needs a name and a hex value"),
        ({"colour": {"name": "<script>", "hex": "#000000"}}, "is not a lexicon key"),
        ({"colour": {"name": "olive", "hex": "red"}}, "is not #rrggbb"),
        ({"pattern": {"kind": "stripes"}}, "needs a second colour"),
        ({"pattern": "stripes"}, "pattern is a JSON object"),
        ({"pattern": {"kind": "dots", "second": VALID["colour"], "repeat_mm": 10**9}}, "outside 4-400 mm"),
        ({"engine": "v8"}, "unknown spec keys: 'engine'"),
    ],
)
def test_a_hostile_spec_gets_one_clear_line(change, message):
    with pytest.raises(InvalidSpec, match=message) as caught:
        GarmentSpec.from_json({**VALID, **change})
    assert len(str(caught.value)) < 400


def test_a_spec_without_its_essentials_says_so():
    with pytest.raises(InvalidSpec, match="a spec needs category, material"):
        GarmentSpec.from_json({"version": 1, "colour": {"name": "olive", "hex": "#62643a"}})
