"""Moves of standings with what follows: the factory is told, in its language, where it may appeal."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_matching.offers.announce import channels_of
from models.errors import NotAllowed, NotFound
from models.factory import Factory, FactoryStanding
from models.hold import hold
from models.outbox import enqueue
from models.state import move

_SUBJECT = {
    "en": {
        FactoryStanding.ACTIVE: "Your standing: in good standing again",
        FactoryStanding.WARNED: "Your standing: a warning",
        FactoryStanding.SUSPENDED: "Your standing: suspended, no new offers",
    },
    "zh": {
        FactoryStanding.ACTIVE: "合作状态：已恢复正常",
        FactoryStanding.WARNED: "合作状态：警告",
        FactoryStanding.SUSPENDED: "合作状态：暂停合作，不再收到新报价",
    },
}


@dataclass(frozen=True, slots=True)
class StandingLinks:
    """Links under which a factory sees its standing and appeals, without an account."""

    base_url: str
    secret: str

    def token(self, code: str) -> str:
        """HMAC-SHA-256 over the factory's code, URL-safe."""
        digest = hmac.new(self.secret.encode(), f"standing\n{code}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def check(self, code: str, token: str) -> None:
        """NotAllowed for any token but this factory's."""
        if not hmac.compare_digest(self.token(code).encode(), token.encode("utf-8", "replace")):
            raise NotAllowed("this link is not valid, or no longer")

    def to_standing(self, code: str) -> str:
        """Address of the page."""
        return f"{self.base_url.rstrip('/')}/portal/standing/{code}/{self.token(code)}"


def get_factory(session: Session, code: str) -> Factory:
    """By its code; NotFound without it."""
    factory = session.scalar(select(Factory).where(Factory.code == code))
    if factory is None:
        raise NotFound("factory", code[:40])
    return factory


def lock_factory(session: Session, code: str) -> Factory:
    """The factory as it is now, held until the transaction ends; NotFound without it."""
    factory = hold(session, Factory, get_factory(session, code).id)
    if factory is None:
        raise NotFound("factory", code[:40])
    return factory


def move_standing(
    session: Session,
    factory: Factory,
    to: FactoryStanding,
    now: datetime,
    who: str,
    why: Mapping[str, str],
    links: StandingLinks,
) -> None:
    """Move and tell; `why` is by language, the English is what the history keeps."""
    move(session, factory, to, now, who, why["en"])
    language = "zh" if factory.language.startswith("zh") else "en"
    payload = {
        "type": "standing.moved",
        "timestamp": now.isoformat(),
        "data": {
            "factory": factory.code,
            "standing": to.value,
            "why": dict(why),
            "link": links.to_standing(factory.code),
        },
    }
    for channel, address in channels_of(factory):
        key = f"standing:{factory.code}:{now:%Y%m%dT%H%M%S}:{to.value}:{channel.value}"
        enqueue(session, key, channel, address, _SUBJECT[language][to], payload, now)
