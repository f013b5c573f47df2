"""Real hot-search titles, where they are at hand: known rises are found early and the list is about goods."""

from datetime import date
from pathlib import Path

import pytest

from configs.files import CONFIGS, read_toml
from configs.load_lexicon import load_lexicon
from models.db import connect, transaction
from trends.collect import collect
from trends.detect import detect
from trends.sources import parse_source

FOLDER = CONFIGS.parent.parent / "shared" / "data" / "hot_search"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"real titles are not at hand ({FOLDER.name})")


@pytest.fixture(scope="module")
def database(sqlite_ready: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("titles") / "titles.db"
    path.write_bytes(sqlite_ready.read_bytes())
    engine = connect(f"sqlite:///{path}")
    source = parse_source(read_toml(CONFIGS / "sources" / "hot_search.toml"), "hot_search.toml")
    with transaction() as session:
        collect(session, source, [FOLDER / "2022-1*", FOLDER / "2023-*"], date(2023, 12, 31))
    engine.dispose()
    return path


@pytest.mark.parametrize(
    ("as_of", "phrase"),
    [
        (date(2023, 6, 3), "多巴胺"),  # a week after its third distinct title inside 14 days
        (date(2023, 6, 11), "多巴胺"),
        (date(2023, 9, 5), "美拉德"),
        (date(2023, 10, 15), "美拉德"),
        (date(2023, 10, 15), "新中式"),
        (date(2023, 11, 30), "军大衣"),
    ],
)
def test_known_rises_are_in_the_first_twenty_with_evidence(database, as_of, phrase):
    engine = connect(f"sqlite:///{database}")
    with transaction() as session:
        found = {trend.phrase: trend for trend in detect(session, as_of, load_lexicon())}
    engine.dispose()
    assert phrase in found
    assert all(phrase in line["title"] and line["date"] <= as_of.isoformat() for line in found[phrase].evidence[:3])
