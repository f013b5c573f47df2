"""Signals from our own storefront: what buyers searched for, or what they searched for in vain."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select

from models.errors import InvalidInput
from models.search import SearchCount
from trends.sources.config import Searches, SourceConfig, WeightRule
from trends.sources.reading import Reading
from trends.sources.signal import Refused, Signal, read_row

_COLUMNS = {"title": "query", "date": "searched_on", "id": "key", "weight": "searches"}


def read_searches(config: SourceConfig, reading: Reading) -> Iterator[Signal | Refused]:
    """One signal a query and day, from the last day read on (its counts may have grown) up to `as_of`."""
    if reading.session is None:
        raise InvalidInput(f"source {config.name} reads our own database, and there is none")
    counted = SearchCount.unmet if config.searches is Searches.UNMET else SearchCount.searches
    query = (
        select(SearchCount.query, SearchCount.searched_on, counted.label("searches"))
        .where(counted >= config.min_searches, SearchCount.searched_on <= reading.as_of)
        .where(SearchCount.searched_on >= reading.as_of - timedelta(days=config.retention_days))
    )
    if reading.mark:
        query = query.where(SearchCount.searched_on >= date.fromisoformat(reading.mark["through"]))
    by_count = replace(config, columns=_COLUMNS, weight=WeightRule.LOG)
    through: date | None = None
    for row in reading.session.execute(query.order_by(SearchCount.searched_on, SearchCount.query)).mappings():
        through = row["searched_on"]
        key = f"{through}|{row['query']}"
        yield read_row({**row, "key": key}, by_count, reading.as_of, f"{config.name} {through}")
    reading.next_mark = {"through": through.isoformat()} if through else reading.mark
