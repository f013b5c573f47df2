"""However the rows of a source are spread over files, and in whatever order they stand, the trends are the same."""

import json
import random
from datetime import date, timedelta

import pytest

from configs.load_lexicon import load_lexicon
from trends.collect import collect
from trends.detect import detect
from trends.sources import parse_source

AS_OF = date(2026, 11, 15)
PEOPLE = ("邻居", "同事", "老师", "表姐", "店主", "学生")
COLUMNS = {"title": "title", "date": "date"}


def source(columns):
    return parse_source(
        {"kind": "file", "name": "posts", "licence": "ours", "retention_days": 900, "columns": columns}, "posts.toml"
    )


def rows():
    """A year of everyday titles, then a month in which an outfit rises; every tenth row comes twice."""
    past = [(f"{who}第{week}周去钓鱼", 7 * week) for week in range(60) for who in PEOPLE]
    rise = [(f"{who}的美拉德穿搭第{ago}天", ago) for ago in range(0, 24, 2) for who in PEOPLE[:3]]
    told = [
        {"id": number, "title": title, "date": f"{AS_OF - timedelta(days=ago)}"}
        for number, (title, ago) in enumerate(past + rise)
    ]
    return told + told[::10]


def write(folder, parts):
    for number, part in enumerate(parts):
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in part)
        (folder / f"{number:02d}.jsonl").write_text(text, encoding="utf-8")
    return sorted(folder.glob("*.jsonl"))


def trends_of(session, config, paths):
    """What is found after collecting these files; nothing of it stays."""
    with session.begin_nested() as undo:
        collect(session, config, paths, AS_OF)
        found = detect(session, AS_OF, load_lexicon())
        told = [(trend.phrase, round(trend.score, 6), trend.stage, trend.meaning, trend.series) for trend in found]
        undo.rollback()
    return told


@pytest.mark.parametrize("columns", [COLUMNS | {"id": "id"}, COLUMNS], ids=["with ids", "without ids"])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_file_split_into_many_gives_the_same_trends(session, tmp_path, seed, columns):
    chance, told = random.Random(seed), rows()
    (tmp_path / "one").mkdir()
    (tmp_path / "many").mkdir()
    whole = trends_of(session, source(columns), write(tmp_path / "one", [told]))
    chance.shuffle(told)
    parts = [told[start::7] for start in range(7)]
    split = trends_of(session, source(columns), write(tmp_path / "many", parts))
    assert "美拉德" in {phrase for phrase, *_ in whole}
    assert split == whole
