"""Forbidden pairs, pools and what they placed inside; whose a batch is, and orders that must be inspected."""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

NEEDS = ("none", "required", "passed")


def key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    moment = models.base.UtcDateTime(timezone=True)
    amount = models.base.Amount()
    with op.batch_alter_table("batches") as batch_op:
        batch_op.add_column(sa.Column("brand", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("keep_together", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("market", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("certificates", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("batches") as batch_op:
        batch_op.alter_column("keep_together", server_default=None)
        batch_op.alter_column("certificates", server_default=None)
    need = sa.Enum(*NEEDS, name="inspection", native_enum=False, create_constraint=False, length=32)
    with op.batch_alter_table("production_orders") as batch_op:
        batch_op.add_column(sa.Column("inspection", need, nullable=False, server_default="none"))
        batch_op.create_check_constraint(
            op.f("ck_production_orders_inspection"), sa.column("inspection", sa.String()).in_(NEEDS)
        )
        batch_op.create_check_constraint(
            op.f("ck_production_orders_shipped_after_inspection"), "state <> 'shipped' OR inspection <> 'required'"
        )
    with op.batch_alter_table("production_orders") as batch_op:
        batch_op.alter_column("inspection", server_default=None)
    op.create_table(
        "forbidden_pairs",
        sa.Column("brand", sa.String(length=80), nullable=False),
        sa.Column("factory_id", key(), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["factory_id"], ["factories.id"], name=op.f("fk_forbidden_pairs_factory_id_factories")),
        sa.PrimaryKeyConstraint("brand", "factory_id", name=op.f("pk_forbidden_pairs")),
    )
    op.create_table(
        "pools",
        sa.Column("id", key(), nullable=False),
        sa.Column("leader_id", key(), nullable=False),
        sa.Column("hours_to_place", sa.Double(), nullable=False),
        sa.Column("gain_share", sa.Double(), nullable=False),
        sa.Column("opened_at", moment, nullable=False),
        sa.Column("closed_at", moment, nullable=True),
        sa.CheckConstraint("hours_to_place > 0", name=op.f("ck_pools_hours_to_place_positive")),
        sa.CheckConstraint("gain_share BETWEEN 0 AND 1", name=op.f("ck_pools_gain_share_is_share")),
        sa.ForeignKeyConstraint(["leader_id"], ["factories.id"], name=op.f("fk_pools_leader_id_factories")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pools")),
        sa.UniqueConstraint("leader_id", name=op.f("uq_pools_leader_id")),
    )
    op.create_table(
        "pool_members",
        sa.Column("factory_id", key(), nullable=False),
        sa.Column("pool_id", key(), nullable=False),
        sa.ForeignKeyConstraint(["factory_id"], ["factories.id"], name=op.f("fk_pool_members_factory_id_factories")),
        sa.ForeignKeyConstraint(["pool_id"], ["pools.id"], name=op.f("fk_pool_members_pool_id_pools")),
        sa.PrimaryKeyConstraint("factory_id", name=op.f("pk_pool_members")),
    )
    op.create_index(op.f("ix_pool_members_pool_id"), "pool_members", ["pool_id"], unique=False)
    op.create_table(
        "pool_placings",
        sa.Column("allocation_id", key(), nullable=False),
        sa.Column("pool_id", key(), nullable=False),
        sa.Column("gain_share", sa.Double(), nullable=False),
        sa.Column("placed_at", moment, nullable=True),
        sa.Column("gain", amount, nullable=True),
        sa.Column("leader_gain", amount, nullable=True),
        sa.ForeignKeyConstraint(
            ["allocation_id"], ["allocations.id"], name=op.f("fk_pool_placings_allocation_id_allocations")
        ),
        sa.ForeignKeyConstraint(["pool_id"], ["pools.id"], name=op.f("fk_pool_placings_pool_id_pools")),
        sa.PrimaryKeyConstraint("allocation_id", name=op.f("pk_pool_placings")),
    )
    op.create_index(op.f("ix_pool_placings_pool_id"), "pool_placings", ["pool_id"], unique=False)
    op.create_table(
        "pool_parts",
        sa.Column("id", key(), nullable=False),
        sa.Column("allocation_id", key(), nullable=False),
        sa.Column("factory_id", key(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("unit_price", amount, nullable=False),
        sa.Column("booked", sa.JSON(), nullable=False),
        sa.CheckConstraint("units > 0 AND unit_price > 0", name=op.f("ck_pool_parts_positive")),
        sa.ForeignKeyConstraint(
            ["allocation_id"], ["pool_placings.allocation_id"], name=op.f("fk_pool_parts_allocation_id_pool_placings")
        ),
        sa.ForeignKeyConstraint(["factory_id"], ["factories.id"], name=op.f("fk_pool_parts_factory_id_factories")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pool_parts")),
        sa.UniqueConstraint("allocation_id", "factory_id", name=op.f("uq_pool_parts_allocation_id_factory_id")),
    )
    op.create_index(op.f("ix_pool_parts_factory_id"), "pool_parts", ["factory_id"], unique=False)


def downgrade() -> None:
    for table in ("pool_parts", "pool_placings", "pool_members", "pools", "forbidden_pairs"):
        op.drop_table(table)
    with op.batch_alter_table("production_orders") as batch_op:
        for name in ("inspection", "shipped_after_inspection"):
            batch_op.drop_constraint(op.f(f"ck_production_orders_{name}"), type_="check")
        batch_op.drop_column("inspection")
    with op.batch_alter_table("batches") as batch_op:
        batch_op.drop_column("keep_together")
        batch_op.drop_column("brand")
