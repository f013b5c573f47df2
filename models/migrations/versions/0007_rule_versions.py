"""Every version of a batch's rule, and the minimum that a listing's makers ask for."""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rule_versions",
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("at", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_rule_versions_batch_id_batches")),
        sa.PrimaryKeyConstraint("batch_id", "version", name=op.f("pk_rule_versions")),
    )
    # Batches launched before rules had versions: their rule is the first one, fixed when they were launched.
    op.execute(
        "INSERT INTO rule_versions (batch_id, version, rule, at, who, why) "
        "SELECT batches.id, 1, batches.rule, COALESCE(launched.at, batches.opens_at), "
        "COALESCE(launched.who, 'unknown'), 'fixed at launch' FROM batches LEFT JOIN state_changes AS launched "
        "ON launched.noun = 'batches' AND launched.row_id = batches.id AND launched.from_state IS NULL"
    )
    with op.batch_alter_table("listings") as batch_op:
        batch_op.add_column(sa.Column("makers_minimum", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("listings") as batch_op:
        batch_op.drop_column("makers_minimum")
    op.drop_table("rule_versions")
