"""Phrases of the same sense, by a sentence encoder that is calibrated on the lexicon.

How large a cosine means "the same" differs from net to net, so each is asked what the lexicon knows the answer to: the
nearest other spelling of every spelling of a style is one of the same style or it is not, and the nearest style of a
word of the news is wrong. Of a cosine c, the confidence is the share of right answers among all at least as near, both
kinds given equal weight (the balanced precision at c). A net that tells nothing gives a half, which is never used.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.lexicon import Lexicon, Term, TermKind
from trends.encoder import Encoder, Row, Rows
from trends.meaning import Attribute, Basis, implied_by
from trends.words import speaks_for_news

_AT_MOST = 0.7
"""A guess from the sense alone never counts as sure: it waits for a merchandiser."""
_LIKELY = 0.65
_NOTHING = 2.0  # no cosine reaches it
_MERGED_BY_CHANCE = 0.001  # of pairs that differ, so many may be as near as two phrases that are merged

Cosines = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Cosines to the nearest spelling where that was right and where it was wrong, ascending; and what merges."""

    right: Cosines
    wrong: Cosines
    merging: float
    """The cosine that hardly any two different styles reach; above 1 where there is nothing to go by."""

    @staticmethod
    def of(rows: Rows, senses: Sequence[str], strangers: Rows) -> "Calibration":
        """From one row a spelling with the sense of each, and rows of words that have none of these senses."""
        if not senses:
            return Calibration(np.zeros(0), np.zeros(0), _NOTHING)
        cosines = (rows @ rows.T).astype(np.float64)
        alike = np.array(senses)[:, None] == np.array(senses)[None, :]
        different = cosines[np.triu(~alike, 1)]
        np.fill_diagonal(cosines, -np.inf)
        nearest = cosines.argmax(1)
        best, is_right = cosines.max(1), alike[np.arange(len(senses)), nearest]
        strange = (strangers @ rows.T).max(1).astype(np.float64) if len(strangers) else np.zeros(0)
        merging = float(np.quantile(different, 1 - _MERGED_BY_CHANCE)) if len(different) else _NOTHING
        return Calibration(np.sort(best[is_right]), np.sort(np.concatenate([best[~is_right], strange])), merging)

    def confidence(self, cosine: float) -> float:
        """Balanced share of right answers among those at least as near, 0-1; a half where there is nothing to go by."""
        right, wrong = (_share_above(known, cosine) for known in (self.right, self.wrong))
        return right / (right + wrong)


def _share_above(ascending: Cosines, cosine: float) -> float:
    """Laplace-smoothed, so that beyond the nearest pair it is small and not nothing."""
    above = len(ascending) - int(np.searchsorted(ascending, cosine, side="left"))
    return (above + 1) / (len(ascending) + 2)


@dataclass(frozen=True, slots=True)
class Script:
    """The styles of a lexicon as they are spelled in one script, in the eyes of an encoder."""

    styles: tuple[Term, ...]
    """The style of each row."""
    rows: Rows
    calibration: Calibration

    def nearest(self, row: Row) -> tuple[Term, float] | None:
        """The style with the nearest spelling and how sure it is the same sense; None where that is not likely."""
        if not self.styles:
            return None
        cosines = self.rows @ row
        best = int(cosines.argmax())
        sure = self.calibration.confidence(float(cosines[best]))
        return (self.styles[best], min(sure, _AT_MOST)) if sure >= _LIKELY else None


@dataclass(frozen=True, slots=True)
class Sense:
    """What an encoder makes of phrases, each compared with spellings of its own script.

    Nets that learned one language map words of another to nearly one point; calibrated apart, they say nothing there.
    """

    encoder: Encoder
    latin: Script
    chinese: Script

    @staticmethod
    def of(lexicon: Lexicon, encoder: Encoder) -> "Sense":
        """Encode every spelling of every style."""

        def script(*, latin: bool) -> Script:
            pairs = [(text, term) for term in lexicon.of_kind(TermKind.STYLE) for text in (*term.zh, *term.en)]
            own = [(text, term) for text, term in pairs if text.isascii() is latin]
            news = [text for term in lexicon.terms.values() if speaks_for_news(term) for text in (*term.zh, *term.en)]
            rows = encoder.encode([text for text, _ in own])
            strangers = encoder.encode([text for text in news if text.isascii() is latin])
            styles = tuple(term for _, term in own)
            return Script(styles, rows, Calibration.of(rows, [style.key for style in styles], strangers))

        return Sense(encoder, script(latin=True), script(latin=False))

    def attributes(self, phrase: str) -> list[Attribute]:
        """What the nearest style implies, as a guess that never counts as sure; nothing where none is near."""
        found = self._script(phrase).nearest(self.encoder.encode([phrase])[0])
        return implied_by(found[0].implies, found[1], Basis.ALIKE) if found else []

    def same(self, phrases: Sequence[str]) -> Mapping[int, int]:
        """Which phrases are spellings of an earlier one: position -> position of the first that it is merged into.

        Two phrases are merged when each is the other's nearest and they are nearer than almost all different styles.
        """
        if len(phrases) < 2:
            return {}
        rows = self.encoder.encode(phrases)
        cosines = rows @ rows.T
        np.fill_diagonal(cosines, -2)
        nearest = cosines.argmax(1)
        return {
            later: int(nearest[later])
            for later in range(len(phrases))
            if nearest[later] < later
            and nearest[nearest[later]] == later
            and cosines[later, nearest[later]] > self._script(phrases[later]).calibration.merging
        }

    def _script(self, phrase: str) -> Script:
        return self.latin if phrase.isascii() else self.chinese
