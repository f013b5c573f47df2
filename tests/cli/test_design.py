"""Specs, flats and sheets from the command line; pictures have tests of their own."""

import json
import os
import subprocess
import sys

import pytest
from PIL import Image

from design_gen.label import read_marks
from models.db import transaction
from models.garment import GarmentSpec
from tests.builders import make_batch, make_trend
from tests.cli.conftest import the_one_line

GREATCOAT = "olive military greatcoat, double-breasted, brass buttons"


@pytest.fixture
def some(run, tmp_path):
    path = tmp_path / "specs.json"
    path.write_text(run("design", "spec", "--trend", GREATCOAT, "--n", 3, "--json").out, encoding="utf-8")
    return path


def specs_of(said):
    return [GarmentSpec.from_json(one) for one in json.loads(said.out)]


def test_specs_of_words_are_a_json_list_that_reads_back(run):
    said = run("design", "spec", "--trend", GREATCOAT, "--n", 5, "--seed", 3, "--json")
    assert said.code == 0
    specs = specs_of(said)
    assert len(specs) == 5
    assert {(spec.category.value, spec.colour.name) for spec in specs} == {("greatcoat", "olive")}
    assert specs == specs_of(run("design", "spec", "--trend", GREATCOAT, "--n", 5, "--seed", 3, "--json"))
    assert "5 specs" in said.err


def test_a_detected_trend_comes_before_the_words_of_its_phrase(run):
    with transaction() as session:
        make_trend(session, phrase="军大衣", meaning={"category": ["mug"], "colour": ["klein_blue"]})
    said = run("design", "spec", "--trend", "军大衣", "--n", 2, "--json")
    assert {spec.category.value for spec in specs_of(said)} == {"mug"}
    assert "trend 军大衣 of" in said.err


def test_a_table_names_designs_in_words(run):
    assert "olive wool greatcoat" in run("design", "spec", "--trend", GREATCOAT, "--n", 4).out


@pytest.mark.parametrize(
    ("phrase", "says"),
    [
        ("gretcoat", "near it: greatcoat"),
        ("红色军大依", "near it: 军大衣"),
        ("xqzw", "nothing near it"),
        ("outfit", "names nothing that a design has"),
        ("", "1-200 characters, not 0"),
        ("x" * 10_000, "1-200 characters, not 10000"),
        ("🙂🙂", "names nothing"),
        ("'; drop table trends; --", "does not know"),
    ],
)
def test_words_that_nobody_knows_get_one_clear_line(run, phrase, says):
    assert says in the_one_line(run("design", "spec", "--trend", phrase), 2)


def test_words_list_colours_with_srgb_and_cielab(run):
    rows = {row["key"]: row for row in json.loads(run("design", "words", "colour", "--json").out)}
    assert len(rows) >= 40
    assert (rows["olive"]["zh"], rows["olive"]["en"], rows["olive"]["hex"]) == ("橄榄绿", "olive", "#5e6139")
    assert len(rows["olive"]["lab"]) == 3


def test_words_of_no_attribute(run):
    assert "'weather'" in the_one_line(run("design", "words", "weather"), 3)


@pytest.mark.parametrize("words", [("--spec", "{}"), ("{}",)])
def test_a_flat_of_one_spec_by_option_or_argument(run, some, tmp_path, words):
    one = tmp_path / "one.json"
    one.write_text(json.dumps(json.loads(some.read_text())[0]), encoding="utf-8")
    out = tmp_path / "flat.png"
    said = run("design", "flat", *(word.format(one) for word in words), "--back", "--out", out, "--size", 64)
    assert said.code == 0, said.err
    assert Image.open(out).size == (64, 64)


def test_a_flat_needs_just_one_file(run, some, tmp_path):
    assert "name one file" in the_one_line(run("design", "flat", "--out", tmp_path / "x.svg"), 2)
    assert "name one file" in the_one_line(run("design", "flat", some, "--spec", some, "--out", tmp_path / "x.svg"), 2)
    assert "holds 3 specs" in the_one_line(run("design", "flat", some, "--out", tmp_path / "x.svg"), 2)


def test_several_pictures_need_a_folder(run, some, tmp_path):
    assert "3 pictures need a folder" in the_one_line(run("design", "draw", "--spec", some, "--out", tmp_path / "x"), 2)


def test_a_sheet_of_flats(run, some, tmp_path):
    out = tmp_path / "sheet.png"
    said = run("design", "sheet", "--specs", some, "--flats-only", "--out", out, "--json")
    assert said.code == 0, said.err
    assert len(json.loads(said.out)["designs"]) == 3
    assert read_marks(out.read_bytes()) is not None


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('{"version": 2, "version": 1}', "'version' stands twice"),
        ('{"version": NaN}', "NaN is no number"),
        ("[]", "an empty list"),
        ("[1]", "spec 1: a spec is a JSON object, not 1"),
        ("[" * 60_000, "not JSON"),
    ],
)
def test_a_bad_list_of_specs_draws_nothing(run, tmp_path, content, says):
    path, out = tmp_path / "specs.json", tmp_path / "sheet.png"
    path.write_text(content, encoding="utf-8")
    assert says in the_one_line(run("design", "sheet", "--specs", path, "--flats-only", "--out", out), 2)
    assert not out.exists()


def test_a_sheet_of_an_unknown_or_empty_batch(run, some, tmp_path):
    out = tmp_path / "sheet.png"
    assert "nowhere" in the_one_line(run("design", "sheet", "nowhere", "--out", out), 3)
    with transaction() as session:
        slug = make_batch(session, make_trend(session)).slug
    assert "has no designs yet" in the_one_line(run("design", "sheet", slug, "--out", out), 2)
    assert "name one batch or one file" in the_one_line(run("design", "sheet", "--out", out), 2)
    assert not out.exists()


def test_a_spec_comes_through_a_pipe(home, some, tmp_path):
    out = tmp_path / "flat.svg"
    words = ("-c", "from cli import main; main()", "design", "flat", "--spec", "-", "--out", str(out))
    one = json.dumps(json.loads(some.read_text())[0])
    subprocess.run([sys.executable, *words], input=one, text=True, check=True, timeout=120, env=dict(os.environ))
    assert out.read_text().startswith("<svg")


def test_models_say_what_is_configured_and_what_fits(run):
    said = json.loads(run("design", "models", "--json").out)
    (ours,) = said["models"]
    assert (ours["role"], ours["name"], ours["fits"], ours["licence"]) == ("configured", "embedded", True, "Apache-2.0")
    known = {one["name"]: one for one in said["known"]}
    assert known["Qwen/Qwen-Image"]["state"] == "not downloaded"
    assert known["Qwen/Qwen-Image"]["disk_bytes"] is None
    assert "GB free on" in known["Qwen/Qwen-Image"]["reason"]
    shown = run("design", "models").out
    assert all(name in shown for name in ("embedded (configured)", *known))


def test_a_model_that_is_not_here_is_said_to_be_not_downloaded(run, tmp_path):
    (one,) = json.loads(run("design", "models", "--model", "Qwen/Qwen-Image", "--json").out)["models"]
    assert (one["state"], one["pipeline"]) == ("not downloaded", "QwenImagePipeline")
    (two,) = json.loads(run("design", "models", "--model", "nobody/nothing", "--json").out)["models"]
    assert "not downloaded" in two["reason"]
    said = run("design", "models", "--model", tmp_path)
    assert said.code == 0
    assert "has no model_index.json" in said.out
