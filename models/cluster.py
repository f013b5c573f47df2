"""Where heavy work is done: in this process, or on a Ray cluster of one or many machines."""

import os
import socket
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from models.errors import InvalidInput

KNOCK_SECONDS = 10


class Engine(StrEnum):
    """Who does work that can be shared out; the answer is the same."""

    LOCAL = "local"
    """This process, on its own cores."""
    RAY = "ray"
    """Processes that Ray starts, on this machine or on others."""


def import_ray(setting: str) -> Any:
    """The library; InvalidInput where it is not installed, naming the setting that asks for it."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is reported to anybody
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    try:
        import ray
    except ImportError:
        raise InvalidInput(
            f"{setting} is ray, which is not installed: pip install 'demandloom[ray]', or set it to local"
        ) from None
    return ray


def join(ray: Any, address: str, count: int, store_bytes: int) -> None:
    """Join the cluster at an address, or start one for `count` workers here; InvalidInput when it does not answer.

    `store_bytes` is what a cluster started here keeps for values on their way between processes.
    """
    quiet = {"log_to_driver": False, "logging_level": "ERROR", "include_dashboard": False}
    try:
        if address:
            _knock(address)
            ray.init(address=address, log_to_driver=False, logging_level="ERROR")
        else:
            cores = max(count, os.cpu_count() or 1)
            ray.init("local", num_cpus=cores, object_store_memory=store_bytes, _node_ip_address="127.0.0.1", **quiet)
    # Ray raises ConnectionError, TimeoutError, RuntimeError or ValueError, by what is wrong and how far it came.
    except Exception as error:
        where = f"at {address}" if address else "on this machine"
        reason = f"{type(error).__name__}: {' '.join(str(error).split())[:160]}"
        raise InvalidInput(f"no Ray cluster {where}: {reason}") from None


def _knock(address: str) -> None:
    """OSError where nobody listens; Ray itself would go on asking for minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if host and port.isdecimal():
        socket.create_connection((host.strip("[]"), int(port)), timeout=KNOCK_SECONDS).close()


def node_resources(ray: Any) -> list[Mapping[str, float]]:
    """Resources of the nodes that are alive."""
    return [node["Resources"] for node in ray.nodes() if node["Alive"]]
