"""A throw-away PostgreSQL cluster on a Unix socket, run as a user who is not root."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def find_binaries() -> Path | None:
    """The folder with initdb and pg_ctl, newest version first; None when PostgreSQL is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]), reverse=True)
    on_path = shutil.which("initdb")
    candidates = [*found, *([Path(on_path).resolve()] if on_path else [])]
    return next((path.parent for path in candidates if (path.parent / "pg_ctl").exists()), None)


def _unprivileged() -> str | None:
    """PostgreSQL refuses to run as root; name somebody else when we are."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in names)


@contextmanager
def running_cluster(binaries: Path) -> Iterator[str]:
    """Start a cluster, yield its URL prefix (append a database name), stop it and delete it."""
    user = _unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="dl-pg-", dir="/tmp"))  # short: a socket path has 107 bytes
    try:
        if user:
            shutil.chown(folder, user)

        def call(*command: str) -> None:
            subprocess.run(command, check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL, timeout=120)

        call(str(binaries / "initdb"), "-D", f"{folder}/db", "-U", "loom", "--auth=trust", "--no-sync", "-E", "UTF8")
        options = f"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=50"
        call(str(binaries / "pg_ctl"), "-D", f"{folder}/db", "-o", options, "-l", f"{folder}/log", "-w", "start")
        try:
            yield f"postgresql+psycopg://loom@/{{database}}?host={folder}"
        finally:
            call(str(binaries / "pg_ctl"), "-D", f"{folder}/db", "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
