"""Alembic migrations; both databases pass up and down."""
