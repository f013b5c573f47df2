"""Phrases of the same sense, by a sentence encoder that is calibrated on the lexicon.

How large a cosine means "the same" differs from net to net. The lexicon knows pairs that mean the same (spellings of
one style) and pairs that do not (spellings of two styles): of a cosine c, the confidence is the share of same pairs
among all pairs at least as near, both kinds given equal weight (the balanced precision at c). A net that tells nothing
gives a half, and a half is never used.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.lexicon import Lexicon, Term, TermKind
from trends.encoder import Encoder, Rows
from trends.meaning import Attribute, Basis, implied_by

_AT_MOST = 0.7
"""A guess from the sense alone never counts as sure: it waits for a merchandiser."""
_LIKELY = 0.6
_NEAREST = 2
_MERGED_BY_CHANCE = 0.001  # of pairs that differ, so many may be as near as two phrases that are merged

Cosines = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Cosines of pairs that mean the same and of pairs that do not, each in ascending order."""

    same: Cosines
    different: Cosines

    @staticmethod
    def of(rows: Rows, senses: Sequence[str]) -> "Calibration":
        """From one row a spelling and the sense of each."""
        cosines = (rows @ rows.T).astype(np.float64)
        named = np.array(senses)
        above = np.triu(np.ones(cosines.shape, bool), 1)
        alike = named[:, None] == named[None, :]
        return Calibration(np.sort(cosines[above & alike]), np.sort(cosines[above & ~alike]))

    def confidence(self, cosine: float) -> float:
        """Balanced share of same pairs among pairs at least as near, 0-1; a half where there is nothing to go by."""
        same, different = (_share_above(pairs, cosine) for pairs in (self.same, self.different))
        return same / (same + different)

    @property
    def merging(self) -> float:
        """The cosine that hardly any two different senses reach; above 1 where there is nothing to go by."""
        return float(np.quantile(self.different, 1 - _MERGED_BY_CHANCE)) if len(self.different) else 2.0


def _share_above(ascending: Cosines, cosine: float) -> float:
    """Laplace-smoothed, so that beyond the nearest pair it is small and not nothing."""
    above = len(ascending) - int(np.searchsorted(ascending, cosine, side="left"))
    return (above + 1) / (len(ascending) + 2)


@dataclass(frozen=True, slots=True)
class Sense:
    """The styles of a lexicon in the eyes of an encoder."""

    encoder: Encoder
    styles: tuple[Term, ...]
    """The style of each row."""
    rows: Rows
    calibration: Calibration

    @staticmethod
    def of(lexicon: Lexicon, encoder: Encoder) -> "Sense":
        """Encode every spelling of every style."""
        pairs = [(text, term) for term in lexicon.of_kind(TermKind.STYLE) for text in (*term.zh, *term.en)]
        rows = encoder.encode([text for text, _ in pairs])
        styles = tuple(term for _, term in pairs)
        return Sense(encoder, styles, rows, Calibration.of(rows, [style.key for style in styles]))

    def attributes(self, phrase: str) -> list[Attribute]:
        """What the nearest styles imply, as a guess that never counts as sure."""
        found = [one for style, sure in self._nearest(phrase) for one in implied_by(style.implies, sure, Basis.ALIKE)]
        return sorted(found, key=lambda one: -one.confidence)

    def _nearest(self, phrase: str) -> list[tuple[Term, float]]:
        if not self.styles:
            return []
        cosines = self.rows @ self.encoder.encode([phrase])[0]
        best: dict[str, tuple[Term, float]] = {}
        for at in np.argsort(-cosines, kind="stable"):
            best.setdefault(self.styles[at].key, (self.styles[at], self.calibration.confidence(float(cosines[at]))))
        likely = [(term, min(sure, _AT_MOST)) for term, sure in best.values() if sure >= _LIKELY]
        return likely[:_NEAREST]

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
            and cosines[later, nearest[later]] > self.calibration.merging
        }
