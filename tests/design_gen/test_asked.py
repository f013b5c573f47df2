import pytest

from configs.load_lexicon import load_lexicon
from design_gen.asked import asked_meaning, describe, near_spellings
from design_gen.spec import specs_for
from trends.vocabulary import Vocabulary

LEXICON = load_lexicon()
VOCABULARY = Vocabulary.of(LEXICON)


def meaning(phrase):
    return asked_meaning([term for word in VOCABULARY.read(phrase) for term in word.terms])


def test_the_seed_story_in_words():
    asked = meaning("an olive military greatcoat, double-breasted, knee length, brass buttons")
    for spec in specs_for(asked, 5, 7, LEXICON.colour):
        assert (spec.category, spec.colour.name, spec.closure) == ("greatcoat", "olive", "double_breasted")
        assert (spec.length, spec.trim) == ("knee", "brass")


def test_what_is_named_takes_no_implied_value():
    assert meaning("olive military greatcoat")["category"] == ("greatcoat",)
    assert meaning("military style")["category"][:2] == ("greatcoat", "parka")


def test_chinese_and_english_mean_the_same():
    assert meaning("军大衣") == meaning("greatcoat")


@pytest.mark.parametrize(("word", "near"), [("gretcoat", "greatcoat"), ("军大依", "军大衣"), ("olvie", "olive")])
def test_a_misspelled_word_is_near_what_was_meant(word, near):
    assert near in near_spellings(word, LEXICON)


@pytest.mark.parametrize("word", ["", "xqzw", "🙂", "x" * 10_000])
def test_nothing_is_near_a_word_like_no_other(word):
    assert near_spellings(word, LEXICON) == []


def test_a_meaning_is_told_on_one_line():
    assert describe({"colour": ("olive", "khaki"), "trim": ("brass",)}) == "colour olive, khaki; trim brass"
