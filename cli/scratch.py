"""Detection on files of one's own in a database that is thrown away: the house's own is read, never written."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from cli.progress import Advance

if TYPE_CHECKING:
    from sqlalchemy.orm import Session, sessionmaker


def detect_apart(source_file: Path, places: Sequence[str], day: date, top: int, advance: Advance) -> dict[str, Any]:
    """Collect one source and detect, as the flow `collect_trends` would answer; the phrases that were reviewed count.

    Raises what reading the source raises, such as UnreadableSource.
    """
    from configs.files import read_toml
    from configs.load_clearance import protected_names
    from configs.load_lexicon import load_lexicon
    from configs.settings import settings
    from trends.collect import Outside, collect_apart
    from trends.detect import detect
    from trends.encoder import load_encoder
    from trends.sources.config import parse_source
    from trends.told import told

    source = parse_source(read_toml(source_file), str(source_file))
    rejects = settings().rejects_folder / f"{source.name}-{day}.jsonl"
    with _scratch() as sessions:
        collected = collect_apart(
            sessions.begin, source, places, day, rejects, lambda rows: advance(rows, None), Outside(os.environ)
        )
        with sessions.begin() as session:
            _copy_reviews(session)
            encoder = load_encoder(settings().trends.encoder)
            found = detect(session, day, load_lexicon(), top, encoder, protected_names())
            trends = [told(trend) for trend in found]
    return {"sources": [collected.to_json(source.name)], "failed": list(collected.failures), "trends": trends}


@contextmanager
def _scratch() -> "Iterator[sessionmaker[Session]]":
    from sqlalchemy.orm import sessionmaker

    from models.db import migrate, open_engine

    with TemporaryDirectory(prefix="demandloom-") as folder:
        url = f"sqlite:///{Path(folder) / 'scratch.db'}"
        migrate(url)
        engine = open_engine(url)
        try:
            yield sessionmaker(engine, expire_on_commit=False)
        finally:
            engine.dispose()


def _copy_reviews(scratch: "Session") -> None:
    """What merchandisers said, from the house's database where there is one with that table."""
    from sqlalchemy import inspect
    from sqlalchemy.orm import Session

    from cli.edges import has_database
    from configs.settings import settings
    from models.db import open_engine
    from models.lexicon_entry import LexiconEntry
    from trends.review import add_reviews, load_reviews

    if not has_database():
        return
    engine = open_engine(settings().database)
    try:
        if inspect(engine).has_table(LexiconEntry.__tablename__):
            with Session(engine) as session:
                add_reviews(scratch, load_reviews(session).values())
    finally:
        engine.dispose()
