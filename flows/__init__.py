"""Order, retries, schedules and artifacts; no business logic. Our tables are the record, Prefect says when.

Importing this package sets what Prefect reads from the environment, before Prefect itself is imported.
"""

import os

from configs.settings import settings

os.environ.setdefault("PREFECT_HOME", str(settings().home.resolve() / "prefect"))
# A laptop's first start migrates Prefect's own database, which takes longer than its default patience.
os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("PREFECT_LOGGING_LEVEL", "WARNING")
