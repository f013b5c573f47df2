"""How much memory a setup takes, and whether this machine has it: said before anything is loaded."""

import inspect
import json
import re
import struct
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from math import prod
from pathlib import Path
from typing import Any

from design_gen.painting.hardware import choose_hardware, free_memory
from design_gen.painting.ways import class_for, family_of
from design_gen.painting.weights import (
    EMBEDDED_CLASS,
    EMBEDDED_FOLDER,
    class_name,
    loaded_files,
    part_folder,
    pipeline_folder,
)
from models.errors import DomainError, UnreadableModel
from models.generator_setup import GeneratorSetup, Precision
from models.known_model import KnownModel
from models.prompt_template import template_for

_BYTES = {Precision.FLOAT32: 4, Precision.FLOAT16: 2, Precision.BFLOAT16: 2}
_ACTIVATIONS = 6_000
"""Bytes a pixel at four bytes a number, beside the weights: a rough estimate, on the safe side for the embedded net."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A model as it would be loaded here."""

    name: str
    family: str
    """Prompt template that words its prompts."""
    pipeline: str
    supports: tuple[str, ...]
    disk_bytes: int | None
    """Its weight files; None where they are not on this machine."""
    device: str
    dtype: str
    needed_bytes: int
    """Estimate: weights in this number format, and painting one picture of `size`."""
    free_bytes: int
    size: int
    steps: int | None
    licence: str
    state: str
    """here, or not downloaded."""
    problem: str = ""
    """Why it cannot be used here at all."""

    @property
    def fits(self) -> bool:
        """Whether the estimate is below what is free now."""
        return not self.problem and self.needed_bytes <= self.free_bytes

    @property
    def reason(self) -> str:
        """Why, or why not, in words."""
        if self.problem:
            return f"cannot be used: {self.problem}"
        needs = f"needs about {gigabytes(self.needed_bytes)}, {gigabytes(self.free_bytes)} free on {self.device}"
        return f"fits: {needs}" if self.fits else f"does not fit: {needs}"

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {**asdict(self), "supports": list(self.supports), "fits": self.fits, "reason": self.reason}


def fit_setup(setup: GeneratorSetup, size: int) -> Fit:
    """A setup whose networks are on this machine; UnreadableModel or InvalidInput where they cannot be used."""
    folder = pipeline_folder(setup.model, download=False)
    name = class_name(folder)
    family = family_of(name)
    kind = class_for(family, setup)
    hardware = choose_hardware(setup.device, setup.precision, exact=name == EMBEDDED_CLASS)
    template = template_for(kind.__name__, setup.family, setup.templates)
    files = list(_files(folder, setup, download=False))
    return Fit(
        name=setup.model,
        family=template.family if template else "",
        pipeline=kind.__name__,
        supports=family.supports,
        disk_bytes=sum(file.stat().st_size for file in files),
        device=hardware.device,
        dtype=hardware.precision.value,
        needed_bytes=estimate(sum(map(count_parameters, files)), hardware.precision, size),
        free_bytes=free_memory(hardware.device),
        size=size,
        steps=_steps(kind),
        licence=licence_of(folder),
        state="here",
    )


def fit_known(known: KnownModel, setup: GeneratorSetup) -> Fit:
    """A well-known model, estimated from its card for the device that is set up; nothing is downloaded."""
    hardware = choose_hardware(setup.device, setup.precision)
    template = template_for(known.pipeline, "", setup.templates)
    folder = _cached(known.name)
    try:
        supports, problem = family_of(known.pipeline).supports, ""
    except UnreadableModel as error:
        supports, problem = (), str(error)
    return Fit(
        name=known.name,
        family=template.family if template else "",
        pipeline=known.pipeline,
        supports=supports,
        disk_bytes=None if folder is None else sum(file.stat().st_size for file in loaded_files(folder)),
        device=hardware.device,
        dtype=hardware.precision.value,
        needed_bytes=estimate(round(known.billions * 1e9), hardware.precision, known.size),
        free_bytes=free_memory(hardware.device),
        size=known.size,
        steps=known.steps,
        licence=known.licence,
        state="not downloaded" if folder is None else "here",
        problem=problem,
    )


def needed_bytes(setup: GeneratorSetup) -> int:
    """Bytes that the weights of a setup take once loaded; UnreadableModel when its family cannot paint so."""
    folder = pipeline_folder(setup.model)
    name = class_name(folder)
    class_for(family_of(name), setup)
    precision = choose_hardware(setup.device, setup.precision, exact=name == EMBEDDED_CLASS).precision
    return sum(map(count_parameters, _files(folder, setup))) * _BYTES[precision]


def estimate(parameters: int, precision: Precision, size: int) -> int:
    """Bytes for the weights and for painting one picture of `size` pixels a side; a guess within a factor of two."""
    return round(parameters * _BYTES[precision] * 1.1 + size * size * _ACTIVATIONS * _BYTES[precision] / 4)


def count_parameters(file: Path) -> int:
    """Numbers in a safetensors file, by its header; a broken one counts by its size: loading says what is wrong."""
    try:
        with file.open("rb") as opened:
            (length,) = struct.unpack("<Q", opened.read(8))
            header = json.loads(opened.read(min(length, 100_000_000)))
        return sum(prod(one["shape"]) for name, one in header.items() if name != "__metadata__")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, struct.error):
        return file.stat().st_size // 4


def licence_of(folder: Path) -> str:
    """What the model card in a folder says in its heading; empty where it says nothing."""
    if folder == EMBEDDED_FOLDER:
        return "Apache-2.0"
    try:
        text = (folder / "README.md").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
    heading = re.match(r"---\n(.*?)\n---", text, re.DOTALL)
    said = (
        dict(re.findall(r"^(license|license_name):[ ]*[\"']?([^\"'\n]{1,60})", heading[1], re.MULTILINE))
        if heading
        else {}
    )
    return str(said.get("license_name", said.get("license", ""))).strip()


def gigabytes(count: int) -> str:
    """For people."""
    return f"{count / 2**30:.1f} GB"


def _files(folder: Path, setup: GeneratorSetup, download: bool = True) -> Iterator[Path]:
    yield from loaded_files(folder)
    for what, name in (("ControlNet", setup.controlnet), ("LoRA", setup.lora)):
        if name:
            yield from loaded_files(part_folder(name, what, download=download))


def _steps(kind: type[Any]) -> int | None:
    known = inspect.signature(kind.__call__).parameters.get("num_inference_steps")
    return known.default if known is not None and isinstance(known.default, int) else None


def _cached(name: str) -> Path | None:
    try:
        return pipeline_folder(name, download=False)
    except DomainError:
        return None
