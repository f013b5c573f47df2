"""Acts and listings for the tests of demand."""

import uuid
from datetime import datetime, timedelta
from random import Random
from typing import Any

from demand.interest.act import Act
from models.batch import Rung
from models.interest import AgentKind, Segment
from tests.builders import NOW

_random = Random(20261122)


def new_id() -> str:
    return str(uuid.UUID(int=_random.getrandbits(128), version=4))


def make_act(listing_id: int, visitor: str = "v1", rung: Rung = Rung.VIEW, at: datetime = NOW, **changes: Any) -> Act:
    """A view at NOW by a browser; a pre-order is of six olive M."""
    defaults: dict[str, Any] = {
        "event_id": new_id(),
        "listing_id": listing_id,
        "visitor": visitor,
        "segment": Segment.DOMESTIC_BUSINESS,
        "rung": rung,
        "agent": AgentKind.BROWSER,
        "occurred_at": at,
        "received_at": at,
    }
    if rung is Rung.PRE_ORDER:
        defaults |= {"colour": "olive", "size": "M", "quantity": 6}
    elif rung is Rung.INQUIRY:
        defaults |= {"quantity": 20}
    return Act(**{**defaults, **changes})


def make_visits(listing_id: int, viewers: int, converted: int = 0, prefix: str = "p", **changes: Any) -> list[Act]:
    """`viewers` people a minute apart; the last `converted` of them also pre-order a moment later."""
    acts = []
    for number in range(viewers):
        at = NOW + timedelta(minutes=number)
        visitor = f"{prefix}{number}"
        acts.append(make_act(listing_id, visitor, at=at, **{k: v for k, v in changes.items() if k == "segment"}))
        if number >= viewers - converted:
            acts.append(make_act(listing_id, visitor, Rung.PRE_ORDER, at + timedelta(seconds=30), **changes))
    return acts
