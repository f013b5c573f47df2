"""Which failures are worth another try."""

from typing import Any

from models.errors import DomainError, WorkersLost


def transient(task: Any, task_run: Any, state: Any) -> bool:
    """Retry on trouble of networks and locks; a domain error says the same thing again, unless workers were lost."""
    try:
        state.result()
    except WorkersLost:
        return True
    except DomainError:
        return False
    except Exception:
        return True
    return False
