from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from configs.load_lexicon import load_lexicon
from design_gen.coverage import coverage
from design_gen.distance import Looks, distance, least_distance
from design_gen.spec import specs_for
from models.attributes import Category
from models.category_rules import CATEGORY_RULES
from models.errors import InvalidInput, NotFound
from models.lexicon import ATTRIBUTES, TermKind
from tests.design_gen.specs import specs
from tests.lexicons import SMALL

LEXICON = load_lexicon()
COLOURS = [term.key for term in LEXICON.of_kind(TermKind.COLOUR)]
STYLES = LEXICON.of_kind(TermKind.STYLE)
RULED = {
    "length": "lengths",
    "sleeve": "sleeves",
    "collar": "collars",
    "closure": "closures",
    "pockets": "pockets",
    "material": "materials",
}
values = {name.value: st.lists(st.sampled_from(list(kind)), max_size=4) for name, kind in ATTRIBUTES.items()}
values["colour"] = st.lists(st.sampled_from(COLOURS), max_size=6)
values["occasion"] = st.lists(st.sampled_from(["winter", "summer", "work"]), max_size=2)
meanings = st.fixed_dictionaries({}, optional={k: v.map(lambda xs: tuple(map(str, xs))) for k, v in values.items()})


def follows(spec, meaning):
    rule = CATEGORY_RULES[spec.category]
    for name, plural in RULED.items():
        asked = set(meaning.get(name, ())) & set(getattr(rule, plural))
        if asked and getattr(spec, name) not in asked:
            return False
    for name in ("category", "fit", "trim"):
        if meaning.get(name) and getattr(spec, name) not in meaning[name]:
            return False
    return not meaning.get("colour") or spec.colour.name in meaning["colour"]


@given(meanings, st.integers(1, 12), st.integers(0, 2**31))
@settings(max_examples=60, deadline=None)
def test_specs_are_distinct_and_follow_the_meaning_wherever_the_category_permits(meaning, n, seed):
    made = specs_for(meaning, n, seed, LEXICON.colour)
    assert 1 <= len(made) <= n
    assert len({spec.fingerprint for spec in made}) == len(made)
    assert all(follows(spec, meaning) for spec in made)
    assert all(distance(a, b) >= 0.025 for a, b in combinations(made, 2))


@given(meanings, st.integers(0, 2**31))
@settings(max_examples=20, deadline=None)
def test_the_same_seed_gives_the_same_specs(meaning, seed):
    assert specs_for(meaning, 5, seed, LEXICON.colour) == specs_for(meaning, 5, seed, LEXICON.colour)


def test_another_seed_gives_other_specs():
    assert specs_for({}, 6, 1, LEXICON.colour) != specs_for({}, 6, 2, LEXICON.colour)


@pytest.mark.parametrize("style", STYLES, ids=lambda term: term.key)
def test_every_style_of_the_lexicon_gives_a_dozen_specs_over_its_categories(style):
    made = specs_for(style.implies, 12, 3, LEXICON.colour)
    assert len(made) == 12
    categories = set(style.implies.get("category", ()))
    assert categories <= {spec.category for spec in made}


def test_a_palette_trend_gives_several_categories_all_in_its_palette():
    maillard = LEXICON.terms[TermKind.STYLE, "maillard"].implies
    made = specs_for(maillard, 20, 7, LEXICON.colour)
    assert {spec.colour.name for spec in made} == set(maillard["colour"])
    assert len({spec.category for spec in made}) >= 5


def test_a_military_greatcoat_trend_gives_double_breasted_olive_greatcoats():
    meaning = LEXICON.terms[TermKind.CATEGORY, "greatcoat"].implies | {"category": ("greatcoat",)}
    made = specs_for(meaning, 10, 7, LEXICON.colour)
    assert {spec.category for spec in made} == {Category.GREATCOAT}
    assert {spec.closure for spec in made} == {"double_breasted"}
    assert {spec.colour.name for spec in made} <= {"olive", "army_green"}


def test_a_winter_trend_without_a_category_gives_winter_things():
    made = specs_for({"occasion": ("winter",)}, 12, 7, LEXICON.colour)
    assert not {spec.category for spec in made} & {Category.SHORTS, Category.TANK_TOP, Category.T_SHIRT}


def test_excluded_fingerprints_do_not_come_back():
    first = specs_for({"category": ("mug",)}, 10, 7, LEXICON.colour)
    again = specs_for({"category": ("mug",)}, 10, 7, LEXICON.colour, exclude={spec.fingerprint for spec in first})
    assert not {spec.fingerprint for spec in first} & {spec.fingerprint for spec in again}


@given(meanings, st.integers(0, 2**31))
@settings(max_examples=40, deadline=None)
def test_every_value_that_a_category_permits_comes_up_once_there_is_a_spec_for_each(meaning, seed):
    named = sum(len(set(values)) for values in meaning.values())
    made = specs_for(meaning, max(1, named), seed, LEXICON.colour)
    shown = coverage(meaning, made)
    if len(made) >= named:  # fewer come back where the meaning leaves no further spec
        assert set(shown.missing) <= {"trim"}  # two specs that differ in their trim alone count as alike


def test_coverage_tells_what_no_category_of_the_meaning_can_have():
    meaning = {"category": ("scarf",), "sleeve": ("long",), "colour": ("red", "navy"), "material": ("wool",)}
    shown = coverage(meaning, specs_for(meaning, 1, 7, LEXICON.colour))
    assert shown.impossible == {"sleeve": ("long",)}
    assert shown.missing == {"colour": ("navy",)}
    assert shown.to_json()["asked"]["material"] == ["wool"]


def test_specs_keep_their_distance_from_those_beside_them():
    beside = specs_for({"category": ("coat",)}, 40, 7, LEXICON.colour)
    made = specs_for({"category": ("coat",)}, 40, 7, LEXICON.colour, beside=beside)
    assert least_distance([*beside, *made]) >= 0.025


def test_what_is_not_makeable_is_asked_once_and_left_out():
    asked = []

    def makeable(spec):
        asked.append(spec.fingerprint)
        return spec.material != "leather"

    made = specs_for({"category": ("coat", "boots")}, 40, 7, LEXICON.colour, makeable=makeable)
    assert len(made) == 40
    assert "leather" not in {spec.material for spec in made}
    assert len(asked) == len(set(asked))


def test_chosen_specs_are_wider_apart_than_specs_at_random():
    chosen = specs_for({"category": ("dress",)}, 30, 7, LEXICON.colour)
    at_random = [specs_for({"category": ("dress",)}, 1, seed, LEXICON.colour)[0] for seed in range(30)]
    assert least_distance(chosen) > 2 * least_distance(at_random)


@given(st.lists(specs(), min_size=1, max_size=8), specs())
@settings(max_examples=30, deadline=None)
def test_the_nearest_of_many_is_the_least_of_the_distances(others, spec):
    assert Looks.of(others).nearest([spec])[0] == min(distance(spec, other) for other in others)


def test_a_meaning_with_few_possibilities_gives_fewer_specs_than_asked():
    meaning = {"category": ("mug",), "colour": ("red",), "pattern": ("plain",), "fit": ("regular",), "trim": ("none",)}
    assert len(specs_for(meaning, 50, 7, LEXICON.colour)) == 1


def test_a_lexicon_of_three_colours_is_enough():
    assert len(specs_for({}, 10, 7, SMALL.colour)) == 10


@pytest.mark.parametrize("n", [0, -1, 2_001])
def test_an_impossible_number_of_specs_is_refused(n):
    with pytest.raises(InvalidInput, match="specs asked for"):
        specs_for({}, n, 7, LEXICON.colour)


def test_an_unknown_value_is_refused_by_name():
    with pytest.raises(InvalidInput, match="category 'spaceship'"):
        specs_for({"category": ("spaceship",)}, 1, 7, LEXICON.colour)


def test_an_unknown_colour_is_not_found():
    with pytest.raises(NotFound, match="ultraviolet"):
        specs_for({"colour": ("ultraviolet",)}, 1, 7, LEXICON.colour)


@given(specs(), specs())
@settings(max_examples=60, deadline=None)
def test_distance_is_symmetric_bounded_and_zero_for_the_same_spec(a, b):
    assert distance(a, b) == distance(b, a)
    assert 0 <= distance(a, b) <= 1
    assert distance(a, a) == 0


def test_tailored_coats_are_mostly_plain_unless_a_pattern_is_asked_for():
    made = specs_for({"category": ("greatcoat",)}, 12, 7, LEXICON.colour)
    assert {spec.pattern.kind for spec in made} <= {"plain", "check", "tartan", "pinstripes"}
    assert sum(spec.pattern.kind == "plain" for spec in made) >= 6
    floral = specs_for({"category": ("greatcoat",), "pattern": ("floral",)}, 4, 7, LEXICON.colour)
    assert {spec.pattern.kind for spec in floral} == {"floral"}
