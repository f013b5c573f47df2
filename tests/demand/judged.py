"""Judged listings of people, for the tests of learning."""

import itertools
from dataclasses import replace

from sqlalchemy import select

from configs.load_lexicon import load_lexicon
from demand.interest.counts import Judged, ListingCounts, RungCount
from models.batch import Rung
from models.decision import DemandDecision
from models.interest import Segment
from tests.builders import (
    decision_inputs,
    greatcoat,
    make_batch,
    make_confirmed_demand,
    make_decision,
    make_design,
    make_listing,
    make_mockup,
)

LEXICON = load_lexicon()
_numbers = itertools.count()


def counts_of(viewers, buyers):
    rungs = {Rung.VIEW: RungCount(viewers, viewers, viewers), Rung.PRE_ORDER: RungCount(buyers, buyers, buyers)}
    return ListingCounts(
        segments={Segment.DOMESTIC_BUSINESS: rungs},
        flagged={},
        judged=Judged(50, (viewers - 50 - buyers, 0, 0, buyers, 0)),
        raw_units=0,
        commitments=(),
        inquiries=(),
    )


def judged(session, batch, colour, buyers, viewers=1_000, **changes):
    """A listing of that colour whose last decision saw so many buyers."""

    spec = greatcoat(colour=LEXICON.colour(colour))
    design = make_design(session, batch, spec=spec, fingerprint=f"{buyers}-{colour}-{next(_numbers)}", **changes)
    listing = make_listing(session, make_mockup(session, design), batch=batch)
    make_decision(session, listing, replace(decision_inputs(), counts=counts_of(viewers, buyers)))
    return listing


def confirmed(session, listing):
    decision_id = session.scalars(select(DemandDecision.id).where(DemandDecision.listing_id == listing.id)).one()
    return make_confirmed_demand(session, listing, decision_id=decision_id)


def people_batch(session, **changes):
    return make_batch(session, simulated=False, **changes)
