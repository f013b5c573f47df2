"""What a person's words ask for: named attributes stand alone, what a style implies fills in the rest."""

from collections.abc import Iterable, Mapping, Sequence

from models.attributes import Closure
from models.lexicon import ATTRIBUTES, Lexicon, Meaning, Term, TermKind
from models.spelling import near_words

_TOLD = frozenset({*ATTRIBUTES, TermKind.COLOUR, TermKind.OCCASION})


def asked_meaning(terms: Sequence[Term]) -> Meaning:
    """Attribute -> values of an order in words, in the order of the words.

    An attribute that the words name takes no implied value: an olive military greatcoat is neither khaki nor a parka,
    though the military style has both.
    """
    named: dict[str, list[str]] = {}
    for term in terms:
        if term.kind in _TOLD:
            _add(named, term.kind, [term.key])
    _drop_plain_buttons(named)
    implied: dict[str, list[str]] = {}
    for term in terms:
        for name, values in term.implies.items():
            if name not in named and TermKind(name) in _TOLD:
                _add(implied, TermKind(name), values)
    return {name: tuple(values) for name, values in {**named, **implied}.items()}


def near_spellings(word: str, lexicon: Lexicon, most: int = 5) -> list[str]:
    """Spellings of the lexicon that look like this word or share a Chinese character with it, nearest first."""
    return near_words(word, _spellings(lexicon), most)


def describe(meaning: Mapping[str, Sequence[str]]) -> str:
    """A meaning on one line."""
    return "; ".join(f"{name} {', '.join(values)}" for name, values in meaning.items()) or "nothing in particular"


def _spellings(lexicon: Lexicon) -> Iterable[str]:
    for term in lexicon.terms.values():
        if term.kind in _TOLD or term.kind is TermKind.STYLE:
            yield from (*term.zh, *term.en)


def _add(meaning: dict[str, list[str]], kind: TermKind, values: Iterable[str]) -> None:
    known = meaning.setdefault(kind.value, [])
    known.extend(value for value in values if value not in known)


def _drop_plain_buttons(named: dict[str, list[str]]) -> None:
    """A double-breasted coat with brass buttons: the buttons are those of the double breast."""
    closures = named.get(TermKind.CLOSURE, [])
    if Closure.DOUBLE_BREASTED in closures and Closure.BUTTONS in closures:
        closures.remove(Closure.BUTTONS)
