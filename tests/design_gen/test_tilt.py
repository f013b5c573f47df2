"""What was learned tilts the designs of the next batch, and only the treated ones."""

import hashlib
from collections import Counter
from itertools import combinations

import pytest

from configs.load_lexicon import load_lexicon
from design_gen.arms import Share, draw_designs
from design_gen.distance import distance
from design_gen.spec import LEAST_DISTANCE, specs_for
from design_gen.tilt import Tilt
from models.design import SpecArm
from models.garment import GarmentSpec
from models.learned import LearnedEffect, LearnedEffects
from models.lexicon import TermKind

LEXICON = load_lexicon()
COATS = {"category": ("coat",), "colour": ("olive", "navy", "camel", "black"), "material": ("wool", "cotton", "nylon")}
SELLS = LearnedEffects(
    3,
    (
        LearnedEffect("colour", "camel", 1.5, 0.1, 40),
        LearnedEffect("colour", "olive", -1.5, 0.1, 40),
        LearnedEffect("pattern", "check", 1.5, 0.1, 40),
        LearnedEffect("pattern", "plain", -0.5, 0.1, 40),
    ),
    {"colour": 0.2, "pattern": 0.2},
)
GOLDEN = {
    "nothing": ({}, "0483dac3d767402556032449e5f8577ee57c123a1813bd9d2c56faf46b7f866b"),
    "maillard": (
        LEXICON.terms[TermKind.STYLE, "maillard"].implies,
        "147bbf79f72d5ef4692d6093aaef6bf069f13653fc729e557ac3455427f7fafa",
    ),
    "winter": (
        {"occasion": ("winter",), "colour": ("olive", "navy"), "material": ("wool",)},
        "36cca7c922fbea07e1b366b170f85b99efbef50be545e44c339f0953af982aba",
    ),
}


def draw(learned=SELLS, control_share=0.25, designs=40, seed=7, meaning=COATS):
    shares = [Share(1, meaning, designs // 2), Share(2, meaning, designs - designs // 2)]
    return draw_designs(shares, seed, LEXICON.colour, lambda spec: True, learned, control_share)


def share_of(drawn, arm, colour):
    counts = Counter(one.spec.colour.name for one in drawn if one.arm is arm)
    return counts[colour] / counts.total()


@pytest.mark.parametrize("name", list(GOLDEN))
def test_without_learning_the_specs_are_those_of_ever(name):
    """Digests computed before learning existed."""
    meaning, digest = GOLDEN[name]
    made = specs_for(meaning, 24, 11, LEXICON.colour)
    assert hashlib.sha256("".join(spec.fingerprint for spec in made).encode()).hexdigest() == digest


def test_what_sells_comes_up_more_often_among_the_treated_and_not_in_the_control():
    drawn = [one for seed in range(6) for one in draw(seed=seed)]
    plain = [one for seed in range(6) for one in draw(None, seed=seed)]
    before = share_of(plain, SpecArm.PLAIN, "camel")
    assert share_of(drawn, SpecArm.TREATED, "camel") > 1.8 * before
    assert share_of(drawn, SpecArm.TREATED, "olive") < 0.5 * share_of(plain, SpecArm.PLAIN, "olive")
    assert share_of(drawn, SpecArm.CONTROL, "camel") == pytest.approx(before, abs=0.12)
    checked = [one.arm for one in drawn if one.spec.pattern.kind == "check"]
    treated = sum(one.arm is SpecArm.TREATED for one in drawn) / len(drawn)
    assert checked.count(SpecArm.TREATED) / len(checked) > treated


def test_the_control_is_what_the_batch_would_have_been():
    plain = {one.spec.fingerprint for one in draw(None)}
    controls = [one for one in draw() if one.arm is SpecArm.CONTROL]
    assert len(controls) in (10, 11)
    assert {one.spec.fingerprint for one in controls} <= plain
    assert all(one.tilt is None for one in controls)


@pytest.mark.parametrize(("share", "arms"), [(0.0, {SpecArm.TREATED}), (1.0, {SpecArm.CONTROL})])
def test_the_share_may_be_none_or_all(share, arms):
    assert {one.arm for one in draw(control_share=share)} == arms


def test_a_tenth_of_small_batches_is_a_tenth_in_the_long_run():
    drawn = [one for seed in range(60) for one in draw(control_share=0.1, designs=4, seed=seed)]
    controls = sum(one.arm is SpecArm.CONTROL for one in drawn)
    assert 12 <= controls <= 36  # 24 expected


def test_variety_and_the_trend_stay():
    specs = [one.spec for one in draw()]
    assert len(specs) == 40
    assert all(distance(a, b) >= LEAST_DISTANCE for a, b in combinations(specs, 2))
    assert {spec.colour.name for spec in specs} == set(COATS["colour"])
    assert {spec.category.value for spec in specs} == {"coat"}


def test_nothing_unmakeable_is_drawn():
    drawn = draw_designs([Share(1, COATS, 12)], 3, LEXICON.colour, lambda spec: spec.material == "wool", SELLS, 0.2)
    assert {one.spec.material.value for one in drawn} == {"wool"}


def test_a_draw_replays_from_its_version_and_seed():
    stored = [(one.spec.to_json(), one.tilt.to_json() if one.tilt else None) for one in draw()]
    assert stored == [(one.spec.to_json(), one.tilt.to_json() if one.tilt else None) for one in draw()]
    treated = [one for one in draw() if one.tilt]
    again = Tilt.from_json(treated[0].tilt.to_json(), LearnedEffects.from_json(SELLS.to_json()))
    names = [("colour", "camel"), ("pattern", "check"), ("fit", "slim")]
    assert [again.factor(*name) for name in reversed(names)] == [treated[0].tilt.factor(*name) for name in names][::-1]
    assert len({one.tilt.seed for one in treated}) == len(treated)
    with pytest.raises(ValueError, match="version 3"):
        Tilt.from_json(treated[0].tilt.to_json(), LearnedEffects(4, (), {}))


def test_a_value_that_nobody_tried_is_drawn_around_its_usual_weight():
    factors = [Tilt(SELLS, seed).factor("colour", "pink") for seed in range(400)]
    assert sum(factor > 1 for factor in factors) == pytest.approx(200, abs=50)
    assert all(0.04 < factor < 21 for factor in [Tilt(SELLS, 1).factor("colour", "camel"), *factors])


def test_stored_specs_are_read_as_ever():
    assert GarmentSpec.from_json(draw()[0].spec.to_json()) == draw()[0].spec
