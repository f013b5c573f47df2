"""Write down what policies go by: forbidden pairs, pools, whose a batch is and whether it stays together."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_matching.scorecard.standings import get_factory
from models.batch import Batch, get_batch
from models.errors import Conflict, InvalidInput
from models.policy import ForbiddenPair, Pool, PoolMember

_LONGEST_HOURS = 60 * 24


def forbid(session: Session, brand: str, factory_code: str, why: str, now: datetime) -> bool:
    """Keep a factory from a brand; returns whether it was not known before."""
    if not 0 < len(brand.strip()) <= 80 or not 0 < len(why.strip()) <= 200:
        raise InvalidInput("a brand has 1 to 80 characters, the reason 1 to 200")
    factory = get_factory(session, factory_code)
    if session.get(ForbiddenPair, (brand.strip(), factory.id)) is not None:
        return False
    session.add(ForbiddenPair(brand=brand.strip(), factory_id=factory.id, why=why.strip(), recorded_at=now))
    session.flush()
    return True


def allow(session: Session, brand: str, factory_code: str) -> bool:
    """Take a forbidden pair back; returns whether there was one."""
    pair = session.get(ForbiddenPair, (brand.strip(), get_factory(session, factory_code).id))
    if pair is None:
        return False
    session.delete(pair)
    session.flush()
    return True


def open_pool(
    session: Session, leader: str, members: Sequence[str], hours: float, gain_share: float, now: datetime
) -> Pool:
    """A pool of these factories under a leader; the leader makes nothing itself unless it is a member too.

    InvalidInput for hours or a share out of range or no member; Conflict for a factory of another pool.
    """
    if not members or not 0 < hours <= _LONGEST_HOURS or not 0 <= gain_share <= 1:
        raise InvalidInput(f"a pool has members, 0-{_LONGEST_HOURS} hours to place and a gain share between 0 and 1")
    head, own = get_factory(session, leader), [get_factory(session, code) for code in dict.fromkeys(members)]
    ids = [factory.id for factory in own]
    taken = session.scalar(select(PoolMember.factory_id).where(PoolMember.factory_id.in_([*ids, head.id])))
    if taken is not None or session.scalar(select(Pool.id).where(Pool.leader_id == head.id)) is not None:
        raise Conflict("one of them belongs to a pool already")
    pool = Pool(leader_id=head.id, hours_to_place=hours, gain_share=gain_share, opened_at=now)
    session.add(pool)
    session.flush()
    session.add_all(PoolMember(factory_id=factory, pool_id=pool.id) for factory in ids)
    session.flush()
    return pool


def set_batch(
    session: Session,
    slug: str,
    brand: str | None = None,
    keep_together: bool | None = None,
    market: str | None = None,
    certificates: Sequence[str] | None = None,
) -> Batch:
    """Say whose a batch is, where it is sold, what its makers must hold, and whether all its demands go to one maker.

    None leaves things as they are, an empty text or list takes them back.
    """
    batch = get_batch(session, slug)
    if brand is not None:
        batch.brand = brand.strip()[:80] or None
    if keep_together is not None:
        batch.keep_together = keep_together
    if market is not None:
        batch.market = market.strip()[:40] or None
    if certificates is not None:
        batch.certificates = sorted({kind.strip() for kind in certificates} - {""})
    session.flush()
    return batch
