"""Durable acts a second over HTTP: single acts, batches of 100, a no-op route as the limit, kill -9, and a replay.

A server of its own (granian, one worker, SQLite) is loaded by one client process over keep-alive connections; both
share the machine. Every acknowledged act must be in the database after the server is killed.

    python -m bench.ingest [--quick] [--seconds N] [--connections N]
"""

import argparse
import asyncio
import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.line import Reach, print_line
from models.db import migrate, open_engine
from models.interest import InterestEvent
from tests.builders import make_listing
from web.ingest import interest_routes
from web.writer import EventWriter

REACH = (
    Reach("single_per_second", 5_000, at_least=True),
    Reach("single_p99_ms", 50),
    Reach("single_over_noop", 0.6, at_least=True),
    Reach("batched_acts_per_second", 80_000, at_least=True),
    Reach("lost_after_kill", 0),
    Reach("new_on_replay", 0),
)
_BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"


def app() -> Starlette:
    """The server under load: the ingest route and a route that reads a body and does nothing."""
    engine = open_engine(os.environ["BENCH_DATABASE"])
    writer = EventWriter(engine)

    async def noop(request: Request) -> Response:
        await request.body()
        return Response(b'{"accepted":1,"repeated":0,"refused":[]}', media_type="application/json")

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        with writer:
            yield

    routes = interest_routes(writer, engine, "a secret of the bench", lambda: datetime.now(UTC))
    return Starlette(routes=[*routes, Route("/noop", noop, methods=["POST"])], lifespan=lifespan)


@dataclass(slots=True)
class Load:
    """What one phase sent and got back."""

    milliseconds: list[float] = field(default_factory=list)
    acknowledged: list[bytes] = field(default_factory=list)
    """Bodies that were answered with 200."""
    seconds: float = 0.0

    def per_second(self) -> float:
        """Requests a second."""
        return len(self.milliseconds) / self.seconds

    def p99(self) -> float:
        """99% of the answers came within so many milliseconds."""
        return sorted(self.milliseconds)[int(len(self.milliseconds) * 0.99)]


async def load(port: int, path: str, body: Callable[[], bytes], seconds: float, connections: int) -> Load:
    """Keep every connection busy with one request after the other."""
    result, ends = Load(), time.monotonic() + seconds

    async def one(number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = f"POST {path} HTTP/1.1\r\nhost: bench\r\nuser-agent: {_BROWSER}\r\ncookie: dl_visitor=v{number}\r\n"
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while time.monotonic() < ends:
                content = body()
                sent = time.perf_counter()
                writer.write(f"{head}content-length: {len(content)}\r\n\r\n".encode() + content)
                if await _read_status(reader) == 200:
                    result.milliseconds.append(1000 * (time.perf_counter() - sent))
                    result.acknowledged.append(content)
        writer.close()

    started = time.monotonic()
    await asyncio.gather(*(one(number) for number in range(connections)))
    result.seconds = time.monotonic() - started
    return result


async def _read_status(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    await reader.readexactly(length)
    return int(head[9:12])


def make_body(slug: str, acts: int) -> Callable[[], bytes]:
    """Bodies of views with random ids."""
    rng = random.Random(7)

    def body() -> bytes:
        posted = [
            {
                "id": str(uuid.UUID(int=rng.getrandbits(128), version=4)),
                "listing": slug,
                "rung": "view",
                "segment": "cross_border",
            }
            for _ in range(acts)
        ]
        return msgspec.json.encode(posted[0] if acts == 1 else posted)

    return body


def start_server(port: int, database: str) -> subprocess.Popen[bytes]:
    """Granian with one worker; returns when it answers."""
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "--no-access-log", "--port"]
    server = subprocess.Popen(
        [*command, str(port), "--workers", "1", "--log-level", "warning", "bench.ingest:app"],
        env={**os.environ, "BENCH_DATABASE": database},
        stdout=sys.stderr,
        start_new_session=True,
    )
    for _ in range(300):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return server
        time.sleep(0.1)
    raise TimeoutError("the server did not start")


def count_missing(database: str, bodies: list[bytes]) -> tuple[int, int]:
    """How many acts of these bodies are not in the database, and how many acts they hold."""
    ids: set[str] = set()
    for body in bodies:
        content = msgspec.json.decode(body)
        ids.update(act["id"] for act in (content if isinstance(content, list) else [content]))
    with Session(open_engine(database)) as session:
        stored = set(session.scalars(select(InterestEvent.event_id)))
    return len(ids - stored), len(ids)


async def replay(port: int, bodies: list[bytes]) -> int:
    """Send acknowledged bodies again; returns how many acts were taken as new."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    new = 0
    for body in bodies:
        writer.write(f"POST /api/interest HTTP/1.1\r\nhost: b\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        new += msgspec.json.decode(await reader.readexactly(length))["accepted"]
    writer.close()
    return new


def measure(seconds: float, connections: int, folder: Path) -> dict[str, float]:
    """Run every phase against one server, kill it while it is loaded, start it again and replay."""
    database = f"sqlite:///{folder / 'bench.db'}"
    migrate(database)
    with Session(open_engine(database)) as session, session.begin():
        slug = make_listing(session).slug
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = start_server(port, database)
    single, batch = make_body(slug, 1), make_body(slug, 100)
    loads: dict[str, Load] = {}
    for name, path, body, count in (
        ("no-op", "/noop", single, connections),
        ("single", "/api/interest", single, connections),
        ("batches", "/api/interest", batch, 16),
    ):
        print(f"{name}: {seconds:.0f} s over {count} connections", file=sys.stderr)
        loads[name] = asyncio.run(load(port, path, body, seconds, count))
    killed = asyncio.run(_load_and_kill(port, single, connections, server))
    acknowledged = [*loads["single"].acknowledged, *loads["batches"].acknowledged, *killed.acknowledged]
    missing, acts = count_missing(database, acknowledged)
    server = start_server(port, database)
    new = asyncio.run(replay(port, acknowledged[:: max(1, len(acknowledged) // 500)]))
    os.killpg(server.pid, signal.SIGTERM)
    server.wait(30)
    return {
        "single_per_second": loads["single"].per_second(),
        "single_p99_ms": loads["single"].p99(),
        "single_over_noop": loads["single"].per_second() / loads["no-op"].per_second(),
        "noop_per_second": loads["no-op"].per_second(),
        "batched_acts_per_second": 100 * loads["batches"].per_second(),
        "acts_acknowledged": acts,
        "lost_after_kill": missing,
        "new_on_replay": new,
        "load_average": os.getloadavg()[0],
    }


async def _load_and_kill(
    port: int, body: Callable[[], bytes], connections: int, server: subprocess.Popen[bytes]
) -> Load:
    print("kill -9 under load", file=sys.stderr)
    running = asyncio.create_task(load(port, "/api/interest", body, 3, connections))
    await asyncio.sleep(1.5)
    os.killpg(server.pid, signal.SIGKILL)
    server.wait()
    return await running


def main() -> int:
    """Measure and print the line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="5 s a phase")
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--connections", type=int, default=64)
    arguments = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        measured = measure(5 if arguments.quick else arguments.seconds, arguments.connections, Path(folder))
    baseline = {"noop_per_second": measured.pop("noop_per_second")}
    return print_line("ingest", 7, time.monotonic() - started, measured, baseline, REACH, arguments.quick)


if __name__ == "__main__":
    sys.exit(main())
