"""Looking through stored trends: by stage, category, segment and day, and by phrase."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.errors import InvalidInput, UnknownPhrase
from models.interest import Segment
from models.lexicon import Lexicon
from models.spelling import near_words
from models.trend import Trend, TrendStage
from trends.review import parse_meaning
from trends.reviewed import spelled

SPEAKS_FROM = 1 / 3
"""A trend belongs to a segment from which at least a third of its titles speak."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which trends to list; None leaves a side open."""

    stage: TrendStage | None = None
    category: str | None = None
    segment: Segment | None = None

    def holds(self, trend: Trend) -> bool:
        """Whether a trend is among them."""
        return (
            (self.stage is None or trend.stage is self.stage)
            and (self.category is None or self.category in trend.meaning.get("category", ()))
            and (self.segment is None or trend.segments.get(self.segment.value, 0) >= SPEAKS_FROM)
        )


def read_wanted(stage: str | None, category: str | None, segment: str | None, lexicon: Lexicon) -> Wanted:
    """What a person asked for, a category by its key or any spelling; InvalidInput says what is possible."""
    kinds = [("stage", stage, TrendStage), ("segment", segment, Segment)]
    for name, asked, choices in kinds:
        if asked is not None and asked not in list(choices):
            raise InvalidInput(f"{name} {asked[:40]!r} is none of {', '.join(choices)}")
    return Wanted(
        TrendStage(stage) if stage else None,
        parse_meaning([f"category={category}"], lexicon)["category"][0] if category else None,
        Segment(segment) if segment else None,
    )


def browse(session: Session, until: date, since: date | None = None, wanted: Wanted | None = None) -> list[Trend]:
    """The trends of the newest day up to `until` that has any, or each phrase's newest trend since a day.

    Best first, those that fade last.
    """
    newest = session.scalar(select(func.max(Trend.as_of)).where(Trend.as_of <= until))
    if newest is None:
        return []
    query = select(Trend).where(Trend.as_of <= until, Trend.as_of >= (since or newest)).order_by(Trend.as_of)
    by_phrase = {trend.phrase: trend for trend in session.scalars(query)}
    kept = [trend for trend in by_phrase.values() if wanted is None or wanted.holds(trend)]
    return sorted(kept, key=lambda trend: (trend.stage is TrendStage.FADING, -trend.score, trend.phrase))


def find_trend(session: Session, phrase: str, until: date) -> Trend | None:
    """The newest trend of a phrase up to a day."""
    query = select(Trend).where(func.lower(Trend.phrase) == spelled(phrase), Trend.as_of <= until)
    return session.scalars(query.order_by(Trend.as_of.desc()).limit(1)).first()


def get_trend(session: Session, phrase: str, until: date) -> Trend:
    """The newest trend of a phrase up to a day; UnknownPhrase names the phrases near it."""
    found = find_trend(session, phrase, until)
    if found is None:
        known: Sequence[str] = session.scalars(select(Trend.phrase).where(Trend.as_of <= until).distinct()).all()
        raise UnknownPhrase(phrase, near_words(phrase, known), until)
    return found
