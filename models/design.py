"""Designs (specs with their drawings and tech packs) and the pictures painted from them."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, choice
from models.garment import GarmentSpec


class SpecArm(StrEnum):
    """How a spec was drawn, so that learning can be judged."""

    PLAIN = "plain"
    """Nothing was learned yet."""
    TREATED = "treated"
    """With what was learned."""
    CONTROL = "control"
    """As if nothing was learned, beside treated ones."""


class Design(Base):
    """One GarmentSpec of a batch, with everything computed from it."""

    __tablename__ = "designs"
    __table_args__ = (
        UniqueConstraint("batch_id", "fingerprint"),
        CheckConstraint("makeable_by >= 0", name="makeable_by_positive"),
        CheckConstraint("(arm = 'plain') = (lesson_id IS NULL)", name="lesson_of_arm"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"), index=True)
    trend_id: Mapped[int] = mapped_column(ForeignKey("trends.id"))
    fingerprint: Mapped[str] = mapped_column(String(64))
    spec: Mapped[dict[str, Any]]
    tech_pack: Mapped[dict[str, Any]]
    flat_front: Mapped[str] = mapped_column(String(64))
    """Blob key of the SVG."""
    flat_back: Mapped[str] = mapped_column(String(64))
    makeable_by: Mapped[int]
    """How many factories could make it."""
    cost_ladder: Mapped[dict[str, Any]]
    """Estimated unit cost by quantity, as `PriceLadder.to_json`; empty when nobody can make it."""
    lead_days: Mapped[int | None]
    exclusions: Mapped[dict[str, Any]]
    """Reason -> factories it excludes."""
    arm: Mapped[SpecArm] = mapped_column(choice(SpecArm, "arm"), default=SpecArm.PLAIN)
    lesson_id: Mapped[int | None] = mapped_column(ForeignKey("lessons.id"))
    """What had been learned when its batch was sketched."""
    draw: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Of a treated one: what repeats its draw (`Tilt.to_json`)."""

    @property
    def garment(self) -> GarmentSpec:
        """The stored spec as a value."""
        return GarmentSpec.from_json(self.spec)


class MockupState(StrEnum):
    """A merchandiser's word on a picture."""

    DRAWN = "drawn"
    FLAGGED = "flagged"
    APPROVED = "approved"
    REJECTED = "rejected"


class Mockup(Base):
    """One generated picture with its recipe; labelled, stored by content hash."""

    __tablename__ = "mockups"
    __table_args__ = (UniqueConstraint("design_id", "seed", "weights_hash"),)
    MOVES: ClassVar[Mapping[MockupState, tuple[MockupState, ...]]] = {
        MockupState.DRAWN: (MockupState.APPROVED, MockupState.REJECTED),
        MockupState.FLAGGED: (MockupState.APPROVED, MockupState.REJECTED),
    }

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    design_id: Mapped[int] = mapped_column(ForeignKey("designs.id"), index=True)
    seed: Mapped[int] = mapped_column(Id)
    weights_hash: Mapped[str] = mapped_column(String(64))
    picture: Mapped[str] = mapped_column(String(64))
    """Blob key of the labelled PNG."""
    recipe: Mapped[dict[str, Any]]
    findings: Mapped[list[Any]]
    """[{name, value, limit, passed}] of the picture's checks."""
    drawn_at: Mapped[datetime]
    state: Mapped[MockupState] = mapped_column(choice(MockupState, "state"), default=MockupState.DRAWN)
