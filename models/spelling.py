"""Which known words look like a misspelt or unknown one."""

from collections.abc import Iterable
from difflib import get_close_matches

_NEAR = 0.6  # difflib ratio from which a spelling counts as near


def near_words(word: str, known: Iterable[str], most: int = 5) -> list[str]:
    """The known words that look like this one or share a Chinese character with it, nearest first."""
    word = word.lower()[:60]
    spellings = list(dict.fromkeys(spelling.lower() for spelling in known))
    near = get_close_matches(word, spellings, most, _NEAR)
    chinese = {character for character in word if character >= "一"}
    sharing = [spelling for spelling in spellings if chinese & set(spelling)]
    by_share = sorted(sharing, key=lambda spelling: -len(chinese & set(spelling)) / len(spelling))
    return list(dict.fromkeys((*near, *by_share)))[:most]


def suggest(word: str, near: list[str]) -> str:
    """An unknown word with those near it, as an error message shows it."""
    return f"{word[:40]!r} (near it: {', '.join(near)})" if near else f"{word[:40]!r} (nothing near it)"
