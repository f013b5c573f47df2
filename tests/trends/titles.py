"""Titles read with a lexicon, for tests of pure functions."""

from datetime import date, timedelta

from configs.load_lexicon import load_lexicon
from trends.counting import Title
from trends.store import Observation
from trends.vocabulary import Vocabulary

VOCABULARY = Vocabulary.of(load_lexicon())
DAY = date(2026, 11, 15)


def read(*texts, vocabulary=VOCABULARY, language="zh", source="posts"):
    """One title a text, each a day older than the one before."""
    return [
        Title(Observation(DAY - timedelta(days=at), text, 1.0, source, language), tuple(vocabulary.read(text)))
        for at, text in enumerate(texts)
    ]


def words(phrase, vocabulary=VOCABULARY):
    """The words of a phrase without breaks."""
    return tuple(word for word in vocabulary.read(phrase) if word.text)
