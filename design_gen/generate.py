"""Paint specs with any diffusers pipeline: the embedded net by default, others by folder or hub name.

The spec's own drawing guides every pipeline that takes a picture; a pipeline that takes only text gets the prompt.
What is returned always comes out of the pipeline: the shaded draft is never passed off as an AI picture.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from design_gen.painting.build import Built, build
from design_gen.painting.call import Painted, Plan, Progress, default_of, guidance_of, paint_batches, paint_together
from design_gen.painting.expand import forget_expanders, use_expander
from design_gen.painting.guides import Job, look_for
from design_gen.painting.hardware import choose_hardware, free_memory, release_memory, tightest_memory
from design_gen.painting.loaded import Loaded
from design_gen.painting.room import needed_bytes
from design_gen.painting.tokens import token_limit
from design_gen.painting.ways import Way, way_of
from design_gen.painting.weights import EMBEDDED_CLASS, EMBEDDED_FOLDER
from design_gen.prompt import PLAIN, Label, Prompt, prompt_for
from design_gen.recipe import Recipe
from models.errors import Conflict, DoesNotFit, InvalidInput
from models.garment import GarmentSpec
from models.generator_setup import EMBEDDED, GeneratorSetup
from models.prompt_template import PromptTemplate, template_for

__all__ = ["EMBEDDED_CLASS", "EMBEDDED_FOLDER", "Generator", "Picture", "Way", "load_generator", "look_for", "repaint"]
_LIBRARIES = ("diffusers", "numpy", "pillow", "resvg-py", "scipy", "torch", "transformers")
_SMALLEST, _LARGEST = 64, 2048
# What a loaded pipeline depends on; the rest of a setup is said with each call.
_LOADED_BY = (
    "model", "start", "controlnet", "lora", "lora_scale", "ip_adapter", "ip_adapter_scale", "style_picture", "device",
    "precision",
)  # fmt: skip
# Two pipelines: the one at work, and one that a command tries beside it.
_LOADED: Loaded[Built] = Loaded(2, 512 * 2**20, tightest_memory, release_memory)


@dataclass(frozen=True, slots=True)
class Picture:
    """One painted picture and how it came about."""

    image: Image.Image
    recipe: Recipe


def load_generator(
    model: str | Path | GeneratorSetup = EMBEDDED,
    batch_size: int | None = None,
    threads: int | None = None,
    hands: int = 1,
) -> "Generator":
    """The generator over a setup, or over a model alone: "embedded", a folder, or a hub name.

    Weights are read once per process and freed when memory is short and nothing is being painted. It paints with
    `threads` threads, all cores by default, whatever the process is set to: another number of threads adds up in
    another order and gives other bytes for the same recipe. With several `hands` the embedded net paints as many
    pictures at once on a CPU, and the cores are shared among them. UnreadableModel, InvalidInput or DoesNotFit says in
    one line what is wrong.
    """
    setup = model if isinstance(model, GeneratorSetup) else GeneratorSetup(model=str(model))
    if batch_size is not None or threads is not None:
        setup = replace(setup, batch_size=batch_size or setup.batch_size, threads=threads or setup.threads)
    return Generator(setup, hands)


def repaint(recipe: Recipe, spec: GarmentSpec) -> Picture:
    """The picture of a stored recipe once more, byte for byte; Conflict names what is no longer as it was."""
    if not recipe.setup:
        raise InvalidInput("this recipe names no setup: it was written before pictures could be painted again")
    return load_generator(GeneratorSetup.from_json(recipe.setup)).repaint(recipe, spec)


class Generator:
    """Paints specs with one setup; safe to share between threads, which then take turns."""

    def __init__(self, setup: GeneratorSetup, hands: int = 1) -> None:
        self.setup = setup
        self._key = json.dumps([str(getattr(setup, name)) for name in _LOADED_BY])
        built = self._built()
        self.weights_hash = built.weights_hash
        self.way = way_of(built.pipeline)
        # only where networks are small and keep nothing between calls; big ones fill all cores by themselves
        self.hands = hands if self.way is Way.EMBEDDED and built.hardware.device == "cpu" else 1
        self.threads = setup.threads or max(1, (os.cpu_count() or 1) // self.hands)
        # said in recipes, so that the same picture has the same recipe whoever painted it
        self.setup = replace(setup, threads=self.threads)
        # more at once gain nothing on a CPU, and one at a time keeps bytes free of their neighbours
        self.batch_size = 1 if built.hardware.device == "cpu" else setup.batch_size or 4
        self.template = _template(built.pipeline, setup)

    @property
    def model(self) -> str:
        """What is painted with, as it was asked for."""
        return self.setup.model

    @property
    def pipeline(self) -> Any:
        """The loaded diffusers pipeline; `paint` takes turns on it, other callers see to that themselves."""
        return self._built().pipeline

    def prompts(self, specs: Sequence[GarmentSpec], seeds: Sequence[int], label: Label) -> list[Prompt]:
        """The prompts for specs in this model's wording, expanded where a text model is set up.

        The text model is loaded when it is first asked; pictures can be painted again without it.
        """
        prompts = [
            prompt_for(spec, label, self.setup.language, self.template, look_for("", seed))
            for spec, seed in zip(specs, seeds, strict=True)
        ]
        if not self.setup.expander:
            return prompts
        with use_expander(self.setup.expander, self.setup.terms, self.setup.names) as expander:
            return [expander.expand(prompt, spec) for prompt, spec in zip(prompts, specs, strict=True)]

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

        Steps and guidance default to the pipeline's own. InvalidInput where the pipeline cannot paint that size,
        DoesNotFit where not even half a batch fits the device. A prompt that the text encoder has no room for loses
        its last, least important parts; the recipe says which.
        """
        self._check_size(size)
        pictures: list[Picture] = []
        with self._use() as built:
            plan = self._plan(built, size, steps, guidance)
            shorten = token_limit(built.pipeline, self.template)
            jobs = [Job(spec, shorten(prompt), seed) for spec, prompt, seed in zip(specs, prompts, seeds, strict=True)]
            batches = [jobs[start : start + self.batch_size] for start in range(0, len(jobs), self.batch_size)]
            for batch, painted in zip(
                batches, paint_batches(built, self.setup, batches, plan, self.hands), strict=True
            ):
                pictures += [
                    Picture(one.image, self._recipe(built, job, one, plan))
                    for job, one in zip(batch, painted, strict=True)
                ]
                if progress is not None:
                    progress(len(pictures), len(jobs))
        return pictures

    def repaint(self, recipe: Recipe, spec: GarmentSpec) -> Picture:
        """The picture of a recipe of this setup once more; Conflict names what is no longer as it was."""
        if spec.fingerprint != recipe.spec:
            raise InvalidInput(f"the recipe is for spec {recipe.spec[:12]}, not for {spec.fingerprint[:12]}")
        prompt = Prompt(
            recipe.prompt,
            recipe.negative_prompt,
            family=recipe.prompt_family,
            expansion=recipe.expansion,
            expander=dict(recipe.parts).get("expander", ""),
            left_out=recipe.left_out,
        )
        with self._use() as built:
            plan = Plan(recipe.size, recipe.steps, recipe.guidance, recipe.threads)
            # as many at once as then: another number may add up in another order
            jobs = [Job(spec, prompt, recipe.seed)] * recipe.together
            now = self._recipe(built, jobs[0], Painted(Image.new("RGB", (1, 1)), recipe.together), plan)
            then, again = recipe.to_json(), now.to_json()
            if changed := [name for name in again if again[name] != then[name]]:
                raise Conflict(f"this picture cannot be painted again: changed since are {', '.join(changed)}")
            return Picture(paint_together(built, self.setup, jobs, plan)[0].image, now)

    def straighten(self, picture: Picture, spec: GarmentSpec) -> Image.Image:
        """The picture with the garment where its drawing has it: the embedded net lays it down by hand first."""
        return straighten_picture(self.way, picture, spec)

    def _plan(self, built: Built, size: int, steps: int | None, guidance: float | None) -> Plan:
        usual = self.setup.guidance or default_of(built.pipeline, guidance_of(built.pipeline), 1.0)
        return Plan(
            size,
            int(default_of(built.pipeline, "num_inference_steps", 50)) if steps is None else steps,
            usual if guidance is None else guidance,
            self.threads,
        )

    def _use(self) -> Any:
        return _LOADED.use(self._key, partial(needed_bytes, self.setup), partial(_load, self.setup))

    def _built(self) -> Built:
        return _LOADED.peek(self._key, partial(needed_bytes, self.setup), partial(_load, self.setup))

    def _check_size(self, size: int) -> None:
        multiple = 32 if self.way is Way.EMBEDDED else 8
        if not _SMALLEST <= size <= _LARGEST or size % multiple:
            raise InvalidInput(
                f"picture size {size} is not a multiple of {multiple} between {_SMALLEST} and {_LARGEST}"
            )

    def _recipe(self, built: Built, job: Job, painted: Painted, plan: Plan) -> Recipe:
        expander = (("expander", job.prompt.expander),) if job.prompt.expander else ()
        return Recipe(
            model=self.model,
            weights_hash=built.weights_hash,
            versions=_versions(),
            spec=job.spec.fingerprint,
            prompt=job.prompt.positive,
            negative_prompt=job.prompt.negative,
            seed=job.seed,
            steps=plan.steps,
            guidance=plan.guidance,
            size=plan.size,
            parts=tuple(sorted((*built.parts, *expander))),
            setup=self.setup.to_json(),
            pipeline=type(built.pipeline).__name__,
            scheduler=type(built.pipeline.scheduler).__name__ if hasattr(built.pipeline, "scheduler") else "",
            device=built.hardware.name,
            dtype=str(built.hardware.precision),
            threads=plan.threads,
            together=painted.together,
            prompt_family=job.prompt.family,
            expansion=job.prompt.expansion,
            left_out=job.prompt.left_out,
        )


def straighten_picture(way: Way, picture: Picture, spec: GarmentSpec) -> Image.Image:
    """What `Generator.straighten` does, wherever the picture was painted."""
    if way is not Way.EMBEDDED:
        return picture.image
    from design_gen.embedded.lay import straighten

    look = look_for(picture.recipe.prompt, picture.recipe.seed)
    return Image.fromarray(straighten(np.asarray(picture.image), spec, look))


@cache
def _versions() -> tuple[tuple[str, str], ...]:
    """Looked up once: reading them from the disk took 5% of a picture's time."""
    return tuple((library, version(library)) for library in _LIBRARIES)


def _template(pipeline: Any, setup: GeneratorSetup) -> PromptTemplate:
    return template_for(type(pipeline).__name__, setup.family, setup.templates or (PLAIN,)) or PLAIN


def _load(setup: GeneratorSetup) -> Built:
    needed, device = needed_bytes(setup), choose_hardware(setup.device).device
    # read on the CPU, then moved to the device: it must fit both
    for where in dict.fromkeys(("cpu", device)):
        if needed > free_memory(where):
            forget_expanders()
        if needed > (free := free_memory(where)):
            raise DoesNotFit(
                f"picture model {setup.model}: its weights take {needed / 2**30:.1f} GB, "
                f"{free / 2**30:.1f} GB are free on {where}"
            )
    return build(setup)
