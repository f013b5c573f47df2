import re
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings

from design_gen.flat import coloured_svg, flat_svg, render_png, to_array
from models.attributes import Category, PatternKind
from models.errors import InvalidInput
from models.garment import Colour, Pattern
from tests.builders import greatcoat
from tests.design_gen.specs import COLOURS, spec_of, specs


@given(specs())
@settings(max_examples=40, deadline=None)
def test_svg_is_well_formed_and_holds_shapes_only(spec):
    for svg in (flat_svg(spec), flat_svg(spec, "back"), coloured_svg(spec)):
        tags = {element.tag.rsplit("}", 1)[-1] for element in ElementTree.fromstring(svg).iter()}
        assert tags <= {"svg", "defs", "pattern", "rect", "g", "path", "circle", "ellipse"}
        assert "nan" not in svg


@pytest.mark.parametrize("category", Category)
def test_a_flat_is_black_ink_on_white_with_free_margins(category):
    picture = to_array(flat_svg(spec_of(category)), 256)
    assert picture.shape == (256, 256, 3)
    assert np.ptp(picture.astype(int), axis=2).max() <= 2
    ink = picture.mean(axis=2) < 250
    assert 0.01 < ink.mean() < 0.35
    edge = np.concatenate([ink[:8], ink[-8:], ink[:, :8].T, ink[:, -8:].T])
    assert not edge.any()


@pytest.mark.parametrize("category", Category)
def test_the_lowest_part_stays_free_for_the_label(category):
    picture = to_array(flat_svg(spec_of(category)), 512).mean(axis=2)
    assert (picture[-round(512 * 0.083) :] > 250).all()


@pytest.mark.parametrize("category", Category)
def test_the_colour_of_the_spec_covers_most_of_the_drawing(category):
    teal = Colour("teal", "#10807a")
    picture = to_array(coloured_svg(spec_of(category, colour=teal), "#ff00ff"), 256).astype(int)
    drawn = np.abs(picture - (255, 0, 255)).sum(axis=2) > 60
    near = np.abs(picture - teal.rgb).sum(axis=2) < 40
    assert near[drawn].mean() > 0.5


@pytest.mark.parametrize("kind", [kind for kind in PatternKind if kind is not PatternKind.PLAIN])
def test_every_pattern_shows_its_second_colour(kind):
    cream, red = COLOURS[3], Colour("red", "#c01020")
    picture = to_array(
        coloured_svg(spec_of(Category.T_SHIRT, colour=cream, pattern=Pattern(kind, red)), "#808080"), 512
    )
    red_share = (np.abs(picture.astype(int) - red.rgb).sum(axis=2) < 90).mean()
    assert red_share > 0.004


@pytest.mark.parametrize("colour", [Colour("black", "#000000"), Colour("white", "#ffffff")])
def test_lines_are_seen_on_black_and_on_white(colour):
    picture = to_array(coloured_svg(greatcoat(colour=colour), "#808080"), 512).astype(int)
    inside = picture[120:380, 200:312].mean(axis=2)
    assert np.ptp(inside) > 60


def test_the_back_differs_from_the_front():
    assert flat_svg(greatcoat(), "front") != flat_svg(greatcoat(), "back")


def test_stitches_are_dashed_and_the_contour_is_the_heaviest_line():
    svg = flat_svg(greatcoat())
    widths = [float(width) for width in re.findall(r'stroke-width="([\d.]+)"', svg)]
    assert "stroke-dasharray" in svg
    assert widths[0] == max(widths)
    assert widths[0] > 2 * sorted(widths)[len(widths) // 2]


@pytest.mark.parametrize("background", ["red", "#fff", '#ffffff" onload="x', "", "#gggggg", "#ffffff\n"])
def test_backgrounds_that_are_no_colour_are_refused(background):
    with pytest.raises(InvalidInput, match="background"):
        coloured_svg(greatcoat(), background)


@pytest.mark.parametrize("size", [0, 15, 4097, -1])
def test_impossible_picture_sizes_are_refused(size):
    with pytest.raises(InvalidInput, match="size"):
        render_png(flat_svg(greatcoat()), size)


def test_a_png_has_the_size_asked_for():
    assert render_png(flat_svg(greatcoat()), 64)[16:24] == (64).to_bytes(4) * 2


@pytest.mark.parametrize("repeat", [17, 40, 73])
@pytest.mark.parametrize("size", [256, 300])
def test_stripes_run_through_without_hairlines_between_tiles(repeat, size):
    pattern = Pattern(PatternKind.STRIPES, COLOURS[2], repeat)
    picture = to_array(coloured_svg(spec_of(Category.CUSHION, colour=COLOURS[3], pattern=pattern)), size).astype(int)
    middle = picture[size // 3 : size // 2, size // 3 : -size // 3]
    assert np.ptp(middle, axis=1).max() <= 3
    assert np.ptp(middle[:, 0].mean(axis=1)) > 60
