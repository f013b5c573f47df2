"""A placed demand for tests of offers and answers."""

from datetime import timedelta

from sqlalchemy import select

from factory_matching.offers.link import PortalLinks
from factory_matching.offers.place import OfferRule, place_open_demands
from factory_matching.weights import MatchWeights
from models.order import Allocation, Offer
from tests.builders import NOW

LINKS = PortalLinks("https://shop.example", "a secret of the tests")
DAY = timedelta(days=1)


def place(session, now=NOW):
    return place_open_demands(session, now, MatchWeights(seconds=5), OfferRule(), LINKS)


def offers_of(session, demand):
    query = select(Offer).join(Allocation, Allocation.id == Offer.allocation_id)
    return session.scalars(query.where(Allocation.demand_id == demand.id).order_by(Offer.id)).all()
