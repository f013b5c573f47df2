"""Several sources that agree make a rise surer; one that repeats itself makes it doubtful."""

from datetime import date, timedelta

import pytest

from configs.load_lexicon import load_lexicon
from trends.counting import Counting
from trends.detect import find_rising
from trends.pushing import Voices, voices_of
from trends.store import Observation
from trends.tally import Tally
from trends.vocabulary import Vocabulary

AS_OF = date(2026, 11, 15)
VOCABULARY = Vocabulary.of(load_lexicon())
PEOPLE = ["邻居", "老师", "同事", "表姐", "房东", "司机", "店长", "教练"]


def counts_of(rows):
    past = [
        Observation(AS_OF - timedelta(days=7 * week), f"{who}第{week}周去钓鱼", 1.0, "posts", "zh")
        for week in range(60, 0, -1)
        for who in PEOPLE
    ]
    recent = [Observation(AS_OF - timedelta(days=ago), title, 1.0, source, "zh") for ago, title, source in rows]
    observations = sorted([*past, *recent], key=lambda row: row.observed_on)
    return Counting(Tally.read(observations, VOCABULARY)).on(AS_OF)


def rising(rows):
    return {found.candidate.phrase: found for found in find_rising(counts_of(rows))}


def test_two_sources_that_agree_make_it_surer():
    one = rising([(at, f"{who}的美拉德穿搭", "posts") for at, who in enumerate(PEOPLE)])["美拉德"]
    two = rising([(at, f"{who}的美拉德穿搭", ("posts", "lists")[at % 2]) for at, who in enumerate(PEOPLE)])["美拉德"]
    assert one.rise == two.rise
    assert two.voices.agreeing == 2
    assert two.confidence > one.confidence


def test_a_single_title_elsewhere_is_no_agreement():
    rows = [(at, f"{who}的美拉德穿搭", "posts") for at, who in enumerate(PEOPLE)] + [(0, "美拉德来了", "lists")]
    assert rising(rows)["美拉德"].voices.agreeing == 1


REPEATED = [(at % 7, f"快来买美拉德大衣 {at}", "posts") for at in range(12)]


def test_one_source_that_repeats_a_text_is_flagged():
    rows = REPEATED + [(at, f"{who}的美拉德穿搭", "posts") for at, who in enumerate(PEOPLE[:4])]
    counts = counts_of(rows)
    voices = voices_of(counts.candidates["美拉德"], counts)
    assert voices.is_pushed
    assert voices.confidence(1.0) < 0.2


def test_the_same_text_posted_many_times_a_day_is_flagged():
    rows = [(1, "快来买美拉德大衣", "posts")] * 9 + [
        (at, f"{who}的美拉德穿搭", "posts") for at, who in enumerate(PEOPLE[:4])
    ]
    found = rising(rows)["美拉德"]
    assert found.voices.is_pushed
    assert found.voices.posts == {"posts": 13}


def test_the_same_repetition_beside_other_sources_is_no_push():
    rows = REPEATED + [(at, f"{who}的美拉德穿搭", "lists") for at, who in enumerate(PEOPLE)]
    assert not rising(rows)["美拉德"].voices.is_pushed


def test_a_hot_list_that_shows_an_entry_for_days_does_not_push():
    rows = [(ago, f"{who}的美拉德穿搭", "lists") for who in PEOPLE for ago in range(5)]
    assert not rising(rows)["美拉德"].voices.is_pushed


@pytest.mark.parametrize("agreeing", [1, 2, 5])
def test_confidence_is_never_above_that_of_the_rise(agreeing):
    assert Voices({}, agreeing, False).confidence(0.8) <= 0.8
    assert Voices({}, agreeing, True).confidence(0.8) < Voices({}, agreeing, False).confidence(0.8)
