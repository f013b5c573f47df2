from datetime import timedelta
from decimal import Decimal

from factory_matching.explanation import Basis, Lost
from factory_matching.offers.answer import accept, counter, decline
from factory_matching.offers.propose import propose_open
from factory_matching.offers.why import explain_proposed, explain_standing
from factory_matching.weights import MatchWeights
from models.factory import CapacitySlot
from models.order import Allocation, OfferState
from tests.builders import NOW, make_confirmed_demand, make_factory
from tests.factory_matching.offered import DAY, offers_of, place

WEIGHTS = MatchWeights(seconds=5)


def test_standing_offers_are_explained_from_the_day_they_were_made_with_their_own_days_free(session):
    factory = make_factory(session, daily_capacity=10)
    other = make_factory(session, quality=0.8)
    demand = make_confirmed_demand(session)
    place(session)
    why = explain_standing(session, demand, NOW + 9 * DAY, WEIGHTS)
    told = why.explanation
    assert (why.basis, why.as_of) == (Basis.OFFERED, NOW.date())
    assert why.match is not None
    assert why.match["method"] == "exact"
    (chosen,) = told.chosen
    assert (chosen.placement.factory, chosen.placement.units, chosen.is_able_now) == (factory.id, 100, True)
    assert chosen.placement.time_price == 0
    assert [(one.factory, one.why) for one in told.others] == [(other.id, Lost.RISKIER)]
    assert (told.able, told.factories) == (2, 2)
    assert set(why.factories) == {factory.id, other.id}


def test_days_that_others_hold_are_not_free(session):
    factory = make_factory(session, daily_capacity=10)
    make_factory(session, quality=0.8)
    first = make_confirmed_demand(session)
    place(session)
    second = make_confirmed_demand(session)
    place(session)
    told = explain_standing(session, second, NOW, WEIGHTS).explanation
    assert [(one.factory, one.why) for one in told.others] == [(factory.id, Lost.NO_TIME)]
    assert explain_standing(session, first, NOW, WEIGHTS).explanation.chosen[0].placement.factory == factory.id


def test_a_demand_whose_only_offer_was_declined_is_explained_by_itself_without_that_factory(session):
    make_factory(session)
    demand = make_confirmed_demand(session)
    place(session)
    (offer,) = offers_of(session, demand)
    decline(session, offer, "no cloth", NOW + timedelta(hours=1))
    why = explain_standing(session, demand, NOW + DAY, WEIGHTS)
    assert (why.basis, why.as_of, why.match) == (Basis.ALONE, (NOW + DAY).date(), None)
    assert why.explanation.present is None
    assert [reason.value for reason in why.explanation.exclusions] == ["declined"]


def test_an_agreed_price_stands_in_place_of_the_ladder(session):
    make_factory(session)
    demand = make_confirmed_demand(session)
    place(session)
    (offer,) = offers_of(session, demand)
    asked = session.get_one(Allocation, offer.allocation_id).unit_price + Decimal("1.50")
    counter(session, offer, asked, None, "cloth is dearer", NOW + timedelta(hours=1))
    assert offer.state is OfferState.ACCEPTED
    (chosen,) = explain_standing(session, demand, NOW + DAY, WEIGHTS).explanation.chosen
    assert (chosen.parts.price, chosen.is_able_now) == (asked, True)


def test_what_would_be_offered_is_explained_with_all_others_placed(session):
    small = make_factory(session, daily_capacity=10)
    large = make_factory(session, quality=0.9)
    first, second = make_confirmed_demand(session), make_confirmed_demand(session)
    proposal = propose_open(session, NOW, WEIGHTS)
    why = {demand.id: explain_proposed(session, demand.id, proposal, WEIGHTS) for demand in (first, second)}
    assert {one.basis for one in why.values()} == {Basis.PROPOSED}
    makers = {key: one.explanation.chosen[0].placement.factory for key, one in why.items()}
    assert set(makers.values()) == {small.id, large.id}
    (lost,) = (one.explanation for key, one in why.items() if makers[key] == large.id)
    assert [(one.factory, one.why) for one in lost.others] == [(small.id, Lost.NO_TIME)]
    assert not session.new
    assert session.query(CapacitySlot).count() == 0


def test_an_ordered_demand_is_still_explained(session):
    make_factory(session)
    demand = make_confirmed_demand(session)
    place(session)
    accept(session, offers_of(session, demand)[0], NOW + timedelta(hours=1))
    why = explain_standing(session, demand, NOW + 40 * DAY, WEIGHTS)
    assert why.basis is Basis.OFFERED
    assert why.explanation.able == 1
