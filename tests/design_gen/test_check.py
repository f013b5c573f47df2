import json

import numpy as np
import pytest
from PIL import Image

from design_gen.check import (
    check_colour,
    check_not_blank,
    check_picture,
    check_repetition,
    delta_e,
    perceptual_hash,
    rgb_to_lab,
)
from design_gen.embedded.look import Look
from design_gen.embedded.render import flat_on_backdrop
from models.attributes import Category
from tests.design_gen.specs import spec_of


# Pairs 1, 7, 13, 17, 22 and 25 of the table in Sharma, Wu and Dalal (2005).
@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((50, -0.001, 2.49), (50, 0.0011, -2.49), 4.7461),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((63.0109, -31.0961, -5.8663), (62.8187, -29.7946, -4.0864), 1.2630),
        ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_colour_distance_agrees_with_the_published_table(first, second, expected):
    assert delta_e(np.array([first], float), np.array([second], float))[0] == pytest.approx(expected, abs=2e-4)


def test_srgb_red_has_its_known_lab_value():
    assert rgb_to_lab(np.array([[255, 0, 0]], np.uint8))[0] == pytest.approx([53.24, 80.09, 67.20], abs=0.02)


def coloured(rgb, size=64):
    picture = np.full((size, size, 3), 240, np.uint8)
    mask = np.zeros((size, size), np.uint8)
    mask[16:48, 16:48] = 255
    picture[mask > 0] = rgb
    return picture, mask


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


def test_only_the_later_of_two_equal_pictures_is_a_repetition():
    picture, _ = coloured((120, 40, 40))
    other = np.random.default_rng(0).integers(0, 255, picture.shape, np.uint8)
    assert [finding.passed for finding in check_repetition([picture, other, picture])] == [True, True, False]


def test_the_hash_survives_a_small_change_of_brightness():
    picture = np.random.default_rng(1).integers(20, 200, (96, 96, 3), np.uint8)
    assert (perceptual_hash(picture) ^ perceptual_hash(picture + 6)).bit_count() <= 4


def test_a_specs_own_flat_passes_and_its_findings_are_json():
    spec = spec_of(Category.COAT)
    findings = check_picture(Image.fromarray(flat_on_backdrop(spec, Look(), 128)), spec)
    assert all(finding.passed for finding in findings)
    assert json.loads(json.dumps([finding.to_json() for finding in findings]))[1]["name"] == "colour"
