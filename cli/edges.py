"""What commands need from their process."""

from configs.settings import settings
from models.db import connect, migrate


def ready() -> None:
    """Bring the schema up to date and bind transactions to the configured database."""
    migrate(settings().database)
    connect(settings().database)
