"""Names of brands, artists and characters: found in what people write, however they spell it. Pure.

Latin names count as whole words, in full width, with accents, look-alike letters of other alphabets, digits for letters
(n1ke), punctuation inside (n.i.k.e) and blanks between single letters (n i k e); Chinese ones anywhere in the text.
Ordinary words that are names too (apple, mango) count only beside a word that says so; phrases in which a name means
something else (apple green) never count.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from models.errors import InvalidInput

_MOST_WORDS, _SHORTEST_SPACED, _LONGEST_SPACED = 5, 3, 24
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
# Cyrillic and Greek letters that look like Latin ones.
_LOOK_ALIKES = str.maketrans("авсеіјкмнорѕтухһѵԛԝԁαικνορτυχ", "abceijkmhopstyxhvqwdaiknoptux")
_DIGITS = tuple(str.maketrans("0134578@$!", f"o{one}eastbas{one}") for one in "il")
_CHINESE = "㐀-鿿"
_BETWEEN_CHINESE = re.compile(rf"(?<=[{_CHINESE}])[\s.·・,，。_*\-|/~]+(?=[{_CHINESE}])")
_CHUNK = re.compile(r"[a-z0-9@$!&+'’.·・_*|/~-]+")
_PUNCTUATION = re.compile(r"[^a-z0-9@$!&+]+")


class NameKind(StrEnum):
    """Whose name it is."""

    BRAND = "brand"
    ARTIST = "artist"
    CHARACTER = "character"


@dataclass(frozen=True, slots=True)
class ProtectedName:
    """One owner's spellings; `beside` are words of which one must stand in the text, `unless` phrases that are free."""

    kind: NameKind
    name: str
    spellings: tuple[str, ...]
    beside: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProtectedNames:
    """All names, by folded spelling."""

    names: tuple[ProtectedName, ...] = ()

    def find(self, text: str) -> ProtectedName | None:
        """The first name in a text; None where there is none."""
        folded = fold(text)
        phrases = _phrases(folded)
        return next((name for name in self.names if _stands_in(name, folded, phrases)), None)

    def refuse(self, text: str, what: str) -> None:
        """InvalidInput that names what was found in `what`, such as "the trend"."""
        if found := self.find(text):
            raise InvalidInput(
                f"{what} {' '.join(text.split())[:80]!r} names the {found.kind} {found.name}; say what it looks like"
            )

    @staticmethod
    def from_tables(tables: Iterable[tuple[str, Mapping[str, Any]]]) -> "ProtectedNames":
        """Build from (file name, parsed TOML): [brand], [artist] and [character], name = {also, beside, unless}.

        InvalidInput names file and entry: unknown kind or field, a name without letters.
        """
        names = []
        for where, table in tables:
            for kind, entries in table.items():
                if kind not in list(NameKind) or not isinstance(entries, Mapping):
                    raise InvalidInput(f"{where}: [{kind}] is none of {', '.join(NameKind)}")
                names += [_read(where, NameKind(kind), name, entry) for name, entry in entries.items()]
        return ProtectedNames(tuple(names))


NO_NAMES = ProtectedNames()
"""Nothing is refused."""


def fold(text: str) -> str:
    """One way of writing for all: half width, lower case, no accents, no invisible or look-alike characters."""
    plain = unicodedata.normalize("NFKD", _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)))
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    lower = unicodedata.normalize("NFC", bare).casefold().translate(_LOOK_ALIKES)
    return _BETWEEN_CHINESE.sub("", lower)


def _read(where: str, kind: NameKind, name: str, entry: Any) -> ProtectedName:
    if not isinstance(entry, Mapping) or set(entry) - {"also", "beside", "unless"}:
        raise InvalidInput(f"{where}: {kind} {name!r} is not a table of also, beside, unless")
    lists = {key: tuple(fold(str(one)) for one in entry.get(key, ())) for key in ("also", "beside", "unless")}
    spellings = tuple(dict.fromkeys(_squash(one) if one.isascii() else one for one in (fold(name), *lists["also"])))
    if any(not re.search(rf"[a-z0-9{_CHINESE}]", spelling) for spelling in spellings):
        raise InvalidInput(f"{where}: {kind} {name!r} has a spelling without letters")
    return ProtectedName(kind, name, spellings, lists["beside"], lists["unless"])


def _stands_in(name: ProtectedName, folded: str, phrases: frozenset[str]) -> bool:
    if not any(_says(folded, phrases, spelling) for spelling in name.spellings):
        return False
    if name.beside and not any(_says(folded, phrases, word) for word in name.beside):
        return False
    free = folded
    for phrase in name.unless:
        free = _without(free, phrase)
    return free == folded or any(_says(free, _phrases(free), spelling) for spelling in name.spellings)


def _without(text: str, phrase: str) -> str:
    """The text with a phrase cut out: Latin ones as whole words."""
    bounds = (r"(?<![a-z0-9])", r"(?![a-z0-9])") if phrase.isascii() else ("", "")
    return re.sub(re.escape(phrase).replace(r"\ ", r"[\s-]+").join(bounds), " | ", text)


def _says(text: str, phrases: frozenset[str], spelling: str) -> bool:
    """Whether a folded text, with its phrases, says a folded spelling: Latin ones as words, others anywhere."""
    return spelling in phrases if spelling.isascii() else spelling in text


def _squash(spelling: str) -> str:
    """A Latin spelling as `_phrases` has it, without punctuation."""
    return " ".join(word for word in (_PUNCTUATION.sub("", part) for part in spelling.split()) if word)


def _phrases(text: str) -> frozenset[str]:
    """Every run of one to five words, however its letters are set apart, each also with digits read as letters."""
    found: set[str] = set()
    for words in (list(_squashed(text)), list(_split(text))):
        for size in range(1, _MOST_WORDS + 1):
            found.update(" ".join(words[at : at + size]) for at in range(len(words) - size + 1))
        found.update(_spaced(words))
    found |= {phrase.translate(digits) for phrase in found for digits in _DIGITS}
    return frozenset(found | {phrase.removesuffix("s") for phrase in found})


def _squashed(text: str) -> Iterator[str]:
    """Words with their punctuation taken out: levi's, n.i.k.e."""
    yield from (word for word in (_PUNCTUATION.sub("", chunk) for chunk in _CHUNK.findall(text)) if word)


def _split(text: str) -> Iterator[str]:
    """Words with punctuation as their end: nike-style, apple/nike."""
    yield from (word for word in _PUNCTUATION.split(text) if re.search("[a-z0-9]", word))


def _spaced(words: list[str]) -> Iterator[str]:
    """Words spelled letter by letter, wherever they start in a run of single letters."""
    run = ""
    for word in (*words, "||"):
        if len(word) == 1:
            run += word
            continue
        for end in range(_SHORTEST_SPACED, len(run) + 1):
            starts = range(max(0, end - _LONGEST_SPACED), end - _SHORTEST_SPACED + 1)
            yield from (run[start:end] for start in starts)
        run = ""
