"""Rollups of interest with the news that make them out of date; what a decision's figures were, in short."""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = models.base.UtcDateTime(timezone=True)
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "interest_rollups",
        sa.Column("listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("counted_to", moment, nullable=False),
        sa.Column("due_at", moment, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("judged", sa.String(length=100), nullable=False),
        sa.Column("committed_units", sa.Integer(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("decision_id", key, nullable=True),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["demand_decisions.id"], name=op.f("fk_interest_rollups_decision_id_demand_decisions")
        ),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_interest_rollups_listing_id_listings")),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_interest_rollups")),
    )
    op.create_table(
        "interest_news",
        sa.Column("id", key, nullable=False),
        sa.Column("listing_id", key, nullable=True),
        sa.Column("received_from", moment, nullable=True),
        sa.Column("received_to", moment, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interest_news")),
    )
    op.create_index(op.f("ix_interest_events_received_at"), "interest_events", ["received_at"])
    with op.batch_alter_table("demand_decisions") as batch_op:
        batch_op.add_column(sa.Column("figures", sa.String(length=200), nullable=True))
    op.create_index(op.f("ix_demand_decisions_verdict_listing_id"), "demand_decisions", ["verdict", "listing_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_demand_decisions_verdict_listing_id"), "demand_decisions")
    with op.batch_alter_table("demand_decisions") as batch_op:
        batch_op.drop_column("figures")
    op.drop_index(op.f("ix_interest_events_received_at"), "interest_events")
    op.drop_table("interest_news")
    op.drop_table("interest_rollups")
