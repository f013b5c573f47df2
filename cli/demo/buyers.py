"""Simulated buyers act over real HTTP, each with their own requests."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import local
from typing import Any

import httpx

from cli.demo.population import Kind, Offered, SimulatedAct, Visitor, acts_of, looked_at
from models.errors import DomainError

_BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
_CRAWLER = "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)"
_THREADS = 4
_MOST_ACTS = 500  # that one request may carry


@dataclass(frozen=True, slots=True)
class Posted:
    """What the server said to the acts of one day."""

    visitors: int = 0
    accepted: int = 0
    repeated: int = 0
    refused: int = 0

    def __add__(self, other: "Posted") -> "Posted":
        return Posted(
            self.visitors + other.visitors,
            self.accepted + other.accepted,
            self.repeated + other.repeated,
            self.refused + other.refused,
        )


def shop(address: str, visitors: Sequence[Visitor], listings: Sequence[Offered], seed: int) -> Posted:
    """Let every visitor open the storefront and act on what they see there; DomainError when the server fails."""
    threads = local()
    by_slug = {offered.slug: offered for offered in listings}

    def visit(visitor: Visitor) -> Posted:
        if not hasattr(threads, "client"):
            threads.client = httpx.Client(base_url=address, timeout=30)
        page = [by_slug[slug] for slug in _page_of(threads.client, visitor) if slug in by_slug]
        acts = acts_of(visitor, looked_at(visitor, page, seed), seed)
        return _post(threads.client, visitor, acts)

    with ThreadPoolExecutor(_THREADS) as pool:
        return sum(pool.map(visit, visitors), Posted())


def _page_of(client: httpx.Client, visitor: Visitor) -> list[str]:
    """The listings' slugs in the order that the storefront shows to this visitor."""
    answer = client.get(
        "/api/shelf",
        headers={
            "User-Agent": _agent(visitor),
            "Cookie": f"segment={visitor.segment}",
            "X-Demandloom-Visitor": visitor.key,
            "X-Simulated-Time": visitor.arrives_at.isoformat(),
        },
    )
    if answer.status_code != 200:
        raise DomainError(f"the server answered {answer.status_code} to a visitor: {answer.text[:200]}")
    shown: list[str] = answer.json()["listings"]
    return shown


def _agent(visitor: Visitor) -> str:
    return _CRAWLER if visitor.kind is Kind.DECLARED_BOT else _BROWSER


def _post(client: httpx.Client, visitor: Visitor, acts: Sequence[SimulatedAct]) -> Posted:
    batches = (acts[start : start + _MOST_ACTS] for start in range(0, len(acts), _MOST_ACTS))
    said = sum((_post_batch(client, visitor, batch) for batch in batches), Posted())
    return replace(said, visitors=1)


def _post_batch(client: httpx.Client, visitor: Visitor, acts: Sequence[SimulatedAct]) -> Posted:
    answer = client.post(
        "/api/interest",
        json=[_body(visitor, act) for act in acts],
        headers={"User-Agent": _agent(visitor), "X-Demandloom-Visitor": visitor.key},
    )
    if answer.status_code != 200:
        raise DomainError(f"the server answered {answer.status_code} to a visitor's acts: {answer.text[:200]}")
    said: dict[str, Any] = answer.json()
    return Posted(0, said["accepted"], said["repeated"], len(said["refused"]))


def _body(visitor: Visitor, act: SimulatedAct) -> dict[str, object]:
    body = {
        "id": act.id,
        "listing": act.listing,
        "rung": act.rung,
        "segment": visitor.segment,
        "at": act.at.isoformat(),
        "colour": act.colour,
        "size": act.size,
        "quantity": act.quantity,
    }
    return {name: value for name, value in body.items() if value is not None}
