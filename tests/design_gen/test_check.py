import json

import numpy as np
import pytest
from PIL import Image

from design_gen.check import (
    check_colour,
    check_not_blank,
    check_picture,
    check_repetition,
    perceptual_hash,
)
from design_gen.embedded.look import Look
from design_gen.embedded.render import flat_on_backdrop
from models.attributes import Category
from tests.design_gen.specs import spec_of


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
