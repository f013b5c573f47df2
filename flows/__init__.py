"""Order, retries, schedules and artifacts; no business logic. Our tables are the record, Prefect says when.

Importing this package sets what Prefect reads from the environment, before Prefect itself is imported, and keeps
Prefect from telling at length what the caller tells in one line.
"""

import logging
import os
from pathlib import Path

from configs.settings import settings
from models.errors import DomainError

os.environ.setdefault("PREFECT_HOME", str(settings().home.resolve() / "prefect"))
# Prefect makes its home, not the folders above it, and gives up after two minutes of tracebacks.
Path(os.environ["PREFECT_HOME"]).mkdir(parents=True, exist_ok=True)
# A laptop's first start migrates Prefect's own database, which takes longer than its default patience.
os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("PREFECT_LOGGING_LEVEL", "WARNING")


def tells_news(record: logging.LogRecord) -> bool:
    """Whether a run's log line says what its caller does not: a DomainError is told in one line, without a traceback.

    Any other exception keeps its traceback; that a run failed then follows from it.
    """
    caused = record.exc_info[1] if record.exc_info else None
    return not isinstance(caused, DomainError) and not record.getMessage().startswith("Finished in state Failed")


for _name in ("prefect.flow_runs", "prefect.task_runs"):
    logging.getLogger(_name).addFilter(tells_news)
