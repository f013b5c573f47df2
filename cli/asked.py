"""What a phrase on the command line means: a trend of the database, else words of the lexicon."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.lexicon import Lexicon, Meaning

_LONGEST = 200
_UNKNOWN_TOLD = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """A meaning and where it comes from."""

    meaning: "Meaning"
    source: str


def meaning_for(phrase: str, day: date, lexicon: "Lexicon") -> Asked:
    """The newest trend of that phrase up to a day, else what its words mean.

    InvalidInput names words that neither knows, with spellings near them, and brands, artists and characters.
    """
    from configs.load_clearance import protected_names
    from models.errors import InvalidInput

    phrase = phrase.strip()
    if not phrase or len(phrase) > _LONGEST:
        raise InvalidInput(f"a trend is 1-{_LONGEST} characters, not {len(phrase)}")
    protected_names().refuse(phrase, "the trend")
    stored, completed = _stored(phrase, day, lexicon)
    return stored or _words(phrase, completed)


def _stored(phrase: str, day: date, lexicon: "Lexicon") -> "tuple[Asked | None, Lexicon]":
    """What the database says of the phrase, a merchandiser's word first, and the lexicon with all that was reviewed."""
    from cli.edges import has_database, ready
    from models.db import transaction
    from models.errors import InvalidInput
    from trends.browse import find_trend
    from trends.review import load_reviews
    from trends.reviewed import spelled, with_reviews

    if not has_database():
        return None, lexicon
    ready()
    with transaction() as session:
        trend, reviews = find_trend(session, phrase, day), load_reviews(session)
    meaning = {name: tuple(values) for name, values in trend.meaning.items()} if trend else {}
    source = f"trend {trend.phrase} of {trend.as_of}" if trend else ""
    reviewed = reviews.get(spelled(phrase))
    if reviewed is not None:
        source = f"{reviewed.phrase} as {reviewed.who} reviewed it on {reviewed.at:%Y-%m-%d}"
        if not reviewed.is_goods:
            raise InvalidInput(f"{source}: no goods")
        meaning |= reviewed.goods
    return Asked(meaning, source) if meaning else None, with_reviews(lexicon, reviews.values())


def _words(phrase: str, lexicon: "Lexicon") -> Asked:
    from design_gen.asked import asked_meaning, near_spellings
    from models.errors import InvalidInput
    from models.spelling import suggest
    from trends.vocabulary import Vocabulary

    words = Vocabulary.of(lexicon).read(phrase)
    # Chinese words of one character that the lexicon does not know are particles; English ones are told by a stop list.
    strange = [word for word in words if not word.terms and (word.is_content or not word.is_latin)]
    unknown = [word.text for word in strange if len(word.text) > 1]
    if unknown:
        told = (suggest(word, near_spellings(word, lexicon)) for word in dict.fromkeys(unknown[:_UNKNOWN_TOLD]))
        raise InvalidInput(f"no trend {phrase!r}, and the lexicon does not know {'; '.join(told)}")
    meaning = asked_meaning([term for word in words for term in word.terms])
    if not meaning:
        raise InvalidInput(f"{phrase!r} names nothing that a design has; `demandloom design words` lists what it may")
    return Asked(meaning, "the words themselves")
