"""Deposits at a payment provider, the payments ledger, refunds, the settlement of confirmed listings."""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_CHANNELS = ("file", "webhook", "portal")


def upgrade() -> None:
    _allow_channels(*_CHANNELS, "payment")
    op.create_table(
        "settlements",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("min_units", sa.Integer(), nullable=False),
        sa.Column("standing_units", sa.Integer(), nullable=False),
        sa.Column("began_at", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("checked_at", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("tops_up_until", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "checking",
                "topping_up",
                "settled",
                "released",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.CheckConstraint(
            "state <> 'topping_up' OR tops_up_until IS NOT NULL", name=op.f("ck_settlements_top_up_has_a_date")
        ),
        sa.CheckConstraint("min_units > 0", name=op.f("ck_settlements_min_units_positive")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["demand_decisions.id"], name=op.f("fk_settlements_decision_id_demand_decisions")
        ),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_settlements_listing_id_listings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlements")),
        sa.UniqueConstraint("listing_id", name=op.f("uq_settlements_listing_id")),
    )
    op.create_index(op.f("ix_settlements_state"), "settlements", ["state"], unique=False)
    op.create_table(
        "deposit_requests",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pre_order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("amount", models.base.Amount(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("asked_at", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("reference", sa.String(length=120), nullable=True),
        sa.Column("url", sa.String(length=2000), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_deposit_requests_amount_positive")),
        sa.ForeignKeyConstraint(
            ["pre_order_id"], ["pre_orders.id"], name=op.f("fk_deposit_requests_pre_order_id_pre_orders")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deposit_requests")),
        sa.UniqueConstraint("code", name=op.f("uq_deposit_requests_code")),
        sa.UniqueConstraint("pre_order_id", "attempt", name=op.f("uq_deposit_requests_pre_order_id_attempt")),
    )
    op.create_index(op.f("ix_deposit_requests_reference"), "deposit_requests", ["reference"], unique=False)
    op.create_table(
        "payment_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("pre_order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "asked",
                "paid",
                "refunded",
                "returned",
                "failed",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("amount", models.base.Amount(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("payment", sa.String(length=120), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("recorded_at", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payment_entries_amount_positive")),
        sa.ForeignKeyConstraint(
            ["pre_order_id"], ["pre_orders.id"], name=op.f("fk_payment_entries_pre_order_id_pre_orders")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_entries")),
        sa.UniqueConstraint("key", name=op.f("uq_payment_entries_key")),
    )
    op.create_index(op.f("ix_payment_entries_payment"), "payment_entries", ["payment"], unique=False)
    op.create_index(op.f("ix_payment_entries_pre_order_id"), "payment_entries", ["pre_order_id"], unique=False)
    op.create_table(
        "refunds",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pre_order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("payment", sa.String(length=120), nullable=False),
        sa.Column("amount", models.base.Amount(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "cancelled", "released", "late", "too_much",
                name="reason", native_enum=False, create_constraint=True, length=32,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "paid",
                "failed",
                "withdrawn",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_refunds_amount_positive")),
        sa.ForeignKeyConstraint(["pre_order_id"], ["pre_orders.id"], name=op.f("fk_refunds_pre_order_id_pre_orders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
        sa.UniqueConstraint("code", name=op.f("uq_refunds_code")),
    )
    op.create_index(op.f("ix_refunds_pre_order_id"), "refunds", ["pre_order_id"], unique=False)
    op.create_index(op.f("ix_refunds_state"), "refunds", ["state"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_refunds_state"), table_name="refunds")
    op.drop_index(op.f("ix_refunds_pre_order_id"), table_name="refunds")
    op.drop_table("refunds")
    op.drop_index(op.f("ix_payment_entries_pre_order_id"), table_name="payment_entries")
    op.drop_index(op.f("ix_payment_entries_payment"), table_name="payment_entries")
    op.drop_table("payment_entries")
    op.drop_index(op.f("ix_deposit_requests_reference"), table_name="deposit_requests")
    op.drop_table("deposit_requests")
    op.drop_index(op.f("ix_settlements_state"), table_name="settlements")
    op.drop_table("settlements")
    op.execute("DELETE FROM outbox_messages WHERE channel = 'payment'")
    _allow_channels(*_CHANNELS)


def _allow_channels(*channels: str) -> None:
    names = ", ".join(f"'{channel}'" for channel in channels)
    with op.batch_alter_table("outbox_messages") as batch_op:
        batch_op.drop_constraint(op.f("ck_outbox_messages_channel"), type_="check")
        batch_op.create_check_constraint(op.f("ck_outbox_messages_channel"), f"channel IN ({names})")
