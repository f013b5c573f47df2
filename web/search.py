"""The storefront's search: what matches, and how a search is counted without who made it."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from threading import Lock

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.db import transaction
from models.search import LONGEST_QUERY, SearchCount

_CHINESE = re.compile(r"[㐀-鿿]")
_LETTER = re.compile(r"\w")
_DIGITS = re.compile(r"\d")
_ADDRESS = re.compile(r"\S@\S|https?:|www\.|://")
_TOKEN = re.compile(r"(?=[^\s]*\d)[A-Za-z0-9_-]{16,}")
_MOST_DIGITS = 6  # a year, a price, a size; a phone, identity card or order number has more
_MOST_REMEMBERED = 200_000


def normalise(query: str) -> str:
    """The form in which queries are compared and counted: NFKC, lower case, single spaces, at most 80 characters."""
    text = "".join(" " if unicodedata.category(one).startswith("C") else one for one in query[:400])
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())[:LONGEST_QUERY].strip()


def looks_personal(query: str) -> bool:
    """Whether a normalised query may hold somebody's e-mail, telephone, card or key: such a query is never stored."""
    return bool(_ADDRESS.search(query) or _TOKEN.search(query)) or len(_DIGITS.findall(query)) > _MOST_DIGITS


def matches(query: str, texts: Iterable[str]) -> bool:
    """Whether every word of a normalised query is in the texts; of longer Chinese words half of their pairs are enough.

    Chinese is written without spaces: 绿色军大衣 is to find 橄榄绿双排扣军大衣.
    """
    where = " ".join(map(normalise, texts))
    return all(word in where or _mostly_in(word, where) for word in query.split())


def _mostly_in(word: str, where: str) -> bool:
    pairs = [word[at : at + 2] for at in range(len(word) - 1)]
    return len(word) > 2 and bool(_CHINESE.search(word)) and 2 * sum(pair in where for pair in pairs) >= len(pairs)


class SearchLog:
    """Counts searches by query and day; one visitor counts once a query and day.

    Who searched is kept in this process's memory until the day ends, and stored nowhere.
    """

    def __init__(self) -> None:
        self._day: date | None = None
        self._counted: set[tuple[str, str]] = set()
        self._waiting: list[tuple[str, date, int]] = []
        self._lock, self._writing = Lock(), Lock()

    def count(self, visitor: str, query: str, day: date, results: int) -> bool:
        """Count a normalised query; False when it is not to be counted.

        One thread writes for all, in one transaction: when the database is busy, no more than one waits for it.
        """
        if not _LETTER.search(query) or looks_personal(query) or not self._is_first(visitor, query, day):
            return False
        with self._lock:
            self._waiting.append((query, day, results))
        while self._waiting and self._writing.acquire(blocking=False):
            try:
                self._write()
            finally:
                self._writing.release()
        return True

    def _write(self) -> None:
        with self._lock:
            taken, self._waiting = self._waiting, []
        with transaction() as session:
            for query, day, results in sorted(taken):
                record_search(session, query, day, results)

    def _is_first(self, visitor: str, query: str, day: date) -> bool:
        with self._lock:
            if day != self._day or len(self._counted) >= _MOST_REMEMBERED:
                self._day, self._counted = day, set()
            before = len(self._counted)
            self._counted.add((visitor, query))
            return len(self._counted) > before


def record_search(session: Session, query: str, day: date, results: int) -> None:
    """Add one search to the count of its query and day."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    unmet = int(results == 0)
    adding = insert(SearchCount).values(query=query, searched_on=day, searches=1, unmet=unmet, results=results)
    session.execute(
        adding.on_conflict_do_update(
            index_elements=[SearchCount.query, SearchCount.searched_on],
            set_={
                "searches": SearchCount.searches + 1,
                "unmet": SearchCount.unmet + unmet,
                "results": results,
            },
        )
    )
