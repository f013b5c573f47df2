import numpy as np
import pytest
from PIL import Image

from configs.load_lexicon import load_lexicon
from design_gen.attributes import BINDING, SURE, check_attributes, has_choice
from design_gen.check import COLOUR_LIMIT, Checker, check_colour, check_lines, check_not_blank, drawn_right
from design_gen.embedded.look import Look
from design_gen.embedded.render import flat_on_backdrop, garment_mask
from design_gen.finding import Check, Finding, in_words
from design_gen.recognise.vocabulary import VALUES, Attribute
from models.attributes import Category, Closure, Length, PatternKind
from models.garment import Colour, Pattern
from tests.builders import greatcoat
from tests.design_gen.specs import spec_of

LABEL = load_lexicon().label


def coloured(rgb, size=64):
    picture = np.full((size, size, 3), 240, np.uint8)
    mask = np.zeros((size, size), np.uint8)
    mask[16:48, 16:48] = 255
    picture[mask > 0] = rgb
    return picture, mask


class Sees:
    """A recogniser that sees the given values with the given probability, everything else as asked."""

    vocabulary = VALUES

    def __init__(self, spec, probability, **seen):
        self.spec, self.probability, self.seen = spec, probability, seen

    def chances(self, pictures):
        rows = {}
        for attribute, values in VALUES.items():
            asked = self.spec.pattern.kind if attribute is Attribute.PATTERN else getattr(self.spec, attribute)
            row = np.full(len(values), (1 - self.probability) / (len(values) - 1))
            row[values.index(self.seen.get(attribute.value, asked))] = self.probability
            rows[attribute] = np.stack([row] * len(pictures))
        return rows


def seen_as(spec, probability, **seen):
    (findings,) = check_attributes([np.zeros((64, 64, 3), np.uint8)], [spec], Sees(spec, probability, **seen))
    return {finding.name: finding for finding in findings}


def test_the_asked_colour_passes_and_another_fails():
    picture, mask = coloured((120, 40, 40))
    assert check_colour(picture, mask, (120, 40, 40)).passed
    assert not check_colour(picture, mask, (40, 40, 120)).passed


def test_stripes_in_a_second_colour_do_not_hide_the_first():
    picture, mask = coloured((120, 40, 40))
    picture[16:48:4][:, 16:48] = 250
    assert check_colour(picture, mask, (120, 40, 40)).passed


def test_a_garment_nowhere_to_be_seen_fails():
    picture, _ = coloured((120, 40, 40))
    assert not check_colour(picture, np.zeros((64, 64), np.uint8), (120, 40, 40)).passed


@pytest.mark.parametrize("picture", [np.zeros((64, 64, 3), np.uint8), np.full((64, 64, 3), np.nan)])
def test_blank_pictures_fail(picture):
    assert not check_not_blank(picture).passed


def test_a_specs_own_flat_has_its_colour_and_lines():
    spec = spec_of(Category.COAT)
    flat = flat_on_backdrop(spec, Look(), 256)
    assert all(
        finding.passed for finding in (*drawn_right(flat, garment_mask(spec, 256), spec), check_lines(flat, spec))
    )


def test_only_a_sure_eye_fails_a_picture_for_another_value():
    spec = greatcoat()
    assert not seen_as(spec, SURE + 0.01, length=Length.MIDI)["length"].passed
    assert seen_as(spec, SURE - 0.01, length=Length.MIDI)["length"].passed
    asked = seen_as(spec, SURE + 0.01)["length"]
    assert asked.passed
    assert (asked.asked, asked.seen) == ("knee", "knee")


@pytest.mark.parametrize("attribute", sorted(set(Attribute) - set(BINDING)))
def test_small_parts_and_cloth_are_told_but_never_fail_a_picture(attribute):
    spec = greatcoat()
    other = next(value for value in VALUES[attribute] if value != getattr(spec, attribute))
    found = seen_as(spec, 1.0, **{attribute.value: other})
    assert attribute not in found or found[attribute].passed


def test_what_the_category_decides_is_not_judged_again():
    scarf = spec_of(Category.SCARF)
    assert not has_choice(scarf, Attribute.SLEEVE)
    assert Attribute.SLEEVE.value not in seen_as(scarf, 1.0)
    assert Attribute.CATEGORY.value in seen_as(scarf, 1.0)


@pytest.mark.parametrize(("second", "passes"), [("#5e6440", True), ("#f1e9d8", False)])
def test_a_pattern_that_nobody_could_see_is_not_held_against_its_picture(second, passes):
    spec = greatcoat(pattern=Pattern(PatternKind.STRIPES, Colour("second", second), 60))
    assert seen_as(spec, 1.0, pattern=PatternKind.PLAIN)["pattern"].passed is passes


def test_a_value_newer_than_the_weights_is_never_held_against_a_picture():
    spec = greatcoat()
    older = {name: tuple(v for v in values if v != Closure.DOUBLE_BREASTED) for name, values in VALUES.items()}
    eye = Sees(spec, 1.0)
    rows = {name: np.eye(1, len(values)) for name, values in older.items()}
    eye.vocabulary, eye.chances = older, lambda pictures: rows
    (findings,) = check_attributes([np.zeros((64, 64, 3), np.uint8)], [spec], eye)
    assert next(one for one in findings if one.name == "closure").passed


def test_every_check_of_a_picture_is_told_with_numbers_and_words():
    spec = greatcoat()
    picture = Image.fromarray(flat_on_backdrop(spec, Look(), 256))
    (checked,) = Checker()([picture], [spec])
    names = [finding.name for finding in checked.findings]
    assert len(names) == len(set(names))
    assert set(names) <= set(Check)
    assert {Check.NOT_BLANK, Check.COLOUR, Check.CATEGORY, Check.LINES, Check.REPETITION, Check.SAFETY} <= set(names)
    assert checked.print.spec == spec.fingerprint
    for finding in checked.findings:
        for language in ("zh", "en"):
            assert in_words(finding.to_json(), LABEL, language)


def test_a_blank_picture_fails_for_what_it_lacks():
    spec = greatcoat()
    (checked,) = Checker()([Image.new("RGB", (256, 256), (200, 200, 200))], [spec])
    failed = {finding.name for finding in checked.findings if not finding.passed}
    assert {Check.NOT_BLANK, Check.COLOUR, Check.LINES} <= failed


def test_two_pictures_of_one_call_repeat_each_other_only_under_different_specs():
    spec, other = greatcoat(), greatcoat(closure=Closure.BUTTONS)
    picture = Image.fromarray(flat_on_backdrop(spec, Look(), 256))
    for second, passes in ((other, False), (spec, True)):
        found = Checker()([picture, picture], [spec, second])
        repeated = [next(f for f in one.findings if f.name == Check.REPETITION).passed for one in found]
        assert repeated == [True, passes]


def test_reasons_name_what_was_asked_and_seen_in_both_languages():
    row = Finding("length", 0.972, SURE, False, "knee", "midi").to_json()
    assert (
        in_words(row, LABEL, "en") == f"length: {LABEL('length', 'knee', 'en')} asked for, midi seen with 97% certainty"
    )
    assert LABEL("length", "knee", "zh") in in_words(row, LABEL, "zh")
    colour = Finding("colour", 14.21, COLOUR_LIMIT, False, "olive").to_json()
    assert "14.2" in in_words(colour, LABEL, "en")
    assert LABEL("colour", "olive", "zh") in in_words(colour, LABEL, "zh")


@pytest.mark.parametrize("row", [
    {"name": "colour", "value": 4.1, "limit": 10.0, "passed": True},
    {"name": "of_another_time", "value": 1, "limit": 2, "passed": True},
    {"name": "of_another_time", "value": None, "limit": None, "passed": True},
])  # fmt: skip
def test_findings_of_older_pictures_can_still_be_told(row):
    assert in_words(row, LABEL, "en")
