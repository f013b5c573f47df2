"""What matching believes of a factory from its own orders, where there are enough of them."""

from dataclasses import replace

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_matching.registry.register import Register
from models.scorecard import FactoryScore, find_run


def prefer_measured(session: Session, register: Register) -> Register:
    """The register with shares of the newest run of people's orders in place of the declared ones."""
    run = find_run(session)
    if run is None:
        return register
    query = select(FactoryScore.factory_id, FactoryScore.quality, FactoryScore.on_time)
    rows = session.execute(query.where(FactoryScore.run_id == run.id)).tuples().all()
    table = np.array([[factory, quality, on_time] for factory, quality, on_time in rows], np.float64).reshape(-1, 3)
    place = np.searchsorted(register.ids, table[:, 0])
    known = (place < len(register.ids)) & np.isin(table[:, 0], register.ids)
    quality, on_time = register.quality.copy(), register.on_time.copy()
    for column, values in ((1, quality), (2, on_time)):
        told = known & ~np.isnan(table[:, column])
        values[place[told]] = table[told, column]
    return replace(register, quality=quality, on_time=on_time)
