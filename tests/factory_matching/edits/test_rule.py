import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_matching.edits.rule import EditRule, split_change
from models.errors import InvalidInput
from models.factory_edit import EditPart

RULE = EditRule(capacity_raise=0.25, lead_cut=0.25)
SOONER, PLAIN, LATER = ({"expires_on": f"{year}-01-01"} for year in (2026, 2027, 2028))
UNITS, NONE = {"small_order_units": 50}, {"small_order_units": None}
ABLE = {
    "materials": ["cotton", "wool"],
    "techniques": ["zip"],
    "sizes": ["S", "M"],
    "machines": [],
    "gauge": None,
    "prices": {"currency": "CNY", "breaks": [[30, "90.00"]]},
}


def split(part, before, after, checked=None):
    found = split_change(part, before, after, checked or {}, RULE)
    return dict(found.counted), dict(found.declared)


@pytest.mark.parametrize(
    ("part", "before", "after", "counted", "declared"),
    [
        (EditPart.CONTACTS, {"contacts": []}, {"contacts": [1]}, {"contacts": [1]}, {}),
        (EditPart.LANGUAGES, {"language": "zh"}, {"language": "en"}, {"language": "en"}, {}),
        (EditPart.CAPACITY, {"daily_capacity": 100}, {"daily_capacity": 60}, {"daily_capacity": 60}, {}),
        (EditPart.CAPACITY, {"daily_capacity": 100}, {"daily_capacity": 125}, {"daily_capacity": 125}, {}),
        (EditPart.CAPACITY, {"daily_capacity": 100}, {"daily_capacity": 126}, {}, {"daily_capacity": 126}),
        (EditPart.CAPACITY, {"lead_days": 8}, {"lead_days": 12}, {"lead_days": 12}, {}),
        (EditPart.CAPACITY, {"lead_days": 8}, {"lead_days": 5}, {}, {"lead_days": 5}),
        (EditPart.CAPACITY, {"lead_days_p90": None}, {"lead_days_p90": 9}, {"lead_days_p90": 9}, {}),
        (EditPart.CAPACITY, {"lead_days_p90": 9}, {"lead_days_p90": None}, {}, {"lead_days_p90": None}),
        (EditPart.SMALL_ORDERS, UNITS, NONE, NONE, {}),
        (EditPart.SMALL_ORDERS, NONE, UNITS, {}, UNITS),
        (EditPart.CERTIFICATE, {}, {**PLAIN, "number": None}, {}, PLAIN),
        (EditPart.CERTIFICATE, PLAIN, SOONER, SOONER, {}),
        (EditPart.CERTIFICATE, PLAIN, LATER, {}, LATER),
        (EditPart.CERTIFICATE, PLAIN, {}, {}, {}),
    ],
)
def test_what_counts_at_once_and_what_waits(part, before, after, counted, declared):
    assert split(part, before, after) == (counted, declared)


@pytest.mark.parametrize(
    ("change", "counted", "declared"),
    [
        ({"materials": ["wool"]}, {"materials": ["wool"]}, {}),
        ({"materials": ["cotton", "linen", "wool"]}, {}, {"materials": ["cotton", "linen", "wool"]}),
        ({"materials": ["linen", "wool"]}, {"materials": ["wool"]}, {"materials": ["linen", "wool"]}),
        ({"materials": ["linen"]}, {}, {"materials": ["linen"]}),
        ({"sizes": ["M"]}, {"sizes": ["M"]}, {}),
        ({"sizes": []}, {}, {"sizes": []}),
        ({"gauge": "12G"}, {}, {"gauge": "12G"}),
        ({"prices": {"currency": "CNY", "breaks": [[20, "95.00"]]}},) * 2 + ({},),
        ({"materials": ["wool"], "gauge": "12G"}, {"materials": ["wool"]}, {"gauge": "12G"}),
    ],
)
def test_of_a_capability_words_less_and_prices_count_at_once_words_more_wait(change, counted, declared):
    assert split(EditPart.CAPABILITY, ABLE, {**ABLE, **change}) == (counted, declared)


def test_a_factory_without_sizes_made_all_and_may_narrow_them_at_once():
    assert split(EditPart.CAPABILITY, {**ABLE, "sizes": []}, ABLE) == ({"sizes": ["S", "M"]}, {})


def test_a_new_category_waits_as_a_whole():
    counted, declared = split(EditPart.CAPABILITY, {}, ABLE)
    assert counted == {}
    assert declared["prices"] == ABLE["prices"]


def test_many_small_steps_are_one_large_one():
    raised = {"daily_capacity": 125}, {"daily_capacity": 150}
    assert split(EditPart.CAPACITY, *raised) == ({"daily_capacity": 150}, {})
    assert split(EditPart.CAPACITY, *raised, {"daily_capacity": 100}) == ({}, {"daily_capacity": 150})


def test_a_day_is_measured_against_the_usual_day():
    before = {"2026-11-05": None, "2026-11-06": None, "2026-11-07": 0}
    after = {"2026-11-05": 0, "2026-11-06": 200, "2026-11-07": None}
    checked = dict.fromkeys(before, 100)
    expected = {"2026-11-05": 0, "2026-11-07": None}, {"2026-11-06": 200}
    assert split(EditPart.CALENDAR, before, after, checked) == expected


words = st.lists(st.sampled_from(["cotton", "wool", "linen", "denim"]), unique=True, min_size=1).map(sorted)


size_lists = st.lists(st.sampled_from(["S", "M", "L"]), unique=True)


@given(words, words, size_lists, size_lists)
def test_what_counts_never_claims_more_and_both_together_are_what_was_asked(old, new, sizes, asked):
    before = {"materials": old, "sizes": sizes}
    after = {"materials": new, "sizes": asked}
    counted, declared = split(EditPart.CAPABILITY, before, after)
    stands = {**before, **counted}
    assert set(stands["materials"]) <= set(old)
    assert stands["materials"]
    assert sizes == [] or (stands["sizes"] and set(stands["sizes"]) <= set(sizes))
    assert {**stands, **declared} == after


@given(st.integers(1, 10_000), st.integers(1, 10_000))
def test_capacity_never_counts_above_the_share_unchecked(old, new):
    counted, declared = split(EditPart.CAPACITY, {"daily_capacity": old}, {"daily_capacity": new})
    assert counted.get("daily_capacity", old) <= old * 1.25
    assert {**counted, **declared} == ({} if old == new else {"daily_capacity": new})


def test_the_rule_is_read_from_its_table():
    assert EditRule.from_table({"capacity_raise": 1}).capacity_raise == 1.0
    for wrong in ({"capacity": 1}, {"lead_cut": "much"}, {"lead_cut": 2}, {"calendar_days": 0}, {"lead_cut": True}):
        with pytest.raises(InvalidInput):
            EditRule.from_table(wrong)


def test_the_shipped_rule_can_be_read():
    from configs.files import CONFIGS, read_toml

    assert EditRule.from_table(read_toml(CONFIGS / "match.toml")["edits"]) == EditRule()
