"""A server on loopback that behaves like Stripe's API as far as deposits need it; tests play the payer and the bank."""

import itertools
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from demand.payments.signature import sign

KEY = "sk_test_of_the_tests"
WEBHOOK_SECRET = "whsec_of_the_tests"
Answer = tuple[int, dict[str, Any]]


@dataclass
class StripeShaped:
    """The account; `trouble` holds answers that the next requests get instead of being served, `late_trouble` those
    that the next POSTs get after they took effect."""

    url: str = ""
    sessions: dict[str, dict[str, Any]] = field(default_factory=dict)
    intents: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)
    kept: dict[str, tuple[dict[str, str], Answer]] = field(default_factory=dict)
    """Answers by idempotency key."""
    trouble: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    late_trouble: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    refund_status: str = "succeeded"
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def pay(self, session_id: str) -> str:
        """The buyer pays on the page of a session; the payment's name."""
        session = self.sessions[session_id]
        name = f"pi_{next(self._numbers)}"
        metadata = {"deposit": session["client_reference_id"]}
        self.intents[name] = {
            "id": name, "status": "succeeded", "amount": session["amount_total"], "currency": session["currency"],
            "metadata": metadata, "latest_charge": {"id": f"ch_{name}", "disputed": False},
        }  # fmt: skip
        session |= {"status": "complete", "payment_status": "paid", "payment_intent": name}
        return name

    def give_back(self, payment: str, amount: int | None = None, code: str = "") -> str:
        """A refund that somebody makes in the account itself; its name."""
        intent = self.intents[payment]
        name = f"re_{next(self._numbers)}"
        self.refunds[name] = {
            "id": name, "payment_intent": payment, "amount": amount or intent["amount"],
            "currency": intent["currency"], "status": self.refund_status, "metadata": {"refund": code} if code else {},
        }  # fmt: skip
        return name

    def event(self, kind: str, about: dict[str, Any], at: datetime, number: int = 1) -> tuple[bytes, dict[str, str]]:
        """A signed webhook as it is posted: body and headers."""
        event = {"id": f"evt_{number}", "object": "event", "type": kind, "data": {"object": about}}
        body = json.dumps(event).encode()
        return body, {"stripe-signature": sign(body, WEBHOOK_SECRET, at), "content-type": "application/json"}

    def completed(self, session_id: str, at: datetime, number: int = 1) -> tuple[bytes, dict[str, str]]:
        """What is posted when a session is paid."""
        return self.event("checkout.session.completed", self.sessions[session_id], at, number)

    def answer(
        self, method: str, path: str, form: dict[str, str], headers: dict[str, str]
    ) -> tuple[Answer, dict[str, str]]:
        """One request."""
        with self._lock:
            self.asked.append((method, path, form))
            if headers.get("authorization") != f"Bearer {KEY}":
                return _error(401, "invalid_request_error", "", "Invalid API Key provided"), {}
            if self.trouble:
                status, more = self.trouble.pop(0)
                return _error(status, "api_error", "", "trouble"), more
            key = headers.get("idempotency-key")
            if method == "POST" and key in self.kept:
                before, said = self.kept[key]
                if before != form:
                    text = "Keys for idempotent requests can only be used with the same parameters"
                    return _error(400, "idempotency_error", "", text), {}
            else:
                said = self._act(method, path, form)
                if method == "POST" and key:
                    self.kept[key] = (form, said)
            if self.late_trouble and method == "POST":
                status, more = self.late_trouble.pop(0)
                return _error(status, "api_error", "", "the answer was lost"), more
            return said, {}

    def _act(self, method: str, path: str, form: dict[str, str]) -> Answer:
        match method, path.removeprefix("/v1/").split("/"):
            case "POST", ["checkout", "sessions"]:
                return 200, self._open(form)
            case "GET", ["checkout", "sessions"]:
                wanted = [
                    one
                    for one in self.sessions.values()
                    if form.get("payment_intent") in (None, one["payment_intent"])
                    and form.get("status") in (None, one["status"])
                ]
                return 200, _list([self._shown(one, form) for one in wanted])
            case "GET", ["checkout", "sessions", name] if name in self.sessions:
                return 200, self._shown(self.sessions[name], form)
            case "GET", ["refunds"]:
                return 200, _list([r for r in self.refunds.values() if r["payment_intent"] == form["payment_intent"]])
            case "POST", ["refunds"]:
                return self._refund(form)
        return _error(404, "invalid_request_error", "resource_missing", f"No such object: {path}")

    def _open(self, form: dict[str, str]) -> dict[str, Any]:
        name = f"cs_test_{next(self._numbers)}"
        price = "line_items[0][price_data]"
        self.sessions[name] = {
            "id": name, "object": "checkout.session", "status": "open", "payment_status": "unpaid",
            "url": f"{self.url}/pay/{name}", "client_reference_id": form["client_reference_id"],
            "metadata": {"deposit": form["metadata[deposit]"]}, "payment_intent": None,
            "amount_total": int(form[f"{price}[unit_amount]"]), "currency": form[f"{price}[currency]"],
        }  # fmt: skip
        return self.sessions[name]

    def _shown(self, session: dict[str, Any], form: dict[str, str]) -> dict[str, Any]:
        expands = "payment_intent" in form.get("expand[]", "")
        intent = session["payment_intent"]
        return {**session, "payment_intent": self.intents[intent] if intent and expands else intent}

    def _refund(self, form: dict[str, str]) -> Answer:
        payment, amount = form["payment_intent"], int(form["amount"])
        gone = sum(
            r["amount"] for r in self.refunds.values() if r["payment_intent"] == payment and r["status"] != "failed"
        )
        if gone + amount > self.intents[payment]["amount"]:
            return _error(400, "invalid_request_error", "charge_already_refunded", "has already been refunded")
        return 200, self.refunds[self.give_back(payment, amount, form["metadata[refund]"])]


def _list(items: list[dict[str, Any]]) -> dict[str, Any]:
    return {"object": "list", "data": items, "has_more": False}


def _error(status: int, kind: str, code: str, message: str) -> Answer:
    return status, {"error": {"type": kind, "code": code, "message": message}}


@contextmanager
def stripe_shaped() -> Iterator[StripeShaped]:
    """The running server."""
    account = StripeShaped()

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
            form = {name: values[0] for name, values in parse_qs(parts.query or body).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            (status, content), more = account.answer(self.command, parts.path, form, headers)
            answer = json.dumps(content).encode()
            self.send_response(status)
            for name, value in {**more, "content-type": "application/json", "content-length": str(len(answer))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

        def do_GET(self) -> None:
            self._serve()

        def do_POST(self) -> None:
            self._serve()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    account.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield account
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
