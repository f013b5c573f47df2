"""One call of a pipeline: its arguments from a plan, and smaller calls where the device has no room."""

import inspect
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any

from PIL import Image

from design_gen.painting.build import Built, twin
from design_gen.painting.guides import Job, check_painted, guides_for
from design_gen.painting.hardware import release_memory
from design_gen.painting.ways import Way, way_of
from design_gen.side_by_side import side_by_side
from design_gen.threads import torch_threads
from models.errors import DoesNotFit, UnreadableModel
from models.generator_setup import GeneratorSetup


@dataclass(frozen=True, slots=True)
class Plan:
    """What is the same for every picture of one paint."""

    size: int
    steps: int
    guidance: float
    threads: int


@dataclass(frozen=True, slots=True)
class Painted:
    """One picture and how many were painted in the same call."""

    image: Image.Image
    together: int


def default_of(pipeline: Any, parameter: str, otherwise: float) -> float:
    """The pipeline's own default of a number, where it has one."""
    known = inspect.signature(type(pipeline).__call__).parameters
    value = known[parameter].default if parameter in known else otherwise
    return otherwise if value in (None, inspect.Parameter.empty) else float(value)


def guidance_of(pipeline: Any) -> str:
    """Under which name the pipeline takes classifier-free guidance."""
    known = inspect.signature(type(pipeline).__call__).parameters
    # Qwen-Image keeps guidance_scale for distilled forms and guides by true_cfg_scale.
    distilled = "guidance_scale" in known and known["guidance_scale"].default is None
    return "true_cfg_scale" if distilled and "true_cfg_scale" in known else "guidance_scale"


def paint_batches(
    built: Built, setup: GeneratorSetup, batches: Sequence[Sequence[Job]], plan: Plan, hands: int
) -> Iterator[list[Painted]]:
    """Paint batch after batch, up to `hands` of them at once with `plan.threads` each; a batch's bytes are the same."""
    spare: SimpleQueue[Built] = SimpleQueue()
    for one in (built, *(twin(built) for _ in range(min(hands, len(batches)) - 1))):
        spare.put(one)

    def paint(batch: Sequence[Job]) -> list[Painted]:
        mine = spare.get()
        try:
            return paint_together(mine, setup, batch, plan)
        finally:
            spare.put(mine)

    return side_by_side(paint, batches, hands, plan.threads)


def paint_together(built: Built, setup: GeneratorSetup, jobs: Sequence[Job], plan: Plan) -> list[Painted]:
    """Paint all jobs in one call; in two halves when the device runs out of memory, then DoesNotFit."""

    def paint(some: Sequence[Job]) -> list[Painted]:
        return [Painted(image, len(some)) for image in call(built, setup, some, plan)]

    try:
        return paint(jobs)
    except Exception as error:
        if not _out_of_memory(error):
            raise
    release_memory()
    half = len(jobs) // 2
    if half == 0:
        raise _does_not_fit(built, 1, plan)
    try:
        return [*paint(jobs[:half]), *paint(jobs[half:])]
    except Exception as error:
        if not _out_of_memory(error):
            raise
        release_memory()
        raise _does_not_fit(built, len(jobs) - half, plan) from None


def call(built: Built, setup: GeneratorSetup, jobs: Sequence[Job], plan: Plan) -> list[Image.Image]:
    """The pipeline's pictures for jobs, RGB; the seed of each job alone decides its noise."""
    import torch

    pipeline, way = built.pipeline, way_of(built.pipeline)
    guides = guides_for(way, pipeline, setup, jobs, plan.size)
    generators = [torch.Generator("cpu").manual_seed(job.seed) for job in jobs]
    given = {
        "prompt": [job.prompt.positive for job in jobs],
        "negative_prompt": [job.prompt.negative for job in jobs],
        "num_inference_steps": _steps(pipeline, way, setup, plan.steps),
        guidance_of(pipeline): plan.guidance,
        "height": plan.size,
        "width": plan.size,
        "strength": setup.strength,
        "controlnet_conditioning_scale": setup.control_scale,
        **guides,
    }
    if built.style is not None:
        given["ip_adapter_image"] = [built.style]
    known = inspect.signature(type(pipeline).__call__).parameters
    arguments = {name: value for name, value in given.items() if name in known}
    with torch_threads(plan.threads or os.cpu_count()), torch.inference_mode():
        result = pipeline(**arguments, generator=generators)
    images = getattr(result, "images", None)
    if not isinstance(images, list) or len(images) != len(jobs) or not isinstance(images[0], Image.Image):
        raise UnreadableModel(f"{type(pipeline).__name__} gives no pictures, one for each prompt")
    pictures = [image.convert("RGB") for image in images]
    check_painted(way, guides, pictures)
    return pictures


def _steps(pipeline: Any, way: Way, setup: GeneratorSetup, steps: int) -> int:
    """So many that `steps` are walked: an image-to-image pipeline walks only `strength` of its schedule."""
    known = inspect.signature(type(pipeline).__call__).parameters
    if way in (Way.IMAGE, Way.IMAGE_AND_CONTROL) and "strength" in known:
        # the epsilon keeps 6 / 0.6 from becoming 11
        return max(1, -int(-(steps / setup.strength - 1e-6) // 1))
    return steps


def _out_of_memory(error: Exception) -> bool:
    import torch

    return isinstance(error, torch.OutOfMemoryError | MemoryError) or (
        isinstance(error, RuntimeError) and "out of memory" in str(error).lower()
    )


def _does_not_fit(built: Built, count: int, plan: Plan) -> DoesNotFit:
    pictures = "one picture" if count == 1 else f"{count} pictures at once"
    return DoesNotFit(
        f"{built.hardware.name} has no room for {pictures} of {plan.size} x {plan.size} pixels: "
        "set a smaller generation.size or generation.batch_size"
    )


Progress = Callable[[int, int], object]
