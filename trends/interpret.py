"""All that a trend's meaning is read from, gathered once a detection."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.lexicon import Lexicon
from models.source import SignalSource
from trends.alike import Sense
from trends.beside import AttributeCounts
from trends.counting import Title
from trends.encoder import Encoder
from trends.meaning import TrendMeaning, is_known, read_meaning
from trends.review import load_reviews
from trends.reviewed import Reviews, spelled, with_reviews
from trends.segments import segment_shares
from trends.words import Word


@dataclass(frozen=True, slots=True)
class Interpreter:
    """Reads what phrases mean from the lexicon, merchandisers' reviews, all recent titles and, if there, an encoder."""

    lexicon: Lexicon
    """Completed by the reviews."""
    reviews: Reviews = field(default_factory=dict)
    countries: Mapping[str, str | None] = field(default_factory=dict)
    sense: Sense | None = None

    @staticmethod
    def of(session: Session, lexicon: Lexicon, encoder: Encoder | None = None) -> "Interpreter":
        """With the reviews and sources of a database."""
        reviews = load_reviews(session)
        completed = with_reviews(lexicon, reviews.values())
        countries = dict(session.execute(select(SignalSource.name, SignalSource.country)).tuples().all())
        return Interpreter(completed, reviews, countries, Sense.of(completed, encoder) if encoder else None)

    def refuses(self, phrase: str) -> bool:
        """Whether a merchandiser said that it is no goods."""
        reviewed = self.reviews.get(spelled(phrase))
        return reviewed is not None and not reviewed.is_goods

    def read(
        self, phrase: str, words: Sequence[Word], titles: Sequence[Title], everything: AttributeCounts
    ) -> TrendMeaning:
        """What a phrase means; the encoder is asked only about phrases that the lexicon does not know."""
        alike = self.sense.attributes(phrase) if self.sense and not is_known(words) else ()
        return read_meaning(words, titles, everything, self.reviews.get(spelled(phrase)), alike)

    def segments(self, phrase: str, titles: Sequence[Title]) -> dict[str, float]:
        """Segment -> share of the titles that speak from it."""
        reviewed = self.reviews.get(spelled(phrase))
        return segment_shares(titles, self.countries, reviewed.segments if reviewed else ())

    def same(self, phrases: Sequence[tuple[str, Sequence[Word]]]) -> Mapping[int, int]:
        """Which phrases are variants of another by their sense; none without an encoder.

        Two phrases that the lexicon spells are never one: it knows better.
        """
        if self.sense is None:
            return {}
        spelled_out = [any(word.is_spelled for word in words) for _, words in phrases]
        pairs = self.sense.same([phrase for phrase, _ in phrases])
        return {later: first for later, first in pairs.items() if not (spelled_out[later] and spelled_out[first])}
