"""Recipe: everything that is needed to paint the same picture again."""

from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields
from typing import Any

from models.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one picture came about; the same recipe gives the same bytes on the same machine."""

    model: str
    """Name or folder as it was asked for."""
    weights_hash: str
    """SHA-256 over all weight files of the pipeline, in hex."""
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
    parts: tuple[tuple[str, str], ...] = ()
    """SHA-256 of everything else that was read (configuration, controlnet, lora ...), sorted by name."""
    setup: Mapping[str, Any] = field(default_factory=dict)
    """The GeneratorSetup as JSON: names of those parts and how strongly they count."""
    pipeline: str = ""
    """Class of the diffusers pipeline."""
    scheduler: str = ""
    device: str = ""
    """Kind and name of the device."""
    dtype: str = ""
    threads: int = 0
    together: int = 1
    """Pictures painted in one call: another number may add up in another order."""
    prompt_family: str = ""
    expansion: str = ""
    """What a text model added to the prompt."""
    left_out: tuple[str, ...] = ()
    """Parts of the prompt that the text encoder had no room for."""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        plain = {**asdict(self), "versions": dict(self.versions), "parts": dict(self.parts)}
        return {**plain, "left_out": list(self.left_out), "setup": dict(self.setup)}

    @staticmethod
    def from_json(values: Mapping[str, Any]) -> "Recipe":
        """Read back what `to_json` wrote; InvalidInput names missing or unknown keys.

        Keys that came after the first recipes may be missing: such a recipe still says all that it ever said.
        """
        known = {each.name for each in fields(Recipe)}
        needed = {each.name for each in fields(Recipe) if each.default is MISSING and each.default_factory is MISSING}
        if wrong := sorted((needed - set(values)) | (set(values) - known)):
            raise InvalidInput(f"recipe: missing or unknown keys {', '.join(wrong[:5])}")
        pairs = {name: tuple(sorted(values[name].items())) for name in ("versions", "parts") if name in values}
        return Recipe(**{**values, **pairs, "left_out": tuple(values.get("left_out", ()))})
