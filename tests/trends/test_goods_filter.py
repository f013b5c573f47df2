"""The learned filter, its labels and its training."""

import json
from collections import Counter
from datetime import date, timedelta

import pytest

from configs.load_lexicon import load_lexicon
from trends.candidates import Candidate, Title
from trends.goods import GoodsRule, could_be_goods, judge_goods
from trends.goods_filter import WEIGHTS, load_filter
from trends.labels import Label, Labelled, load_labels
from trends.store import Observation
from trends.train_filter import Example, judge, train
from trends.traits import NAMES, traits_of
from trends.vocabulary import Vocabulary

VOCABULARY = Vocabulary.of(load_lexicon())


def candidate(phrase, titles):
    read = [
        Title(
            Observation(date(2026, 11, 1) + timedelta(days=at), text, 1.0, "posts", "zh"), tuple(VOCABULARY.read(text))
        )
        for at, text in enumerate(titles)
    ]
    return Candidate(phrase, (VOCABULARY.unknown(phrase),), list(range(len(read)))), read


def likelihood(phrase, titles):
    return load_filter().probability(traits_of(*candidate(phrase, titles)))


def test_labels_are_three_hundred_distinct_phrases_in_two_halves():
    labels = load_labels()
    assert len({label.phrase for label in labels}) == len(labels) == 300
    halves = Counter(label.is_for_training for label in labels)
    assert min(halves.values()) > 120
    assert {label.label for label in labels} == set(Label)


def test_what_is_worn_is_likelier_goods_than_who_is_talked_about():
    worn = likelihood("琥珀格", ["她穿琥珀格大衣", "邻居的琥珀格穿搭", "这身琥珀格裙子", "琥珀格搭配思路"])
    talked = likelihood("琥珀格", ["琥珀格回应争议", "警方通报琥珀格事件", "琥珀格官宣定档", "琥珀格演唱会舞台"])
    assert worn > 0.35 > talked


@pytest.mark.parametrize(
    ("phrase", "titles", "rule"),
    [
        ("琥珀格", ["她穿琥珀格大衣", "邻居的琥珀格穿搭", "这身琥珀格裙子"], GoodsRule.CONTEXT),
        ("琥珀裙", ["她穿琥珀裙来了", "什么是琥珀裙", "中国琥珀裙"], GoodsRule.HEAD),
        ("琥珀格", ["琥珀格回应争议", "警方通报琥珀格事件", "琥珀格官宣定档"], None),
    ],
)
def test_the_rule_says_why_it_is_let_in(phrase, titles, rule):
    one, read = candidate(phrase, titles)
    admission = judge_goods(one, read) if could_be_goods(one, read) else None
    assert (admission.rule if admission else None) is rule


def test_stored_weights_name_every_trait_and_what_they_are_worth():
    stored = json.loads(WEIGHTS.read_text())
    assert set(stored["weights"]) == set(NAMES)
    assert stored["test_half"]["area_under_curve"] >= 0.85


def examples(number):
    """Traits that tell goods by the first of them only."""
    return [
        Example(
            Labelled(f"phrase {at}", "2026-01", "tests", Label.GOODS if at % 2 else Label.NOT_GOODS),
            (at % 2 * 0.9, *([0.5] * (len(NAMES) - 1))),
        )
        for at in range(number)
    ]


def test_training_finds_what_tells_and_gives_the_same_weights_again():
    trained = train(examples(40))
    assert trained == train(examples(40))
    assert trained.weights[0] == max(trained.weights) > 1
    assert judge(trained, examples(40))["precision"] == 1
