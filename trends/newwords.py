"""Words that no dictionary knows yet, found in the titles of a few weeks by cohesion and freedom.

Method: a run of characters is a word when its parts go together more often than chance would have it (cohesion: the
least pointwise mutual information over all ways to cut it in two) and its neighbours vary on both sides (freedom: the
entropy of the characters before and after it). The two measures and their use for Chinese new words are those of
Matrix67, "Sociolinguistics in the age of the Internet: text data mining of social networks" (in Chinese, 2012), also in
SmoothNLP's phrase extraction; the mutual information is that of K. W. Church and P. Hanks, Computational Linguistics 16
(1990). Runs of up to six characters are numbered level by level, so the work is a few sorts of as many numbers as the
titles have characters.
"""

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

LONGEST = 6
LEAST_COHESION = 4.0  # nats: together 55 times as often as chance
LEAST_FREEDOM = 0.5  # nats: of five neighbours at least one differs (0.50)
_FUNCTION = frozenset("的了着过是在和与就都也还很太更最被把让给对从到吗呢吧啊呀这那哪我你他她它们个有没不")
"""No word of goods begins or ends with one of these (的多巴胺, 衣服都)."""
_CODES = 0x110000  # of Unicode
_NOT_CHINESE = re.compile(r"[^㐀-鿿]+")

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def find_new_words(titles: Sequence[str], least: int = 3) -> list[str]:
    """Runs of two to six Chinese characters that behave like words and occur at least `least` times, sorted.

    Titles should be distinct: a title read twice would make a word of any of its parts.
    """
    text = "\n".join(_NOT_CHINESE.sub("\n", title).strip("\n") for title in titles)
    if not text.strip("\n"):
        return []
    padded = "\n" + text + "\n" * LONGEST
    codes = np.frombuffer(padded.encode("utf-32-le"), dtype=np.uint32).astype(np.int64)
    levels = _number_runs(codes)
    total = float((codes != _BREAK).sum())
    found: list[str] = []
    for size in range(2, LONGEST + 1):
        starts = _words_of(levels, codes, size, least, total)
        found.extend("".join(map(chr, codes[start : start + size])) for start in starts)
    return sorted(word for word in found if not {word[0], word[-1]} & _FUNCTION)


_BREAK = ord("\n")


def _number_runs(codes: Ints) -> list[tuple[Ints, Ints]]:
    """For each length from 1: the number of the run that starts at each place (-1: it crosses a break), and counts."""
    inside = codes != _BREAK
    numbers = np.where(inside, np.unique(codes, return_inverse=True)[1], -1)
    single, most = numbers, int(numbers.max()) + 1
    levels = [(numbers, np.bincount(numbers[inside]))]
    for size in range(2, LONGEST + 1):
        end = np.full(len(codes), -1)
        end[: len(codes) - size + 1] = single[size - 1 :]
        whole = (numbers >= 0) & (end >= 0)
        numbers = np.where(whole, numbers * most + end, -1)
        numbers[whole] = np.unique(numbers[whole], return_inverse=True)[1]
        levels.append((numbers, np.bincount(numbers[whole])))
    return levels


def _words_of(levels: list[tuple[Ints, Ints]], codes: Ints, size: int, least: int, total: float) -> Ints:
    """A place where each word of this length starts."""
    numbers, counts = levels[size - 1]
    if not len(counts):
        return np.zeros(0, dtype=np.int64)
    places = np.flatnonzero(numbers >= 0)
    places = places[counts[numbers[places]] >= least]
    kinds, first = np.unique(numbers[places], return_index=True)
    starts = places[first]
    cohesion = np.full(len(starts), np.inf)
    for cut in range(1, size):
        before, after = levels[cut - 1], levels[size - cut - 1]
        expected = before[1][before[0][starts]] * after[1][after[0][starts + cut]] / total
        cohesion = np.minimum(cohesion, np.log(counts[kinds] / expected))
    of = np.searchsorted(kinds, numbers[places])
    freedom = np.minimum(_entropy(of, codes[places - 1], len(kinds)), _entropy(of, codes[places + size], len(kinds)))
    return starts[(cohesion >= LEAST_COHESION) & (freedom >= LEAST_FREEDOM)]


def _entropy(kinds: Ints, neighbours: Ints, size: int) -> Floats:
    """Entropy of the neighbours of each kind; every end of a title is a neighbour of its own."""
    ends = neighbours == _BREAK
    own = np.where(ends, _CODES + np.arange(len(neighbours)), neighbours)
    _, pair, count = np.unique(kinds * (_CODES + len(own)) + own, return_index=True, return_counts=True)
    totals = np.bincount(kinds, minlength=size).astype(float)
    share = count / totals[kinds[pair]]
    return np.asarray(np.bincount(kinds[pair], -share * np.log(share), size), dtype=np.float64)
