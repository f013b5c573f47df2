"""What merchandisers said phrases mean, and a lexicon that has learned it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from models.lexicon import Lexicon, Meaning, Term, TermKind

SEGMENT = "segment"
NOT_GOODS = "reviewed_not_goods"
"""Key of the context term that keeps a phrase out of trends; speaks neither for goods nor for news."""
_MEANT = (TermKind.STYLE, TermKind.CATEGORY)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One merchandiser's word on one phrase."""

    phrase: str
    is_goods: bool
    meaning: Meaning
    who: str
    at: datetime
    version: int = 1

    @property
    def goods(self) -> Meaning:
        """The attributes of the goods, without who buys them."""
        return {name: values for name, values in self.meaning.items() if name != SEGMENT}

    @property
    def pairs(self) -> Iterator[tuple[str, str]]:
        """(attribute, value) of the goods in the order given."""
        return ((name, value) for name, values in self.goods.items() for value in values)

    @property
    def segments(self) -> tuple[str, ...]:
        """Who buys it, the likeliest first; empty when nobody said."""
        return tuple(self.meaning.get(SEGMENT, ()))


Reviews = Mapping[str, Reviewed]
"""Phrase in lower case -> what counts of it."""


def spelled(phrase: str) -> str:
    """A phrase as trends carry it: lower case, single blanks."""
    return " ".join(phrase.lower().split())


def with_reviews(lexicon: Lexicon, reviews: Iterable[Reviewed]) -> Lexicon:
    """The lexicon with each reviewed phrase as a term: a style with the attributes given, or a word of no goods.

    A style or category that the lexicon has already keeps its key; the attributes given replace those it implied.
    """
    terms = dict(lexicon.terms)
    spellings = {text.lower(): term for term in terms.values() if term.kind in _MEANT for text in (*term.zh, *term.en)}
    refused: list[str] = []
    for review in sorted(reviews, key=lambda review: review.phrase):
        known = spellings.get(review.phrase)
        if not review.is_goods:
            refused += [] if known else [review.phrase]
        elif known is not None:
            there = terms[known.kind, known.key]
            terms[known.kind, known.key] = replace(there, implies={**there.implies, **review.goods})
        else:
            terms[TermKind.STYLE, review.phrase] = _term(TermKind.STYLE, review.phrase, [review.phrase], review.goods)
    if refused:
        terms[TermKind.CONTEXT, NOT_GOODS] = _term(TermKind.CONTEXT, NOT_GOODS, refused, {})
    return Lexicon(terms)


def _term(kind: TermKind, key: str, phrases: list[str], implies: Meaning) -> Term:
    latin, chinese = ([p for p in phrases if p.isascii() is ascii_] for ascii_ in (True, False))
    return Term(kind, key, tuple(chinese), tuple(latin), implies=dict(implies))
