"""What follows a factory's answer at once: our word to its counter-offer, other factories for what is open again."""

import logging
from datetime import datetime

from fastapi import BackgroundTasks, Request
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from factory_matching.offers.again import follow_up
from factory_matching.offers.answer import ROUNDS
from factory_matching.offers.manner import Manner
from factory_matching.registry.register import Register
from models.db import transaction
from models.errors import DomainError
from web.visit import Visit, config_of

_log = logging.getLogger(__name__)


def rounds_of(request: Request) -> int:
    """Counter-offers that a factory may make to one offer."""
    manner = config_of(request).manner
    return manner.offers.rounds if manner is not None else ROUNDS


def register_of(request: Request, session: Session) -> Register | None:
    """The register that this process holds open; None where it holds none."""
    held = getattr(request.app.state, "register", None)
    return held.qualifier(session).register if held is not None else None


def follow_answer(request: Request, visit: Visit, session: Session, tasks: BackgroundTasks, offer_id: int) -> None:
    """Do it after the answer is committed and the factory has its page; in simulations before, so that they repeat.

    Whatever goes wrong, or a process that dies before, leaves an open demand or a counter-offer to the next flow run.
    """
    config = config_of(request)
    if config.manner is None or config.manner.links is None:
        return
    if config.simulated_time:
        session.flush()
        follow_up(session, offer_id, visit.now, config.manner)
    else:
        tasks.add_task(_follow, request, offer_id, visit.now, config.manner)


def _follow(request: Request, offer_id: int, now: datetime, manner: Manner) -> None:
    try:
        with transaction() as session:
            follow_up(session, offer_id, now, manner, register_of(request, session))
    except (DomainError, SQLAlchemyError):
        _log.warning("offer %s: what follows its answer is left to the next run of the flow", offer_id, exc_info=True)
