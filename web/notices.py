"""POST /api/payments/{provider}: a payment provider's webhook, by its own signature and nothing else.

No session and no cookie is read, so that there is nothing another site could misuse; the body is limited while it is
read; what the notice is about is looked up at the provider, so that late, doubled and disordered ones do no harm.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy.exc import OperationalError
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from demand.payments.provider import Providers
from demand.payments.take import look_up
from models.db import transaction
from models.errors import DomainError
from web.ingest import read_body


@dataclass(frozen=True, slots=True)
class Notices:
    """Takes webhooks in."""

    payments: Providers
    clock: Callable[[], datetime]

    async def post_notice(self, request: Request) -> Response:
        """200 once it is taken in, or when it is none of ours; 403 unsigned, 503 for the provider to try later."""
        try:
            body = await read_body(request)
            name, headers = str(request.path_params["provider"]), dict(request.headers)
            taken = await run_in_threadpool(self._take, name, body, headers)
        except DomainError as error:
            return _answer({"error": str(error)}, error.status)
        except ClientDisconnect:
            return _answer({"error": "the sender went away"}, 400)
        except OperationalError:
            return _answer({"error": "the database does not answer; send it again later"}, 503)
        return _answer({"taken": taken}, 200)

    def _take(self, name: str, body: bytes, headers: Mapping[str, str]) -> bool:
        provider, now = self.payments.get(name), self.clock()
        notice = provider.read_notice(body, headers, now)
        return notice is not None and look_up(transaction, provider, notice, now, f"{name} webhook")


def notice_route(payments: Providers, clock: Callable[[], datetime]) -> Route:
    """The webhook's route."""
    return Route("/api/payments/{provider}", Notices(payments, clock).post_notice, methods=["POST"])


def _answer(content: dict[str, object], status: int) -> Response:
    return Response(msgspec.json.encode(content), status, media_type="application/json")
