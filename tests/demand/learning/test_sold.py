"""What became of goods: checked, written once, corrected by sending it again."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from demand.learning.record_sales import import_sales, record_late
from demand.learning.sold import merge_days, read_sale
from models.errors import InvalidInput
from models.order import OfferState, ProductionOrderState
from models.sale import ReturnReason, SaleKind, SaleRecord
from models.state import move
from tests.builders import (
    NOW,
    make_allocation,
    make_confirmed_demand,
    make_listing,
    make_offer,
    make_production_order,
)

TODAY = NOW.date()


def row(**changes: object) -> dict[str, object]:
    return {"listing": "coat", "kind": "sold", "units": "3", "on": "2026-11-01", **changes}


def stored(session):
    return session.scalars(select(SaleRecord).order_by(SaleRecord.id).execution_options(populate_existing=True)).all()


def imported(session, *rows, source="shop"):
    return import_sales(session, [(str(number), one) for number, one in enumerate(rows)], source, NOW)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"listing": ""}, "neither listing nor order"),
        ({"colour": "olive"}, "together"),
        ({"kind": ""}, "kind is empty"),
        ({"kind": "lost"}, "unknown kind 'lost'"),
        ({"reason": "size"}, "belongs to returned"),
        ({"kind": "returned", "reason": "ugly"}, "unknown reason"),
        ({"segment": "martians"}, "unknown segment"),
        ({"units": "-1"}, "not a whole number"),
        ({"units": "1.5"}, "not a whole number"),
        ({"units": "99999999"}, "outside 0-10000000"),
        ({"units": ""}, "not a whole number"),
        ({"on": "yesterday"}, "not a day"),
        ({"on": (TODAY + timedelta(days=1)).isoformat()}, "after today"),
        ({"on": "1999-12-31"}, "before 2000"),
        ({"listing": "x" * 81}, "longer than 80"),
        ({"listing": "a|b"}, "not plain text"),
        ({"price": "12"}, "unknown columns price"),
    ],
)
def test_a_row_that_cannot_have_happened_is_refused_with_its_column(changes, says):
    with pytest.raises(InvalidInput, match=says):
        read_sale(row(**changes), TODAY)


def test_a_row_is_read_with_its_reason_and_day():
    sale = read_sale(row(kind="Returned", reason="not_like_picture", colour="olive", size="M"), TODAY)
    assert (sale.kind, sale.reason, sale.on) == (SaleKind.RETURNED, ReturnReason.NOT_LIKE_PICTURE, date(2026, 11, 1))


@given(st.lists(st.tuples(st.sampled_from(["sold", "returned"]), st.integers(0, 50)), max_size=8), st.randoms())
def test_the_order_of_rows_does_not_matter(lines, chance):
    sales = [(str(n), read_sale(row(kind=kind, units=units), TODAY)) for n, (kind, units) in enumerate(lines)]
    mixed = list(sales)
    chance.shuffle(mixed)
    assert merge_days(sales)[0] == merge_days(mixed)[0]


def test_rows_of_one_reference_are_one_unless_they_disagree():
    one, same, other = (read_sale(row(reference="r1", units=units), TODAY) for units in (3, 3, 4))
    assert merge_days([("1", one), ("2", same)]) == ([one], [])
    kept, refused = merge_days([("1", one), ("2", other)])
    assert kept == []
    assert {line.where for line in refused} == {"1", "2"}


def test_importing_twice_changes_nothing_and_another_figure_corrects_it(session):
    listing = make_listing(session)
    rows = [
        row(listing=listing.slug, units=2),
        row(listing=listing.slug, units=5),
        row(listing=listing.slug, units=4, reference="a"),
    ]
    first = imported(session, *rows)
    assert (first.added, first.changed, first.unchanged, first.refused) == (2, 0, 0, ())
    assert sorted(line.units for line in stored(session)) == [4, 7]
    again = imported(session, *rows)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 2)
    corrected = imported(session, row(listing=listing.slug, units=6))
    assert (corrected.added, corrected.changed) == (0, 1)
    assert sorted(line.units for line in stored(session)) == [4, 6]


def test_sources_do_not_touch_each_other(session):
    listing = make_listing(session)
    imported(session, row(listing=listing.slug), source="shop")
    assert imported(session, row(listing=listing.slug), source="market").added == 1
    for taken in ("production", "", "Shop", "a" * 41):
        with pytest.raises(InvalidInput, match="source"):
            imported(session, row(listing=listing.slug), source=taken)


def test_what_does_not_exist_is_refused_and_the_rest_is_kept(session):
    listing, other = make_listing(session), make_listing(session)
    order = make_production_order(session)
    done = imported(
        session,
        row(listing=listing.slug),
        row(listing="nothing"),
        row(listing=listing.slug, colour="pink", size="M"),
        row(order="PO-none", listing=""),
        row(order=order.code, listing=other.slug),
    )
    assert done.added == 1
    assert [line.reason.split()[0] for line in done.refused] == ["no", "listing", "no", "order"]


def test_an_order_names_its_listing(session):
    listing = make_listing(session)
    allocation = make_allocation(session, make_confirmed_demand(session, listing))
    order = make_production_order(session, make_offer(session, allocation))
    assert imported(session, row(order=order.code, listing="", kind="delivered", units=120)).added == 1
    (line,) = stored(session)
    assert (line.order_id, line.listing_id) == (order.id, listing.id)


def test_what_was_shipped_after_its_date_is_late_once(session):
    late, timely = (
        make_production_order(
            session,
            make_offer(session, token=f"token-{days}", state=OfferState.ACCEPTED),
            due_on=TODAY + timedelta(days=days),
            state=ProductionOrderState.IN_PRODUCTION,
        )
        for days in (1, 9)
    )
    make_production_order(session)  # is still being made
    for order in (late, timely):
        move(session, order, ProductionOrderState.SHIPPED, NOW + timedelta(days=2), "factory", "shipped")
    session.flush()
    assert record_late(session, NOW + timedelta(days=3)).added == 1
    (line,) = stored(session)
    assert (line.order_id, line.kind, line.units) == (late.id, SaleKind.LATE, late.units)
    assert record_late(session, NOW + timedelta(days=4)).unchanged == 1
