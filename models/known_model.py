"""KnownModel: facts of a well-known picture model, read from TOML by `configs.load_models`."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from models.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class KnownModel:
    """What a model's card says of it; InvalidInput when that cannot be."""

    name: str
    """On the hub: owner/name."""
    pipeline: str
    """Class of its diffusers pipeline."""
    billions: float
    """Parameters of all parts that are loaded, in thousand millions."""
    size: int
    """Pixels of a side that it was trained for."""
    steps: int
    licence: str

    def __post_init__(self) -> None:
        if self.name.count("/") != 1 or not self.pipeline.isidentifier() or not self.licence:
            raise InvalidInput(f"model {self.name[:60]!r}: name owner/name, pipeline and licence")
        if not (0 < self.billions < 1_000 and 64 <= self.size <= 4096 and 1 <= self.steps <= 200):
            raise InvalidInput(f"model {self.name[:60]!r}: billions, size or steps cannot be right")

    @staticmethod
    def from_table(where: str, table: Any) -> "KnownModel":
        """Build from a parsed TOML table; InvalidInput names file and fault."""
        kinds = {each.name: each.type for each in fields(KnownModel)}
        if not isinstance(table, Mapping) or set(table) != set(kinds):
            raise InvalidInput(f"{where}: a model has {', '.join(kinds)}")
        right: dict[Any, type | tuple[type, ...]] = {str: str, int: int, float: (int, float)}
        if wrong := [name for name, kind in kinds.items() if not isinstance(table[name], right[kind])]:
            raise InvalidInput(f"{where}: model {str(table['name'])[:60]!r}: {wrong[0]} is of another kind")
        return KnownModel(**table)
