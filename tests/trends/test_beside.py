"""Words at home beside a phrase: known numbers, what few titles prove, and nothing at all."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.lexicon import TermKind
from tests.trends.titles import read
from trends.beside import AttributeCounts, at_home, confidence


def test_the_number_follows_from_its_formula():
    # by hand: share (4+1)/(95+5) = 0.05, so 0.5 pseudo-titles name the value and 9.5 do not
    ratio = math.log(3.5 / 9.5) - math.log(4.5 / 100.5)
    error = math.sqrt(1 / 3.5 + 1 / 9.5 + 1 / 4.5 + 1 / 100.5)
    expected = 0.5 * math.erfc(-(ratio - math.log(2)) / error / math.sqrt(2))
    assert confidence(3, 3, 4, 95, choices=4) == pytest.approx(expected, rel=1e-12)
    assert confidence(3, 3, 4, 95, choices=4) == pytest.approx(0.9634, abs=1e-4)


@pytest.mark.parametrize(
    ("named", "titles", "named_elsewhere", "titles_elsewhere", "low", "high"),
    [
        (1, 1, 5, 100, 0.5, 0.75),  # one title proves little
        (3, 3, 5, 100, 0.9, 0.98),
        (12, 12, 5, 100, 0.99, 1.0),
        (2, 40, 5, 100, 0.0, 0.3),  # no more often than elsewhere
        (60, 100, 60, 100, 0.0, 0.05),  # frequent everywhere: nothing special
        (12, 12, 0, 0, 0.6, 0.999),  # nothing to compare with: likely, not sure
        (0, 0, 0, 0, 0.0, 0.5),
        (0, 10, 5, 100, 0.0, 0.3),
    ],
)
def test_few_titles_and_what_is_frequent_everywhere_prove_little(
    named, titles, named_elsewhere, titles_elsewhere, low, high
):
    assert low <= confidence(named, titles, named_elsewhere, titles_elsewhere, choices=20) <= high


@given(st.integers(0, 50), st.integers(1, 50), st.integers(0, 500), st.integers(0, 500), st.integers(1, 50))
def test_another_title_that_names_it_makes_it_no_stranger(named, more, named_elsewhere, others, choices):
    titles, elsewhere = named + more, named_elsewhere + others
    before = confidence(named, titles, named_elsewhere, elsewhere, choices)
    after = confidence(named + 1, titles, named_elsewhere, elsewhere, choices)
    assert 0 <= before <= 1
    assert after >= 0.5 or before < 0.5


def test_titles_count_once_a_value_and_the_phrase_itself_does_not_count():
    counts = AttributeCounts.of(read("红色红色大衣", "红色裙子", "今天下雨"), but={"大衣"})
    assert counts.values == {
        (TermKind.COLOUR, "red"): 2,
        (TermKind.CATEGORY, "dress"): 1,
    }
    assert counts.kinds == {TermKind.COLOUR: 2, TermKind.CATEGORY: 1}


def test_elsewhere_is_everything_without_the_phrases_own_titles():
    own, others = read("云朵红色大衣", "云朵红色裙子"), read("红色毛衣", "黑色大衣")
    assert AttributeCounts.of([*own, *others]).without(own).values[TermKind.COLOUR, "red"] == 1


def test_what_is_at_home_is_surer_than_what_passes_by():
    own = read("云朵红色大衣", "云朵红色裙子", "云朵红色毛衣", "云朵黑色毛衣")
    others = read(*(f"黑色大衣第{number}" for number in range(30)), "红色大衣")
    sure = at_home(AttributeCounts.of(own, {"云朵"}), AttributeCounts.of(others))
    assert sure[TermKind.COLOUR, "red"] > 0.9 > 0.1 > sure[TermKind.COLOUR, "black"]
