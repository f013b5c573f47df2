"""Deposits by Stripe's Checkout: the buyer pays on Stripe's page, we never see a card.

The deposit is captured when it is paid: an authorisation that is held lasts seven days at most, less than a test window
with its top-up. Our code travels as `client_reference_id` and in the payment's metadata, our refund's in the refund's.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from demand.payments.minor_units import from_minor, to_minor
from demand.payments.provider import (
    Asking,
    Notice,
    Opened,
    Received,
    RefundAnswer,
    RefundOrder,
    RefundStatus,
    SentBack,
    Statement,
)
from demand.payments.signature import check_signature
from demand.payments.stripe_api import StripeApi
from models.errors import InvalidInput, NotAllowed, PaymentRefused

_ABOUT_A_PAYMENT = ("charge.refunded", "charge.refund.updated", "charge.dispute.", "refund.")
_LOCALES = {"zh": "zh", "en": "en"}


class StripeDeposits:
    """A provider over one account; `webhook_secret` is that of the endpoint registered there."""

    name = "stripe"
    is_asked = True
    open_for = timedelta(hours=23)  # a Checkout Session lives at most 24 hours

    def __init__(self, api: StripeApi, webhook_secret: str) -> None:
        self._api, self._webhook_secret = api, webhook_secret

    def open_deposit(self, asking: Asking) -> Opened:
        """A Checkout Session."""
        price = "line_items[0][price_data]"
        form = {
            "mode": "payment",
            "client_reference_id": asking.code,
            "metadata[deposit]": asking.code,
            "payment_intent_data[metadata][deposit]": asking.code,
            "line_items[0][quantity]": "1",
            f"{price}[currency]": asking.amount.currency.lower(),
            f"{price}[unit_amount]": str(to_minor(asking.amount.amount, asking.amount.currency)),
            f"{price}[product_data][name]": asking.title[:250],
            "locale": _LOCALES.get(asking.language, "auto"),
            "success_url": f"{asking.return_to}?returned=paid",
            "cancel_url": asking.return_to,
        }
        if asking.expires_at is not None:
            form["expires_at"] = str(int(asking.expires_at.timestamp()))
        session = self._api.post("/v1/checkout/sessions", form, f"deposit:{asking.code}")
        return Opened(str(session["id"]), str(session["url"]))

    def look_up(self, notice: Notice) -> Statement | None:
        """The session, its payment and every refund of it."""
        expand = {"expand[]": "payment_intent.latest_charge"}
        if notice.reference:
            return self._statement(self._api.get(f"/v1/checkout/sessions/{notice.reference}", **expand))
        found = self._api.get("/v1/checkout/sessions", payment_intent=notice.payment, limit=1)["data"]
        return self.look_up(Notice(str(found[0]["id"]))) if found else None

    def find_since(self, moment: datetime) -> list[Statement]:
        """Completed sessions that carry a code of ours."""
        sessions = self._api.get_all(
            "/v1/checkout/sessions",
            **{
                "status": "complete",
                "created[gte]": int(moment.timestamp()),
                "expand[]": "data.payment_intent.latest_charge",
            },
        )
        return [said for session in sessions if (said := self._statement(session)) is not None]

    def refund(self, order: RefundOrder) -> RefundAnswer:
        """A refund of a payment, once, also when the idempotency key was forgotten after its 24 hours."""
        for known in self._api.get_all("/v1/refunds", payment_intent=order.payment):
            if known.get("metadata", {}).get("refund") == order.code and _status(known) is not RefundStatus.FAILED:
                return RefundAnswer(str(known["id"]), _status(known))
        form = {
            "payment_intent": order.payment,
            "amount": str(to_minor(order.amount.amount, order.amount.currency)),
            "metadata[refund]": order.code,
        }
        made = self._api.post("/v1/refunds", form, f"refund:{order.code}:{order.payment}:{order.attempt}")
        return RefundAnswer(str(made["id"]), _status(made))

    def read_notice(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Notice | None:
        """Checkout sessions, refunds and disputes concern us; what they became is looked up, in whatever order told."""
        if not self._webhook_secret:
            raise NotAllowed("no webhook secret is configured")
        check_signature(headers.get("stripe-signature", ""), body, self._webhook_secret, now)
        try:
            event = json.loads(body)
            kind, about = str(event["type"]), event["data"]["object"]
            if kind.startswith("checkout.session."):
                return Notice(reference=str(about["id"]))
            if kind.startswith(_ABOUT_A_PAYMENT) and about.get("payment_intent"):
                return Notice(payment=str(about["payment_intent"]))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise InvalidInput("the webhook's body is not an event") from None
        return None

    def _statement(self, session: Mapping[str, Any]) -> Statement | None:
        code, intent = session.get("client_reference_id"), session.get("payment_intent")
        if not code or session.get("metadata", {}).get("deposit") != code:
            return None  # somebody else's session in the same account
        reference, currency = str(session["id"]), str(session["currency"]).upper()
        if not intent:
            return Statement(code, reference, currency)
        payment = str(intent["id"])
        if session["payment_status"] != "paid":
            failed = session["status"] == "complete" and intent["status"] in ("requires_payment_method", "canceled")
            return Statement(code, reference, currency, failed_payment=payment if failed else "")
        disputed = bool((intent.get("latest_charge") or {}).get("disputed"))
        received = Received(payment, from_minor(int(session["amount_total"]), currency), disputed)
        return Statement(code, reference, currency, (received,), self._find_refunds(payment, currency))

    def _find_refunds(self, payment: str, currency: str) -> tuple[SentBack, ...]:
        refunds = self._api.get_all("/v1/refunds", payment_intent=payment)
        return tuple(
            SentBack(
                str(one["id"]),
                payment,
                from_minor(int(one["amount"]), currency),
                _status(one),
                str(one.get("metadata", {}).get("refund", "")),
            )
            for one in refunds
        )


def _status(refund: Mapping[str, Any]) -> RefundStatus:
    match refund["status"]:
        case "succeeded":
            return RefundStatus.SUCCEEDED
        case "pending" | "requires_action":
            return RefundStatus.PENDING
        case "failed" | "canceled":
            return RefundStatus.FAILED
        case other:
            raise PaymentRefused(f"Stripe says that a refund is {str(other)[:40]!r}")
