import io
from dataclasses import replace

import pytest
from PIL import Image

from configs.load_lexicon import load_lexicon
from design_gen.flat import coloured_svg, to_array
from design_gen.label import Mark, label_picture, read_marks
from design_gen.sheet import Cell, details_of, draw_sheet, name_of
from design_gen.spec import specs_for
from factory_matching.briefs.pdf import FONTS
from models.errors import InvalidInput
from tests.builders import greatcoat

LABEL = load_lexicon().label
GOOD = {"name": "colour", "value": 3.21, "limit": 10.0, "passed": True}
BAD = {"name": "not_blank", "value": 1.0, "limit": 4.0, "passed": False}


def picture(spec):
    return label_picture(Image.fromarray(to_array(coloured_svg(spec), 128)), Mark("test", "0" * 64))


def cell(**changes):
    spec = greatcoat()
    return replace(Cell(spec, picture(spec), 7, (GOOD,), 12, "drawn"), **changes)


def opened(png):
    return Image.open(io.BytesIO(png)).convert("RGB")


def draw(cells, **more):
    return draw_sheet(cells, "冬季 Winter", LABEL, FONTS, **more)


def test_the_grid_grows_with_its_designs():
    one, three, five = (opened(draw([cell()] * n, columns=3)).size for n in (1, 3, 5))
    assert one[0] < three[0] == five[0]
    assert one[1] == three[1] < five[1]


def test_a_sheet_carries_the_marks_of_ai_pictures():
    assert read_marks(draw([cell()])) is not None


def test_the_same_designs_give_the_same_bytes():
    assert draw([cell()]) == draw([cell()])


def test_a_failed_check_shows_in_red_and_counts():
    failed = cell(findings=(GOOD, BAD))
    assert failed.failed == ("not_blank",)
    assert failed.colour_distance == 3.21
    red = (198, 31, 45)
    assert red in {colour for _, colour in opened(draw([failed])).getcolors(1 << 24)}
    assert red not in {colour for _, colour in opened(draw([cell()])).getcolors(1 << 24)}


def test_a_design_without_a_picture_is_on_the_sheet_all_the_same():
    empty = Cell(greatcoat())
    assert opened(draw([empty])).size == opened(draw([cell()])).size
    assert empty.to_json()["seed"] is None


@pytest.mark.parametrize(("count", "columns"), [(0, 4), (241, 4), (3, 0), (3, 13)])
def test_an_impossible_sheet_is_refused(count, columns):
    with pytest.raises(InvalidInput, match="a sheet shows"):
        draw([Cell(greatcoat())] * count, columns=columns)


def test_a_sheet_needs_its_fonts(tmp_path):
    with pytest.raises(InvalidInput, match="no readable font"):
        draw_sheet([cell()], "", LABEL, tmp_path)


def test_endless_titles_and_names_stay_on_the_sheet():
    long_label = lambda kind, key, language: "很长" * 200  # noqa: E731
    sheet = draw_sheet([cell()], "x" * 10_000, long_label, FONTS)
    assert opened(sheet).size == opened(draw([cell()])).size


def test_every_spec_has_a_name_in_both_languages():
    for spec in specs_for({}, 40, 7, load_lexicon().colour):
        for language in ("zh", "en"):
            assert name_of(spec, LABEL, language)
            assert "none" not in details_of(spec, LABEL, language).split()
