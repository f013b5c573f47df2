"""Priors learned from the history, kept by version: fitted at night, used by day."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from demand.learning.history import load_history
from demand.learning.priors import AttributePriors, fit_priors
from models.demand_rule import Rung
from models.exposure import LearnedPriors


def learn_priors(session: Session, now: datetime, rung: Rung = Rung.PRE_ORDER) -> LearnedPriors:
    """Fit to everything judged up to now and keep it; a second call for the same moment returns what is kept."""
    known = select(LearnedPriors).where(LearnedPriors.rung == rung, LearnedPriors.fitted_at == now)
    if (row := session.scalars(known).one_or_none()) is not None:
        return row
    fitted = fit_priors(load_history(session, now, rung))
    row = LearnedPriors(rung=rung, fitted_at=now, rows=fitted.rows, priors=fitted.to_json())
    session.add(row)
    session.flush()
    return row


def find_priors(session: Session, now: datetime, rung: Rung = Rung.PRE_ORDER) -> AttributePriors:
    """The priors last learned up to a moment; those of no history when nothing was."""
    question = select(LearnedPriors).where(LearnedPriors.rung == rung, LearnedPriors.fitted_at <= now)
    row = session.scalars(question.order_by(LearnedPriors.fitted_at.desc()).limit(1)).one_or_none()
    return AttributePriors.from_json(row.priors) if row else fit_priors([])
