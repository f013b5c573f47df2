"""Forecasts of trends and of their attributes."""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "trend_forecasts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column(
            "subject",
            sa.Enum("trend", "attribute", name="subject", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("tier", sa.String(length=16), nullable=False),
        sa.Column("mean", sa.JSON(), nullable=False),
        sa.Column("lo80", sa.JSON(), nullable=False),
        sa.Column("hi80", sa.JSON(), nullable=False),
        sa.Column("season", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trend_forecasts")),
        sa.UniqueConstraint("as_of", "subject", "name", name=op.f("uq_trend_forecasts_as_of_subject_name")),
    )


def downgrade() -> None:
    op.drop_table("trend_forecasts")
