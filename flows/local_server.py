"""A Prefect server of our own on one machine: the one inside a process runs flows, but no schedules."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from models.errors import DomainError

_PATIENCE = 120.0  # seconds; the first start migrates Prefect's own database


@contextmanager
def prefect_server(port: int) -> Iterator[str]:
    """Start a server on loopback, point this process's environment at it, yield its address, stop it.

    Call before Prefect is imported: it reads its address once. DomainError when the server does not come up.
    """
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _wait_until_up(server, address)
        os.environ["PREFECT_API_URL"] = f"{address}/api"
        yield address
    finally:
        server.terminate()
        server.wait()


def _wait_until_up(server: "subprocess.Popen[bytes]", address: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise DomainError(f"the Prefect server at {address} stopped at once; is the port taken?")
        try:
            if httpx.get(f"{address}/api/health", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise DomainError(f"the Prefect server at {address} did not answer within {_PATIENCE:.0f} s")
