"""Rights of sources and how far each was read, ready-made series, searches of our own storefront."""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('search_counts',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('query', sa.String(length=80), nullable=False),
    sa.Column('searched_on', sa.Date(), nullable=False),
    sa.Column('searches', sa.Integer(), nullable=False),
    sa.Column('unmet', sa.Integer(), nullable=False),
    sa.Column('results', sa.Integer(), nullable=False),
    sa.CheckConstraint('searches > 0 AND unmet >= 0 AND unmet <= searches', name=op.f('ck_search_counts_counts_fit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_counts')),
    sa.UniqueConstraint('query', 'searched_on', name=op.f('uq_search_counts_query_searched_on'))
    )
    with op.batch_alter_table('search_counts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_search_counts_searched_on'), ['searched_on'], unique=False)

    op.create_table('signal_sources',
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('licence', sa.String(length=500), nullable=False),
    sa.Column('retention_days', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=True),
    sa.Column('engagement', sa.String(length=200), nullable=False),
    sa.CheckConstraint('retention_days > 0', name=op.f('ck_signal_sources_retention_positive')),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_signal_sources'))
    )
    op.create_table('source_marks',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('source', sa.String(length=64), nullable=False),
    sa.Column('place', sa.String(length=300), nullable=False),
    sa.Column('mark', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_source_marks')),
    sa.UniqueConstraint('source', 'place', name=op.f('uq_source_marks_source_place'))
    )
    op.create_table('trend_series',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('source', sa.String(length=64), nullable=False),
    sa.Column('phrase', sa.String(length=120), nullable=False),
    sa.Column('region', sa.String(length=64), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('week_on', sa.Date(), nullable=False),
    sa.Column('value', sa.Double(), nullable=False),
    sa.Column('exported_through', sa.Date(), nullable=False),
    sa.CheckConstraint('value >= 0', name=op.f('ck_trend_series_value_not_negative')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trend_series')),
    sa.UniqueConstraint('source', 'phrase', 'region', 'exported_through', 'week_on', name=op.f('uq_trend_series_source_phrase_region_exported_through_week_on'))
    )
    with op.batch_alter_table('trend_series', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_trend_series_week_on'), ['week_on'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('trend_series', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_trend_series_week_on'))

    op.drop_table('trend_series')
    op.drop_table('source_marks')
    op.drop_table('signal_sources')
    with op.batch_alter_table('search_counts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_search_counts_searched_on'))

    op.drop_table('search_counts')
