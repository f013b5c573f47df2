from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demand.decision.evidence import log_e_confirm
from demand.decision.segments import Standing, judge_segments
from demand.interest.counts import Judged, ListingCounts
from models.demand_rule import DemandRule, Rung
from models.interest import Segment

BUSINESS, CONSUMER, ABROAD = Segment.DOMESTIC_BUSINESS, Segment.DOMESTIC_CONSUMER, Segment.CROSS_BORDER
RULE = DemandRule(target_rate=0.02, alpha=0.01, burn_in_viewers=0)


def counts(**seen):
    """Judged viewers and pre-orders by segment."""
    judged = {
        Segment[name.upper()]: Judged(0, (viewers - converted, 0, 0, converted, 0))
        for name, (viewers, converted) in seen.items()
    }
    total = Judged(0, tuple(sum(one.by_top_rung[rung] for one in judged.values()) for rung in range(len(Rung))))
    return ListingCounts({}, {}, total, 0, (), (), judged_segments=judged)


def test_each_segment_is_judged_on_its_own_viewers():
    by = {
        one.segment: one
        for one in judge_segments(
            counts(domestic_business=(1000, 60), domestic_consumer=(1000, 1), cross_border=(30, 1)), RULE
        )
    }
    assert {segment: one.standing for segment, one in by.items()} == {
        BUSINESS: Standing.ABOVE,
        CONSUMER: Standing.BELOW,
        ABROAD: Standing.UNCLEAR,
    }
    assert by[BUSINESS].log_e_confirm == log_e_confirm(1000, 60, 0.02)
    assert (by[ABROAD].viewers, by[ABROAD].converted, by[ABROAD].rate) == (30, 1, 1 / 30)


def test_a_segment_with_few_viewers_borrows_the_rate_of_the_others():
    few = judge_segments(counts(domestic_business=(2000, 160), cross_border=(10, 0)), RULE)[1]
    assert few.rate == 0
    assert 0.01 < few.pooled.mean < 0.08
    assert few.pooled.low < few.pooled.mean < few.pooled.high


def test_segments_keep_the_order_of_the_glossary_and_unseen_ones_are_left_out():
    judged = judge_segments(counts(cross_border=(5, 0), domestic_business=(5, 0)), RULE)
    assert [one.segment for one in judged] == [BUSINESS, ABROAD]
    assert judge_segments(counts(), RULE) == ()


def test_a_segment_of_which_nobody_was_judged_has_no_rate():
    nobody = judge_segments(counts(domestic_business=(0, 0)), RULE)[0]
    assert (nobody.rate, nobody.standing) == (None, Standing.UNCLEAR)
    assert nobody.pooled.mean == pytest.approx(0.02, rel=0.02)


@given(st.integers(0, 2000), st.integers(0, 100), st.integers(1, 50))
def test_more_conversions_never_lower_a_segments_evidence_or_rate(viewers, converted, more):
    fewer = judge_segments(counts(domestic_business=(viewers + converted + more, converted)), RULE)[0]
    larger = judge_segments(counts(domestic_business=(viewers + converted + more, converted + more)), RULE)[0]
    assert larger.log_e_confirm >= fewer.log_e_confirm
    assert larger.pooled.mean > fewer.pooled.mean


def test_the_threshold_is_the_rules():
    seen = counts(domestic_business=(400, 16))
    strict, loose = (judge_segments(seen, replace(RULE, alpha=alpha))[0].standing for alpha in (1e-6, 0.2))
    assert (strict, loose) == (Standing.UNCLEAR, Standing.ABOVE)
