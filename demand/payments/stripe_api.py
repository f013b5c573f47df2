"""HTTP to Stripe's API: forms out, JSON back, one error for each thing that can be done about it.

Shapes as documented at docs.stripe.com/api: errors are {"error": {"type", "code", "message"}}; every POST carries an
Idempotency-Key, so that a repeated one is the same one; `Stripe-Should-Retry` overrules the status code.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from models.errors import InvalidInput, PaymentRefused, PaymentUnavailable

VERSION = "2024-06-20"
_TIMEOUT = httpx.Timeout(15.0, connect=5.0)
_TRIES = 3
_LONGEST_WAIT = 5.0  # seconds; whoever calls has a page or a flow waiting
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class StripeApi:
    """Talks to one account; `sleep` waits between tries. InvalidInput for an address that would show the key."""

    def __init__(self, key: str, address: str, sleep: Callable[[float], None] = time.sleep) -> None:
        parts = urlsplit(address)
        if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise InvalidInput(f"the payment provider's address {address[:80]!r} must begin with https://")
        self._sleep = sleep
        self._client = httpx.Client(
            base_url=address.rstrip("/"),
            headers={"authorization": f"Bearer {key}", "stripe-version": VERSION},
            timeout=_TIMEOUT,
        )

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        """One object."""
        return self._call("GET", path, params=params)

    def get_all(self, path: str, **params: Any) -> Iterator[dict[str, Any]]:
        """Every object of a list, page by page."""
        page = self.get(path, limit=100, **params)
        while True:
            yield from page["data"]
            if not page.get("has_more") or not page["data"]:
                return
            page = self.get(path, limit=100, starting_after=page["data"][-1]["id"], **params)

    def post(self, path: str, form: Mapping[str, str], key: str) -> dict[str, Any]:
        """Make something; the same key makes it once."""
        return self._call("POST", path, data=form, headers={"idempotency-key": key})

    def _call(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        for left in reversed(range(_TRIES)):
            try:
                answer = self._client.request(method, path, **options)
            except httpx.HTTPError as error:
                if not left:
                    raise PaymentUnavailable(f"Stripe does not answer: {type(error).__name__}") from None
                self._sleep(0.5 * (_TRIES - left))
                continue
            if not left or not _worth_a_retry(answer):
                return _read(answer)
            self._sleep(_wait(answer, _TRIES - left))
        raise AssertionError("the last try returns or raises")


def _worth_a_retry(answer: httpx.Response) -> bool:
    said = answer.headers.get("stripe-should-retry")
    if said in ("true", "false"):
        return bool(said == "true")
    return answer.status_code in (409, 429) or answer.status_code >= 500


def _wait(answer: httpx.Response, turn: int) -> float:
    asked = answer.headers.get("retry-after", "")
    return min(float(asked) if asked.isdigit() else 0.5 * turn, _LONGEST_WAIT)


def _read(answer: httpx.Response) -> dict[str, Any]:
    try:
        content = answer.json()
    except ValueError:
        content = None
    if answer.is_success and isinstance(content, dict):
        return content
    error = content.get("error") if isinstance(content, dict) else None
    said = error if isinstance(error, dict) else {}
    reason = f"{said.get('code') or said.get('type') or answer.status_code}: {str(said.get('message', ''))[:200]}"
    match answer.status_code:
        case 401 | 403:
            raise PaymentUnavailable(f"Stripe does not accept our key ({reason})")
        case status if status in (409, 429) and said.get("type") != "idempotency_error":
            raise PaymentUnavailable(f"Stripe is busy ({reason})")
        case status if 400 <= status < 500:
            raise PaymentRefused(f"Stripe refuses ({reason})")
        case _:
            raise PaymentUnavailable(f"Stripe failed with {answer.status_code} ({reason})")
