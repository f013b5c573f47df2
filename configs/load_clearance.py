"""Load the lists of names that words may not use."""

from functools import cache
from pathlib import Path

from configs.files import CONFIGS, read_toml
from configs.settings import settings
from models.errors import InvalidInput
from models.protected_names import ProtectedNames


@cache
def load_names(folder: Path = CONFIGS / "clearance") -> ProtectedNames:
    """Every *.toml of the folder, in name order."""
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise InvalidInput(f"{folder}: no lists of names (*.toml)")
    return ProtectedNames.from_tables((path.name, read_toml(path)) for path in paths)


def protected_names() -> ProtectedNames:
    """The configured lists, or the shipped ones."""
    chosen = settings().clearance.names
    return load_names() if chosen is None else load_names(chosen)
