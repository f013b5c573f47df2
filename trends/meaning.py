"""What a trend means in attributes of goods: what it names, what stands beside it, what its style implies."""

from collections import Counter
from collections.abc import Iterable, Sequence

from models.lexicon import ATTRIBUTES, TermKind
from trends.counting import Title
from trends.words import Word

_TOLD = {*ATTRIBUTES, TermKind.COLOUR, TermKind.STYLE, TermKind.OCCASION}
_BESIDE_SHARE, _BESIDE_TITLES = 0.1, 2  # one title with a red shirt does not make a trend red
_MOST = 6


def meaning_of(words: Sequence[Word], titles: Sequence[Title]) -> dict[str, list[str]]:
    """Attribute -> values, likeliest first: named in the phrase, then beside it in its titles, then implied."""
    own = [term for word in words for term in word.spelled]
    own_texts = {word.text for word in words}
    beside: Counter[tuple[TermKind, str]] = Counter()
    for title in titles:
        beside.update(
            {(term.kind, term.key) for word in title.words if word.text not in own_texts for term in word.spelled}
        )
    enough = max(_BESIDE_TITLES, _BESIDE_SHARE * len(titles))
    meaning: dict[str, list[str]] = {}
    for term in own:
        _add(meaning, term.kind, [term.key])
    for (kind, key), count in sorted(beside.items(), key=lambda item: (-item[1], item[0])):
        if count >= enough:
            _add(meaning, kind, [key])
    for term in own:
        for name, values in term.implies.items():
            _add(meaning, TermKind(name), values)
    return meaning


def _add(meaning: dict[str, list[str]], kind: TermKind, values: Iterable[str]) -> None:
    if kind in _TOLD:
        known = meaning.setdefault(kind.value, [])
        known.extend(value for value in dict.fromkeys(values) if value not in known)
        del known[_MOST:]
