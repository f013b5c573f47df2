"""What became of the goods that were made."""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sale_records",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=260), nullable=False),
        sa.Column("listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("colour", sa.String(length=40), nullable=True),
        sa.Column("size", sa.String(length=20), nullable=True),
        sa.Column(
            "segment",
            sa.Enum(
                "domestic_business",
                "domestic_consumer",
                "cross_border",
                name="segment",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "delivered",
                "sold",
                "returned",
                "late",
                "defective",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "not_like_picture",
                "size",
                "quality",
                "late",
                "changed_mind",
                "other",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("recorded_at", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason IS NULL OR kind = 'returned'", name=op.f("ck_sale_records_reason_of_return")),
        sa.CheckConstraint("(colour IS NULL) = (size IS NULL)", name=op.f("ck_sale_records_variant_whole")),
        sa.CheckConstraint("units BETWEEN 0 AND 10000000", name=op.f("ck_sale_records_units_range")),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_sale_records_listing_id_listings")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["production_orders.id"], name=op.f("fk_sale_records_order_id_production_orders")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sale_records")),
        sa.UniqueConstraint("source", "key", name=op.f("uq_sale_records_source_key")),
    )
    with op.batch_alter_table("sale_records", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sale_records_listing_id_kind"), ["listing_id", "kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_sale_records_order_id"), ["order_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("sale_records", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sale_records_order_id"))
        batch_op.drop_index(batch_op.f("ix_sale_records_listing_id_kind"))

    op.drop_table("sale_records")
