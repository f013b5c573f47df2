"""Which ways of painting a pipeline's family has, and which class paints in the way asked for."""

import inspect
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from typing import Any

from design_gen.painting.weights import EMBEDDED_CLASS
from models.errors import UnreadableModel
from models.generator_setup import GeneratorSetup, Start


class Way(StrEnum):
    """What a pipeline is guided by, beside words."""

    EMBEDDED = "embedded"
    """The embedded net's own drawing, mask, material, light and backdrop."""
    TEXT = "text"
    IMAGE = "image"
    """The draft as init picture."""
    CONTROL = "control"
    """A control picture made from the flat."""
    IMAGE_AND_CONTROL = "image and control"


@dataclass(frozen=True, slots=True)
class Family:
    """Classes of one model family; None where it has no such form."""

    own: type[Any]
    text: type[Any] | None = None
    image: type[Any] | None = None
    control: type[Any] | None = None
    image_and_control: type[Any] | None = None

    @property
    def supports(self) -> tuple[str, ...]:
        """In words, for errors and reports."""
        if self.own.__name__ == EMBEDDED_CLASS:
            return ("its own drawing",)
        forms = {
            "text alone": self.text or (self.own if not _takes(self.own, "image") else None),
            "draft": self.image or (self.own if way_of(self.own) is Way.IMAGE else None),
            "ControlNet": self.control or (self.own if way_of(self.own) is Way.CONTROL else None),
            "draft with ControlNet": self.image_and_control,
            "LoRA": hasattr(self.own, "lora_state_dict"),
            "IP-Adapter": hasattr(self.own, "load_ip_adapter"),
        }
        return tuple(name for name, there in forms.items() if there)


def family_of(name: str) -> Family:
    """The family of a pipeline class by name; UnreadableModel when diffusers has no such class."""
    if name == EMBEDDED_CLASS:
        from design_gen.embedded.pipeline import FlatToPicturePipeline

        return Family(FlatToPicturePipeline)
    import diffusers
    from diffusers.pipelines import auto_pipeline

    own = getattr(diffusers, name, None)
    if not (isinstance(own, type) and issubclass(own, diffusers.DiffusionPipeline)):
        # diffusers puts an empty class in place of one whose libraries are absent
        absent = [each for each in getattr(own, "_backends", ()) if find_spec(each) is None]
        if absent:
            raise UnreadableModel(f"{name[:60]} needs {', '.join(absent)}, which is not installed")
        raise UnreadableModel(f"{name[:60]} is not a pipeline of diffusers {diffusers.__version__}")
    texts, images = auto_pipeline.AUTO_TEXT2IMAGE_PIPELINES_MAPPING, auto_pipeline.AUTO_IMAGE2IMAGE_PIPELINES_MAPPING
    keys = [key for table in (texts, images) for key, known in table.items() if known.__name__ == name]
    if not keys:
        return Family(own)
    base = keys[0].removesuffix("-controlnet")
    return Family(
        own, texts.get(base), images.get(base), texts.get(f"{base}-controlnet"), images.get(f"{base}-controlnet")
    )


def class_for(family: Family, setup: GeneratorSetup) -> type[Any]:
    """The class that paints as the setup asks; UnreadableModel names what this family supports instead.

    AUTO prefers the draft: words alone do not carry patterns, closures and collars.
    """
    if family.own.__name__ == EMBEDDED_CLASS:
        if setup.start is not Start.AUTO or setup.extras:
            raise _refusal(family, setup)
        return family.own
    if set(setup.extras) - set(family.supports):
        raise _refusal(family, setup)
    # a folder that holds a ControlNet of its own is used as it is
    if setup.controlnet or way_of(family.own) in (Way.CONTROL, Way.IMAGE_AND_CONTROL):
        with_draft, without = family.image_and_control, family.control
    else:
        with_draft, without = family.image, family.text
    own = family.own if not setup.controlnet else None
    match setup.start:
        case Start.AUTO:
            chosen = with_draft or without or own
        case Start.DRAFT:
            chosen = with_draft or (own if own is not None and starts_from_picture(own) else None)
        case Start.NOISE:
            chosen = without or (own if own is not None and not starts_from_picture(own) else None)
    if chosen is None:
        raise _refusal(family, setup)
    return chosen


def way_of(pipeline: Any) -> Way:
    """How this pipeline, or class, is guided."""
    kind: Any = pipeline if isinstance(pipeline, type) else type(pipeline)
    if kind.__name__ == EMBEDDED_CLASS:
        return Way.EMBEDDED
    if "controlnet" in inspect.signature(kind.__init__).parameters:
        return Way.IMAGE_AND_CONTROL if _takes(kind, "strength") else Way.CONTROL
    if _takes(kind, "control_image"):
        return Way.IMAGE_AND_CONTROL if _takes(kind, "strength") else Way.CONTROL
    return Way.IMAGE if _takes(kind, "image") else Way.TEXT


def starts_from_picture(kind: type[Any]) -> bool:
    """Whether this class repaints a picture."""
    return way_of(kind) in (Way.IMAGE, Way.IMAGE_AND_CONTROL)


def _refusal(family: Family, setup: GeneratorSetup) -> UnreadableModel:
    asked = [{Start.AUTO: "", Start.DRAFT: "the draft as start", Start.NOISE: "noise as start"}[setup.start]]
    wanted = " with ".join(filter(None, [*asked, " and ".join(setup.extras)]))
    return UnreadableModel(
        f"picture model {setup.model}: {family.own.__name__} cannot paint with {wanted}; "
        f"it supports {', '.join(family.supports) or 'nothing that is used here'}"
    )


def _takes(kind: type[Any], parameter: str) -> bool:
    return parameter in inspect.signature(kind.__call__).parameters
