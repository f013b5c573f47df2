"""Words that no dictionary knows are found by what stands beside them."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.walk import KNOWN, withhold
from configs.load_lexicon import load_lexicon
from models.lexicon import TermKind
from trends.counting import Counting
from trends.detect import find_rising
from trends.newwords import find_new_words
from trends.store import Observation
from trends.tally import Tally
from trends.vocabulary import Vocabulary

AS_OF = date(2026, 11, 15)
VOCABULARY = Vocabulary.of(load_lexicon())
BLIND = withhold(load_lexicon(), [known.word for known in KNOWN])
PEOPLE = ["邻居", "老师", "同事", "表姐", "房东", "司机", "店长", "教练"]
EVERYDAY = [f"{who}去{where}" for who in PEOPLE for where in ("钓鱼", "上课", "买菜", "看病", "爬山", "游泳")]


def test_a_word_stands_together_and_among_different_neighbours():
    titles = [*EVERYDAY, "邻居的琥珀格穿搭", "老师说琥珀格好看", "琥珀格大衣来了", "满街琥珀格"]
    found = find_new_words(titles)
    assert "琥珀格" in found
    assert "琥珀" not in found
    assert "珀格" not in found


def test_what_always_has_the_same_neighbour_is_found_with_it():
    titles = [*EVERYDAY, "邻居的琥珀格穿搭", "老师爱琥珀格穿搭", "琥珀格穿搭来了", "满街琥珀格穿搭"]
    found = find_new_words(titles)
    assert "琥珀格穿搭" in found
    assert "琥珀格" not in found


def test_frequent_characters_that_meet_by_chance_are_no_word():
    titles = [f"{one}的{two}" for one in "天地人山水火风云" for two in "衣食住行书画琴棋"]
    assert find_new_words(titles) == []


@pytest.mark.parametrize("titles", [[], [""], ["a b c"], ["衣"], ["🔥" * 9, "!!!"]])
def test_titles_without_chinese_hold_no_new_word(titles):
    assert find_new_words(titles) == []


@settings(deadline=None)
@given(st.lists(st.text("多巴胺穿搭美拉德的 a", max_size=12), max_size=12), st.randoms())
def test_the_order_of_titles_does_not_matter(titles, rng):
    mixed = titles.copy()
    rng.shuffle(mixed)
    assert find_new_words(mixed) == find_new_words(titles)


@pytest.mark.parametrize("word", [known.word for known in KNOWN])
def test_a_withheld_word_is_one_phrase_in_its_first_days(word):
    assert not any(word in spelling for term in BLIND.terms.values() for spelling in term.zh)
    past = [
        Observation(AS_OF - timedelta(days=7 * week), f"{who}第{week}周去钓鱼", 1.0, "posts", "zh")
        for week in range(60, 0, -1)
        for who in PEOPLE
    ]
    past += [Observation(AS_OF - timedelta(days=10), title, 1.0, "posts", "zh") for title in EVERYDAY]
    told = [f"邻居的{word}穿搭", f"老师身上的{word}造型", f"同事穿{word}大衣", f"表姐的{word}穿搭攻略"]
    recent = [Observation(AS_OF - timedelta(days=4 - at), title, 1.0, "posts", "zh") for at, title in enumerate(told)]
    rows = sorted(past + recent, key=lambda row: row.observed_on)
    counts = Counting(Tally.read(rows, Vocabulary.of(BLIND))).on(AS_OF)
    assert word in {found.candidate.phrase for found in find_rising(counts)}


@pytest.mark.parametrize(
    ("phrase", "trunk"),
    [
        ("多巴胺穿搭", "多巴胺"),
        ("静奢风格", "静奢"),
        ("清冷风穿搭", "清冷"),
        ("boho style", "boho"),
        ("wide-leg pants", "wide leg pant"),
        ("港风", "港风"),
        ("穿搭", "穿搭"),
        ("乘风", "乘风"),
    ],
)
def test_words_that_only_say_it_is_worn_are_no_part_of_it(phrase, trunk):
    assert VOCABULARY.trunk(phrase) == trunk


def test_traditional_characters_are_read_as_simplified():
    words = VOCABULARY.read("馬面裙穿搭")
    assert [word.text for word in words] == ["马面裙", "穿搭"]
    assert words[0].spelled[0].kind is TermKind.CATEGORY
