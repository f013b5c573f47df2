"""The register kept as files beside the tables, so that a process opens 600,000 factories at once.

A snapshot stands in a folder named by the state of the tables (`RegisterChange`) and is written aside, then renamed: a
stale or half-written one is never found. Its arrays are mapped into memory, copied only where somebody writes to them.
"""

import json
import os
import shutil
import uuid
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factory_matching.registry.kept import snapshot_folder
from factory_matching.registry.load import read_register
from factory_matching.registry.register import Register
from models.factory import RegisterChange

FEWEST = 20_000
"""Capabilities below which the tables are read as quickly."""
_FORM = 1  # of the files; one more whenever Register's fields change their meaning
_WORDS = ("regions", "warehouses", "market_names")
_HELD = "certificates"
_TRIES = 3


def find_state(session: Session) -> str:
    """Names the state of factories, capabilities and certificates as this transaction sees it."""
    count, tokens = session.execute(select(func.count(), func.sum(RegisterChange.token))).one()
    return f"{_FORM}-{count}-{tokens}"


def open_register(session: Session, folder: Path | None = None, fewest: int = FEWEST) -> Register:
    """The register as the tables have it: from its snapshot, which is made now if there is none.

    `folder`: where snapshots stand instead of the place of `keep_snapshots`. Registers of fewer than `fewest`
    capabilities are read from the tables.
    """
    folder = folder or snapshot_folder()
    if folder is None:
        return read_register(session)
    state = find_state(session)
    kept = _read(folder / f"register-{state}")
    for _ in range(_TRIES):
        if kept is not None:
            return kept
        register = read_register(session)
        if len(register.factory) < fewest:
            return register
        now = find_state(session)
        if now == state:
            _keep(register, folder, state)
            return register
        state = now  # somebody changed the tables meanwhile: what was read may be half old, half new
        kept = _read(folder / f"register-{state}")
    return read_register(session)


def _read(folder: Path) -> Register | None:
    """None where there is no whole snapshot; one that another process takes away meanwhile is none."""
    try:
        names: dict[str, Any] = json.loads((folder / "names.json").read_text(encoding="utf-8"))
        arrays: dict[str, Any] = {name: _map(folder / f"{name}.npy") for name in names["arrays"]}
        held = {kind: _map(folder / f"{_HELD}-{place}.npy") for place, kind in enumerate(names[_HELD])}
    except (OSError, ValueError, KeyError):
        return None
    words: dict[str, Any] = {name: tuple(names[name]) for name in _WORDS}
    return Register(**arrays, **words, certificates=held)


def _map(path: Path) -> np.ndarray[Any, Any]:
    """Copied where written to ("c"): compiled loops take read-only arrays for another type and compile anew."""
    return np.asarray(np.load(path, mmap_mode="c"))


def _keep(register: Register, folder: Path, state: str) -> None:
    """Write aside and rename; older snapshots go, whoever has them open keeps what is mapped."""
    folder.mkdir(parents=True, exist_ok=True)
    aside, final = folder / f".{uuid.uuid4().hex}.part", folder / f"register-{state}"
    aside.mkdir()
    try:
        arrays = [one.name for one in fields(Register) if one.name not in (*_WORDS, _HELD)]
        for name in arrays:
            _save(aside / f"{name}.npy", getattr(register, name))
        for place, until in enumerate(register.certificates.values()):
            _save(aside / f"{_HELD}-{place}.npy", until)
        names = {name: list(getattr(register, name)) for name in (*_WORDS, _HELD)} | {"arrays": arrays}
        with (aside / "names.json").open("w", encoding="utf-8") as file:
            json.dump(names, file, ensure_ascii=False)
            _flush(file)
        aside.rename(final)
    except OSError:  # another process was sooner, or the disk is full: the register is read from the tables
        shutil.rmtree(aside, ignore_errors=True)
        return
    for old in folder.glob("register-*"):
        if old != final:
            shutil.rmtree(old, ignore_errors=True)


def _save(path: Path, values: np.ndarray[Any, Any]) -> None:
    with path.open("wb") as file:
        np.save(file, np.ascontiguousarray(values))
        _flush(file)


def _flush(file: Any) -> None:
    """On the disk before the folder gets its name: a machine that fails leaves no half file under it."""
    file.flush()
    os.fsync(file.fileno())
