"""GeneratorSetup: which networks paint, with what help, on what device; read from settings, passed as a value."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from models.errors import InvalidInput
from models.lexicon import Term
from models.prompt_template import PromptTemplate
from models.protected_names import NO_NAMES, ProtectedNames

EMBEDDED = "embedded"
LEAST_STRENGTH = 0.3
"""Below this, image-to-image walks under a third of its schedule and gives the draft back nearly as it was; a draft is
never shown as an AI picture."""


class Start(StrEnum):
    """What painting starts from."""

    AUTO = "auto"
    """The draft where the pipeline's family can, else noise."""
    NOISE = "noise"
    """Text alone, and the control picture where there is a ControlNet."""
    DRAFT = "draft"
    """The shaded draft of the spec, repainted (image-to-image)."""


class ControlKind(StrEnum):
    """What a ControlNet was trained on."""

    CANNY = "canny"
    SCRIBBLE = "scribble"
    LINEART = "lineart"


class Precision(StrEnum):
    """Number format of the weights; AUTO takes what the device is fast and safe with."""

    AUTO = "auto"
    FLOAT32 = "float32"
    FLOAT16 = "float16"
    BFLOAT16 = "bfloat16"


@dataclass(frozen=True, slots=True)
class GeneratorSetup:
    """Everything that decides what is loaded; InvalidInput when two parts contradict each other."""

    model: str = EMBEDDED
    """Embedded net, or a diffusers pipeline by hub name or folder."""
    start: Start = Start.AUTO
    strength: float = 0.6
    """Share of the schedule that repaints a draft: 0.3 keeps most of it, 1 keeps nothing."""
    controlnet: str = ""
    """ControlNet by hub name or folder."""
    control: ControlKind = ControlKind.LINEART
    control_scale: float = 1.0
    lora: str = ""
    """LoRA weights by hub name, folder or safetensors file."""
    lora_scale: float = 1.0
    ip_adapter: str = ""
    """IP-Adapter by hub name or folder, with its file after a colon: NAME:models/ip-adapter_sd15.safetensors."""
    ip_adapter_scale: float = 0.6
    style_picture: str = ""
    """Picture whose style the IP-Adapter takes over."""
    expander: str = ""
    """Text model by hub name or folder that adds photographic detail to prompts."""
    guidance: float = 0.0
    """How closely words are followed; 0 takes the pipeline's own default."""
    family: str = ""
    """Prompt template; empty takes the one that fits the pipeline."""
    language: str = ""
    """Prompt language; empty takes the family's own."""
    device: str = "auto"
    precision: Precision = Precision.AUTO
    threads: int = 0
    """CPU threads; 0 takes all cores."""
    batch_size: int = 0
    """Pictures per call on an accelerator; 0 takes 4. A CPU always paints one at a time."""
    templates: tuple[PromptTemplate, ...] = ()
    terms: tuple[Term, ...] = ()
    """Words whose meaning an expansion may not contradict."""
    names: ProtectedNames = NO_NAMES
    """Brands, artists and characters that it may not name."""

    def __post_init__(self) -> None:
        if not LEAST_STRENGTH <= self.strength <= 1:
            raise InvalidInput(
                f"strength {self.strength} is outside {LEAST_STRENGTH}-1: under {LEAST_STRENGTH} the draft would come "
                "back nearly as it was drawn, and a draft is never shown as an AI picture"
            )
        for name in ("control_scale", "lora_scale", "ip_adapter_scale"):
            if not -2 <= getattr(self, name) <= 2:
                raise InvalidInput(f"{name} {getattr(self, name)} is outside -2 to 2")
        if bool(self.ip_adapter) != bool(self.style_picture):
            lacking = "style_picture" if self.ip_adapter else "ip_adapter"
            raise InvalidInput(f"an IP-Adapter and a style picture go together: {lacking} is not set")
        if self.model == EMBEDDED and (extras := self.extras):
            raise InvalidInput(f"the embedded net takes no {', '.join(extras)}: it paints over its own drawing alone")

    @property
    def extras(self) -> tuple[str, ...]:
        """What is asked for beside the base pipeline."""
        asked = {"ControlNet": self.controlnet, "LoRA": self.lora, "IP-Adapter": self.ip_adapter}
        return tuple(name for name, value in asked.items() if value)

    def to_json(self) -> dict[str, str | float | int]:
        """What decides the picture, for its recipe; templates and terms stay outside, prompts are kept as words."""
        return {name: getattr(self, name) for name in _IN_RECIPES}

    @staticmethod
    def from_json(values: Mapping[str, Any]) -> "GeneratorSetup":
        """Read back what `to_json` wrote; InvalidInput names what is missing, unknown or of the wrong kind."""
        if wrong := sorted(set(_IN_RECIPES) ^ set(values)):
            raise InvalidInput(f"generator setup: missing or unknown keys {', '.join(wrong[:5])}")
        return GeneratorSetup(**{name: _read(name, value) for name, value in values.items()})


def _read(name: str, value: Any) -> Any:
    kind = type(_IN_RECIPES[name])
    try:
        if isinstance(value, str) == issubclass(kind, str) and not isinstance(value, bool):
            return kind(value)
    except (TypeError, ValueError):
        pass
    raise InvalidInput(f"generator setup: {name} {str(value)[:40]!r} is no {kind.__name__}")


_OUTSIDE = ("templates", "terms", "names", "language")
_IN_RECIPES: Mapping[str, Any] = {
    each.name: each.default for each in fields(GeneratorSetup) if each.name not in _OUTSIDE
}
