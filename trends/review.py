"""The review list: phrases that the lexicon does not know, completed once by a merchandiser."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.db import insert_new
from models.errors import Conflict, InvalidInput
from models.interest import Segment
from models.lexicon import ATTRIBUTES, Lexicon, Meaning, TermKind
from models.lexicon_entry import LexiconEntry
from models.spelling import near_words, suggest
from models.trend import Trend
from trends.reviewed import SEGMENT, Reviewed, spelled

SETTABLE = (*(kind.value for kind in (TermKind.COLOUR, *ATTRIBUTES, TermKind.STYLE, TermKind.OCCASION)), SEGMENT)
_LONGEST = 120


def parse_meaning(settings: Sequence[str], lexicon: Lexicon) -> Meaning:
    """What `attribute=value,value` says, each value a key of the lexicon or one of its spellings in zh or en.

    Raises InvalidInput that names the attribute or value and what is near it.
    """
    meaning: dict[str, tuple[str, ...]] = {}
    for setting in settings:
        name, separator, written = setting.partition("=")
        name = name.strip().lower()
        if not separator or name not in SETTABLE:
            raise InvalidInput(f"{setting[:60]!r} is not ATTRIBUTE=VALUE,VALUE with one of {', '.join(SETTABLE)}")
        values = [value.strip() for value in written.replace("，", ",").split(",") if value.strip()]
        if not values:
            raise InvalidInput(f"{name}= names no value; leave it out to leave {name} open")
        known = _known(name, lexicon)
        keys = [_key(name, value, known) for value in values]
        meaning[name] = tuple(dict.fromkeys((*meaning.get(name, ()), *keys)))
    return meaning


def _known(name: str, lexicon: Lexicon) -> dict[str, str]:
    """Spelling in lower case -> key, the keys themselves included."""
    if name == SEGMENT:
        return {form: one.value for one in Segment for form in (one.value, one.value.replace("_", " "))}
    terms = lexicon.of_kind(TermKind(name))
    return {form.lower(): term.key for term in terms for form in (term.key, *term.zh, *term.en)}


def _key(name: str, value: str, known: dict[str, str]) -> str:
    key = known.get(value.lower()) or known.get(value.lower().replace("-", "_").replace(" ", "_"))
    if key is None:
        raise InvalidInput(f"the lexicon has no {name} {suggest(value, near_words(value, known))}")
    return key


def load_reviews(session: Session) -> dict[str, Reviewed]:
    """The newest version of every reviewed phrase."""
    query = select(LexiconEntry).order_by(LexiconEntry.phrase, LexiconEntry.version)
    return {entry.phrase: _value(entry) for entry in session.scalars(query)}


def find_versions(session: Session, phrase: str) -> Sequence[LexiconEntry]:
    """Everything that was ever said about a phrase, oldest first."""
    query = select(LexiconEntry).where(LexiconEntry.phrase == spelled(phrase)).order_by(LexiconEntry.version)
    return session.scalars(query).all()


def find_unreviewed(session: Session, as_of: date, limit: int = 500) -> Sequence[Trend]:
    """The newest trend of each phrase that the lexicon did not know and nobody has reviewed, highest score first."""
    newest = (
        select(Trend.phrase, func.max(Trend.as_of).label("day"))
        .where(Trend.as_of <= as_of)
        .group_by(Trend.phrase)
        .subquery()
    )
    query = (
        select(Trend)
        .join(newest, (Trend.phrase == newest.c.phrase) & (Trend.as_of == newest.c.day))
        .where(Trend.review != "", Trend.phrase.not_in(select(LexiconEntry.phrase)))
        .order_by(Trend.score.desc(), Trend.phrase)
    )
    return session.scalars(query.limit(limit)).all()


def record_review(
    session: Session, phrase: str, meaning: Meaning, who: str, at: datetime, *, is_goods: bool = True, why: str = ""
) -> Reviewed:
    """Append what a merchandiser says a phrase means; the same said again changes nothing.

    Raises InvalidInput for an empty phrase, name or meaning, Conflict when another version was written meanwhile.
    """
    phrase, who = spelled(phrase), who.strip()
    if not 1 <= len(phrase) <= _LONGEST or not 1 <= len(who) <= 64:
        raise InvalidInput(f"a phrase has 1-{_LONGEST} characters and the name of who reviews it 1-64")
    if is_goods and not meaning:
        raise InvalidInput(f"say what {phrase!r} means (colour=brown ...), or that it is no goods")
    if not is_goods and meaning:
        raise InvalidInput(f"{phrase!r} is no goods and has attributes: one of both")
    versions = find_versions(session, phrase)
    last = _value(versions[-1]) if versions else None
    if last is not None and (last.is_goods, dict(last.meaning)) == (is_goods, dict(meaning)):
        return last
    said = Reviewed(phrase, is_goods, dict(meaning), who, at, last.version + 1 if last else 1)
    if not add_reviews(session, [said], why):
        raise Conflict(f"somebody else has just reviewed {phrase!r}; look at it again")
    return said


def add_reviews(session: Session, reviews: Iterable[Reviewed], why: str = "") -> int:
    """Append versions as they are; those that are there already stay. Returns how many were new."""
    rows = [
        {
            "phrase": one.phrase,
            "version": one.version,
            "is_goods": one.is_goods,
            "meaning": {name: list(values) for name, values in one.meaning.items()},
            "who": one.who,
            "at": one.at,
            "why": why[:500],
        }
        for one in reviews
    ]
    return insert_new(session, LexiconEntry, rows)


def _value(entry: LexiconEntry) -> Reviewed:
    meaning = {name: tuple(values) for name, values in entry.meaning.items()}
    return Reviewed(entry.phrase, entry.is_goods, meaning, entry.who, entry.at, entry.version)
