"""The figures of a walk over days: when a rise was seen, what fell back, what was goods."""

from datetime import date, timedelta

import pytest

from bench.walk import Entry, Known, entries, false_alarms, first_seen, precision, third_title
from configs.load_lexicon import load_lexicon
from trends.counting import Counting
from trends.labels import Label, Labelled
from trends.store import Observation
from trends.tally import Tally
from trends.vocabulary import Vocabulary

DAY = date(2023, 6, 1)
KNOWN = Known("多巴胺", DAY)


def entry(phrase, *variants, usual=0.0, is_fading=False):
    return Entry(phrase, (phrase, *variants), usual, usual, 1.0, is_fading)


def observed(*rows):
    return [Observation(DAY + timedelta(days=ago), title, 1.0, "lists", "zh") for ago, title in rows]


@pytest.mark.parametrize(
    ("days", "third"),
    [((0, 3, 9), 9), ((0, 1, 20, 25), None), ((0, 10, 14, 15), 15), ((-3, -2, 0), None)],
)
def test_the_third_distinct_title_within_a_fortnight(days, third):
    rows = observed(*((day, f"多巴胺穿搭{day}") for day in days))
    assert third_title(rows, KNOWN) == (None if third is None else DAY + timedelta(days=third))


def test_the_same_title_again_is_no_third():
    assert third_title(observed((0, "多巴胺"), (1, "多巴胺"), (2, "多巴胺穿搭")), KNOWN) is None


def test_a_variant_counts_as_seen_and_earlier_days_do_not():
    ranking = {DAY - timedelta(days=1): [entry("多巴胺")], DAY + timedelta(days=2): [entry("裙子", "多巴胺裙子")]}
    assert first_seen(ranking, KNOWN) == DAY + timedelta(days=2)
    assert first_seen({}, KNOWN) is None


def test_a_phrase_enters_anew_after_four_weeks_away():
    ranking = {DAY + timedelta(days=at): [entry("裙子")] for at in (0, 1, 20, 60)}
    assert [day for day, _ in entries(ranking)] == [DAY, DAY + timedelta(days=60)]


def test_an_entry_falls_back_when_no_more_is_said_than_before_and_fading_ones_are_none():
    rows = observed((0, "今天的裙子"), (1, "风衣来了"), (5, "裙子搭配"), (9, "新裙子"))
    counting = Counting(Tally.read(rows, Vocabulary.of(load_lexicon())))
    ranking = {DAY: [entry("裙子"), entry("风衣", usual=0.4), entry("大衣", is_fading=True)]}
    judged = false_alarms(ranking, counting, DAY + timedelta(days=30))
    assert (judged["entries"], judged["fell_back"]) == (2, 0.5)
    assert false_alarms(ranking, counting, DAY + timedelta(days=20))["entries"] == 0


def test_places_without_a_label_are_not_judged():
    labels = [
        Labelled("裙子", "2023-06", "tests", Label.GOODS),
        Labelled("年货", "2023-06", "tests", Label.OTHER_GOODS),
    ]
    figures = precision({DAY: [entry("裙子"), entry("年货"), entry("新词"), entry("又一个")]}, labels)
    assert (figures["judged_share"], figures["goods_share"]) == (0.5, 0.5)
