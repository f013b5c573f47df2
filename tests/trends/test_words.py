"""Titles become words and phrases; the lexicon says what they mean."""

import pytest

from configs.load_lexicon import load_lexicon
from trends.vocabulary import Vocabulary
from trends.words import join, phrases, speaks_for_goods, speaks_for_news

VOCABULARY = Vocabulary.of(load_lexicon())


def found(title):
    return {join(run) for run in phrases(VOCABULARY.read(title))}


@pytest.mark.parametrize(
    ("title", "phrase"),
    [
        ("赵露思美拉德穿搭", "美拉德"),
        ("姐姐们的多巴胺穿搭", "多巴胺"),
        ("陈牧驰竟然穿过马面裙", "马面裙"),
        ("羽绒服涨价把市场让给了军大衣", "军大衣"),
        ("今天也是新中式穿搭", "新中式"),
        ("虞书欣Y2K辣妹", "y2k"),
        ("Olive military greatcoats, at last", "military greatcoat"),
        ("my old-money blazer", "blazer"),
        ("wide-leg pants for work", "wide-leg pants"),
    ],
)
def test_a_title_holds_the_phrase_people_mean(title, phrase):
    assert phrase in found(title)


@pytest.mark.parametrize(
    ("title", "phrase"),
    [
        ("多巴胺穿搭", "多巴胺穿搭"),
        ("a look at the coat", "look"),
        ("coat, trousers", "coat trousers"),
        ("2023 2024", "2023"),
    ],
)
def test_context_words_numbers_and_commas_are_no_part_of_a_phrase(title, phrase):
    assert phrase not in found(title)


@pytest.mark.parametrize("title", ["", "   ", "!!!", "🔥🔥🔥", "\u200b", "a", "的"])
def test_titles_without_words_hold_no_phrase(title):
    assert found(title) == set()


def test_a_greatcoat_is_no_coat():
    words = [word for word in VOCABULARY.read("军大衣") if word.text]
    assert [term.key for word in words for term in word.spelled] == ["greatcoat"]


def test_words_that_only_contain_goods_are_not_goods():
    terms = [term for word in VOCABULARY.read("世界杯 马甲线") for term in word.terms]
    assert terms
    assert all(speaks_for_news(term) and not speaks_for_goods(term) for term in terms)


def test_a_single_character_of_goods_counts_at_the_end_of_a_word_only():
    assert any(term.key == "goods_suffix" for word in VOCABULARY.read("蛋糕裙") for term in word.terms)
    assert not any(word.terms for word in VOCABULARY.read("衣食住行"))
