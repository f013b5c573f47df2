"""`trends list, show, review` and detection apart, as a terminal sees them."""

import json

import pytest

from models.db import transaction
from models.lexicon_entry import LexiconEntry
from models.trend import TrendStage
from tests.builders import make_factory, make_trend
from tests.cli.conftest import count_rows, the_one_line
from tests.trends.test_detect import PEOPLE
from trends.review import load_reviews

ATTRIBUTES = [
    {"attribute": "category", "value": "greatcoat", "confidence": 1.0, "basis": "named", "titles": 0},
    {"attribute": "colour", "value": "olive", "confidence": 0.999, "basis": "beside", "titles": 6},
]


@pytest.fixture
def trends(home):
    with transaction() as session:
        make_trend(session, phrase="军大衣", attributes=ATTRIBUTES, segments={"cross_border": 0.2})
        make_trend(session, phrase="云朵风", review="the lexicon does not know it", score=3.0)
        make_trend(session, phrase="旧风", stage=TrendStage.FADING, score=99.0, meaning={"category": ["dress"]})
        make_factory(session)


def read(said):
    assert said.code == 0, said
    return json.loads(said.out)


def test_lists_are_filtered_and_fading_ones_come_last(run, trends):
    assert [one["phrase"] for one in read(run("trends", "list", "--json"))] == ["军大衣", "云朵风", "旧风"]
    assert [one["phrase"] for one in read(run("trends", "list", "--category", "连衣裙", "--json"))] == ["旧风"]
    assert read(run("trends", "list", "--stage", "peak", "--json")) == []
    table = run("trends", "list").out
    assert "2026-10-31" in table
    assert "wanted" in table
    assert "none of emerging" in the_one_line(run("trends", "list", "--stage", "up"), 2)


def test_an_empty_house_lists_nothing(run):
    assert read(run("trends", "list", "--json")) == []
    assert read(run("trends", "review", "--json")) == []
    assert run("trends", "list").code == 0
    assert run("trends", "review").code == 0


def test_one_trend_says_why_what_it_means_and_who_could_make_it(run, trends):
    card = read(run("trends", "show", "军大衣", "--json"))
    assert card["attributes"] == ATTRIBUTES
    assert 0 < card["factories"]["makeable"] <= card["factories"]["specs"]
    assert card["evidence"][0]["source"] == "sample"
    said = run("trends", "show", "军大衣").out
    for words in (
        "category word",
        "99%",
        "the phrase itself says so",
        "大学生为什么爱穿军大衣",
        "specs of this meaning",
    ):
        assert words in said
    assert "▁" in said


def test_without_factories_nobody_is_said_to_make_it(run, home):
    with transaction() as session:
        make_trend(session, phrase="军大衣")
    assert read(run("trends", "show", "军大衣", "--json"))["factories"] is None
    assert "no factories in the database" in run("trends", "show", "军大衣").out


@pytest.mark.parametrize("words", [("show", "军大"), ("review", "军大")])
def test_an_unknown_phrase_is_told_with_those_near_it(run, trends, words):
    assert "no trend '军大'" in (line := the_one_line(run("trends", *words), 3))
    assert "near it: 军大衣" in line


def test_a_phrase_waits_until_a_merchandiser_says_what_it_means(run, trends):
    assert [one["phrase"] for one in read(run("trends", "review", "--json"))] == ["云朵风"]
    assert "云朵风" in run("trends", "review").out
    first = read(run("trends", "review", "云朵风", "--set", "colour=棕色,camel", "--by", "Lin", "--json"))
    assert first["versions"][0]["meaning"] == {"colour": ["brown", "camel"]}
    assert read(run("trends", "review", "--json")) == []
    again = run("trends", "review", "云朵风", "--not-goods", "--by", "Wang", "--why", "a weather report").out
    assert "no goods" in again
    assert "Lin" in again
    assert "no goods" in run("trends", "show", "云朵风").out


def test_a_review_reaches_the_specs(run, trends):
    run("trends", "review", "云朵风", "--set", "colour=pink", "--set", "category=mug", "--by", "Lin")
    specs = read(run("design", "spec", "--trend", "云朵风", "--n", 2, "--json"))
    assert {(one["category"], one["colour"]["name"]) for one in specs} == {("mug", "pink")}
    run("trends", "review", "云朵风", "--not-goods", "--by", "Lin")
    assert "no goods" in the_one_line(run("design", "spec", "--trend", "云朵风"), 2)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--set", "colour=brown"), "say which phrase"),
        (("云朵风", "--set", "colour=bronw"), "near it: brown"),
        (("云朵风", "--set", "shape=round"), "is not ATTRIBUTE=VALUE"),
        (("云朵风", "--set", "colour=brown", "--not-goods"), "one of both"),
    ],
)
def test_half_a_review_changes_nothing(run, trends, words, says):
    before = count_rows()
    assert says in the_one_line(run("trends", "review", *words), 2)
    assert count_rows() == before


def test_detection_apart_reads_what_was_reviewed_and_leaves_the_database_alone(run, trends, tmp_path):
    rows = [
        f'{{"title": "{who}的{phrase}，穿搭", "date": "2026-11-{1 + day:02}"}}\n'
        for phrase in ("果冻云朵", "焦糖雾霾")
        for day, who in enumerate(PEOPLE)
    ]
    (tmp_path / "posts.jsonl").write_text("".join(rows), encoding="utf-8")
    (tmp_path / "posts.toml").write_text('kind = "file"\nname = "posts"\nlicence = "test"\nretention_days = 90\n')
    words = ("trends", "detect", "--signals", tmp_path / "posts.jsonl", "--source", tmp_path / "posts.toml")
    run("trends", "review", "果冻云朵", "--set", "colour=pink", "--by", "Lin")
    before = count_rows()
    answer = read(run(*words, "--as-of", "2026-11-15", "--top", 9, "--json"))
    assert count_rows() == before
    assert answer["sources"][0]["new"] == len(rows)
    found = {one["phrase"]: one for one in answer["trends"]}
    assert found["果冻云朵"]["meaning"]["colour"] == ["pink"]
    with transaction() as session:
        assert session.query(LexiconEntry).count() == 1
        assert load_reviews(session)["果冻云朵"].who == "Lin"
