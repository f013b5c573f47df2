"""Scores of factories, one run after the other, and proposals to renew a category's factories."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.attributes import Category
from models.base import Base, Id, choice


class ScoreRun(Base):
    """One scoring of all factories as of the end of a day, of people's orders or of simulated ones, never of both."""

    __tablename__ = "score_runs"
    __table_args__ = (UniqueConstraint("scored_on", "simulated"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    scored_on: Mapped[date]
    simulated: Mapped[bool]
    scored_at: Mapped[datetime]
    method: Mapped[str] = mapped_column(String(64))
    rule: Mapped[dict[str, Any]]
    """As `ScoreRule.to_json`."""
    pools: Mapped[dict[str, Any]]
    """Measure -> pool ('' is all factories) -> mean, strength, spread: what factories are shrunk towards."""
    factories: Mapped[int]
    """Factories with evidence in the window."""


class FactoryScore(Base):
    """A factory's score in one run; without evidence in the window there is none."""

    __tablename__ = "factory_scores"
    __table_args__ = (
        CheckConstraint("0 <= low AND low <= score AND score <= high AND high <= 1", name="score_in_interval"),
        CheckConstraint("quality BETWEEN 0 AND 1 AND on_time BETWEEN 0 AND 1", name="measured_are_shares"),
        Index(None, "factory_id"),
    )

    run_id: Mapped[int] = mapped_column(ForeignKey("score_runs.id"), primary_key=True)
    factory_id: Mapped[int] = mapped_column(ForeignKey("factories.id"), primary_key=True)
    pool: Mapped[str] = mapped_column(String(32))
    """Category of most of its evidence."""
    score: Mapped[float]
    low: Mapped[float]
    high: Mapped[float]
    """80% interval."""
    orders: Mapped[int]
    offers: Mapped[int]
    quality: Mapped[float | None]
    on_time: Mapped[float | None]
    """Shrunk shares that matching prefers to the imported ones; None while there is too little evidence."""
    measures: Mapped[dict[str, Any]]
    """Measure -> mean, sd, raw (None without evidence), weight (events, older ones counting less)."""
    verdict: Mapped[dict[str, Any]]
    """What the standing rule made of it, as `Verdict.to_json`; {} where nothing was moved or held."""


class ProposalState(StrEnum):
    """How far a renewal has come."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    APPLIED = "applied"
    WITHDRAWN = "withdrawn"
    """A newer proposal for the category has taken its place."""


class RenewalProposal(Base):
    """Which factories of a category should go and which come in, and what that is expected to do."""

    __tablename__ = "renewal_proposals"
    __table_args__ = (Index(None, "category", "state"),)
    MOVES: ClassVar[Mapping[ProposalState, tuple[ProposalState, ...]]] = {
        ProposalState.PROPOSED: (ProposalState.APPROVED, ProposalState.REJECTED, ProposalState.WITHDRAWN),
        ProposalState.APPROVED: (ProposalState.APPLIED, ProposalState.WITHDRAWN),
    }

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    category: Mapped[Category] = mapped_column(choice(Category, "category"))
    run_id: Mapped[int] = mapped_column(ForeignKey("score_runs.id"))
    proposed_at: Mapped[datetime]
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of what it says: the same proposal is not made twice."""
    rule: Mapped[dict[str, Any]]
    effect: Mapped[dict[str, Any]]
    """Before, after and change of each expected figure with 80% intervals; capacity and need by category."""
    state: Mapped[ProposalState] = mapped_column(choice(ProposalState, "state"), default=ProposalState.PROPOSED)


class RenewalSide(StrEnum):
    """Which way a factory goes."""

    OUT = "out"
    IN = "in"


class RenewalMember(Base):
    """One factory of a proposal with the reasons."""

    __tablename__ = "renewal_members"

    proposal_id: Mapped[int] = mapped_column(ForeignKey("renewal_proposals.id"), primary_key=True)
    factory_id: Mapped[int] = mapped_column(ForeignKey("factories.id"), primary_key=True, index=True)
    side: Mapped[RenewalSide] = mapped_column(choice(RenewalSide, "side"))
    position: Mapped[int]
    facts: Mapped[dict[str, Any]]
    """Figures behind the reasons."""


def find_run(session: Session, simulated: bool = False) -> ScoreRun | None:
    """The newest run of people's or of simulated orders."""
    query = select(ScoreRun).where(ScoreRun.simulated == simulated).order_by(ScoreRun.scored_on.desc()).limit(1)
    return session.scalars(query).one_or_none()
