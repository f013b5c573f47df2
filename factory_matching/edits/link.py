"""A factory's own link: whoever holds it may see and edit that factory's record, without an account."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_matching.store import hash_token
from models.errors import NotAllowed
from models.factory import Factory
from models.factory_edit import FactoryLink
from models.hold import hold


@dataclass(frozen=True, slots=True)
class FactoryLinks:
    """Signs links; the same factory and version give the same link, so that asking for it again voids nothing."""

    base_url: str
    """Public address of the web server."""
    secret: str

    def __post_init__(self) -> None:
        if len(self.secret) < 16:
            raise ValueError("the secret of factory links has fewer than 16 characters")

    def token(self, code: str, version: int) -> str:
        """HMAC-SHA-256 over the factory's code and the link's version, URL-safe."""
        digest = hmac.new(self.secret.encode(), f"factory\n{code}\n{version}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def to_factory(self, token: str) -> str:
        """Address of the factory's own page."""
        return f"{self.base_url.rstrip('/')}/portal/factory/{token}"


def issue_link(session: Session, factory: Factory, links: FactoryLinks, now: datetime, *, anew: bool = False) -> str:
    """The factory's link that is valid; a new version, which ends the others, with `anew` or where there is none."""
    hold(session, Factory, factory.id)
    issued = find_links(session, factory.id)
    if issued and not anew and issued[-1].revoked_at is None:
        token = links.token(factory.code, issued[-1].version)
        if hmac.compare_digest(hash_token(token), issued[-1].token_hash):  # unlike after a change of the secret
            return links.to_factory(token)
    revoke_links(session, factory, now)
    version = issued[-1].version + 1 if issued else 1
    token = links.token(factory.code, version)
    session.add(
        FactoryLink(
            factory_id=factory.id, version=version, token_hash=hash_token(token), issued_at=now, revoked_at=None
        )
    )
    session.flush()
    return links.to_factory(token)


def revoke_links(session: Session, factory: Factory, now: datetime) -> int:
    """End every link of a factory; returns how many were valid."""
    hold(session, Factory, factory.id)
    valid = [link for link in find_links(session, factory.id) if link.revoked_at is None]
    for link in valid:
        link.revoked_at = now
    session.flush()
    return len(valid)


def find_links(session: Session, factory_id: int) -> Sequence[FactoryLink]:
    """Every link that a factory was given, oldest first."""
    query = select(FactoryLink).where(FactoryLink.factory_id == factory_id).order_by(FactoryLink.version)
    return session.scalars(query).all()


def get_factory_by_token(session: Session, token: str) -> tuple[Factory, FactoryLink]:
    """The factory whose valid link carries this token; NotAllowed for any other."""
    hashed = hash_token(token)
    link = session.scalar(select(FactoryLink).where(FactoryLink.token_hash == hashed))
    # The query finds hashes, which tell nothing of tokens; the comparison itself takes the same time for all.
    if link is None or not hmac.compare_digest(link.token_hash, hashed) or link.revoked_at is not None:
        raise NotAllowed("this link is not valid, or no longer")
    return session.get_one(Factory, link.factory_id), link
