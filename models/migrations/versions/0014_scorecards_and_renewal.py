"""Scores of factories, their inspections, disputes, findings and appeals; proposals to renew a category."""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = models.base.UtcDateTime(timezone=True)
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "score_runs",
        sa.Column("id", key, nullable=False),
        sa.Column("scored_on", sa.Date(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("scored_at", moment, nullable=False),
        sa.Column("method", sa.String(length=64), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("pools", sa.JSON(), nullable=False),
        sa.Column("factories", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_runs")),
        sa.UniqueConstraint("scored_on", "simulated", name=op.f("uq_score_runs_scored_on_simulated")),
    )
    op.create_table(
        "appeals",
        sa.Column("id", key, nullable=False),
        sa.Column("factory_id", key, nullable=False),
        sa.Column("said", sa.String(length=2000), nullable=False),
        sa.Column("filed_by", sa.String(length=64), nullable=False),
        sa.Column("filed_at", moment, nullable=False),
        sa.Column("decided_at", moment, nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "pending", "granted", "refused", name="state", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["factory_id"], ["factories.id"], name=op.f("fk_appeals_factory_id_factories")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
    )
    op.create_index(op.f("ix_appeals_factory_id"), "appeals", ["factory_id"], unique=False)
    op.create_index(
        "uq_appeals_pending",
        "appeals",
        ["factory_id"],
        unique=True,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_table(
        "factory_findings",
        sa.Column("id", key, nullable=False),
        sa.Column("factory_id", key, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "infringement", "no_real_source", name="kind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("evidence", sa.String(length=2000), nullable=False),
        sa.Column("found_by", sa.String(length=64), nullable=False),
        sa.Column("reported_at", moment, nullable=False),
        sa.Column("judged_at", moment, nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "reported",
                "confirmed",
                "dismissed",
                "overturned",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["factory_id"], ["factories.id"], name=op.f("fk_factory_findings_factory_id_factories")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factory_findings")),
    )
    op.create_index(
        op.f("ix_factory_findings_factory_id_state"), "factory_findings", ["factory_id", "state"], unique=False
    )
    op.create_table(
        "factory_scores",
        sa.Column("run_id", key, nullable=False),
        sa.Column("factory_id", key, nullable=False),
        sa.Column("pool", sa.String(length=32), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("low", sa.Double(), nullable=False),
        sa.Column("high", sa.Double(), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("offers", sa.Integer(), nullable=False),
        sa.Column("quality", sa.Double(), nullable=True),
        sa.Column("on_time", sa.Double(), nullable=True),
        sa.Column("measures", sa.JSON(), nullable=False),
        sa.Column("verdict", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "0 <= low AND low <= score AND score <= high AND high <= 1",
            name=op.f("ck_factory_scores_score_in_interval"),
        ),
        sa.CheckConstraint(
            "quality BETWEEN 0 AND 1 AND on_time BETWEEN 0 AND 1", name=op.f("ck_factory_scores_measured_are_shares")
        ),
        sa.ForeignKeyConstraint(["factory_id"], ["factories.id"], name=op.f("fk_factory_scores_factory_id_factories")),
        sa.ForeignKeyConstraint(["run_id"], ["score_runs.id"], name=op.f("fk_factory_scores_run_id_score_runs")),
        sa.PrimaryKeyConstraint("run_id", "factory_id", name=op.f("pk_factory_scores")),
    )
    op.create_index(op.f("ix_factory_scores_factory_id"), "factory_scores", ["factory_id"], unique=False)
    op.create_table(
        "renewal_proposals",
        sa.Column("id", key, nullable=False),
        sa.Column(
            "category",
            sa.Enum(
                "t_shirt",
                "shirt",
                "polo_shirt",
                "blouse",
                "sweater",
                "cardigan",
                "hoodie",
                "sweatshirt",
                "tank_top",
                "waistcoat",
                "coat",
                "greatcoat",
                "trench_coat",
                "parka",
                "down_jacket",
                "bomber_jacket",
                "denim_jacket",
                "blazer",
                "jacket",
                "dress",
                "qipao",
                "skirt",
                "horse_face_skirt",
                "trousers",
                "jeans",
                "shorts",
                "cap",
                "beanie",
                "tote_bag",
                "backpack",
                "handbag",
                "boots",
                "sneakers",
                "scarf",
                "cushion",
                "mug",
                name="category",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("run_id", key, nullable=False),
        sa.Column("proposed_at", moment, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("effect", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "approved",
                "rejected",
                "applied",
                "withdrawn",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["run_id"], ["score_runs.id"], name=op.f("fk_renewal_proposals_run_id_score_runs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renewal_proposals")),
    )
    op.create_index(
        op.f("ix_renewal_proposals_category_state"), "renewal_proposals", ["category", "state"], unique=False
    )
    op.create_table(
        "renewal_members",
        sa.Column("proposal_id", key, nullable=False),
        sa.Column("factory_id", key, nullable=False),
        sa.Column(
            "side",
            sa.Enum("out", "in", name="side", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["factory_id"], ["factories.id"], name=op.f("fk_renewal_members_factory_id_factories")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["renewal_proposals.id"], name=op.f("fk_renewal_members_proposal_id_renewal_proposals")
        ),
        sa.PrimaryKeyConstraint("proposal_id", "factory_id", name=op.f("pk_renewal_members")),
    )
    op.create_index(op.f("ix_renewal_members_factory_id"), "renewal_members", ["factory_id"], unique=False)
    op.create_table(
        "disputes",
        sa.Column("id", key, nullable=False),
        sa.Column("order_id", key, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "quality",
                "quantity",
                "lateness",
                "payment",
                "other",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("opened_at", moment, nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "upheld", "dismissed", name="state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["production_orders.id"], name=op.f("fk_disputes_order_id_production_orders")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputes")),
        sa.UniqueConstraint("order_id", "kind", name=op.f("uq_disputes_order_id_kind")),
    )
    op.create_table(
        "inspections",
        sa.Column("id", key, nullable=False),
        sa.Column("order_id", key, nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("inspected_on", sa.Date(), nullable=False),
        sa.Column("inspected", sa.Integer(), nullable=False),
        sa.Column("good", sa.Integer(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=True),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("recorded_at", moment, nullable=False),
        sa.CheckConstraint("counted IS NULL OR counted >= 0", name=op.f("ck_inspections_counted_not_negative")),
        sa.CheckConstraint(
            "good BETWEEN 0 AND inspected AND inspected > 0", name=op.f("ck_inspections_good_of_inspected")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["production_orders.id"], name=op.f("fk_inspections_order_id_production_orders")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspections")),
        sa.UniqueConstraint("order_id", "reference", name=op.f("uq_inspections_order_id_reference")),
    )


def downgrade() -> None:
    op.drop_table("inspections")
    op.drop_table("disputes")
    op.drop_index(op.f("ix_renewal_members_factory_id"), table_name="renewal_members")
    op.drop_table("renewal_members")
    op.drop_index(op.f("ix_renewal_proposals_category_state"), table_name="renewal_proposals")
    op.drop_table("renewal_proposals")
    op.drop_index(op.f("ix_factory_scores_factory_id"), table_name="factory_scores")
    op.drop_table("factory_scores")
    op.drop_index(op.f("ix_factory_findings_factory_id_state"), table_name="factory_findings")
    op.drop_table("factory_findings")
    op.drop_index(
        "uq_appeals_pending",
        table_name="appeals",
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.drop_index(op.f("ix_appeals_factory_id"), table_name="appeals")
    op.drop_table("appeals")
    op.drop_table("score_runs")
