"""What a phrase means, from itself, its titles, the lexicon and a merchandiser; the order of titles plays no part."""

import random
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.lexicon import Lexicon, TermKind
from tests.trends.titles import VOCABULARY, read, words
from trends.beside import AttributeCounts
from trends.meaning import Attribute, Basis, read_meaning
from trends.reviewed import Reviewed, with_reviews
from trends.vocabulary import Vocabulary

AT = datetime(2026, 11, 15, tzinfo=UTC)
ELSEWHERE = read(*(f"黑色大衣第{number}天" for number in range(20)), "红色裙子", "白色T恤", "蓝色牛仔裤")


def meaning(phrase, *texts, vocabulary=VOCABULARY, **how):
    titles = read(*texts, vocabulary=vocabulary)
    everything = AttributeCounts.of([*titles, *ELSEWHERE])
    return read_meaning(words(phrase, vocabulary), titles, everything, **how)


def found(told, kind):
    return {one.value: one for one in told.attributes if one.kind is kind}


def test_a_style_of_the_lexicon_means_what_it_implies_in_its_order():
    told = meaning("美拉德")
    assert told.values["colour"][:3] == ["brown", "caramel", "camel"]
    assert told.values["style"] == ["maillard"]
    assert found(told, TermKind.COLOUR)["brown"].basis is Basis.IMPLIED
    assert told.review == ""


def test_what_the_phrase_names_stands_alone():
    told = meaning("军大衣", *(f"军大衣和羽绒服{number}" for number in range(9)))
    assert told.values["category"] == ["greatcoat"]
    assert found(told, TermKind.CATEGORY)["greatcoat"] == Attribute(
        TermKind.CATEGORY, "greatcoat", 1.0, Basis.NAMED, titles=0
    )


UNKNOWN = ["果冻云朵棕色毛衣", "穿果冻云朵的棕色开衫", "果冻云朵棕色毛衣上新", "果冻云朵毛衣裙子", "今天果冻云朵"]


def test_an_unknown_phrase_gets_what_is_at_home_beside_it_and_waits_for_review():
    told = meaning("果冻云朵", *UNKNOWN)
    brown = found(told, TermKind.COLOUR)["brown"]
    assert (brown.basis, brown.titles) == (Basis.BESIDE, 3)
    assert 0.8 < brown.confidence < 1
    assert "sweater" in told.values["category"]
    assert "dress" not in told.values["category"]  # one title only
    assert "does not know it" in told.review
    assert "3 titles" in told.review


@pytest.mark.parametrize("titles", [[], ["果冻云朵"], ["果冻云朵去爬山", "果冻云朵下雨"]])
def test_titles_that_name_nothing_give_an_empty_meaning_that_waits_for_review(titles):
    told = meaning("果冻云朵", *titles)
    assert (told.attributes, told.values) == ((), {})
    assert "name nothing that goods have" in told.review


def test_a_known_colour_of_an_unknown_thing_is_told_and_waits_for_review():
    told = meaning("焦糖云朵")
    assert told.values == {"colour": ["caramel"]}
    assert told.review


def test_a_material_that_the_lexicon_spells_needs_no_review():
    assert meaning("灯芯绒").review == ""


def test_a_phrase_of_no_words_means_nothing():
    assert read_meaning((), [], AttributeCounts.of([])).values == {}


@given(st.randoms(use_true_random=False))
def test_the_order_of_titles_does_not_change_a_meaning(chance):
    texts = [*UNKNOWN, "果冻云朵红色大衣", "果冻云朵红色大衣第二天", "果冻云朵白色T恤", "果冻云朵白色T恤第二天"]
    shuffled = chance.sample(texts, len(texts))
    everything = AttributeCounts.of(chance.sample([*read(*texts), *ELSEWHERE], len(texts) + len(ELSEWHERE)))
    once = read_meaning(words("果冻云朵"), read(*texts), everything)
    assert read_meaning(words("果冻云朵"), read(*shuffled), everything) == once


def test_values_of_an_attribute_come_surest_first_and_are_few():
    texts = [
        f"果冻云朵{colour}毛衣" for colour in ("红色", "黑色", "白色", "粉色", "紫色", "绿色", "黄色") for _ in range(2)
    ]
    random.Random(1).shuffle(texts)
    told = meaning("果冻云朵", *texts)
    sure = [one.confidence for one in told.attributes if one.kind is TermKind.COLOUR]
    assert sure == sorted(sure, reverse=True)
    assert len(sure) <= 6


REVIEW = Reviewed("果冻云朵", True, {"colour": ("camel",), "segment": ("cross_border",)}, "Lin", AT)


def test_what_a_merchandiser_said_replaces_guesses_of_that_attribute_only():
    told = meaning("果冻云朵", *UNKNOWN, reviewed=REVIEW)
    assert told.values["colour"] == ["camel"]
    assert "sweater" in told.values["category"]
    assert told.review == ""
    assert found(told, TermKind.COLOUR)["camel"].basis is Basis.REVIEWED


def test_what_a_merchandiser_said_stands_over_what_the_phrase_names():
    assert meaning("棕色云朵", reviewed=REVIEW).values["colour"] == ["camel"]


def test_a_guess_from_the_sense_counts_only_where_nothing_better_is_known():
    guess = [Attribute(TermKind.COLOUR, "brown", 0.6, Basis.ALIKE), Attribute(TermKind.FIT, "slim", 0.6, Basis.ALIKE)]
    told = meaning("果冻云朵", *UNKNOWN, alike=guess)
    assert found(told, TermKind.COLOUR)["brown"].basis is Basis.BESIDE
    assert found(told, TermKind.FIT)["slim"].basis is Basis.ALIKE


# --- a lexicon that has learned -----------------------------------------------------------------------------------

SMALL = Lexicon.from_tables([("s.toml", {"style": [{"key": "maillard", "zh": ["美拉德"], "implies": {}}]})])


def test_a_reviewed_phrase_becomes_a_style_that_titles_are_read_with():
    learned = with_reviews(SMALL, [REVIEW])
    assert learned.terms[TermKind.STYLE, "果冻云朵"].implies == {"colour": ("camel",)}
    assert [word.text for word in Vocabulary.of(learned).read("果冻云朵")] == ["果冻云朵"]
    assert (TermKind.STYLE, "果冻云朵") not in SMALL.terms


def test_a_known_style_keeps_its_key_and_takes_the_attributes_given():
    learned = with_reviews(SMALL, [Reviewed("美拉德", True, {"colour": ("camel",)}, "Lin", AT)])
    assert learned.terms.keys() == SMALL.terms.keys()
    assert learned.terms[TermKind.STYLE, "maillard"].implies["colour"] == ("camel",)


def test_no_goods_become_a_word_that_breaks_phrases_and_speaks_for_nothing():
    learned = with_reviews(SMALL, [Reviewed("压容量", False, {}, "Lin", AT)])
    (word,) = words("压容量", Vocabulary.of(learned))
    assert word.breaks_phrases
    assert word.is_context
