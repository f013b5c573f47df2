"""What every request passes first: strict headers, size and rate of posts, and their origin. Plain ASGI."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SAFE = ("GET", "HEAD", "OPTIONS")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "cross-origin-opener-policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class StrictHeaders:
    """Headers that forbid what the pages never do; a view's own header wins."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                is_asset = scope["path"].startswith("/static/")
                headers.setdefault("cache-control", "public, max-age=3600" if is_asset else "no-store")
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


@dataclass(frozen=True, slots=True)
class BodyLimit:
    """413 for bodies above `most_bytes`, whether declared or found while reading; /api/ has limits of its own."""

    app: ASGIApp
    most_bytes: int

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"].startswith("/api/"):
            return await self.app(scope, receive, send)
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isdigit() or int(declared) > self.most_bytes:
            return await PlainTextResponse(self._message(), 413)(scope, receive, send)
        seen = 0

        async def receive_counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self.most_bytes:
                raise HTTPException(413, self._message())
            return message

        return await self.app(scope, receive_counted, send)

    def _message(self) -> str:
        return f"A form has at most {self.most_bytes} bytes."


@dataclass(frozen=True, slots=True)
class SameOrigin:
    """403 for a post that another site's page makes the browser send; /api/ takes JSON and its cookie stays at home."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and scope["method"] not in _SAFE and not scope["path"].startswith("/api/"):
            headers = Headers(scope=scope)
            if not _same_origin(headers):
                return await PlainTextResponse("This form was sent from another site.\n", 403)(scope, receive, send)
        return await self.app(scope, receive, send)


def _same_origin(headers: Headers) -> bool:
    """Browsers name the origin of every post; a client that names none carries nobody's cookies."""
    origin = headers.get("origin")
    if origin is not None:
        return origin.partition("://")[2] == headers.get("host")
    return headers.get("sec-fetch-site", "none") in ("same-origin", "none")


def _is_counted(path: str) -> bool:
    """Forms, and what factories post; the rest of /api/ has limits of its own."""
    return not path.startswith("/api/") or path.startswith("/api/factory/")


@dataclass(slots=True)
class PostRate:
    """429 for an address that posts more than `most` forms in a minute; counted in this process."""

    app: ASGIApp
    most: int
    monotonic: Callable[[], float] = time.monotonic
    _counts: dict[str, int] = field(default_factory=dict)
    _minute: int = -1

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and scope["method"] not in _SAFE and _is_counted(scope["path"]):
            address = scope["client"][0] if scope.get("client") else ""
            if self._count(address) > self.most:
                answer = PlainTextResponse("Too many forms in a minute.\n", 429, {"retry-after": "60"})
                return await answer(scope, receive, send)
        return await self.app(scope, receive, send)

    def _count(self, address: str) -> int:
        minute = int(self.monotonic() // 60)
        if minute != self._minute:
            self._minute, self._counts = minute, {}
        self._counts[address] = self._counts.get(address, 0) + 1
        return self._counts[address]
