"""What is learned, version by version; which designs were drawn with it and which are control."""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# Columns are added with their constraints in plain SQL that both databases know: Alembic would build the tables anew in
# SQLite, which refuses to drop the old ones while rows refer to them.
_COLUMNS = (
    "batches ADD COLUMN control_share {double} DEFAULT 0.1 NOT NULL "
    "CONSTRAINT ck_batches_control_share_is_share CHECK (control_share BETWEEN 0 AND 1)",
    "designs ADD COLUMN arm VARCHAR(32) DEFAULT 'plain' NOT NULL "
    "CONSTRAINT ck_designs_arm CHECK (arm IN ('plain', 'treated', 'control'))",
    "designs ADD COLUMN lesson_id {id} CONSTRAINT fk_designs_lesson_id_lessons REFERENCES lessons (id)",
    "designs ADD COLUMN draw JSON DEFAULT '{{}}' NOT NULL "
    "CONSTRAINT ck_designs_lesson_of_arm CHECK ((arm = 'plain') = (lesson_id IS NULL))",
)


def upgrade() -> None:
    op.create_table(
        "lessons",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("learned_at", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("method", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("priors", sa.JSON(), nullable=False),
        sa.Column("effects", sa.JSON(), nullable=False),
        sa.Column("segment_effects", sa.JSON(), nullable=False),
        sa.Column("rungs", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lessons")),
        sa.UniqueConstraint("version", name=op.f("uq_lessons_version")),
    )
    op.create_table(
        "factory_yields",
        sa.Column("lesson_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("factory_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lots", sa.Integer(), nullable=False),
        sa.Column("ordered", sa.Integer(), nullable=False),
        sa.Column("good", sa.Integer(), nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        sa.Column("low", sa.Double(), nullable=False),
        sa.Column("high", sa.Double(), nullable=False),
        sa.CheckConstraint(
            "0 <= low AND low <= share AND share <= high AND high <= 1",
            name=op.f("ck_factory_yields_share_in_interval"),
        ),
        sa.CheckConstraint("good BETWEEN 0 AND ordered", name=op.f("ck_factory_yields_good_of_ordered")),
        sa.ForeignKeyConstraint(["factory_id"], ["factories.id"], name=op.f("fk_factory_yields_factory_id_factories")),
        sa.ForeignKeyConstraint(["lesson_id"], ["lessons.id"], name=op.f("fk_factory_yields_lesson_id_lessons")),
        sa.PrimaryKeyConstraint("lesson_id", "factory_id", name=op.f("pk_factory_yields")),
    )
    in_sqlite = op.get_bind().dialect.name == "sqlite"
    kinds = ("INTEGER", "DOUBLE") if in_sqlite else ("BIGINT", "DOUBLE PRECISION")
    for column in _COLUMNS:
        op.execute("ALTER TABLE " + column.format(id=kinds[0], double=kinds[1]))


def downgrade() -> None:
    with op.batch_alter_table("designs") as batch_op:
        batch_op.drop_constraint(op.f("ck_designs_lesson_of_arm"), type_="check")
        batch_op.drop_constraint(op.f("ck_designs_arm"), type_="check")
        for name in ("draw", "lesson_id", "arm"):
            batch_op.drop_column(name)
    with op.batch_alter_table("batches") as batch_op:
        batch_op.drop_constraint(op.f("ck_batches_control_share_is_share"), type_="check")
        batch_op.drop_column("control_share")
    op.drop_table("factory_yields")
    op.drop_table("lessons")
