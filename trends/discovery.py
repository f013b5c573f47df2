"""New words among the titles of a tally, and which titles hold them."""

from array import array
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from trends.candidates import is_called_a_style
from trends.newwords import find_new_words
from trends.tally import Columns, Tally
from trends.words import Word, speaks_for_goods

_GOODS_SHARE = 1 / 3  # a new word is looked at when so many of its titles name goods
_MARRED_SHARE = 0.4


class Discovery:
    """Finds new words in a stretch of titles and looks them up in all of them; both are kept."""

    def __init__(self, tally: Tally) -> None:
        self.tally = tally
        self.numbers: dict[str, int] = {}
        self.titles = Columns()
        """Numbers of the new words that each title holds."""
        self._pairs = np.zeros((2, 0), dtype=np.int64)
        self._found: dict[tuple[int, int], list[str]] = {}
        self._of_goods: list[bool] = []  # by number of the word

    def words(self, low: int, high: int) -> list[str]:
        """New words of the titles from `low` to before `high` that keep company with goods and are no names."""
        known = self._found.get((low, high))
        if known is None:
            known = self._found[low, high] = self._find(low, high)
        return known

    def look_for(self, words: Iterable[str]) -> None:
        """Find the titles of these words, of all times."""
        added = sorted(set(words) - set(self.numbers))
        if not added and len(self.titles):
            return
        first = len(self.numbers)
        self.numbers.update((word, first + at) for at, word in enumerate(added))
        fold = self.tally.vocabulary.fold
        found = _search(added, (fold(seen.title) for seen in self.tally.titles))
        found[1] += first
        self._pairs = np.concatenate([self._pairs, found], axis=1)
        self.titles = Columns.of(self._pairs[0], self._pairs[1], len(self.tally.titles))

    def _find(self, low: int, high: int) -> list[str]:
        tally = self.tally
        texts = [tally.vocabulary.fold(seen.title) for seen in tally.titles[low:high]]
        trunks = {tally.vocabulary.trunk(word) for word in find_new_words(texts)}
        words = sorted(word for word in trunks if len(word) > 1 and not tally.vocabulary.is_known(word))
        title, word = _search(words, texts)
        speaks = self._speak_for_goods(low, high)
        pairs = zip(word.tolist(), title.tolist(), strict=True)
        called = [is_called_a_style(words[w], texts[t]) for w, t in pairs]
        speaks = speaks[title] | np.array(called, dtype=np.bool_)
        spoken, of_goods = (np.bincount(chosen, minlength=len(words)) for chosen in (word, word[speaks]))
        kept = np.flatnonzero(of_goods >= np.maximum(_GOODS_SHARE * spoken, 1))
        own = {at: title[word == at] for at in kept}
        return [words[at] for at in kept if self._is_whole(words[at], [texts[t] for t in own[at]], own[at] + low)]

    def _speak_for_goods(self, low: int, high: int) -> npt.NDArray[np.bool_]:
        """Which of these titles hold a word that speaks for goods."""
        for added in self.tally.words[len(self._of_goods) :]:
            self._of_goods.append(any(map(speaks_for_goods, added.terms)))
        title, word = self.tally.title_words.slice(low, high)
        said = np.array(self._of_goods, dtype=np.bool_)[word]
        return np.bincount(title[said] - low, minlength=high - low) > 0

    def _is_whole(self, word: str, texts: list[str], numbers: Iterable[int]) -> bool:
        """Whether it is a word of its own in most of its titles.

        It is none when it is part of a name or holds one, holds a spelling of the lexicon (白西装), or cuts a word in
        two (色吊带 and 白色). A name that overlaps it (杨幂美 of 杨幂美拉德风) is the tagger's guess and proves little.
        """
        marred = 0
        for text, number in zip(texts, numbers, strict=True):
            start = text.find(word)
            held = _places(text, self.tally.words_of(number))
            marred += any(_mars(part, at - start, len(word)) for at, part in held)
        return marred < _MARRED_SHARE * len(texts)


def _mars(part: Word, at: int, size: int) -> bool:
    """Whether a word of a title that begins `at` places after a new word of this size speaks against it."""
    end = at + len(part.text)
    is_inside, is_around = at >= 0 and end <= size, at <= 0 and end >= size
    if part.is_name:
        return len(part.text) > 1 and (is_inside or is_around)
    return (is_inside and part.is_spelled) or at < 0 < end or at < size < end


def _places(text: str, words: Iterable[Word]) -> Iterator[tuple[int, Word]]:
    at = 0
    for word in words:
        if word.text:
            at = max(text.find(word.text, at), at)
            yield at, word
            at += len(word.text)


def _search(words: Sequence[str], texts: Iterable[str]) -> npt.NDArray[np.int64]:
    """(text, word) pairs of every word that stands in a text, as two rows, in order of the texts."""
    numbers = {word: at for at, word in enumerate(words)}
    sizes: dict[str, tuple[int, ...]] = {}
    for word in words:
        sizes[word[:2]] = tuple(sorted({len(word), *sizes.get(word[:2], ())}))
    at, found = array("q"), array("q")
    for row, text in enumerate(texts):
        held = {
            numbers[part]
            for start in range(len(text) - 1)
            for size in sizes.get(text[start : start + 2], ())
            if (part := text[start : start + size]) in numbers
        }
        at.extend(row for _ in held)
        found.extend(sorted(held))
    return np.array([at, found], dtype=np.int64).reshape(2, -1)
