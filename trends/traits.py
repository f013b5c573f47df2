"""What the Chinese titles around a phrase tell about it: numbers between 0 and 1."""

import re
from collections.abc import Sequence

from trends.candidates import Candidate, Title

_WORN_AFTER = re.compile(
    r"^[的\s]*(?:穿搭|同款|造型|搭配|风|色|系|裙|裤|衣|衫|鞋|帽|袄|包|靴|外套|大衣|西装|背心|吊带|礼服|套装)"
)
_WORN_BEFORE = re.compile(r"(?:穿|戴|着|换|搭|身|件|条|双|套|款|顶)[了上过的着]?\s?$")
_STORY = re.compile(
    r"回应|称|被|曝|警方|通报|宣布|确诊|事件|道歉|致歉|发声|否认|涉|案|调查|死|亡|罚|立案|举报|争议|家长|医院|学校|男子|女子"
)
_SHOW = re.compile(
    r"官宣|定档|开播|剧照|路透|大结局|第.{1,3}集|角色|电影|开机|杀青|预告|演唱会|舞台|节目|主题曲|红毯|直拍|海报|饰演|新剧|综艺"
)
_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏"
    "钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_GOODS_ENDS = frozenset("裙裤衣衫鞋靴帽袄袍袜包巾服装袋")
_PLACE_ENDS = frozenset("市省县区国镇村路站院校局队会团网台奖节")

NAMES = (
    "titles that name goods", "titles of news words", "worn or shown right after", "worn right before",
    "titles with story verbs", "titles of shows and films", "titles with a person's name", "begins the title",
    "ends the title", "titles with digits", "titles that say nothing else", "surname and short", "ends as goods do",
    "ends as places and bodies do", "single character words", "other words vary",
)  # fmt: skip
"""Names of the traits, in order."""


def traits_of(candidate: Candidate, titles: Sequence[Title]) -> list[float]:
    """The traits of a phrase in the order of `NAMES`."""
    return [*_around(candidate, titles), *_within(candidate), _variety(candidate, titles)]


def _around(candidate: Candidate, titles: Sequence[Title]) -> list[float]:
    rows = [_of_title(candidate, title) for title in titles]
    return [sum(column) / len(rows) for column in zip(*rows, strict=True)]


def _of_title(candidate: Candidate, title: Title) -> tuple[bool, ...]:
    before, _, after = title.text.partition(candidate.phrase)
    return (
        bool(candidate.beside(title.goods_words)),
        bool(candidate.beside(title.news_words)),
        bool(_WORN_AFTER.search(after)),
        bool(_WORN_BEFORE.search(before)),
        bool(_STORY.search(before) or _STORY.search(after)),
        bool(_SHOW.search(before) or _SHOW.search(after)),
        any(word.is_name and len(word.text) > 1 for word in title.words),
        not before.strip(),
        not after.strip(),
        any(character.isdigit() for character in before + after),
        not (before + after).strip(),
    )


def _within(candidate: Candidate) -> list[float]:
    # What the lexicon says of the phrase itself is left out on purpose: the filter is for what the lexicon cannot know.
    phrase = candidate.phrase
    is_spelled = any(word.is_spelled for word in candidate.words)
    return [
        float(phrase[0] in _SURNAMES and len(phrase) in (2, 3) and not is_spelled),
        float(phrase[-1] in _GOODS_ENDS),
        float(phrase[-1] in _PLACE_ENDS),
        float(any(len(word.text) == 1 for word in candidate.words)),
    ]


def _variety(candidate: Candidate, titles: Sequence[Title]) -> float:
    others = [
        word.text for title in titles for word in title.words if word.is_content and not candidate.owns(word.text)
    ]
    return len(set(others)) / len(others) if others else 0.0
