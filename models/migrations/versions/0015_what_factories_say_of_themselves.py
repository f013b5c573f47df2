"""Markets, warehouses, contacts, certificates, sizes and machines of factories; marks of when their register changed."""

import secrets

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# In plain SQL that both databases know, as Alembic would build the tables anew in SQLite, which refuses to drop the old
# ones while rows refer to them.
_COLUMNS = {
    "factories": (
        ("warehouse", "VARCHAR(40)"),
        ("markets", "JSON DEFAULT '[]' NOT NULL"),
        ("also_speaks", "JSON DEFAULT '[]' NOT NULL"),
        ("contacts", "JSON DEFAULT '[]' NOT NULL"),
        ("joined_on", "DATE"),
        (
            "verification",
            "VARCHAR(32) DEFAULT 'declared' NOT NULL CONSTRAINT ck_factories_verification "
            "CHECK (verification IN ('declared', 'checked', 'audited'))",
        ),
        ("lead_days_p90", "INTEGER CONSTRAINT ck_factories_lead_days_p90_positive CHECK (lead_days_p90 > 0)"),
        ("small_order_units", "INTEGER CONSTRAINT ck_factories_small_order_units_positive CHECK (small_order_units > 0)"),
        ("small_order_days", "INTEGER CONSTRAINT ck_factories_small_order_days_positive CHECK (small_order_days > 0)"),
    ),
    "capabilities": (
        ("sizes", "JSON DEFAULT '[]' NOT NULL"),
        ("machines", "JSON DEFAULT '[]' NOT NULL"),
        ("gauge", "VARCHAR(20)"),
    ),
    "capacity_slots": (("stated", "BOOLEAN DEFAULT FALSE NOT NULL"),),
}
_WATCHED = ("factories", "capabilities", "factory_certificates")
# A row of its own for each transaction: writers never wait for each other. `now()` is the transaction's start; a number
# that another cluster had given before (after a restore) gets a new token.
_NOTE = """
CREATE FUNCTION note_register_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO register_changes (id, token, changed_at)
    VALUES (pg_current_xact_id()::text::bigint, (random() * 4e18)::bigint, now())
    ON CONFLICT (id) DO UPDATE SET token = excluded.token, changed_at = excluded.changed_at
    WHERE register_changes.changed_at <> excluded.changed_at;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    for table, columns in _COLUMNS.items():
        for name, kind in columns:
            op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {kind}")
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "factory_certificates",
        sa.Column("factory_id", key, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(
            ["factory_id"], ["factories.id"], name=op.f("fk_factory_certificates_factory_id_factories")
        ),
        sa.PrimaryKeyConstraint("factory_id", "kind", name=op.f("pk_factory_certificates")),
    )
    marks = op.create_table(
        "register_changes",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_changes")),
    )
    now = sa.func.current_timestamp()
    op.execute(marks.insert().values(id=0, token=secrets.randbits(62), changed_at=now))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_NOTE)
        for table in _WATCHED:
            op.execute(
                f"CREATE TRIGGER note_change_of_{table} AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION note_register_change()"
            )
        return
    for table in _WATCHED:  # SQLite has one writer at a time, and triggers for each row only
        for deed in ("INSERT", "UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER note_{deed.lower()}_of_{table} AFTER {deed} ON {table} BEGIN UPDATE register_changes "
                "SET token = random(), changed_at = CURRENT_TIMESTAMP WHERE id = 0; END"
            )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION note_register_change() CASCADE")
    else:
        for table in _WATCHED:
            for deed in ("insert", "update", "delete"):
                op.execute(f"DROP TRIGGER IF EXISTS note_{deed}_of_{table}")
    op.drop_table("register_changes")
    op.drop_table("factory_certificates")
    for table, columns in _COLUMNS.items():
        for name, _ in columns:
            op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
