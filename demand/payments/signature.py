"""Signed webhooks of the form `t=TIME,v1=HEX`: HMAC-SHA256 over 'TIME.BODY' (docs.stripe.com/webhooks). Pure."""

import hashlib
import hmac
import re
from datetime import datetime, timedelta

from models.errors import NotAllowed

TOLERANCE = timedelta(minutes=5)
_MOST_SIGNATURES = 10  # a provider sends two while a secret is being changed


def sign(body: bytes, secret: str, at: datetime) -> str:
    """The header for a body; for tests and for servers that play the provider."""
    moment = str(int(at.timestamp()))
    return f"t={moment},v1={_digest(moment, body, secret)}"


def check_signature(header: str, body: bytes, secret: str, now: datetime) -> None:
    """NotAllowed unless one of the signatures is right and the time within five minutes of `now`, either way."""
    pairs = [part.strip().partition("=") for part in header.split(",")[: _MOST_SIGNATURES + 1]]
    moment = next((value for name, _, value in pairs if name == "t"), "")
    given = [value for name, _, value in pairs if name == "v1"]
    if not re.fullmatch(r"[0-9]{1,12}", moment) or not given:
        raise NotAllowed("the webhook carries no signature of the form t=…,v1=…")
    expected = _digest(moment, body, secret)
    if not any(hmac.compare_digest(expected.encode(), one.encode("utf-8", "surrogatepass")) for one in given):
        raise NotAllowed("the webhook's signature is not the provider's")
    if abs(now.timestamp() - int(moment)) > TOLERANCE.total_seconds():
        raise NotAllowed("the webhook was signed more than five minutes from now")


def _digest(moment: str, body: bytes, secret: str) -> str:
    return hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
