"""A chain leader places an offer with its pool by the link alone."""

import re

import pytest
from sqlalchemy import select

from models.db import transaction
from models.decision import ConfirmedDemandState
from models.factory import CapacitySlot
from models.listing import ListingState
from models.order import Offer, OfferState
from models.policy import Pool, PoolMember, PoolPlacing
from tests.builders import NOW, TOKEN, make_allocation, make_confirmed_demand, make_factory, make_listing, make_offer
from tests.web.conftest import Site

PATH = f"/portal/offers/{TOKEN}"


@pytest.fixture(autouse=True)
def members(site: Site) -> list[int]:
    with transaction() as session:
        listing = make_listing(session, blobs=site.blobs, state=ListingState.COMMITTED)
        demand = make_confirmed_demand(session, listing, state=ConfirmedDemandState.OFFERED)
        factories = [make_factory(session, language="en", name=f"Tailors {n}", daily_capacity=8) for n in range(2)]
        pool = Pool(leader_id=factories[0].id, hours_to_place=12, gain_share=0.5, opened_at=NOW)
        session.add(pool)
        session.flush()
        session.add_all([PoolMember(factory_id=factory.id, pool_id=pool.id) for factory in factories])
        allocation = make_allocation(session, demand, factories[0], booked=[])
        session.add(PoolPlacing(allocation_id=allocation.id, pool_id=pool.id, gain_share=0.5))
        make_offer(session, allocation)
        return [factory.id for factory in factories]


def test_the_leader_sees_its_members_and_places_the_offer(site: Site, members: list[int]) -> None:
    page = site.client.get(PATH).text
    assert "Place it in your pool" in page
    assert f'action="{PATH}/accept"' not in page
    assert sum(map(int, re.findall(r'name="units"[^>]*value="(\d+)"', page))) == 100
    said = site.client.post(f"{PATH}/place", data={"factory": members, "units": [60, 40], "price": ["80", "81.5"]})
    assert said.status_code == 303, said.text
    assert "Placed in your pool" in site.client.get(PATH).text
    with transaction() as session:
        assert session.scalars(select(Offer.state)).one() is OfferState.ACCEPTED
        assert sum(session.scalars(select(CapacitySlot.booked))) == 100


@pytest.mark.parametrize("units", [[60, 30], [100, 0, 0], [-1, 101]])
def test_what_cannot_be_is_refused(site: Site, members: list[int], units: list[int]) -> None:
    said = site.client.post(f"{PATH}/place", data={"factory": members, "units": units, "price": ["80", "80"]})
    assert said.status_code == 422
    with transaction() as session:
        assert session.scalars(select(Offer.state)).one() is OfferState.SENT
