import numpy as np
import pytest

from design_gen.colour import delta_e, nearest_colours, rgb_to_lab, seen_colours
from models.cielab import to_lab
from models.errors import InvalidInput
from models.garment import Colour

PALETTE = (Colour("red", "#c61f2d"), Colour("navy", "#1c2947"), Colour("cream", "#f4e7c5"))


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


@pytest.mark.parametrize("rgb", [(0, 0, 0), (255, 255, 255), (18, 200, 77), (193, 154, 107)])
def test_one_colour_and_a_whole_picture_are_converted_alike(rgb):
    assert rgb_to_lab(np.array([rgb], np.uint8))[0] == pytest.approx(to_lab(rgb), abs=1e-9)


def test_a_colour_goes_by_the_name_of_the_nearest():
    lab = rgb_to_lab(np.array([[30, 40, 80], [200, 40, 40]], np.uint8))
    assert [colour.name for colour, _ in nearest_colours(lab, PALETTE)] == ["navy", "red"]


def test_without_a_palette_no_colour_has_a_name():
    with pytest.raises(InvalidInput):
        nearest_colours(np.zeros((1, 3)), ())


def test_a_garments_colours_are_named_by_area_and_shadows_do_not_matter():
    picture = np.full((40, 40, 3), 255, np.uint8)
    picture[10:30, 10:22] = (198, 31, 45)
    picture[10:30, 22:30] = (28, 41, 71)
    picture[10:20, 10:22] = (150, 24, 34)  # the red in a fold's shadow
    mask = np.zeros((40, 40), np.uint8)
    mask[10:30, 10:30] = 255
    seen = seen_colours(picture, mask, PALETTE)
    assert [(colour.name, round(share, 2)) for colour, share in seen] == [("red", 0.6), ("navy", 0.4)]
    assert seen_colours(picture, np.zeros_like(mask), PALETTE) == []


def test_lightness_counts_half_in_textiles():
    dark, light, hue = np.array([[40.0, 20, 10]]), np.array([[50.0, 20, 10]]), np.array([[40.0, 10, 20]])
    assert delta_e(dark, light, textile=True)[0] == pytest.approx(delta_e(dark, light)[0] / 2)
    assert delta_e(dark, hue, textile=True)[0] == pytest.approx(delta_e(dark, hue)[0])
