"""Our own searches become signals by query and day, and grow with the day."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from models.db import insert_new
from models.search import SearchCount
from models.signal import TrendSignal
from trends.collect import collect
from trends.forget import forget_expired
from trends.sources import parse_source

AS_OF = date(2026, 11, 15)
TABLE = {"kind": "own_search", "name": "own", "licence": "ours", "retention_days": 30, "min_searches": 2}


def config(**changes):
    return parse_source({**TABLE, **changes}, "own.toml")


def searched(session, query, back, searches, unmet=0):
    row = {"query": query, "searched_on": AS_OF - timedelta(days=back), "searches": searches, "unmet": unmet}
    insert_new(session, SearchCount, [{**row, "results": 0}])


def stored(session):
    rows = select(TrendSignal.title, TrendSignal.weight).order_by(TrendSignal.observed_on, TrendSignal.title)
    return [(title, round(weight, 2)) for title, weight in session.execute(rows).tuples()]


def test_only_what_is_new_is_read_and_a_count_that_grew_counts(session):
    searched(session, "军大衣", 3, 9)
    searched(session, "rare", 3, 1)
    searched(session, "greatcoat", 1, 9)
    searched(session, "ancient", 40, 9)
    first = collect(session, config(), [], AS_OF)
    session.execute(SearchCount.__table__.update().where(SearchCount.query == "greatcoat").values(searches=99))
    searched(session, "马面裙", 0, 9)
    second = collect(session, config(), [], AS_OF)
    assert (first.read, first.added) == (2, 2)
    assert (second.read, second.added) == (2, 1)
    assert stored(session) == [("军大衣", 2.0), ("greatcoat", 3.0), ("马面裙", 2.0)]


def test_what_was_searched_in_vain_is_a_source_of_its_own(session):
    searched(session, "greatcoat", 1, 9)
    searched(session, "马面裙", 1, 12, unmet=9)
    collect(session, config(searches="unmet"), [], AS_OF)
    assert stored(session) == [("马面裙", 2.0)]


def test_nothing_is_seen_before_its_day(session):
    searched(session, "tomorrow", -1, 9)
    assert collect(session, config(), [], AS_OF).read == 0


def test_searches_are_forgotten_with_the_longest_retention_of_their_sources(session):
    for name, days in (("own", 30), ("unmet", 60)):
        collect(session, config(name=name, retention_days=days), [], AS_OF)
    searched(session, "kept", 59, 9)
    searched(session, "gone", 61, 9)
    assert forget_expired(session, AS_OF)["searches"] == 1
    assert session.scalars(select(SearchCount.query)).all() == ["kept"]


@pytest.mark.parametrize("places", [["posts.csv"]])
def test_it_takes_no_places(session, places):
    from models.errors import InvalidInput

    with pytest.raises(InvalidInput, match="takes no places"):
        collect(session, config(), places, AS_OF)
