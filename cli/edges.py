"""What commands need from their process."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import make_url

from configs.settings import settings
from factory_matching.registry.kept import keep_snapshots
from models.db import connect, migrate

if TYPE_CHECKING:
    from factory_matching.scorecard.standings import StandingLinks


def ready() -> None:
    """Bring the schema up to date and bind transactions to the configured database."""
    migrate(settings().database)
    connect(settings().database)
    keep_snapshots(settings().registers_folder)


def has_database() -> bool:
    """Whether there is a configured database already; a SQLite file that nobody made yet is none."""
    url = make_url(settings().database)
    return url.get_backend_name() != "sqlite" or Path(url.database or "").exists()


def standing_links() -> "StandingLinks":
    """Where factories see their standing and appeal."""
    from factory_matching.scorecard.standings import StandingLinks

    return StandingLinks(settings().address, settings().secret_key)
