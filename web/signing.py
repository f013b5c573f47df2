"""Signed cookies, visitor keys and token comparison. Pure: secrets and times are arguments."""

import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta

SESSION_HOURS = 12
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # without I, L, O and U, which are misread (Crockford's base 32)


def new_visitor() -> str:
    """A random visitor key for a cookie: 128 bits, 22 characters."""
    return secrets.token_urlsafe(16)


def new_deposit_code() -> str:
    """An unguessable code that people can copy onto a transfer: 60 random bits as 'DL-XXXX-XXXX-XXXX'."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(12))
    return "-".join(("DL", letters[:4], letters[4:8], letters[8:]))


def is_visitor(raw: str) -> bool:
    """Whether this can be a visitor's key: ours, or the short plain name that a simulation gives."""
    return re.fullmatch(r"[\w.:@-]{1,100}", raw, re.ASCII) is not None


def same_token(given: str, expected: str) -> bool:
    """Compare in constant time, whatever the lengths."""
    one, other = (hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest() for token in (given, expected))
    return hmac.compare_digest(one, other)


def sign_session(secret: str, now: datetime) -> str:
    """A signed-in operator's cookie: its end and a signature over it."""
    ends = str(int((now + timedelta(hours=SESSION_HOURS)).timestamp()))
    return f"{ends}.{_session_signature(secret, ends)}"


def is_session(secret: str, cookie: str | None, now: datetime) -> bool:
    """Whether the cookie was signed by this house and has not ended."""
    ends, _, signature = (cookie or "").partition(".")
    if not hmac.compare_digest(signature.encode("utf-8", "surrogatepass"), _session_signature(secret, ends).encode()):
        return False
    return now.timestamp() < int(ends)


def _session_signature(secret: str, ends: str) -> str:
    message = b"operator:" + ends.encode("utf-8", "surrogatepass")
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
