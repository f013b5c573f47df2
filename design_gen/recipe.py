"""Recipe: everything that is needed to paint the same picture again."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from models.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one picture came about; the same recipe gives the same bytes on the same machine."""

    model: str
    """Name or folder as it was asked for."""
    weights_hash: str
    """SHA-256 over all weight files, in hex."""
    versions: tuple[tuple[str, str], ...]
    """Libraries with their versions, sorted."""
    spec: str
    """Fingerprint of the GarmentSpec."""
    prompt: str
    negative_prompt: str
    seed: int
    steps: int
    guidance: float
    size: int

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {**asdict(self), "versions": dict(self.versions)}

    @staticmethod
    def from_json(values: Mapping[str, Any]) -> "Recipe":
        """Read back what `to_json` wrote; InvalidInput names missing or unknown keys."""
        known = set(Recipe.__dataclass_fields__)
        if wrong := sorted(known ^ set(values)):
            raise InvalidInput(f"recipe: missing or unknown keys {', '.join(wrong[:5])}")
        return Recipe(**{**values, "versions": tuple(sorted(values["versions"].items()))})
