"""Rounds of offers with floor and ceiling, reasons of refusals, ladder quotes, requests for quotation."""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

CODES = ("price", "date", "capacity", "material", "technique", "relation", "other")


def choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=False, length=32)


def key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def within(column: str, *values: str) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def upgrade() -> None:
    moment, amount = models.base.UtcDateTime(timezone=True), models.base.Amount()
    with op.batch_alter_table("offers") as batch_op:
        batch_op.add_column(sa.Column("decline_code", choice("decline_code", *CODES), nullable=True))
        batch_op.add_column(sa.Column("floor_price", amount, nullable=True))
        batch_op.add_column(sa.Column("ceiling_price", amount, nullable=True))
        batch_op.add_column(sa.Column("counters", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("counter_units", sa.Integer(), nullable=True))
        batch_op.create_check_constraint(op.f("ck_offers_decline_code"), within("decline_code", *CODES))
        batch_op.create_check_constraint(
            op.f("ck_offers_counter_units_positive"), "counter_units IS NULL OR counter_units > 0"
        )
        batch_op.create_check_constraint(
            op.f("ck_offers_floor_below_ceiling"), "floor_price IS NULL OR floor_price <= ceiling_price"
        )
    with op.batch_alter_table("offers") as batch_op:
        batch_op.alter_column("counters", server_default=None)
    sides, kinds = ("house", "factory"), (
        "offered", "countered", "proposed", "accepted", "declined", "expired", "withdrawn"
    )
    op.create_table(
        "offer_rounds",
        sa.Column("id", key(), nullable=False),
        sa.Column("offer_id", key(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("side", choice("side", *sides), nullable=False),
        sa.Column("kind", choice("kind", *kinds), nullable=False),
        sa.Column("unit_price", amount, nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("code", choice("code", *CODES), nullable=True),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.CheckConstraint("units > 0 AND unit_price > 0", name=op.f("ck_offer_rounds_positive")),
        sa.CheckConstraint(within("side", *sides), name=op.f("ck_offer_rounds_side")),
        sa.CheckConstraint(within("kind", *kinds), name=op.f("ck_offer_rounds_kind")),
        sa.CheckConstraint(within("code", *CODES), name=op.f("ck_offer_rounds_code")),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_offer_rounds_offer_id_offers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_rounds")),
        sa.UniqueConstraint("offer_id", "number", name=op.f("uq_offer_rounds_offer_id_number")),
    )
    states = ("open", "awarded", "closed")
    op.create_table(
        "rfqs",
        sa.Column("id", key(), nullable=False),
        sa.Column("demand_id", key(), nullable=True),
        sa.Column("design_id", key(), nullable=True),
        sa.Column("spec", sa.JSON(), nullable=False),
        sa.Column("units_steps", sa.JSON(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("market", sa.String(length=40), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("opened_at", moment, nullable=False),
        sa.Column("answer_by", moment, nullable=False),
        sa.Column("state", choice("state", *states), nullable=False),
        sa.CheckConstraint("demand_id IS NOT NULL OR design_id IS NOT NULL", name=op.f("ck_rfqs_for_something")),
        sa.CheckConstraint(within("state", *states), name=op.f("ck_rfqs_state")),
        sa.ForeignKeyConstraint(
            ["demand_id"], ["confirmed_demands.id"], name=op.f("fk_rfqs_demand_id_confirmed_demands")
        ),
        sa.ForeignKeyConstraint(["design_id"], ["designs.id"], name=op.f("fk_rfqs_design_id_designs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rfqs")),
    )
    op.create_index(op.f("ix_rfqs_demand_id"), "rfqs", ["demand_id"])
    op.create_index(op.f("ix_rfqs_design_id"), "rfqs", ["design_id"])
    op.create_index(op.f("ix_rfqs_state_answer_by"), "rfqs", ["state", "answer_by"])
    invited = ("invited", "quoted", "declined")
    op.create_table(
        "rfq_invites",
        sa.Column("id", key(), nullable=False),
        sa.Column("rfq_id", key(), nullable=False),
        sa.Column("factory_id", key(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("sent_at", moment, nullable=False),
        sa.Column("decline_code", choice("decline_code", *CODES), nullable=True),
        sa.Column("state", choice("state", *invited), nullable=False),
        sa.CheckConstraint(within("decline_code", *CODES), name=op.f("ck_rfq_invites_decline_code")),
        sa.CheckConstraint(within("state", *invited), name=op.f("ck_rfq_invites_state")),
        sa.ForeignKeyConstraint(["rfq_id"], ["rfqs.id"], name=op.f("fk_rfq_invites_rfq_id_rfqs")),
        sa.ForeignKeyConstraint(["factory_id"], ["factories.id"], name=op.f("fk_rfq_invites_factory_id_factories")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rfq_invites")),
        sa.UniqueConstraint("rfq_id", "factory_id", name=op.f("uq_rfq_invites_rfq_id_factory_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_rfq_invites_token_hash")),
    )
    op.create_index(op.f("ix_rfq_invites_factory_id"), "rfq_invites", ["factory_id"])
    op.create_table(
        "quotes",
        sa.Column("id", key(), nullable=False),
        sa.Column("rfq_id", key(), nullable=True),
        sa.Column("offer_id", key(), nullable=True),
        sa.Column("factory_id", key(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("quoted_at", moment, nullable=False),
        sa.Column("accepted_at", moment, nullable=True),
        sa.CheckConstraint("(rfq_id IS NULL) <> (offer_id IS NULL)", name=op.f("ck_quotes_answers_one_question")),
        sa.ForeignKeyConstraint(["rfq_id"], ["rfqs.id"], name=op.f("fk_quotes_rfq_id_rfqs")),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_quotes_offer_id_offers")),
        sa.ForeignKeyConstraint(["factory_id"], ["factories.id"], name=op.f("fk_quotes_factory_id_factories")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotes")),
    )
    op.create_index(op.f("ix_quotes_rfq_id"), "quotes", ["rfq_id"])
    op.create_index(op.f("ix_quotes_offer_id"), "quotes", ["offer_id"])


def downgrade() -> None:
    for table in ("quotes", "rfq_invites", "rfqs", "offer_rounds"):
        op.drop_table(table)
    with op.batch_alter_table("offers") as batch_op:
        for name in ("decline_code", "counter_units_positive", "floor_below_ceiling"):
            batch_op.drop_constraint(op.f(f"ck_offers_{name}"), type_="check")
        for column in ("counter_units", "counters", "ceiling_price", "floor_price", "decline_code"):
            batch_op.drop_column(column)
