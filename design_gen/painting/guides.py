"""What a pipeline is handed beside words: the spec's drawings, in the form that its way of painting takes."""

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, assert_never

import numpy as np
from PIL import Image

from design_gen.embedded.lay import lay
from design_gen.embedded.look import Backdrop, Light, Look, draw_look
from design_gen.embedded.render import draft, flat_on_backdrop, garment_mask
from design_gen.painting.control import control_picture
from design_gen.painting.ways import Way
from design_gen.prompt import Prompt
from models.errors import UnreadableModel
from models.garment import GarmentSpec
from models.generator_setup import GeneratorSetup

LEAST_CHANGE = 2.0
"""Mean difference to the draft, in levels of 255, under which a picture counts as the draft given back."""


@dataclass(frozen=True, slots=True)
class Job:
    """One picture to paint."""

    spec: GarmentSpec
    prompt: Prompt
    seed: int

    @property
    def look(self) -> Look:
        """Its light and backdrop."""
        return look_for(self.prompt.positive, self.seed)


def look_for(prompt: str, seed: int) -> Look:
    """Light and backdrop that the prompt words ("soft light", "wooden table"), else those of the seed."""
    drawn = draw_look(seed)
    words = prompt.lower()
    light = next((light for light in Light if light in words), drawn.light)
    backdrop = next((backdrop for backdrop in Backdrop if backdrop in words), drawn.backdrop)
    return Look(light, backdrop, seed)


def guides_for(way: Way, pipeline: Any, setup: GeneratorSetup, jobs: Sequence[Job], size: int) -> dict[str, Any]:
    """Arguments by name, one value a job."""
    match way:
        case Way.TEXT:
            return {}
        case Way.IMAGE:
            return {"image": drafts(jobs, size)}
        case Way.CONTROL:
            controls = _controls(jobs, setup, size)
            takes_control = "control_image" in inspect.signature(type(pipeline).__call__).parameters
            return {"control_image" if takes_control else "image": controls}
        case Way.IMAGE_AND_CONTROL:
            return {"image": drafts(jobs, size), "control_image": _controls(jobs, setup, size)}
        case Way.EMBEDDED:
            return _embedded(jobs, size)
        case _:
            assert_never(way)


def drafts(jobs: Sequence[Job], size: int) -> list[Image.Image]:
    """The shaded draft of each job, on its look's backdrop: what image-to-image repaints, never a picture to show."""
    return [Image.fromarray(draft(job.spec, job.look, size)[1]) for job in jobs]


def check_painted(way: Way, guides: dict[str, Any], pictures: Sequence[Image.Image]) -> None:
    """UnreadableModel when a pipeline gave its draft back instead of painting over it."""
    if way not in (Way.IMAGE, Way.IMAGE_AND_CONTROL):
        return
    for drawn, painted in zip(guides["image"], pictures, strict=True):
        same_size = painted.resize(drawn.size) if painted.size != drawn.size else painted
        change = float(np.abs(np.asarray(same_size, np.float32) - np.asarray(drawn, np.float32)).mean())
        if change < LEAST_CHANGE:
            raise UnreadableModel(
                f"the pipeline gave the draft back (mean difference {change:.2f} of 255, least {LEAST_CHANGE}): "
                "a draft is never shown as an AI picture; raise the strength"
            )


def _controls(jobs: Sequence[Job], setup: GeneratorSetup, size: int) -> list[Image.Image]:
    return [Image.fromarray(control_picture(job.spec, setup.control, size)) for job in jobs]


def _embedded(jobs: Sequence[Job], size: int) -> dict[str, Any]:
    # Checks and stripes a pixel or two wide survive being laid only where they are drawn larger first.
    flats = [lay(flat_on_backdrop(job.spec, job.look, 2 * size), job.spec, job.look, size) for job in jobs]
    return {
        "image": [Image.fromarray(flat) for flat in flats],
        "mask": [Image.fromarray(lay(garment_mask(job.spec, size), job.spec, job.look)) for job in jobs],
        "material": [job.spec.material for job in jobs],
        "light": [job.look.light for job in jobs],
        "backdrop": [job.look.backdrop for job in jobs],
    }
