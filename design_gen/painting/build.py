"""Read a pipeline with everything that a setup adds to it."""

import inspect
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PIL import Image

from design_gen.painting.hardware import Hardware, choose_hardware
from design_gen.painting.lora import add_lora
from design_gen.painting.style import add_style, read_style
from design_gen.painting.ways import class_for, family_of, starts_from_picture
from design_gen.painting.weights import (
    EMBEDDED_CLASS,
    class_name,
    hash_file,
    hash_settings,
    hash_weights,
    one_line,
    part_folder,
    pipeline_folder,
)
from models.errors import DomainError, UnreadableModel
from models.generator_setup import GeneratorSetup

# What `Generator` hands over; a pipeline that insists on more cannot be used.
_GIVEN = {"prompt", "image", "mask", "material", "light", "backdrop", "control_image", "self", "args", "kwargs"}


@dataclass(frozen=True, slots=True)
class Built:
    """A pipeline on its device, ready to paint, and what exactly it is made of."""

    pipeline: Any
    hardware: Hardware
    weights_hash: str
    parts: tuple[tuple[str, str], ...]
    """SHA-256 by part, sorted."""
    style: Image.Image | None = None


def twin(built: Built) -> Built:
    """The same networks, read once, under a pipeline with a schedule of its own: both can paint at the same time."""
    parts = built.pipeline.components
    pipeline = type(built.pipeline)(**{**parts, "scheduler": deepcopy(parts["scheduler"])})
    pipeline.set_progress_bar_config(disable=True)
    return replace(built, pipeline=pipeline)


def build(setup: GeneratorSetup) -> Built:
    """Read, combine, move to the device. UnreadableModel or InvalidInput says in one line what is wrong.

    Only safetensors are read, never pickles, and no code that a folder or the hub brings along is run.
    """
    folder = pipeline_folder(setup.model)  # first: where there is none, nobody waits for what follows
    name = class_name(folder)
    hardware = choose_hardware(setup.device, setup.precision, exact=name == EMBEDDED_CLASS)
    _silence_bars()  # loading a few megabytes needs none
    style = read_style(Path(setup.style_picture).expanduser()) if setup.style_picture else None
    kind = class_for(family_of(name), setup)
    parts = {"configuration": hash_settings(folder)}
    try:
        pipeline = _read(folder, name, kind, setup, hardware, parts)
        if setup.lora:
            parts["lora"] = hash_weights(add_lora(pipeline, setup.lora, setup.lora_scale))
        if setup.ip_adapter:
            parts["ip_adapter"] = hash_weights(add_style(pipeline, setup.ip_adapter, setup.ip_adapter_scale))
            parts["style_picture"] = hash_file(Path(setup.style_picture).expanduser())
        _check_needs(pipeline)
        pipeline.set_progress_bar_config(disable=True)
        pipeline = pipeline.to(hardware.device)
    except DomainError:
        raise
    # A broken folder raises anything from KeyError to SafetensorError; each means the same to the person.
    except Exception as error:
        reason = f"{type(error).__name__}: {one_line(error)}"
        raise UnreadableModel(f"picture model {setup.model}: {reason}") from error
    return Built(pipeline, hardware, hash_weights(folder), tuple(sorted(parts.items())), style)


def _silence_bars() -> None:
    from diffusers.utils import logging as of_diffusers
    from transformers.utils import logging as of_transformers

    for library in (of_diffusers, of_transformers):
        library.disable_progress_bar()


def _read(
    folder: Path, name: str, kind: type[Any], setup: GeneratorSetup, hardware: Hardware, parts: dict[str, str]
) -> Any:
    from diffusers import AutoPipelineForImage2Image, AutoPipelineForText2Image, DiffusionPipeline

    reader = kind if name == EMBEDDED_CLASS else DiffusionPipeline
    pipeline = reader.from_pretrained(folder, dtype=hardware.dtype, use_safetensors=True)
    if type(pipeline) is kind:
        return pipeline
    # `from_pipe` of the class itself would cast every part once more
    form = AutoPipelineForImage2Image if starts_from_picture(kind) else AutoPipelineForText2Image
    net = {"controlnet": _read_controlnet(setup, hardware, parts)} if setup.controlnet else {}
    return form.from_pipe(pipeline, **net)


def _read_controlnet(setup: GeneratorSetup, hardware: Hardware, parts: dict[str, str]) -> Any:
    from diffusers import AutoModel

    folder = part_folder(setup.controlnet, "ControlNet")
    try:
        net = AutoModel.from_pretrained(str(folder), dtype=hardware.dtype, use_safetensors=True)
    except Exception as error:
        reason = f"{type(error).__name__}: {one_line(error)}"
        raise UnreadableModel(f"ControlNet {setup.controlnet}: {reason}") from error
    if "ControlNet" not in type(net).__name__:
        raise UnreadableModel(f"ControlNet {setup.controlnet}: holds a {type(net).__name__}")
    parts["controlnet"] = hash_weights(folder)
    return net


def _check_needs(pipeline: Any) -> None:
    """UnreadableModel for a pipeline that insists on something that nothing here makes, such as an inpainting mask."""
    needs = [
        name for name, parameter in inspect.signature(type(pipeline).__call__).parameters.items()
        if parameter.default is inspect.Parameter.empty and name not in _GIVEN
    ]  # fmt: skip
    masked = "mask_image" in inspect.signature(type(pipeline).__call__).parameters
    if needs or masked:
        lacking = ", ".join(needs or ["mask_image"])
        raise UnreadableModel(f"{type(pipeline).__name__} needs {lacking}, which nothing here makes")
