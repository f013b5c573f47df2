"""Protected designs and marks, and the prints by which pictures are found again."""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('protected_works',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('design', 'mark', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('owner', sa.String(length=200), nullable=False),
    sa.Column('registration', sa.String(length=64), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=False),
    sa.Column('picture', sa.String(length=64), nullable=False),
    sa.Column('outline', sa.LargeBinary(), nullable=False),
    sa.Column('surface', sa.LargeBinary(), nullable=False),
    sa.Column('added_at', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_protected_works')),
    sa.UniqueConstraint('registration', 'picture', name=op.f('uq_protected_works_registration_picture'))
    )
    op.create_table('picture_prints',
    sa.Column('mockup_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('hash', sa.BigInteger(), nullable=False),
    sa.Column('features', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['mockup_id'], ['mockups.id'], name=op.f('fk_picture_prints_mockup_id_mockups')),
    sa.PrimaryKeyConstraint('mockup_id', name=op.f('pk_picture_prints'))
    )


def downgrade() -> None:
    op.drop_table('picture_prints')
    op.drop_table('protected_works')
