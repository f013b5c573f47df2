"""Titles that tell the same story count once: a scandal about one cup is not a trend of cups."""

from collections.abc import Sequence

from trends.candidates import Candidate, Title

_SAME = 0.5  # Jaccard overlap of what the titles say beside the phrase

_COMPARED = 300  # the heaviest titles; what so many tell is no single story, and comparing all would take n squared


def stories(titles: Sequence[Title], candidate: Candidate) -> list[float]:
    """The weight of each distinct story about a phrase: that of its heaviest title.

    Two titles tell one story when at least half of their other names and content words are shared.
    """
    ordered = sorted(titles, key=lambda title: -title.observed.weight)
    told: list[tuple[frozenset[str], float]] = []
    for title in ordered[:_COMPARED]:
        rest = frozenset(
            word.text
            for word in title.words
            if (word.is_content or word.is_name) and not word.is_context and not candidate.owns(word.text)
        )
        if not any(_overlap(rest, other) >= _SAME for other, _ in told):
            told.append((rest, title.observed.weight))
    return [weight for _, weight in told] + [title.observed.weight for title in ordered[_COMPARED:]]


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    union = len(one | other)
    return len(one & other) / union if union else 0.0
