"""Goods or news: by which rule a phrase is about something that can be made and sold."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from scipy.special import betainc

from models.lexicon import TermKind
from trends.candidates import Candidate, Title, is_called_a_style
from trends.goods_filter import GoodsFilter, load_filter
from trends.traits import traits_of
from trends.words import speaks_for_goods

_ODDS = 0.85  # how sure we want to be that more than half of the titles speak of goods
_NAMED = {TermKind.STYLE, TermKind.CATEGORY}
# Where the filter is asked alone, three of four phrases of the training half are goods; titles and heads tell, too.
_LIKELY_ALONE, _LIKELY_BY_TITLES, _LIKELY_BY_HEAD = 0.4, 0.25, 0.1


class GoodsRule(StrEnum):
    """Why a phrase counts as goods; the more telling rule first."""

    STYLE = "names a style of the lexicon"
    CATEGORY = "names a category of the lexicon"
    HEAD = "ends with a word for goods"
    CONTEXT = "most of its titles speak of goods"
    NEW_WORD = "a new word, and most of its titles speak of goods"
    LEARNED = "stands where goods stand, says the learned filter"


@dataclass(frozen=True, slots=True)
class Admission:
    """The rule that lets a phrase in, and how likely the learned filter finds it."""

    rule: GoodsRule
    likelihood: float | None = None
    """None where the filter was not asked."""


def could_be_goods(candidate: Candidate, titles: Sequence[Title]) -> bool:
    """Whether a phrase is looked at: the lexicon names it as goods, or a third of its titles speak of goods.

    News words must not be more frequent around it than words of goods. A phrase that the lexicon does not name must
    end with a noun; one that ends with a word for goods (马面裙) needs no such titles. An occasion alone (婚礼) is no
    goods.
    """
    kinds = _kinds(candidate)
    goods, news = _speaking(candidate, titles)
    is_news = news > len(titles) / 3
    if kinds & _NAMED:
        return not is_news or news <= goods
    if is_news or not candidate.words[-1].is_noun or kinds == {TermKind.OCCASION}:
        return False
    return goods >= len(titles) / 3 or _ends_as_goods(candidate)


def judge_goods(candidate: Candidate, titles: Sequence[Title], learned: GoodsFilter | None = None) -> Admission | None:
    """The rule that lets a phrase in that could be goods, or None.

    A category or style word counts. Any other phrase needs the titles around it to speak of goods: with a uniform prior
    on the share of such titles, six to one that it is above a half (3 of 3, 4 of 5, 7 of 10). For Chinese phrases the
    learned filter must find it likely, too, and then a third of such titles is enough.
    """
    kinds = _kinds(candidate)
    if kinds & _NAMED:
        return Admission(GoodsRule.STYLE if TermKind.STYLE in kinds else GoodsRule.CATEGORY)
    goods, _ = _speaking(candidate, titles)
    speak_of_goods = 1 - float(betainc(goods + 1, len(titles) - goods + 1, 0.5)) >= _ODDS
    if candidate.words[0].is_latin:
        return Admission(GoodsRule.CONTEXT) if speak_of_goods else None
    likelihood = (learned or load_filter()).probability(traits_of(candidate, titles))
    if _ends_as_goods(candidate) and likelihood >= _LIKELY_BY_HEAD:
        return Admission(GoodsRule.HEAD, likelihood)
    if speak_of_goods and likelihood >= _LIKELY_BY_TITLES:
        return Admission(GoodsRule.NEW_WORD if candidate.is_new_word else GoodsRule.CONTEXT, likelihood)
    return Admission(GoodsRule.LEARNED, likelihood) if likelihood >= _LIKELY_ALONE else None


def _ends_as_goods(candidate: Candidate) -> bool:
    """Whether its last word is unknown and ends with a character of goods (裙, 鞋): the head of a Chinese compound."""
    last = candidate.words[-1]
    return not last.is_spelled and any(map(speaks_for_goods, last.terms))


def _kinds(candidate: Candidate) -> set[TermKind]:
    return {term.kind for word in candidate.words for term in word.spelled}


def _speaking(candidate: Candidate, titles: Sequence[Title]) -> tuple[int, int]:
    goods = sum(
        bool(candidate.beside(title.goods_words)) or is_called_a_style(candidate.phrase, title.text) for title in titles
    )
    return goods, sum(bool(candidate.beside(title.news_words)) for title in titles)
