"""`demandloom orders match --explain`: who makes a demand, why, who does not, what a change would bring."""

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cli.output import print_json

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from cli.progress import Tell
    from factory_matching.alone import Best
    from factory_matching.assignment.match_many import Matcher
    from factory_matching.explanation import CostParts
    from factory_matching.offers.why import Why
    from factory_matching.weights import MatchWeights
    from models.decision import ConfirmedDemand
    from models.listing import Listing


def explain_order(
    asked: str, now: datetime, weights: "MatchWeights", tell: "Tell", many: "Matcher", as_json: bool
) -> None:
    """Explain the standing offers of a demand; for an open one what matching would offer. Writes nothing."""
    from cli.edges import ready
    from factory_matching.offers.look import get_asked_demand
    from models.db import transaction

    ready()
    tell("reading factories, matching", 0, None)
    with transaction() as session:
        demand, listing = get_asked_demand(session, asked)
        why = _explain(session, demand, now, weights, tell, many)
        answer = {"demand": demand.id, "listing": listing.slug, **_json(why), "weights": weights.numbers()}
        lines = _lines(why, demand, listing)
    if as_json:
        print_json(answer)
    else:
        print("\n".join(lines))


def _explain(
    session: "Session",
    demand: "ConfirmedDemand",
    now: datetime,
    weights: "MatchWeights",
    tell: "Tell",
    many: "Matcher",
) -> "Why":
    from cli.order_edges import read_manner
    from factory_matching.explanation import Basis
    from factory_matching.offers.propose import propose_open
    from factory_matching.offers.why import explain_proposed, explain_standing
    from models.decision import ConfirmedDemandState

    why = explain_standing(session, demand, now, weights)
    if why.basis is Basis.ALONE and demand.state is ConfirmedDemandState.OPEN:
        proposal = propose_open(session, now, weights, tell, many, read_manner().policies)
        return explain_proposed(session, demand.id, proposal, weights)
    return why


def _lines(why: "Why", demand: "ConfirmedDemand", listing: "Listing") -> list[str]:
    from factory_matching.explain_words import say_basis, tell

    names = {key: f"{factory.code} {factory.name}" for key, factory in why.factories.items()}
    ceiling = why.explanation.demand.highest_price
    most = f", at most {ceiling:,.2f} {listing.currency} each" if ceiling else ""
    head = f"Demand {demand.id}, {listing.title_en} ({listing.slug}): {demand.units:,} units by {demand.due_on}{most}; "
    return [head + demand.state.value, say_basis(why.basis, why.as_of, why.match), *tell(why.explanation, names)]


def _json(why: "Why") -> dict[str, Any]:
    told = why.explanation
    codes = {key: factory.code for key, factory in why.factories.items()}
    return {
        "basis": why.basis.value,
        "as_of": why.as_of,
        "match": {key: why.match.get(key) for key in ("method", "cost", "bound", "gap")} if why.match else None,
        "units": told.demand.units,
        "due_on": told.demand.due_on,
        "highest_price": told.demand.highest_price,
        "currency": told.demand.currency,
        "chosen": [
            {
                "factory": codes.get(one.placement.factory),
                "units": one.placement.units,
                "starts_on": one.placement.starts_on,
                "ends_on": one.placement.ends_on,
                "spare_days": one.spare_days,
                "unit": _cost(one.parts),
                "time_price": one.placement.time_price,
                "able_now": one.is_able_now,
            }
            for one in told.chosen
        ],
        "unit_cost": told.unit_cost,
        "factories": told.factories,
        "able": told.able,
        "in_parts": told.in_parts,
        "no_time": told.no_time,
        "largest": told.largest,
        "others": [
            {
                "factory": codes.get(one.factory),
                "could_make": one.could_make,
                "unit": _cost(one.parts),
                "difference": one.difference,
                "why": one.why.value,
            }
            for one in told.others
        ],
        "left_out": {reason.value: count for reason, count in told.exclusions.items()},
        "present": _best(told.present, codes),
        "what_ifs": [
            {
                "change": one.change.value,
                "due_on": one.due_on,
                "highest_price": one.highest_price,
                "units": one.units,
                "able": one.able,
                "more_able": one.more_able,
                "best": _best(one.best, codes),
                "saving": one.saving,
            }
            for one in told.what_ifs
        ],
    }


def _cost(parts: "CostParts") -> dict[str, Any]:
    return {**asdict(parts), "total": parts.total}


def _best(best: "Best | None", codes: dict[int, str]) -> dict[str, Any] | None:
    if best is None:
        return None
    return {
        "factories": [codes.get(factory) for factory in best.factories],
        "unit_price": best.unit_price,
        "unit_cost": round(best.unit_cost, 2),
        "cost": round(best.cost, 2),
    }
