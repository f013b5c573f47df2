import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.attributes import (
    Artwork,
    Category,
    Closure,
    Collar,
    Length,
    Material,
    PatternKind,
    Pockets,
    Sleeve,
    Trim,
    Turn,
)
from models.category_rules import CATEGORY_RULES
from models.errors import InvalidSpec, NotFound
from models.garment import COVERS, TURNS, Colour, GarmentSpec, Pattern

OLIVE, BRASS_YELLOW = Colour("olive", "#62643a"), Colour("mustard", "#d4a528")


@st.composite
def patterns(draw, kind):
    low, _, high = COVERS.get(kind, (0, None, 0))
    return Pattern(
        kind, BRASS_YELLOW, draw(st.integers(4, 400)),
        draw(st.none() | st.integers(low, high)) if kind in COVERS else None,
        draw(st.none() | st.sampled_from(TURNS[kind])) if kind in TURNS else None,
        draw(st.none() | st.sampled_from(Artwork)) if kind is PatternKind.CHEST_PRINT else None,
    )  # fmt: skip


@st.composite
def specs(draw):
    category = draw(st.sampled_from(list(Category)))
    rule = CATEGORY_RULES[category]
    kind = draw(st.sampled_from(list(PatternKind)))
    pattern = Pattern() if kind is PatternKind.PLAIN else draw(patterns(kind))
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


STRIPES = {"kind": "stripes", "second": VALID["colour"]}
DEEP: list = []
for _ in range(100_000):  # str() or repr() of this overflows the stack
    DEEP = [DEEP]


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
        ({"version": None}, "a spec says its version, 2 or lower, not nothing"),
        ({"version": True}, "not True"),
        ({"version": "2"}, "not '2'"),
        ({"version": 10**400}, "a number without end is newer"),
        ({"version": float("nan")}, "not nan"),
        ({"category": ["coat"]}, "category a list is unknown"),
        ({"category": DEEP}, "category a list is unknown"),
        ({"category": "Greatcoat"}, "category 'Greatcoat' is unknown"),
        ({"material": None}, "material nothing is unknown"),
        ({"material": 7}, "material 7 is unknown"),
        ({"length": "none"}, "cannot have length none; it may have knee, midi"),
        ({"closure": "zip"}, "a greatcoat cannot have closure zip"),
        ({"colour": "olive"}, "colour needs a name and a hex value, not 'olive'"),
        ({"colour": {"name": "olive", "hex": 0x5B613A}}, "both as text"),
        ({"colour": {"name": "olive", "hex": "#5b613a", "alpha": 0.5}}, "unknown colour keys: 'alpha'"),
        ({"colour": {"name": "\ud800", "hex": "#5b613a"}}, "is not a lexicon key"),
        ({"colour": DEEP}, "not a list"),
        ({"pattern": {**STRIPES, "repeat_mm": -60}}, "-60 mm is outside"),
        ({"pattern": {**STRIPES, "repeat_mm": 60.5}}, "repeat_mm is a whole number, not 60.5"),
        ({"pattern": {**STRIPES, "repeat_mm": float("nan")}}, "whole number, not nan"),
        ({"pattern": {**STRIPES, "repeat_mm": float("inf")}}, "whole number, not inf"),
        ({"pattern": {**STRIPES, "repeat_mm": True}}, "whole number, not True"),
        ({"pattern": {**STRIPES, "repeat_mm": 10**400}}, "a number without end mm is outside"),
        ({"pattern": {**STRIPES, "cover_pct": 95}}, "covers 10-80% of the repeat, not 95%"),
        ({"pattern": {**STRIPES, "turn": "sideways"}}, "pattern turn 'sideways' is unknown"),
        ({"pattern": {**STRIPES, "artwork": "moon"}}, "cannot have artwork moon; it has none"),
        (
            {"pattern": {**STRIPES, "kind": "check", "turn": "along"}},
            "cannot have turn along; it may have across, bias",
        ),
        ({"pattern": {**STRIPES, "kind": "camouflage", "cover_pct": 30}}, "has no cover_pct"),
        ({"pattern": {**STRIPES, "scale": 2}}, "unknown pattern keys: 'scale'"),
        ({"pattern": {"kind": "plain", "second": VALID["colour"]}}, "has no second colour"),
        ({7: "seven"}, "unknown spec keys: 7"),
        ({"engine": "v8"}, "unknown spec keys: 'engine'"),
    ],
)
def test_a_hostile_spec_gets_one_clear_line(change, message):
    with pytest.raises(InvalidSpec, match=re.escape(message)) as caught:
        GarmentSpec.from_json({**VALID, **change})
    assert len(str(caught.value)) < 400


def test_a_spec_without_its_essentials_says_so():
    with pytest.raises(InvalidSpec, match="a spec needs category, material"):
        GarmentSpec.from_json({"version": 1, "colour": {"name": "olive", "hex": "#62643a"}})


@pytest.mark.parametrize("data", [None, [], "olive coat", 7, float("nan"), DEEP], ids=lambda data: type(data).__name__)
def test_what_is_no_object_is_no_spec(data):
    with pytest.raises(InvalidSpec, match="a spec is a JSON object, not"):
        GarmentSpec.from_json(data)


def test_a_spec_of_version_one_reads_with_the_usual_pattern():
    old = {**VALID, "version": 1, "pattern": {"kind": "stripes", "second": VALID["colour"], "repeat_mm": 40}}
    read = GarmentSpec.from_json(old)
    assert (read.pattern.cover_pct, read.pattern.turn, read.pattern.artwork) == (45, Turn.ACROSS, None)
    assert read.to_json()["version"] == 2


def test_a_pattern_that_says_the_usual_equals_one_that_leaves_it_out():
    assert Pattern(PatternKind.DOTS, OLIVE, 60, 34) == Pattern(PatternKind.DOTS, OLIVE)
    assert Pattern(PatternKind.CHEST_PRINT, OLIVE, artwork=Artwork.MOUNTAINS) == Pattern(PatternKind.CHEST_PRINT, OLIVE)


def test_a_colour_may_be_given_by_name_where_names_are_known():
    def named(name):
        if name != "olive":
            raise NotFound("colour", name)
        return OLIVE

    assert GarmentSpec.from_json({**VALID, "colour": "olive"}, named).colour == OLIVE
    with pytest.raises(InvalidSpec, match="colour 'ultraviolet' is no named colour"):
        GarmentSpec.from_json({**VALID, "colour": "ultraviolet"}, named)


def test_a_hex_value_in_capitals_is_the_same_colour():
    assert GarmentSpec.from_json({**VALID, "colour": {"name": "olive", "hex": "#62643A"}}).colour == OLIVE


def test_a_colour_knows_its_cielab_value():
    assert Colour("white", "#ffffff").lab == pytest.approx((100, 0, 0), abs=0.02)
