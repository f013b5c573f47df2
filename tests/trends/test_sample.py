"""The shipped synthetic sample: reproducible, honest about itself, and its planted rises are found."""

import gzip

import pytest

from configs.files import CONFIGS, read_toml
from configs.load_lexicon import load_lexicon
from models.db import connect, transaction
from samples.make_signals import BAD_ROWS, LAST_DAY, NOTE, OVER, RISING, SEASONAL, STEADY, render
from trends.collect import collect
from trends.detect import detect
from trends.sources import parse_source

SAMPLE = CONFIGS.parent / "samples" / "signals.csv.gz"


@pytest.fixture(scope="module")
def trends(sqlite_ready, tmp_path_factory):
    path = tmp_path_factory.mktemp("sample") / "sample.db"
    path.write_bytes(sqlite_ready.read_bytes())
    engine = connect(f"sqlite:///{path}")
    source = parse_source(read_toml(CONFIGS / "sources" / "sample.toml"), "sample.toml")
    with transaction() as session:
        collected = collect(session, source, [SAMPLE], LAST_DAY)
        found = detect(session, LAST_DAY, load_lexicon(), top=20)
    engine.dispose()
    assert collected.refused == len(BAD_ROWS)
    return {
        phrase: trend for trend in found for phrase in (trend.phrase, *trend.reason.split("also as ")[-1].split(", "))
    }


def test_the_committed_file_is_what_the_script_makes_and_says_synthetic():
    committed = gzip.decompress(SAMPLE.read_bytes())
    assert committed == render()
    assert committed.startswith(NOTE.encode())
    assert SAMPLE.stat().st_size <= 1_500_000


@pytest.mark.parametrize("topic", RISING, ids=lambda topic: topic.en)
def test_every_planted_rise_is_in_the_first_twenty(trends, topic):
    assert topic.zh in trends or topic.zh.removesuffix("风") in trends


@pytest.mark.parametrize("topic", [*SEASONAL, *STEADY, *OVER], ids=lambda topic: topic.en)
def test_seasons_staples_and_what_is_over_do_not_rise(trends, topic):
    for phrase in (topic.zh, topic.en):
        assert phrase not in trends or trends[phrase].phrase != phrase or trends[phrase].score < 1.5


def test_news_is_not_among_them(trends):
    assert not {phrase for phrase in trends if any(word in phrase for word in ("地铁", "台风", "storm", "council"))}
