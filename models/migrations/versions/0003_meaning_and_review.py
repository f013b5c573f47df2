"""Trends say what they mean with confidence; merchandisers complete the lexicon."""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lexicon_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("phrase", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_goods", sa.Boolean(), nullable=False),
        sa.Column("meaning", sa.JSON(), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("at", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_lexicon_entries_version_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lexicon_entries")),
        sa.UniqueConstraint("phrase", "version", name=op.f("uq_lexicon_entries_phrase_version")),
    )
    with op.batch_alter_table("trends", schema=None) as batch_op:
        batch_op.add_column(sa.Column("attributes", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("segments", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("review", sa.String(length=200), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("trends", schema=None) as batch_op:
        batch_op.drop_column("review")
        batch_op.drop_column("segments")
        batch_op.drop_column("attributes")
    op.drop_table("lexicon_entries")
