from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from demand.interest.clean import CleanRule, Flag, Trace, flag_of
from demand.interest.count import Judging, count_interest, count_listings, find_flagged_buyers
from demand.interest.counts import ListingCounts, Units
from demand.interest.record import cancel_pre_order, record
from models.batch import Rung
from models.interest import AgentKind, Segment
from tests.builders import NOW, make_listing
from tests.demand.shelf import make_act, make_visits

LATER = NOW + timedelta(days=1)
HOUR = int(NOW.timestamp()) // 3600
RULE = CleanRule(acts_per_minute=10, listings_per_day=3)


@pytest.mark.parametrize(
    ("trace", "flag"),
    [
        (Trace(), None),
        (Trace(peak_per_minute=10, listings_per_day=3), None),
        (Trace(peak_per_minute=11), Flag.TOO_FAST),
        (Trace(listings_per_day=4), Flag.TOO_MANY_LISTINGS),
        (Trace(conversions_unseen=1), Flag.NO_VIEW),
        (Trace(unknown_agent_acts=1), Flag.UNKNOWN_AGENT),
        (Trace(declared_bot_acts=1, peak_per_minute=999), Flag.DECLARED_BOT),
        (Trace(supplier_acts=1, declared_bot_acts=1), Flag.SUPPLIER),
    ],
)
def test_the_first_rule_that_applies_flags_a_visitor(trace, flag):
    assert flag_of(trace, RULE) is flag


def test_a_listing_nobody_saw_counts_zero(session):
    counts = count_interest(session, make_listing(session).id, LATER)
    assert counts.on_rung(Rung.VIEW).acts == 0
    assert (counts.judged.viewers, counts.committed_units, counts.raw_units, counts.flagged) == (0, 0, 0, {})


def test_a_visitor_counts_once_however_often_it_acts(session):
    listing = make_listing(session)
    acts = [make_act(listing.id) for _ in range(3)] + [make_act(listing.id, rung=Rung.FAVOURITE) for _ in range(2)]
    record(session, acts)
    counts = count_interest(session, listing.id, LATER)
    views, favourites = counts.on_rung(Rung.VIEW), counts.on_rung(Rung.FAVOURITE)
    assert (views.acts, views.visitors, views.people) == (3, 1, 1)
    assert (favourites.acts, favourites.visitors, favourites.people) == (2, 1, 1)
    assert counts.judged.by_top_rung == (0, 1, 0, 0, 0)


def test_flagged_visitors_stay_in_the_raw_figures_and_leave_the_clean_ones(session):
    listing, others = make_listing(session), [make_listing(session) for _ in range(4)]
    record(session, make_visits(listing.id, 5, converted=1))
    record(session, [make_act(listing.id, "bot", agent=AgentKind.DECLARED_BOT)])
    record(session, [make_act(listing.id, "odd", agent=AgentKind.UNKNOWN)])
    record(session, [make_act(listing.id, "fast", at=NOW + timedelta(seconds=n)) for n in range(11)])
    record(
        session, [make_act(row.id, "broad", at=NOW + timedelta(hours=n)) for n, row in enumerate([listing, *others])]
    )
    record(session, [make_act(listing.id, "blind", Rung.PRE_ORDER, quantity=50)])
    record(session, [make_act(listing.id, "maker"), make_act(listing.id, "maker", Rung.PRE_ORDER)])
    counts = count_interest(session, listing.id, LATER, clean_rule=RULE, suppliers=["maker"])
    assert counts.flagged == dict.fromkeys(Flag, 1)
    assert find_flagged_buyers(session, listing.id, LATER, RULE, ["maker"]) == {
        "blind": Flag.NO_VIEW,
        "maker": Flag.SUPPLIER,
    }
    views, orders = counts.on_rung(Rung.VIEW), counts.on_rung(Rung.PRE_ORDER)
    assert (views.visitors, views.people) == (10, 5)
    assert (orders.visitors, orders.people) == (3, 1)
    assert (counts.raw_units, counts.committed_units) == (62, 6)
    assert (counts.judged.viewers, counts.judged.converted(Rung.PRE_ORDER)) == (5, 1)


def test_the_first_viewers_are_not_judged(session):
    listing = make_listing(session)
    early = [make_act(listing.id, "early"), make_act(listing.id, "early", Rung.PRE_ORDER)]
    record(session, [*early, *(make_act(listing.id, f"l{n}", at=NOW + timedelta(minutes=n + 1)) for n in range(4))])
    counts = count_interest(session, listing.id, LATER, burn_in_viewers=2)
    assert (counts.judged.viewers, counts.judged.converted(Rung.PRE_ORDER)) == (3, 0)
    assert counts.on_rung(Rung.VIEW).people == 5
    assert count_interest(session, listing.id, LATER, burn_in_viewers=99).judged.viewers == 0


def test_a_higher_rung_counts_as_the_lower_one_reached(session):
    listing = make_listing(session)
    record(session, [make_act(listing.id), make_act(listing.id, rung=Rung.PRE_ORDER)])
    record(session, [make_act(listing.id, rung=Rung.DEPOSIT)])
    judged = count_interest(session, listing.id, LATER).judged
    assert [judged.converted(rung) for rung in Rung] == [1, 1, 1, 1, 1]


def test_segments_are_counted_apart(session):
    listing = make_listing(session)
    record(session, make_visits(listing.id, 3, prefix="a"))
    record(session, [make_act(listing.id, "b", segment=Segment.CROSS_BORDER)])
    counts = count_interest(session, listing.id, LATER)
    assert {segment: rungs[Rung.VIEW].people for segment, rungs in counts.segments.items()} == {
        Segment.DOMESTIC_BUSINESS: 3,
        Segment.CROSS_BORDER: 1,
    }


def test_only_acts_received_until_then_count(session):
    listing = make_listing(session)
    record(session, [make_act(listing.id, "a"), make_act(listing.id, "b", at=NOW + timedelta(hours=2))])
    assert count_interest(session, listing.id, NOW + timedelta(hours=1)).judged.viewers == 1


def test_commitments_and_open_inquiries_are_histograms_of_what_was_asked(session):
    listing = make_listing(session)
    record(session, make_visits(listing.id, 4, converted=2, quantity=8))
    record(session, make_visits(listing.id, 1, converted=1, prefix="q", size="L"))
    record(session, [make_act(listing.id, "p0", Rung.INQUIRY, quantity=q) for q in (20, 50)])
    record(session, [make_act(listing.id, "p3", Rung.INQUIRY, quantity=70)])
    counts = count_interest(session, listing.id, LATER)
    of = Segment.DOMESTIC_BUSINESS, HOUR
    assert counts.commitments == (Units("olive", "L", 6, 1, *of), Units("olive", "M", 8, 2, *of))
    assert counts.inquiries == (Units(None, None, 50, 1, *of),)
    assert counts.committed_units == 22


def test_wishes_are_told_apart_by_segment_and_hour(session):
    listing = make_listing(session)
    for hours, segment in ((0, Segment.DOMESTIC_CONSUMER), (12, Segment.DOMESTIC_CONSUMER), (12, Segment.CROSS_BORDER)):
        who, at = f"{segment}-{hours}", NOW + timedelta(hours=hours)
        acts = [make_act(listing.id, who, at=at, segment=segment)]
        acts.append(make_act(listing.id, who, Rung.INQUIRY, at, segment=segment, quantity=9))
        acts.append(make_act(listing.id, f"o{who}", at=at, segment=segment))
        acts.append(make_act(listing.id, f"o{who}", Rung.PRE_ORDER, at, segment=segment, quantity=4))
        record(session, acts)
    counts = count_interest(session, listing.id, LATER)
    told = [(line.segment, line.hour, line.count) for line in counts.inquiries]
    assert told == [(line.segment, line.hour, line.count) for line in counts.commitments]
    assert told == [
        (Segment.CROSS_BORDER, HOUR + 12, 1),
        (Segment.DOMESTIC_CONSUMER, HOUR, 1),
        (Segment.DOMESTIC_CONSUMER, HOUR + 12, 1),
    ]


def test_an_inquiry_is_answered_by_the_pre_order_after_it(session):
    listing = make_listing(session)
    record(session, make_visits(listing.id, 3))
    record(session, [make_act(listing.id, "p0", Rung.INQUIRY, NOW + timedelta(hours=1), quantity=50)])
    record(session, [make_act(listing.id, "p0", Rung.PRE_ORDER, NOW + timedelta(hours=5))])
    record(session, [make_act(listing.id, "p1", Rung.PRE_ORDER, NOW + timedelta(hours=1))])
    record(session, [make_act(listing.id, "p1", Rung.INQUIRY, NOW + timedelta(hours=5))])  # ordered first
    record(session, [make_act(listing.id, "bot", Rung.INQUIRY, agent=AgentKind.DECLARED_BOT)])
    counts = count_interest(session, listing.id, LATER)
    assert counts.answered == (Units(None, None, 50, 1, Segment.DOMESTIC_BUSINESS, HOUR + 1),)
    assert counts.inquiries == ()


def test_judged_viewers_are_told_apart_by_segment_and_sum_to_all(session):
    listing = make_listing(session)
    record(session, make_visits(listing.id, 6, converted=2))
    record(session, make_visits(listing.id, 4, converted=1, prefix="c", segment=Segment.DOMESTIC_CONSUMER))
    counts = count_interest(session, listing.id, LATER, burn_in_viewers=3)
    by_segment = counts.judged_segments
    assert sum(one.viewers for one in by_segment.values()) == counts.judged.viewers == 7
    assert {segment: one.converted(Rung.PRE_ORDER) for segment, one in by_segment.items()} == {
        Segment.DOMESTIC_BUSINESS: 2,
        Segment.DOMESTIC_CONSUMER: 1,
    }


def test_a_rule_that_names_a_segment_judges_its_viewers_alone(session):
    listing = make_listing(session)
    record(session, make_visits(listing.id, 6, converted=2))
    record(session, make_visits(listing.id, 4, converted=1, prefix="c", segment=Segment.DOMESTIC_CONSUMER))
    judging = Judging(3, segment=Segment.DOMESTIC_CONSUMER)
    counts = count_interest(session, listing.id, LATER, judging=judging)
    assert counts.judged == counts.judged_segments[Segment.DOMESTIC_CONSUMER]
    assert counts.judged.converted(Rung.PRE_ORDER) == 1
    assert counts.committed_units == 18
    assert count_interest(session, listing.id, LATER, judging=Judging(segment=Segment.CROSS_BORDER)).judged.viewers == 0


def test_counts_of_the_first_method_are_still_read():
    old = {"segments": {}, "flagged": {}, "judged": {"burn_in": 0, "by_top_rung": [5, 0, 0, 1, 0]}, "raw_units": 6}
    old |= {"commitments": [["olive", "M", 6, 1]], "inquiries": [[None, None, 20, 2]]}
    counts = ListingCounts.from_json(old)
    assert (counts.committed_units, counts.answered, counts.judged_segments) == (6, (), {})


def test_counts_survive_json(session):
    listing = make_listing(session)
    record(session, make_visits(listing.id, 9, converted=3))
    counts = count_interest(session, listing.id, LATER, burn_in_viewers=2)
    assert ListingCounts.from_json(counts.to_json()) == counts


acts = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from([Rung.VIEW, Rung.FAVOURITE, Rung.INQUIRY]), st.integers(0, 300)),
    max_size=40,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=acts, burn_in=st.integers(0, 4))
def test_the_database_counts_as_plain_python_does(plain_session, acts, burn_in):
    listing = make_listing(plain_session)
    made = [
        make_act(listing.id, f"{listing.id}-{who}", rung, NOW + timedelta(seconds=late)) for who, rung, late in acts
    ]
    record(plain_session, made)
    counts = count_interest(plain_session, listing.id, LATER, burn_in, RULE)
    clean, first_views = {}, {}
    for who in {act.visitor for act in made}:
        mine = [act for act in made if act.visitor == who]
        minutes = [act.occurred_at.replace(second=0) for act in mine]
        views = [act.occurred_at for act in mine if act.rung is Rung.VIEW]
        blind = sum(act.rung is Rung.INQUIRY for act in mine) if not views else 0
        trace = Trace(peak_per_minute=max(map(minutes.count, minutes)), listings_per_day=1, conversions_unseen=blind)
        if flag_of(trace, RULE) is None:
            clean[who] = max(list(Rung).index(act.rung) for act in mine)
            if views:
                first_views[who] = min(views)
    judged = sorted(first_views, key=lambda who: (first_views[who], who))[burn_in:]
    by_top = [sum(clean[who] == top for who in judged) for top in range(len(Rung))]
    assert list(counts.judged.by_top_rung) == by_top
    assert counts.on_rung(Rung.VIEW).people == len(first_views)
    assert counts.on_rung(Rung.VIEW).acts == sum(act.rung is Rung.VIEW for act in made)


def test_viewers_of_the_first_days_and_those_who_just_came_are_not_judged(session):
    listing = make_listing(session)
    record(session, make_visits(listing.id, 10, converted=10))
    judging = Judging(2, NOW + timedelta(minutes=4), NOW + timedelta(minutes=7))
    one = count_listings(session, [listing.id], LATER, judging)[listing.id]
    assert one.counts.judged.viewers == 4
    assert one.next_view == NOW + timedelta(minutes=8)
    assert one.counts.on_rung(Rung.VIEW).people == 10
    late = count_listings(session, [listing.id], LATER, Judging(6, NOW, NOW + timedelta(minutes=7)))[listing.id]
    assert late.counts.judged.viewers == 2


def test_many_listings_are_counted_as_each_alone(session):
    listings = [make_listing(session).id for _ in range(4)]
    for number, listing_id in enumerate(listings[:3]):
        record(session, make_visits(listing_id, 6 + number, converted=number))
    record(session, [make_act(one, "broad", at=NOW + timedelta(hours=n)) for n, one in enumerate(listings)])
    together = count_listings(session, listings, LATER, clean_rule=RULE)
    assert {key: one.counts for key, one in together.items()} == {
        key: count_interest(session, key, LATER, clean_rule=RULE) for key in listings
    }


def test_cancelled_pre_orders_and_how_long_all_have_stood(session):
    listing = make_listing(session)
    acts = make_visits(listing.id, 3, converted=2)
    record(session, acts)
    first = next(act for act in acts if act.rung is Rung.PRE_ORDER)
    cancel_pre_order(session, first.event_id, first.visitor, first.received_at + timedelta(hours=1))
    counts = count_interest(session, listing.id, first.received_at + timedelta(hours=3))
    one = Units("olive", "M", 6, 1, Segment.DOMESTIC_BUSINESS, HOUR)
    assert (counts.commitments, counts.cancelled) == ((one,), (one,))
    assert counts.stood_seconds == 3600 + 3 * 3600 - 60
    assert (counts.all_commitments.standing, counts.all_commitments.cancelled) == ((6,), (6,))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=acts, order=st.randoms(use_true_random=False))
def test_the_order_of_events_does_not_matter(plain_session, acts, order):
    counted = []
    for shuffled in (False, True):
        listing = make_listing(plain_session)
        made = [make_act(listing.id, f"{who}", rung, NOW + timedelta(seconds=late)) for who, rung, late in acts]
        made = [replace(act, visitor=f"{listing.id}-{act.visitor}") for act in made]
        if shuffled:
            order.shuffle(made)
        for act in made:
            record(plain_session, [act])
        counted.append(count_interest(plain_session, listing.id, LATER, 1, RULE))
    assert counted[0] == counted[1]
