"""Who speaks of a phrase: several sources that agree, or one that repeats itself."""

import re
from dataclasses import dataclass

from trends.candidates import Candidate, Counts

_REPEATS = 3
_ARTEFACT = (
    0.3  # how often one source alone rises for reasons of its own (a campaign, a change of its lists); our guess
)
_ARTEFACT_PUSHED = 0.9
_NOT_LETTERS = re.compile(r"[\W\d_]+")


@dataclass(frozen=True, slots=True)
class Voices:
    """Posts of a phrase by source in the recent weeks, and whether one source repeats one text."""

    posts: dict[str, int]
    agreeing: int
    """Sources with posts of at least two of its titles; one at the least."""
    is_pushed: bool

    def confidence(self, doubled: float) -> float:
        """How sure the rise is real: it at least doubled, and not every source that tells so rose for its own reasons.

        `doubled` is the probability that the level at least doubled. Sources err independently, each alone in three
        cases of ten, one that repeats itself in nine.
        """
        artefact = _ARTEFACT_PUSHED if self.is_pushed else _ARTEFACT
        return doubled * (1 - artefact**self.agreeing)


def voices_of(candidate: Candidate, counts: Counts) -> Voices:
    """Count the sources of a phrase.

    It is pushed when all posts come from one source and at least three, and at least as many as say something of their
    own, repeat a text: posted again on the same day, or alike but for digits, blanks and signs.
    """
    by_source = counts.posts.of(candidate.titles)
    titles = [counts.titles[number].observed.title for number in candidate.titles]
    distinct = len({_bare(title) for title in titles})
    repeated = len(titles) - distinct + counts.posts.repeats(candidate.titles)
    is_pushed = len(by_source) == 1 and repeated >= max(_REPEATS, distinct)
    return Voices(by_source, max(1, counts.posts.agreeing(candidate.titles)), is_pushed)


def _bare(title: str) -> str:
    return _NOT_LETTERS.sub("", title.lower())
