"""How sure a rise is, who speaks of it, and its last days."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("trends") as batch_op:
        batch_op.add_column(sa.Column("confidence", sa.Double(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("false_rate", sa.Double(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("sources", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("is_pushed", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("days", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    with op.batch_alter_table("trends") as batch_op:
        for name in ("days", "is_pushed", "sources", "false_rate", "confidence"):
            batch_op.drop_column(name)
