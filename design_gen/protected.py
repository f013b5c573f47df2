"""Protected designs and marks: taken in from a folder with a table, read back as the register of a day.

The folder holds PNG or JPEG pictures and one table, `*.csv` or `*.toml` (an array of tables called `work`), with the
columns picture (a file beside it), owner, registration, kind (design or mark) and valid_until (YYYY-MM-DD).
"""

import csv
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from design_gen.clearance import Protected, Register, Resemblance
from design_gen.likeness import Likeness, foreground, likeness_of
from design_gen.outside_picture import read_picture
from models.blobs import BlobStore
from models.errors import InvalidInput
from models.protected import ProtectedKind, ProtectedWork

FORMATS = ("PNG", "JPEG")
_COLUMNS = ("picture", "owner", "registration", "kind", "valid_until")
_MOST_TABLE_BYTES, _MOST_ROWS = 20_000_000, 100_000
_SIDE = 256  # a picture is looked at this large, as mockups are


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the table that can be used."""

    picture: Path
    owner: str
    registration: str
    kind: ProtectedKind
    valid_until: date


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be used, and why."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of a folder's rows."""

    added: int
    known: int
    refused: tuple[Refused, ...]


def take_in(session: Session, folder: Path, blobs: BlobStore, now: datetime) -> TakenIn:
    """Add the folder's works; one already there gets the table's owner and date. InvalidInput without a table."""
    added, known, refused = 0, 0, []
    for number, row in enumerate(_rows(_table_of(folder)), 1):
        try:
            fresh = _add(session, _read_row(row, folder), blobs, now)
        except InvalidInput as error:
            refused.append(Refused(number, str(error)))
        else:
            added, known = added + fresh, known + (not fresh)
    return TakenIn(added, known, tuple(refused))


def load_register(session: Session, day: date, limit: float) -> Register:
    """Every work that is protected on that day, oldest registration first."""
    works = session.scalars(
        select(ProtectedWork).where(ProtectedWork.valid_until >= day).order_by(ProtectedWork.registration)
    )
    return Register.on(day, [_protected(work) for work in works], limit)


def find_works(session: Session) -> Sequence[ProtectedWork]:
    """All of them, expired ones too, by owner and registration."""
    return session.scalars(select(ProtectedWork).order_by(ProtectedWork.owner, ProtectedWork.registration)).all()


def likeness_of_picture(image: Image.Image) -> Likeness:
    """Of what stands out in a picture from outside; InvalidInput where nothing does."""
    small = image.copy()
    small.thumbnail((_SIDE, _SIDE))
    plane = np.asarray(small.convert("RGB"))
    return likeness_of(plane, foreground(plane))


def compare_picture(path: Path, register: Register) -> Resemblance | None:
    """The protected work that a picture file is likest to; None where the register is empty."""
    seen = likeness_of_picture(read_picture(path, "picture", FORMATS))
    return register.nearest(seen, None)


def _add(session: Session, entry: Entry, blobs: BlobStore, now: datetime) -> bool:
    outline, surface = likeness_of_picture(read_picture(entry.picture, "picture", FORMATS)).to_bytes()
    key = blobs.put(entry.picture.read_bytes())
    same = select(ProtectedWork).where(ProtectedWork.registration == entry.registration, ProtectedWork.picture == key)
    work = session.scalar(same)
    if fresh := work is None:
        work = ProtectedWork(registration=entry.registration, picture=key, added_at=now)
        session.add(work)
    work.kind, work.owner, work.valid_until = entry.kind, entry.owner, entry.valid_until
    work.outline, work.surface = outline, surface
    session.flush()
    return fresh


def _protected(work: ProtectedWork) -> Protected:
    likeness = Likeness.from_bytes(work.outline, work.surface)
    return Protected(work.kind, work.owner, work.registration, work.valid_until, likeness)


def _table_of(folder: Path) -> Path:
    if not folder.is_dir():
        raise InvalidInput(f"{folder}: not a folder")
    tables = sorted(path for path in folder.iterdir() if path.suffix.lower() in (".csv", ".toml") and path.is_file())
    if len(tables) != 1:
        raise InvalidInput(f"{folder}: {len(tables)} tables (*.csv, *.toml) where one is wanted")
    if tables[0].stat().st_size > _MOST_TABLE_BYTES:
        raise InvalidInput(f"{tables[0]}: over {_MOST_TABLE_BYTES // 10**6} MB")
    return tables[0]


def _rows(table: Path) -> Iterator[Mapping[str, Any]]:
    try:
        text = table.read_text(encoding="utf-8-sig")
        rows = list(csv.DictReader(text.splitlines())) if table.suffix.lower() == ".csv" else _works(text)
    except (UnicodeDecodeError, csv.Error, tomllib.TOMLDecodeError, OSError) as error:
        raise InvalidInput(f"{table}: {' '.join(str(error).split())[:200]}") from None
    if not rows or len(rows) > _MOST_ROWS:
        raise InvalidInput(f"{table}: {len(rows)} works; 1-{_MOST_ROWS} are possible")
    yield from rows


def _works(text: str) -> list[dict[str, Any]]:
    works = tomllib.loads(text).get("work", [])
    return [row if isinstance(row, dict) else {} for row in works] if isinstance(works, list) else []


def _read_row(row: Mapping[str, Any], folder: Path) -> Entry:
    values = {name: str(row.get(name) or "").strip() for name in _COLUMNS}
    if missing := [name for name, value in values.items() if not value]:
        raise InvalidInput(f"{', '.join(missing)} missing")
    picture = folder / values["picture"]
    if folder.resolve() not in picture.resolve().parents:
        raise InvalidInput(f"picture {values['picture'][:80]!r} lies outside of the folder")
    if len(values["owner"]) > 200 or len(values["registration"]) > 64:
        raise InvalidInput("owner has at most 200 characters, registration 64")
    try:
        kind = ProtectedKind(values["kind"].lower())
    except ValueError:
        raise InvalidInput(f"kind {values['kind'][:40]!r} is neither design nor mark") from None
    try:
        valid_until = date.fromisoformat(values["valid_until"])
    except ValueError:
        raise InvalidInput(f"valid_until {values['valid_until'][:40]!r} is not YYYY-MM-DD") from None
    return Entry(picture, values["owner"], values["registration"], kind, valid_until)
