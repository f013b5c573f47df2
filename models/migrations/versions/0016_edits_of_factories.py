"""What factories change of themselves, the links with which they do so, indexes for finding them."""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_INDEXES = {
    "name": ("name",),
    "region_code": ("region", "code"),
    "state_code": ("state", "code"),
    "verification_code": ("verification", "code"),
    "daily_capacity": ("daily_capacity",),
    "quality": ("quality",),
}


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    moment = models.base.UtcDateTime(timezone=True)
    parts = ("contacts", "languages", "capacity", "calendar", "small_orders", "capability", "certificate", "verification")
    states = ("declared", "counted", "refused", "replaced", "withdrawn")
    op.create_table(
        "factory_links",
        sa.Column("id", key, nullable=False),
        sa.Column("factory_id", key, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("issued_at", moment, nullable=False),
        sa.Column("revoked_at", moment, nullable=True),
        sa.CheckConstraint("version > 0", name=op.f("ck_factory_links_version_positive")),
        sa.ForeignKeyConstraint(["factory_id"], ["factories.id"], name=op.f("fk_factory_links_factory_id_factories")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factory_links")),
        sa.UniqueConstraint("factory_id", "version", name=op.f("uq_factory_links_factory_id_version")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_factory_links_token_hash")),
    )
    op.create_table(
        "factory_edits",
        sa.Column("id", key, nullable=False),
        sa.Column("factory_id", key, nullable=False),
        sa.Column("part", sa.Enum(*parts, name="part", native_enum=False, create_constraint=True, length=32), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("checked_by", sa.String(length=64), nullable=True),
        sa.Column("answer", sa.String(length=500), nullable=True),
        sa.Column("state", sa.Enum(*states, name="state", native_enum=False, create_constraint=True, length=32), nullable=False),
        sa.ForeignKeyConstraint(["factory_id"], ["factories.id"], name=op.f("fk_factory_edits_factory_id_factories")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factory_edits")),
    )
    op.create_index(op.f("ix_factory_edits_factory_id_state"), "factory_edits", ["factory_id", "state"])
    op.create_index(op.f("ix_factory_edits_state_id"), "factory_edits", ["state", "id"])
    for name, columns in _INDEXES.items():
        op.create_index(op.f(f"ix_factories_{name}"), "factories", list(columns))


def downgrade() -> None:
    for name in _INDEXES:
        op.drop_index(op.f(f"ix_factories_{name}"), "factories")
    op.drop_table("factory_edits")
    op.drop_table("factory_links")
