import io
import json
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from design_gen.label import DIGITAL_SOURCE, Mark, label_picture, read_marks
from models.errors import InvalidInput
from tests.builders import tiny_png

MARK = Mark.of({"seed": 7, "prompt": "wool greatcoat"}, "demandloom 0.1 / embedded net")


def blank(width=256, height=256, colour="#d8d0c0"):
    return Image.new("RGB", (width, height), colour)


def opened(png):
    picture = Image.open(io.BytesIO(png))
    picture.load()
    return picture


def test_marks_are_read_back():
    assert read_marks(label_picture(blank(), MARK)) == MARK


@given(st.dictionaries(st.text(max_size=8), st.integers() | st.text(max_size=8), max_size=4))
def test_the_mark_follows_the_recipe_whatever_the_order_of_its_keys(recipe):
    assert Mark.of(recipe) == Mark.of(dict(reversed(list(recipe.items()))))
    assert Mark.of(recipe) != Mark.of({**recipe, "further": 1})


def test_metadata_says_ai_to_both_readers():
    text = opened(label_picture(blank(), MARK)).text
    root = ElementTree.fromstring(text["XML:com.adobe.xmp"])
    attributes = {k.rsplit("}", 1)[-1]: v for element in root.iter() for k, v in element.attrib.items()}
    assert attributes["DigitalSourceType"] == DIGITAL_SOURCE
    assert json.loads(attributes["AIGC"])["Label"] == "1"
    assert json.loads(text["AIGC"])["ProduceID"] == MARK.recipe_hash


def test_hostile_generator_names_stay_data():
    mark = Mark('x" onload="<script>&', "0" * 64)
    png = label_picture(blank(), mark)
    assert read_marks(png) == mark
    ElementTree.fromstring(opened(png).text["XML:com.adobe.xmp"])


@pytest.mark.parametrize("size", [(256, 256), (512, 512), (1024, 1024), (400, 300), (300, 700)])
@pytest.mark.parametrize("colour", ["#ffffff", "#000000", "#808080"])
def test_the_visible_label_stands_inside_the_picture_with_strong_contrast(size, colour):
    picture = np.asarray(opened(label_picture(blank(*size, colour), MARK)))
    assert picture.shape == (size[1], size[0], 3)
    band = picture[-round(min(size) * 0.08) :].astype(float).mean(axis=2)
    ink = band > 200
    columns = np.flatnonzero(ink.any(axis=0))
    assert columns.min() > 0
    assert columns.max() < size[0] - 1
    assert np.ptp(columns) > 0.8 * min(size)
    assert np.median(band) < 70


def test_chinese_words_are_at_least_5_percent_of_the_shorter_side_high():
    for side in (256, 512, 1000):
        picture = np.asarray(opened(label_picture(blank(side, side), MARK))).astype(float).mean(axis=2)
        band = picture[-round(side * 0.085) :, : round(side * 0.4)]
        rows = np.flatnonzero((band > 170).any(axis=1))
        assert np.ptp(rows) + 1 >= 0.05 * side


def test_the_rest_of_the_picture_is_untouched():
    noise = np.random.default_rng(3).integers(0, 256, (256, 256, 3), dtype=np.uint8)
    labelled = np.asarray(opened(label_picture(Image.fromarray(noise), MARK)))
    assert np.array_equal(labelled[:230], noise[:230])


def test_labelling_twice_gives_the_same_bytes():
    assert label_picture(blank(), MARK) == label_picture(blank(), MARK)


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "CMYK"])
def test_any_kind_of_picture_can_be_labelled(mode):
    assert read_marks(label_picture(blank().convert(mode), MARK)) == MARK


@pytest.mark.parametrize("size", [(64, 256), (127, 127), (1, 1), (9000, 200)])
def test_pictures_whose_label_could_not_be_read_are_refused(size):
    with pytest.raises(InvalidInput, match="can be labelled"):
        label_picture(blank(*size), MARK)


@pytest.mark.parametrize("generator", ["", "x" * 121, "a\nb", "模型"])
def test_unusable_generator_names_are_refused(generator):
    with pytest.raises(InvalidInput):
        Mark(generator, "0" * 64)


@pytest.mark.parametrize("recipe_hash", ["", "0" * 63, "G" * 64, "0" * 64 + "\n"])
def test_unusable_hashes_are_refused(recipe_hash):
    with pytest.raises(InvalidInput):
        Mark("demandloom", recipe_hash)


def test_a_png_without_marks_has_none():
    assert read_marks(tiny_png()) is None


@pytest.mark.parametrize("junk", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", tiny_png()[:40]])
def test_what_is_no_png_is_refused(junk):
    with pytest.raises(InvalidInput, match="PNG"):
        read_marks(junk)
