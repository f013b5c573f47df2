"""The same observations give the same trends however they arrive, and what comes later changes nothing."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from configs.load_lexicon import load_lexicon
from trends.counting import Counting, count_phrases
from trends.detect import find_rising
from trends.store import Observation
from trends.tally import Tally
from trends.vocabulary import Vocabulary

AS_OF = date(2023, 6, 30)
VOCABULARY = Vocabulary.of(load_lexicon())
TITLES = st.sampled_from(
    [
        f"{who}{what}{tail}"
        for who in ("邻居的", "老师穿", "看见")
        for what in ("多巴胺", "军大衣", "琥珀格")
        for tail in ("穿搭", "裙子", "来了")
    ]
    + ["brown boots again", "my olive coat", "台风停运通报"]
)
OBSERVATIONS = st.lists(
    st.builds(
        Observation,
        st.dates(AS_OF - timedelta(days=80), AS_OF),
        TITLES,
        st.sampled_from([1.0, 1.5, 2.0]),
        st.sampled_from(["posts", "lists"]),
        st.just("zh"),
    ),
    max_size=60,
)


def ranked(observations, as_of=AS_OF):
    rows = sorted(observations, key=lambda row: row.observed_on)
    counts = count_phrases(
        lambda since, until: (row for row in rows if since <= row.observed_on <= until), as_of, VOCABULARY
    )
    return [summary(found) for found in find_rising(counts)]


def summary(found):
    return (
        found.candidate.phrase,
        [variant.phrase for variant in found.variants],
        round(found.rise.score, 9),
        round(found.chance, 12),
        found.stage,
        found.rule,
        found.voices.posts,
    )


@settings(max_examples=40, deadline=None)
@given(OBSERVATIONS, st.randoms())
def test_the_order_of_a_days_observations_does_not_matter(observations, rng):
    mixed = observations.copy()
    rng.shuffle(mixed)
    assert ranked(mixed) == ranked(observations)


@settings(max_examples=40, deadline=None)
@given(
    OBSERVATIONS,
    st.lists(
        st.builds(
            Observation,
            st.dates(AS_OF + timedelta(days=1), AS_OF + timedelta(days=60)),
            TITLES,
            st.just(1.0),
            st.just("posts"),
            st.just("zh"),
        ),
        max_size=20,
    ),
)
def test_what_is_observed_later_changes_nothing(observations, later):
    tally = Tally.read(sorted([*observations, *later], key=lambda row: row.observed_on), VOCABULARY)
    assert [summary(found) for found in find_rising(Counting(tally).on(AS_OF))] == ranked(observations)


@settings(max_examples=25, deadline=None)
@given(OBSERVATIONS, st.lists(st.integers(0, 40), min_size=1, max_size=3))
def test_a_walk_gives_the_ranks_of_each_day_alone(observations, ago):
    days = sorted({AS_OF - timedelta(days=number) for number in ago})
    old = [Observation(AS_OF - timedelta(days=800 + number), "多巴胺穿搭", 1.0, "posts", "zh") for number in range(3)]
    counting = Counting(Tally.read(sorted([*old, *observations], key=lambda row: row.observed_on), VOCABULARY))
    counting.prepare(days)
    for day in days:
        assert [summary(found) for found in find_rising(counting.on(day))] == ranked([*old, *observations], day)


def test_a_title_of_two_sources_is_one_title_with_two_voices():
    both = [Observation(AS_OF, "邻居的多巴胺穿搭", 1.0, source, "zh") for source in ("posts", "lists")]
    tally = Tally.read(both, VOCABULARY)
    assert len(tally.titles) == 1
    assert Counting(tally).on(AS_OF).posts.of([0]) == {"posts": 1, "lists": 1}


@pytest.mark.parametrize(("gap", "titles"), [(14, 1), (15, 2)])
def test_a_title_counts_again_after_a_fortnight_of_silence(gap, titles):
    days = (AS_OF - timedelta(days=gap), AS_OF)
    tally = Tally.read([Observation(day, "邻居的多巴胺穿搭", 1.0, "posts", "zh") for day in days], VOCABULARY)
    assert len(tally.titles) == titles
