"""The review list on both databases: what waits, what was said, and that later detections go by it."""

from datetime import date, timedelta

import pytest

from configs.load_lexicon import load_lexicon
from models.errors import InvalidInput, UnknownPhrase
from models.interest import Segment
from models.trend import TrendStage
from tests.builders import NOW, make_trend
from tests.trends.test_detect import AS_OF, add_past, add_rise, found
from trends.browse import Wanted, browse, get_trend, read_wanted
from trends.review import find_unreviewed, find_versions, load_reviews, parse_meaning, record_review

LEXICON = load_lexicon()
BROWN = {"colour": ("brown", "camel"), "category": ("coat",)}


def say(session, phrase="云朵风", meaning=BROWN, **how):
    return record_review(session, phrase, meaning, how.pop("who", "Lin"), how.pop("at", NOW), **how)


# --- what a person types ------------------------------------------------------------------------------------------


def test_values_are_keys_or_spellings_in_either_language():
    assert parse_meaning(["colour=棕色，Camel", "category=毛衣, trench coat", "segment=cross border"], LEXICON) == {
        "colour": ("brown", "camel"),
        "category": ("sweater", "trench_coat"),
        "segment": ("cross_border",),
    }


def test_an_attribute_given_twice_is_joined():
    assert parse_meaning(["colour=brown", "colour=camel,brown"], LEXICON) == {"colour": ("brown", "camel")}


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("colour", "is not ATTRIBUTE=VALUE"),
        ("size=XL", "one of colour, category"),
        ("colour=", "names no value"),
        ("colour=bronw", "near it: brown"),
        ("category=蛋糕裙", "near it: "),
        ("material=" + "x" * 10_000, "nothing near it"),
    ],
)
def test_what_the_lexicon_does_not_have_is_refused_with_what_is_near(setting, says):
    with pytest.raises(InvalidInput, match=says) as raised:
        parse_meaning([setting], LEXICON)
    assert len(str(raised.value)) < 300


# --- what is kept -------------------------------------------------------------------------------------------------


def test_each_saying_is_a_version_with_who_and_when_and_the_last_counts(session):
    say(session)
    say(session, meaning={"colour": ("red",)}, who="Wang", at=NOW + timedelta(days=1))
    assert [(one.version, one.who, one.meaning["colour"]) for one in find_versions(session, "云朵风")] == [
        (1, "Lin", ["brown", "camel"]),
        (2, "Wang", ["red"]),
    ]
    assert load_reviews(session)["云朵风"].goods == {"colour": ("red",)}


def test_the_same_said_again_is_no_new_version(session):
    assert say(session) == say(session, who="Wang")
    assert len(find_versions(session, "云朵风")) == 1


def test_a_phrase_is_found_however_it_is_written(session):
    say(session, "Cloud  Core")
    assert find_versions(session, " cloud core ")


@pytest.mark.parametrize(
    "how",
    [
        {"phrase": " "},
        {"phrase": "x" * 121},
        {"who": ""},
        {"meaning": {}},
        {"is_goods": False},
    ],
)
def test_half_a_saying_is_refused(session, how):
    with pytest.raises(InvalidInput):
        say(session, **how)
    assert load_reviews(session) == {}


# --- what waits ---------------------------------------------------------------------------------------------------


def test_unknown_phrases_wait_once_until_somebody_says_what_they_mean(session):
    make_trend(session, phrase="军大衣")
    make_trend(session, phrase="云朵风", review="unknown", as_of=date(2026, 10, 30))
    make_trend(session, phrase="云朵风", review="unknown", as_of=date(2026, 10, 31))
    make_trend(session, phrase="雾霾风", review="unknown", score=99.0)
    make_trend(session, phrase="未来风", review="unknown", as_of=date(2026, 12, 1))
    waiting = find_unreviewed(session, date(2026, 11, 1))
    assert [(one.phrase, one.as_of.day) for one in waiting] == [("雾霾风", 31), ("云朵风", 31)]
    say(session)
    say(session, "雾霾风", {}, is_goods=False)
    assert find_unreviewed(session, date(2026, 11, 1)) == []


def test_later_detections_go_by_what_was_said(session):
    add_past(session)
    add_rise(session, "果冻云朵")
    phrase, before = next((phrase, one) for phrase, one in found(session).items() if "云朵" in phrase)
    assert "does not know it" in before.review
    say(session, phrase, {"colour": ("camel",), "category": ("coat",), "segment": ("cross_border",)})
    after = found(session)[phrase]
    assert (after.rule, after.review) == ("names a style of the lexicon", "")
    assert after.meaning["colour"] == ["camel"]
    assert after.segments["cross_border"] == 1
    assert {one["basis"] for one in after.attributes if one["attribute"] == "colour"} == {"reviewed"}
    say(session, phrase, {}, is_goods=False)
    assert phrase not in found(session)


# --- looking through ----------------------------------------------------------------------------------------------


def test_trends_are_listed_of_the_newest_day_or_since_a_day(session):
    make_trend(session, phrase="旧", as_of=AS_OF - timedelta(days=7))
    make_trend(session, phrase="新", as_of=AS_OF)
    make_trend(session, phrase="旧", as_of=AS_OF, stage=TrendStage.FADING, score=99.0)
    make_trend(session, phrase="早", as_of=AS_OF - timedelta(days=7), score=1.0)
    assert [one.phrase for one in browse(session, AS_OF)] == ["新", "旧"]
    everything = browse(session, AS_OF, since=AS_OF - timedelta(days=8))
    assert [(one.phrase, one.as_of) for one in everything][:2] == [("新", AS_OF), ("早", AS_OF - timedelta(days=7))]
    assert browse(session, AS_OF - timedelta(days=30)) == []


@pytest.mark.parametrize(
    ("wanted", "phrases"),
    [
        (Wanted(), ["a", "b"]),
        (Wanted(stage=TrendStage.EMERGING), ["b"]),
        (Wanted(category="dress"), ["b"]),
        (Wanted(segment=Segment.CROSS_BORDER), ["a"]),
        (Wanted(segment=Segment.DOMESTIC_BUSINESS), []),
    ],
)
def test_trends_are_listed_by_what_they_are(session, wanted, phrases):
    make_trend(session, phrase="a", score=9.0, segments={"cross_border": 0.5, "domestic_consumer": 0.5})
    make_trend(session, phrase="b", score=8.0, stage=TrendStage.EMERGING, meaning={"category": ["dress"]})
    assert [one.phrase for one in browse(session, AS_OF, wanted=wanted)] == phrases


def test_a_phrase_has_its_newest_trend_up_to_a_day_or_an_error_with_those_near_it(session):
    make_trend(session, phrase="军大衣", as_of=AS_OF - timedelta(days=1))
    make_trend(session, phrase="军大衣", as_of=AS_OF + timedelta(days=1))
    assert get_trend(session, "军大衣", AS_OF).as_of == AS_OF - timedelta(days=1)
    with pytest.raises(UnknownPhrase, match="no trend '军大' up to 2026-11-15; near it: 军大衣"):
        get_trend(session, "军大", AS_OF)


def test_what_cannot_be_wanted_is_told():
    assert read_wanted("peak", "大衣", "cross_border", LEXICON).category == "coat"
    with pytest.raises(InvalidInput, match="none of emerging, rising, peak, fading"):
        read_wanted("up", None, None, LEXICON)
    with pytest.raises(InvalidInput, match="none of domestic_business"):
        read_wanted(None, None, "aliens", LEXICON)
