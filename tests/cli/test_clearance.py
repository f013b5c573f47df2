"""Protected works and names, as a merchandiser meets them in a terminal."""

import json

import pytest
from PIL import Image

from design_gen.embedded.look import Look
from design_gen.embedded.render import flat_on_backdrop
from models.attributes import Category
from tests.builders import greatcoat
from tests.cli.conftest import the_one_line
from tests.design_gen.specs import spec_of


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "protected"
    place.mkdir()
    Image.fromarray(flat_on_backdrop(greatcoat(), Look(), 128)).save(place / "coat.png")
    (place / "works.csv").write_text(
        "picture,owner,registration,kind,valid_until\n"
        "coat.png,Ann Co,CN-1,design,2999-01-01\n"
        "gone.png,Ann Co,CN-2,design,2999-01-01\n"
    )
    return place


def test_works_are_taken_in_listed_and_pictures_held_against_them(run, folder, home):
    taken = json.loads(run("design", "clear", "add", folder, "--json").out)
    assert (taken["added"], taken["known"]) == (1, 0)
    assert "no such file" in taken["refused"][0]["reason"]
    assert "gone.png" in (home / "rejects" / "protected.clearance.csv").read_text()
    (listed,) = json.loads(run("design", "clear", "list", "--json").out)
    assert (listed["registration"], listed["counts"]) == ("CN-1", True)
    copy = run("design", "clear", "check", folder / "coat.png")
    assert copy.code == 5
    assert "Ann Co design CN-1" in copy.out
    Image.fromarray(flat_on_backdrop(spec_of(Category.MUG), Look(), 128)).save(folder / "mug.png")
    assert run("design", "clear", "check", folder / "mug.png").code == 0


def test_without_protected_works_nothing_is_held_against_a_picture(run, folder):
    said = run("design", "clear", "check", folder / "coat.png")
    assert said.code == 0
    assert "no protected work" in said.out


def test_a_folder_that_is_not_there_is_one_line(run, tmp_path):
    assert "no such file or folder" in the_one_line(run("design", "clear", "add", tmp_path / "gone"), 2)


def test_a_trend_that_names_a_brand_is_refused_in_one_line(run):
    said = run("design", "spec", "--trend", "G u c c i olive greatcoat")
    assert "names the brand Gucci" in the_one_line(said, 2)


def test_a_colour_that_names_a_brand_is_refused_in_one_line(run, tmp_path):
    spec = greatcoat().to_json() | {"colour": {"name": "chanel_beige", "hex": "#d8c8a8"}}
    (tmp_path / "coat.json").write_text(json.dumps(spec))
    said = run("design", "flat", "--spec", tmp_path / "coat.json", "--out", tmp_path / "coat.svg")
    assert "names the brand Chanel" in the_one_line(said, 2)
