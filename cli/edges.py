"""What commands need from their process."""

from pathlib import Path

from sqlalchemy import make_url

from configs.settings import settings
from models.db import connect, migrate


def ready() -> None:
    """Bring the schema up to date and bind transactions to the configured database."""
    migrate(settings().database)
    connect(settings().database)


def has_database() -> bool:
    """Whether there is one to ask: commands that can do without make none."""
    url = make_url(settings().database)
    return url.get_backend_name() != "sqlite" or Path(url.database or "").exists()
