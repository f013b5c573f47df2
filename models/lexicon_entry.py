"""What merchandisers add to the lexicon: the meaning of phrases that it did not know."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id


class LexiconEntry(Base):
    """One merchandiser's word on one phrase. The highest version counts; none is ever changed or deleted."""

    __tablename__ = "lexicon_entries"
    __table_args__ = (
        UniqueConstraint("phrase", "version"),
        CheckConstraint("version >= 1", name="version_positive"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    phrase: Mapped[str] = mapped_column(String(120))
    """In lower case, as trends carry it."""
    version: Mapped[int]
    is_goods: Mapped[bool]
    """False keeps the phrase out of trends from the next detection on."""
    meaning: Mapped[dict[str, Any]]
    """Attribute -> values, likeliest first; empty for what is no goods."""
    who: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    why: Mapped[str] = mapped_column(String(500))
