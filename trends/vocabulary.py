"""Reading titles: rjieba for Chinese, plain words for English, spellings of the lexicon as one word."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

import rjieba
from opencc import OpenCC

from models.lexicon import Lexicon, Term, TermKind
from trends.words import BREAK, Word

_CHINESE = re.compile(r"[㐀-鿿]")
_LATIN_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9'&+-]*")
_LATIN_CLAUSE = re.compile(r"[^A-Za-z0-9'&+\s-]+")
_FREQUENT = 100_000  # frequency given to lexicon words so that the segmenter prefers them to their parts

# Part-of-speech tags (ICTCLAS set, as jieba gives them) of words that can begin or end a phrase about a thing:
# nouns, proper nouns, abbreviations, idioms, foreign words, adjectives, noun-like verbs.
_CONTENT = frozenset({"n", "nz", "ng", "nt", "nrt", "j", "l", "i", "eng", "a", "an", "b", "vn", "z"})
_NOUNS = frozenset({"n", "nz", "ng", "nt", "nrt", "j", "l", "eng", "vn"})
_NAMES = frozenset({"nr", "nrfg", "ns"})
_ENDINGS = (
    "风格",
    "风",
    "色系",
    "同款",
    "穿搭",
    "穿法",
    "妆造",
    "造型",
    " style",
    " outfit",
    " look",
    " aesthetic",
    " core",
)
_SHORT = 3  # "bus" and "gas" are no plurals; nor are "dress" and "jeans", but they are only compared, never shown
_STOP = frozenset(  # a text reads better than 150 quoted words
    """
    a about after again all am an and any are as at be because been before being but by can could did do does doing
    don't down for from had has have he her here him his how i i'm if in into is isn't it it's its just me more most
    my no not now of off on once only or our out over own s she should so some such t than that the their them then
    there these they this those through to too under up us very was we were what when where which while who why will
    with you your new today yesterday tonight day week year best really get got
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Reads titles with a lexicon: build once with `Vocabulary.of(lexicon)`, it takes a tenth of a second."""

    spellings: Mapping[str, tuple[Term, ...]]
    suffixes: Mapping[str, tuple[Term, ...]]
    segmenter: rjieba.Jieba
    longest: Mapping[str, int]
    """First word of an English spelling -> words of the longest spelling that begins so."""
    _known: dict[tuple[str, str], Word] = field(default_factory=dict)

    @staticmethod
    def of(lexicon: Lexicon) -> "Vocabulary":
        """Index every spelling; Chinese ones of two characters and more become words of the segmenter."""
        spellings: dict[str, tuple[Term, ...]] = {}
        suffixes: dict[str, tuple[Term, ...]] = {}
        longest: dict[str, int] = {}
        segmenter = rjieba.Jieba()
        for term in lexicon.terms.values():
            for spelling in sorted({text.lower() for text in (*term.zh, *term.en)}):
                index = suffixes if len(spelling) == 1 and _CHINESE.match(spelling) else spellings
                index[spelling] = (*index.get(spelling, ()), term)
                first, size = spelling.split()[0], len(spelling.split())
                longest[first] = max(size, longest.get(first, 1))
            for spelling in _shortest(term.zh):
                segmenter.add_word(spelling, _FREQUENT, "nz")
        return Vocabulary(spellings, suffixes, segmenter, longest)

    @staticmethod
    def fold(title: str) -> str:
        """The title in small letters and simplified characters, place by place."""
        return title.lower().translate(_simplified()) if _CHINESE.search(title) else title.lower()

    def is_known(self, text: str) -> bool:
        """Whether a text is a spelling of the lexicon."""
        return text in self.spellings

    def unknown(self, text: str) -> Word:
        """A word that no dictionary holds, taken for the noun of a thing."""
        return Word(text, is_content=True, is_noun=True, breaks_phrases=False, terms=self.suffixes.get(text[-1], ()))

    def trunk(self, text: str) -> str:
        """A phrase without the words that only say it is worn or shown (多巴胺穿搭: 多巴胺; boho style: boho).

        English ones are taken in the singular and without hyphens (wide-leg pants: wide leg pant). A spelling of the
        lexicon is left whole unless it is one without them too, and so is what would keep fewer than two characters.
        """
        at = text
        while True:
            ending = next((end for end in _ENDINGS if at.endswith(end) and len(at) - len(end) > 1), "")
            shorter = at.removesuffix(ending).rstrip()
            if not ending or (at in self.spellings and shorter not in self.spellings):
                break
            at = shorter
        return at.replace("-", " ").removesuffix("s") if at.isascii() and len(at) > _SHORT else at

    def read(self, title: str) -> list[Word]:
        """The words of a title in order; punctuation and blanks come as `BREAK`."""
        title = title.translate(_simplified())
        if _CHINESE.search(title):
            return [self._word(text, tag) for text, tag in self.segmenter.tag(title)]
        return self._read_latin(title.lower())

    def _read_latin(self, title: str) -> list[Word]:
        words: list[Word] = []
        for clause in _LATIN_CLAUSE.split(title):
            texts = _LATIN_WORD.findall(clause)
            at = 0
            while at < len(texts):
                size, text = self._longest_spelling(texts, at)
                words.append(self._word(text, "eng"))
                at += size
            words.append(BREAK)
        return words

    def _longest_spelling(self, texts: list[str], at: int) -> tuple[int, str]:
        """How many words the longest spelling takes that begins here, and that spelling in the singular."""
        for size in range(min(self.longest.get(texts[at], 1), len(texts) - at), 0, -1):
            text = " ".join(texts[at : at + size]) if size > 1 else texts[at]
            for spelling in (text, text.removesuffix("s"), text.removesuffix("es")):
                if spelling in self.spellings:
                    return size, spelling
        return 1, texts[at]

    def _word(self, text: str, tag: str) -> Word:
        known = self._known.get((text, tag))
        if known is None:
            known = self._known[text, tag] = self._judge(text.lower(), tag)
        return known

    def _judge(self, text: str, tag: str) -> Word:
        if not any(character.isalnum() for character in text):
            return BREAK
        spelled = text in self.spellings
        terms = self.spellings[text] if spelled else self.suffixes.get(text[-1], ())
        latin = not _CHINESE.search(text)
        meant = latin and not text[0].isdigit() and text not in _STOP
        content = spelled or (len(text) > 1 and (meant if latin else tag in _CONTENT))
        is_name = not spelled and tag in _NAMES
        is_context = spelled and all(term.kind is TermKind.CONTEXT for term in terms)
        return Word(
            text,
            is_content=content,
            is_noun=content and (spelled or latin or tag in _NOUNS),
            is_latin=latin,
            is_name=is_name,
            is_spelled=spelled,
            is_context=is_context,
            breaks_phrases=is_name or is_context,
            terms=terms,
        )


@cache
def _simplified() -> dict[int, int]:
    """Traditional to simplified, character by character, by OpenCC; 3,800 of them differ."""
    characters = "".join(map(chr, range(0x3400, 0xA000)))
    simple = OpenCC("t2s").convert(characters)
    return {ord(one): ord(other) for one, other in zip(characters, simple, strict=True) if one != other}


def _shortest(spellings: Iterable[str]) -> list[str]:
    """Spellings that do not contain another one: 多巴胺穿搭 stays 多巴胺 + 穿搭, so that both count for 多巴胺."""
    texts = [text for text in spellings if len(text) > 1]
    return [text for text in texts if not any(other != text and other in text for other in texts)]
