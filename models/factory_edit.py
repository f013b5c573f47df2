"""What a factory changes of its own record, and the link with which it does so."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, choice


class FactoryLink(Base):
    """One version of a factory's portal link; a newer one, or a revocation, ends it."""

    __tablename__ = "factory_links"
    __table_args__ = (
        UniqueConstraint("factory_id", "version"),
        CheckConstraint("version > 0", name="version_positive"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    factory_id: Mapped[int] = mapped_column(ForeignKey("factories.id"))
    version: Mapped[int]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the token; the token itself is only in the link."""
    issued_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class EditPart(StrEnum):
    """The part of a factory's record that an edit is about."""

    CONTACTS = "contacts"
    LANGUAGES = "languages"
    CAPACITY = "capacity"
    CALENDAR = "calendar"
    SMALL_ORDERS = "small_orders"
    CAPABILITY = "capability"
    CERTIFICATE = "certificate"
    VERIFICATION = "verification"
    """How far we trust the factory; a merchandiser's to change, not the factory's."""


class EditState(StrEnum):
    """Whether an edit counts: what a factory declares of itself waits for a merchandiser's check."""

    DECLARED = "declared"
    COUNTED = "counted"
    REFUSED = "refused"
    REPLACED = "replaced"
    """The factory has said something else since."""
    WITHDRAWN = "withdrawn"


class FactoryEdit(Base):
    """One change by a factory, field by field, with what stood there before."""

    __tablename__ = "factory_edits"
    __table_args__ = (Index(None, "factory_id", "state"), Index(None, "state", "id"))
    MOVES: ClassVar[Mapping[EditState, tuple[EditState, ...]]] = {
        EditState.DECLARED: (EditState.COUNTED, EditState.REFUSED, EditState.REPLACED, EditState.WITHDRAWN),
    }

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    factory_id: Mapped[int] = mapped_column(ForeignKey("factories.id"))
    part: Mapped[EditPart] = mapped_column(choice(EditPart, "part"))
    key: Mapped[str] = mapped_column(String(60))
    """Category of a capability, kind of a certificate; empty for the other parts."""
    before: Mapped[dict[str, Any]]
    """Field -> value; empty where the part did not exist."""
    after: Mapped[dict[str, Any]]
    """Field -> value; empty where the part is given up."""
    who: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    checked_by: Mapped[str | None] = mapped_column(String(64))
    """The merchandiser who accepted or refused it; None for what counts without."""
    answer: Mapped[str | None] = mapped_column(String(500))
    """What they say to the factory."""
    state: Mapped[EditState] = mapped_column(choice(EditState, "state"))
