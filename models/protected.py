"""Protected designs and marks that a new picture may not look like, and the print by which a picture is found again."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, choice


class ProtectedKind(StrEnum):
    """What is protected: how goods look, or a sign on them."""

    DESIGN = "design"
    MARK = "mark"


class ProtectedWork(Base):
    """One picture of a registered design or mark; the picture itself is a blob."""

    __tablename__ = "protected_works"
    __table_args__ = (UniqueConstraint("registration", "picture"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[ProtectedKind] = mapped_column(choice(ProtectedKind, "kind"))
    owner: Mapped[str] = mapped_column(String(200))
    registration: Mapped[str] = mapped_column(String(64))
    valid_until: Mapped[date]
    """The last day on which it counts."""
    picture: Mapped[str] = mapped_column(String(64))
    """Blob key of the PNG or JPEG as it was given."""
    outline: Mapped[bytes] = mapped_column(LargeBinary)
    surface: Mapped[bytes] = mapped_column(LargeBinary)
    """`Likeness.to_bytes`, so that checks need not read the picture again."""
    added_at: Mapped[datetime]


class PicturePrint(Base):
    """By what a stored mockup's picture is recognised when it comes again under another design."""

    __tablename__ = "picture_prints"

    mockup_id: Mapped[int] = mapped_column(ForeignKey("mockups.id"), primary_key=True)
    hash: Mapped[int] = mapped_column(BigInteger)
    """64 bits, as a signed number."""
    features: Mapped[bytes] = mapped_column(LargeBinary)
