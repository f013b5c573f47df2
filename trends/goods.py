"""Goods or news: by which rule a phrase is about something that can be made and sold."""

from collections.abc import Sequence
from enum import StrEnum

from scipy.special import betainc

from models.lexicon import TermKind
from trends.counting import Title
from trends.words import Word, speaks_for_goods, speaks_for_news

_ODDS = 0.85  # how sure we want to be that more than half of the titles speak of goods


class GoodsRule(StrEnum):
    """Why a phrase counts as goods; the more telling rule first."""

    STYLE = "names a style of the lexicon"
    CATEGORY = "names a category of the lexicon"
    CONTEXT = "most of its titles speak of goods"


def judge_goods(words: Sequence[Word], titles: Sequence[Title]) -> GoodsRule | None:
    """The rule that lets a phrase in as goods, or None.

    A category or style word counts unless news words are more frequent around it than words of goods. Any other
    phrase needs the titles around it to speak of goods: with a uniform prior on the share of such titles, six to
    one that it is above a half (3 of 3, 4 of 5, 7 of 10). An occasion alone (婚礼) is no goods.
    """
    kinds = {term.kind for word in words for term in word.spelled}
    own = {word.text for word in words}
    goods = sum(_speaks(title, own, for_goods=True) for title in titles)
    news = sum(_speaks(title, own, for_goods=False) for title in titles)
    if kinds & {TermKind.STYLE, TermKind.CATEGORY}:
        if news > goods and news > len(titles) / 3:
            return None
        return GoodsRule.STYLE if TermKind.STYLE in kinds else GoodsRule.CATEGORY
    if kinds == {TermKind.OCCASION} or not words[-1].is_noun or news > len(titles) / 3:
        return None
    above_half = 1 - float(betainc(goods + 1, len(titles) - goods + 1, 0.5))
    return GoodsRule.CONTEXT if above_half >= _ODDS else None


def _speaks(title: Title, own: set[str], *, for_goods: bool) -> bool:
    speaks = speaks_for_goods if for_goods else speaks_for_news
    return any(speaks(term) for word in title.words if word.text not in own for term in word.terms)
