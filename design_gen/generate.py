"""Paint specs with any diffusers pipeline: the embedded net by default, others by folder or hub name.

The spec's own coloured flat guides every pipeline that takes a picture; a pipeline that takes only text gets the
prompt. What is returned always comes out of the pipeline: the shaded draft is never passed off as an AI picture.
"""

import hashlib
import inspect
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, assert_never

from PIL import Image

from design_gen.prompt import Prompt
from design_gen.recipe import Recipe
from models.errors import InvalidInput, UnreadableModel
from models.garment import GarmentSpec

if TYPE_CHECKING:
    from design_gen.embedded.look import Look

EMBEDDED = "embedded"
EMBEDDED_FOLDER = Path(__file__).parent / "embedded" / "weights"
EMBEDDED_CLASS = "FlatToPicturePipeline"
_LIBRARIES = ("diffusers", "numpy", "pillow", "resvg-py", "torch", "transformers")
# How much of the flat an image-to-image pipeline may repaint: enough for cloth, too little to lose the cut.
_STRENGTH = 0.6

Progress = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class Picture:
    """One painted picture and how it came about."""

    image: Image.Image
    recipe: Recipe


class Way(StrEnum):
    """What a pipeline is guided by."""

    EMBEDDED = "embedded"
    CONTROL = "control"
    IMAGE = "image"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class _Job:
    spec: GarmentSpec
    prompt: Prompt
    seed: int


@dataclass(frozen=True, slots=True)
class _Plan:
    size: int
    steps: int
    guidance: float


def load_generator(
    model: str | Path = EMBEDDED, batch_size: int | None = None, threads: int | None = None
) -> "Generator":
    """The generator over `model`: "embedded", a folder, or a hub name; weights are read once per process.

    It paints with `threads` threads, all cores by default, whatever the process is set to: another number of threads
    adds up in another order and gives other bytes for the same recipe.
    Only safetensors are read, never pickles. UnreadableModel says in one line what is wrong with the folder or name.
    """
    pipeline, weights_hash = _load(str(model))
    together = batch_size or (1 if pipeline.device.type == "cpu" else 4)
    return Generator(pipeline, str(model), weights_hash, together, threads or os.cpu_count() or 1)


@contextmanager
def _threads(count: int) -> Iterator[None]:
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class Generator:
    """Paints specs with one loaded pipeline."""

    def __init__(self, pipeline: Any, model: str, weights_hash: str, batch_size: int, threads: int) -> None:
        self.pipeline = pipeline
        self.model = model
        self.weights_hash = weights_hash
        self.batch_size = batch_size
        """Pictures per call. 1 on a CPU, where more gain nothing and one at a time keeps bytes reproducible."""
        self.threads = threads
        self.way = _way(pipeline)
        self._parameters = inspect.signature(pipeline.__call__).parameters

    def paint(
        self,
        specs: Sequence[GarmentSpec],
        prompts: Sequence[Prompt],
        seeds: Sequence[int],
        *,
        size: int = 256,
        steps: int | None = None,
        guidance: float | None = None,
        progress: Progress | None = None,
    ) -> list[Picture]:
        """One picture for each spec, prompt and seed, `size` pixels square; progress(done, total) after each batch.

        Steps and guidance default to the pipeline's own. InvalidInput where the pipeline cannot paint that size.
        """
        self._check_size(size)
        jobs = [_Job(*trio) for trio in zip(specs, prompts, seeds, strict=True)]
        plan = _Plan(
            size,
            int(self._default("num_inference_steps", 50) if steps is None else steps),
            float(self._default("guidance_scale", 1.0) if guidance is None else guidance),
        )
        pictures: list[Picture] = []
        for start in range(0, len(jobs), self.batch_size):
            batch = jobs[start : start + self.batch_size]
            images = self._call(batch, plan)
            pictures += [Picture(image, self._recipe(job, plan)) for job, image in zip(batch, images, strict=True)]
            if progress is not None:
                progress(len(pictures), len(jobs))
        return pictures

    def _call(self, jobs: Sequence[_Job], plan: _Plan) -> list[Image.Image]:
        import torch

        generators = [torch.Generator("cpu").manual_seed(job.seed) for job in jobs]
        given = {
            "prompt": [job.prompt.positive for job in jobs],
            "negative_prompt": [job.prompt.negative for job in jobs],
            "num_inference_steps": plan.steps,
            "guidance_scale": plan.guidance,
            "height": plan.size,
            "width": plan.size,
            "strength": _STRENGTH,
            **self._guides(jobs, plan.size),
        }
        # An image-to-image pipeline walks only `strength` of the schedule.
        if self.way is Way.IMAGE and "strength" in self._parameters:
            given["num_inference_steps"] = max(2, round(plan.steps / _STRENGTH))
        arguments = {name: value for name, value in given.items() if name in self._parameters}
        with _threads(self.threads):
            images: list[Image.Image] = self.pipeline(**arguments, generator=generators).images
        return [image.convert("RGB") for image in images]

    def _guides(self, jobs: Sequence[_Job], size: int) -> dict[str, Any]:
        from design_gen.embedded.render import garment_mask

        looks = [look_for(job.prompt.positive, job.seed) for job in jobs]
        match self.way:
            case Way.TEXT:
                return {}
            case Way.IMAGE:
                return {"image": self._flats(jobs, looks, size)}
            case Way.CONTROL:
                flats = self._flats(jobs, looks, size)
                return {"image": flats, "control_image": flats}
            case Way.EMBEDDED:
                return {
                    "image": self._flats(jobs, looks, size),
                    "mask": [Image.fromarray(garment_mask(job.spec, size)) for job in jobs],
                    "material": [job.spec.material for job in jobs],
                    "light": [look.light for look in looks],
                    "backdrop": [look.backdrop for look in looks],
                }
            case _:
                assert_never(self.way)

    def _flats(self, jobs: Sequence[_Job], looks: Sequence["Look"], size: int) -> list[Image.Image]:
        from design_gen.embedded.render import flat_on_backdrop

        return [Image.fromarray(flat_on_backdrop(job.spec, look, size)) for job, look in zip(jobs, looks, strict=True)]

    def _default(self, parameter: str, otherwise: float) -> float:
        value = self._parameters[parameter].default if parameter in self._parameters else otherwise
        return otherwise if value in (None, inspect.Parameter.empty) else value

    def _check_size(self, size: int) -> None:
        multiple = 32 if self.way is Way.EMBEDDED else 8
        if size < 64 or size > 2048 or size % multiple:
            raise InvalidInput(f"picture size {size} is not a multiple of {multiple} between 64 and 2048")

    def _recipe(self, job: _Job, plan: _Plan) -> Recipe:
        return Recipe(
            model=self.model,
            weights_hash=self.weights_hash,
            versions=tuple((library, version(library)) for library in _LIBRARIES),
            spec=job.spec.fingerprint,
            prompt=job.prompt.positive,
            negative_prompt=job.prompt.negative,
            seed=job.seed,
            steps=plan.steps,
            guidance=plan.guidance,
            size=plan.size,
        )


def look_for(prompt: str, seed: int) -> "Look":
    """Light and backdrop that the prompt words ("soft light", "wooden table"), else those of the seed."""
    from design_gen.embedded.look import Backdrop, Light, Look, draw_look

    drawn = draw_look(seed)
    words = prompt.lower()
    light = next((light for light in Light if light in words), drawn.light)
    backdrop = next((backdrop for backdrop in Backdrop if backdrop in words), drawn.backdrop)
    return Look(light, backdrop, seed)


def _way(pipeline: Any) -> Way:
    parameters = inspect.signature(pipeline.__call__).parameters
    if type(pipeline).__name__ == EMBEDDED_CLASS:
        return Way.EMBEDDED
    if "control_image" in parameters or hasattr(pipeline, "controlnet"):
        return Way.CONTROL
    return Way.IMAGE if "image" in parameters else Way.TEXT


@cache
def _load(model: str) -> tuple[Any, str]:
    """The pipeline on the best device there is, and the hash of its weights."""
    # Loading a few megabytes needs no bars, and processors that nothing here uses need no warnings.
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    folder = _folder(model)  # first: where there is none, nobody waits for what follows
    import torch
    from diffusers.utils import logging

    logging.disable_progress_bar()
    cuda = torch.cuda.is_available()
    try:
        name = json.loads((folder / "model_index.json").read_text())["_class_name"]
        pipeline = _read(folder, embedded=name == EMBEDDED_CLASS, half=cuda)
    # A broken folder raises anything from KeyError to SafetensorError; each means the same to the person.
    except Exception as error:
        reason = " ".join(str(error).split())[:200]
        raise UnreadableModel(f"picture model {model}: {type(error).__name__}: {reason}") from error
    pipeline.set_progress_bar_config(disable=True)
    return pipeline.to("cuda" if cuda else "cpu"), _hash_weights(folder)


def _folder(model: str) -> Path:
    folder = EMBEDDED_FOLDER if model == EMBEDDED else Path(model).expanduser()
    if folder.is_dir():
        if (folder / "model_index.json").is_file():
            return folder
        raise UnreadableModel(f"picture model {model}: {folder} has no model_index.json")
    if model == EMBEDDED or folder.is_absolute() or model.startswith(".") or model.count("/") != 1:
        raise UnreadableModel(f"picture model {model}: there is no folder {folder}")
    from diffusers import DiffusionPipeline

    try:
        return Path(DiffusionPipeline.download(model, use_safetensors=True))
    # The hub's client raises its own, the network's and the file system's errors.
    except Exception as error:
        reason = " ".join(str(error).split())[:200]
        raise UnreadableModel(f"picture model {model}: cannot be downloaded: {reason}") from error


def _read(folder: Path, *, embedded: bool, half: bool) -> Any:
    import torch
    from diffusers import AutoPipelineForImage2Image, DiffusionPipeline

    if embedded:
        from design_gen.embedded.pipeline import FlatToPicturePipeline

        return FlatToPicturePipeline.from_pretrained(folder, dtype=torch.float32)
    dtype = torch.float16 if half else torch.float32
    pipeline = DiffusionPipeline.from_pretrained(folder, dtype=dtype, use_safetensors=True)
    if "image" in inspect.signature(pipeline.__call__).parameters or hasattr(pipeline, "controlnet"):
        return pipeline
    try:
        return AutoPipelineForImage2Image.from_pipe(pipeline)
    except ValueError:  # this family has no image-to-image form: the prompt alone must do
        return pipeline


def _hash_weights(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.safetensors")):
        digest.update(path.relative_to(folder).as_posix().encode())
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
