"""Who speaks of a trend."""

import pytest

from tests.trends.titles import read
from trends.segments import segment_shares

HOME = {"posts": "CN", "reddit": "US", "unknown": None}


def test_words_language_and_country_tell_the_segment():
    titles = [
        *read("军大衣批发一手货源", "军大衣穿搭", "军大衣外贸尾单"),
        *read("greatcoat outfit", language="en"),
        *read("军大衣穿搭", source="reddit"),
    ]
    shares = segment_shares(titles, HOME)
    assert shares == {"domestic_business": 0.222, "domestic_consumer": 0.222, "cross_border": 0.556}


def test_one_title_is_not_the_whole_of_a_trend():
    shares = segment_shares(read("军大衣穿搭", source="unknown"), HOME)
    assert 0.6 < shares["domestic_consumer"] < 0.7
    assert sum(shares.values()) == pytest.approx(1, abs=0.002)


def test_no_titles_know_no_segment():
    assert set(segment_shares([], {}).values()) == {0.333}


def test_what_a_merchandiser_said_counts():
    assert segment_shares(read("军大衣"), HOME, ["cross_border"])["cross_border"] == 1
