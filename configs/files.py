"""Read TOML files with errors that say what and where."""

import tomllib
from pathlib import Path
from typing import Any

from models.errors import InvalidInput

CONFIGS = Path(__file__).parent


def read_toml(path: Path) -> dict[str, Any]:
    """Parse one TOML file; InvalidInput when it is missing or malformed."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InvalidInput(f"{path}: no such file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise InvalidInput(f"{path}: {error}") from None
