"""Prints of the stored mockups: written with each picture, read as one catalogue."""

from collections.abc import Iterable

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from design_gen.repetition import FEATURES, Catalogue, Print
from models.design import Design, Mockup, MockupState
from models.protected import PicturePrint


def record_prints(session: Session, prints: Iterable[tuple[int, Print]]) -> None:
    """Keep the print of each new mockup (id, print)."""
    rows = ((mockup_id, one.hash, one.features.tobytes()) for mockup_id, one in prints)
    session.add_all(PicturePrint(mockup_id=key, hash=_signed(hashed), features=held) for key, hashed, held in rows)


def load_catalogue(session: Session) -> Catalogue:
    """The prints of all mockups that were not rejected; 100,000 of them are 43 MB."""
    shown = (
        select(PicturePrint.mockup_id, PicturePrint.hash, PicturePrint.features, Design.fingerprint)
        .join(Mockup, Mockup.id == PicturePrint.mockup_id)
        .join(Design, Design.id == Mockup.design_id)
        .where(Mockup.state != MockupState.REJECTED)
        .order_by(PicturePrint.mockup_id)
    )
    rows = session.execute(shown).all()
    return Catalogue(
        np.array([row.hash for row in rows], np.int64).view(np.uint64),
        np.frombuffer(b"".join(row.features for row in rows), np.int8).reshape(-1, FEATURES),
        np.array([row.fingerprint for row in rows], np.str_),
        np.array([f"#{row.mockup_id}" for row in rows], np.str_),
    )


def _signed(hashed: int) -> int:
    """Databases count from -2^63."""
    return hashed - 2**64 if hashed >= 2**63 else hashed
