"""Priors learned at night, the storefront's policy by moment, and the pages that people were shown."""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _segment() -> sa.Enum:
    return _choice("segment", "domestic_business", "domestic_consumer", "cross_border")


def upgrade() -> None:
    op.create_table(
        "learned_priors",
        sa.Column("id", _ID, nullable=False),
        sa.Column("rung", _choice("rung", "view", "favourite", "inquiry", "pre_order", "deposit"), nullable=False),
        sa.Column("fitted_at", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("priors", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learned_priors")),
        sa.UniqueConstraint("rung", "fitted_at", name=op.f("uq_learned_priors_rung_fitted_at")),
    )
    op.create_table(
        "exposure_snapshots",
        sa.Column("id", _ID, nullable=False),
        sa.Column("made_at", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("slots", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("listing_ids", sa.JSON(), nullable=False),
        sa.Column("standings", sa.JSON(), nullable=False),
        sa.Column("phases", sa.JSON(), nullable=False),
        sa.CheckConstraint("slots > 0 AND pages > 0", name=op.f("ck_exposure_snapshots_counts_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exposure_snapshots")),
        sa.UniqueConstraint("made_at", name=op.f("uq_exposure_snapshots_made_at")),
    )
    op.create_table(
        "exposure_pages",
        sa.Column("snapshot_id", _ID, nullable=False),
        sa.Column("segment", _segment(), nullable=False),
        sa.Column("orders", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["exposure_snapshots.id"], name=op.f("fk_exposure_pages_snapshot_id_exposure_snapshots")
        ),
        sa.PrimaryKeyConstraint("snapshot_id", "segment", name=op.f("pk_exposure_pages")),
    )
    op.create_table(
        "pages_shown",
        sa.Column("snapshot_id", _ID, nullable=False),
        sa.Column("visitor", sa.String(length=64), nullable=False),
        sa.Column("segment", _segment(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("shown_at", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("missing", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["exposure_snapshots.id"], name=op.f("fk_pages_shown_snapshot_id_exposure_snapshots")
        ),
        sa.PrimaryKeyConstraint("snapshot_id", "visitor", "segment", name=op.f("pk_pages_shown")),
    )
    op.create_index(op.f("ix_pages_shown_shown_at"), "pages_shown", ["shown_at"])
    op.create_index(op.f("ix_pages_shown_visitor"), "pages_shown", ["visitor"])
    op.create_table(
        "pages_lost",
        sa.Column("id", _ID, nullable=False),
        sa.Column("noted_at", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.CheckConstraint("pages > 0", name=op.f("ck_pages_lost_pages_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pages_lost")),
    )


def downgrade() -> None:
    for table in ("pages_lost", "pages_shown", "exposure_pages", "exposure_snapshots", "learned_priors"):
        op.drop_table(table)
