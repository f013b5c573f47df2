"""Load the facts of well-known picture models."""

from functools import cache
from pathlib import Path

from configs.files import CONFIGS, read_toml
from models.errors import InvalidInput
from models.known_model import KnownModel


@cache
def load_models(path: Path = CONFIGS / "models.toml") -> tuple[KnownModel, ...]:
    """In the order of the file; InvalidInput where one stands twice."""
    tables = read_toml(path)
    listed = tables.get("model")
    if set(tables) != {"model"} or not isinstance(listed, list):
        raise InvalidInput(f"{path}: holds [[model]] tables and nothing else")
    known = tuple(KnownModel.from_table(str(path), table) for table in listed)
    if len({one.name for one in known}) < len(known):
        raise InvalidInput(f"{path}: a model stands twice")
    return known
