"""Every version of a batch's rule, with who fixed it and why: a rule is never edited in silence."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.batch import Batch
from models.demand_rule import DemandRule


class RuleVersion(Base):
    """One version of one batch's rule; written once, never changed."""

    __tablename__ = "rule_versions"

    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rule: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(64))
    why: Mapped[str] = mapped_column(String(500))

    @property
    def demand_rule(self) -> DemandRule:
        """The version as a value."""
        return DemandRule.from_json(self.rule)


def fix_rule(session: Session, batch: Batch, rule: DemandRule, at: datetime, who: str, why: str) -> DemandRule:
    """Put a rule in force as the batch's next version and keep it with who and why; returns it with its number."""
    session.flush()
    known = find_rule_versions(session, batch.id)
    fixed = replace(rule, version=known[-1].version + 1 if known else 1)
    batch.rule = fixed.to_json()
    session.add(
        RuleVersion(batch_id=batch.id, version=fixed.version, rule=batch.rule, at=at, who=who[:64], why=why[:500])
    )
    session.flush()
    return fixed


def find_rule_versions(session: Session, batch_id: int) -> Sequence[RuleVersion]:
    """Every version of a batch's rule, the first one first."""
    query = select(RuleVersion).where(RuleVersion.batch_id == batch_id).order_by(RuleVersion.version)
    return session.scalars(query).all()
