"""A real server of the demo's own, in a process of its own, on a free port."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from configs.settings import settings
from models.errors import DomainError


def free_port() -> int:
    """A loopback port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_server(home: Path, port: int, patience: float = 60) -> Iterator[str]:
    """Start `demandloom serve` over `home` with simulated time, yield its address, stop it."""
    address = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "DEMANDLOOM_HOME": str(home),
        "DEMANDLOOM_WEB__PORT": str(port),
        # Links in messages lead to the site as it is served later, not to this server's passing port.
        "DEMANDLOOM_WEB__BASE_URL": settings().address,
        "DEMANDLOOM_WEB__SIMULATED_TIME": "true",
    }
    command = [sys.executable, "-c", "from cli.demo.server import serve_while_wanted; serve_while_wanted()"]
    log_path = home / "server.log"
    with log_path.open("ab") as log:
        server = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True
        )
        try:
            _wait_until_up(server, address, log_path, patience)
            yield address
        finally:
            _stop(server)


def _stop(server: "subprocess.Popen[bytes]") -> None:
    """End its input, upon which it ends itself; a second signal would cut its clean-up short and orphan its worker."""
    if server.stdin:
        server.stdin.close()
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def serve_while_wanted() -> None:
    """Serve until the parent closes our standard input; it also closes when the parent is killed."""
    from web.serve import serve_site

    threading.Thread(target=_stop_at_end_of_input, daemon=True).start()
    serve_site()


def _stop_at_end_of_input() -> None:
    while os.read(0, 1024):  # not sys.stdin: its lock would be held when the interpreter ends
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _wait_until_up(server: "subprocess.Popen[bytes]", address: str, log_path: Path, patience: float) -> None:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if server.poll() is not None:
            tail = log_path.read_text(errors="replace")[-500:]
            raise DomainError(f"the web server stopped at once (see {log_path}): {tail}")
        try:
            if httpx.get(f"{address}/health", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise DomainError(f"the web server did not answer within {patience:.0f} s; see {log_path}")
