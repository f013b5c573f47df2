"""FlatToPicturePipeline: a coloured flat becomes a picture of the garment.

The composer denoises a picture four times smaller in a few flow-matching steps, starting from the coarse grain; the
painter adds threads, seams and edges at full size in one pass, guided by the flat and the fine grain.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from diffusers import DiffusionPipeline, FlowMatchEulerDiscreteScheduler, ImagePipelineOutput, UNet2DConditionModel
from diffusers.image_processor import VaeImageProcessor
from numpy.typing import NDArray
from PIL import Image
from torch import Generator, Tensor

from design_gen.embedded.look import COARSE, Backdrop, Light, Look, draw_grain
from design_gen.embedded.net import COMPOSE_SCALE, compose, label_vector, paint, shrink
from models.attributes import Material
from models.garment import GarmentSpec

STEPS = 1
"""Enough for a net that learned to go straight; more change little."""

StepEnd = Callable[["FlatToPicturePipeline", int, int, dict[str, Any]], object]


class FlatToPicturePipeline(DiffusionPipeline):  # type: ignore[misc]
    """Paints over a flat drawn on its backdrop's colour; loads and saves like any diffusers pipeline."""

    model_cpu_offload_seq = "composer->painter"

    def __init__(
        self,
        composer: UNet2DConditionModel,
        painter: UNet2DConditionModel,
        scheduler: FlowMatchEulerDiscreteScheduler,
    ) -> None:
        super().__init__()
        self.register_modules(composer=composer, painter=painter, scheduler=scheduler)
        self.image_processor = VaeImageProcessor(vae_scale_factor=8 * COARSE, do_normalize=True)

    @torch.no_grad()
    def __call__(
        self,
        image: Sequence[Image.Image],
        mask: Sequence[Image.Image],
        material: Sequence[Material],
        light: Sequence[Light],
        backdrop: Sequence[Backdrop],
        num_inference_steps: int = STEPS,
        generator: Generator | list[Generator] | None = None,
        latents: Tensor | None = None,
        grain: Tensor | None = None,
        output_type: str = "pil",
        callback_on_step_end: StepEnd | None = None,
    ) -> ImagePipelineOutput:
        """Pictures for flats (RGB, on the backdrop's colour) and garment masks (L), sides a multiple of 32.

        `latents` (b, 3, h/4, w/4) and `grain` (b, 1, h, w) are standard normal; drawn from `generator` where not given.
        """
        # 1. Inputs as tensors
        device, dtype = self._execution_device, self.composer.dtype
        flat = self.image_processor.preprocess(list(image)).to(device, dtype)
        cover = torch.stack([torch.from_numpy(np.array(each.convert("L"))) for each in mask])
        cover = cover[:, None].to(device, dtype) / 255
        labels = torch.stack([label_vector(*trio) for trio in zip(material, light, backdrop, strict=True)])
        labels = labels.to(device, dtype)
        small_flat, small_cover = shrink(flat), shrink(cover)

        # 2. Noise at both scales
        noisy = self._noise(small_flat.shape, generator) if latents is None else latents.to(device, dtype)
        fine = self._noise(cover.shape, generator) if grain is None else grain.to(device, dtype)

        # 3. Compose the small picture
        self.scheduler.set_timesteps(sigmas=[1 - k / num_inference_steps for k in range(num_inference_steps)])
        for step, timestep in enumerate(self.progress_bar(self.scheduler.timesteps)):
            sigma = self.scheduler.sigmas[step].to(device, dtype)
            clean = compose(self.composer, noisy, sigma.expand(len(flat)), small_flat, small_cover, labels)
            noisy = self.scheduler.step((noisy - clean) / sigma, timestep, noisy, return_dict=False)[0]
            if callback_on_step_end is not None:
                callback_on_step_end(self, step, int(timestep), {"latents": noisy})

        # 4. Paint at full size
        painted = paint(self.painter, small_flat + COMPOSE_SCALE * noisy, flat, cover, fine, labels)
        pictures = self.image_processor.postprocess(
            painted.float().clamp(-1, 1), output_type, do_denormalize=[True] * len(flat)
        )
        return ImagePipelineOutput(images=pictures)

    def _noise(self, shape: torch.Size, generator: Generator | list[Generator] | None) -> Tensor:
        from diffusers.utils.torch_utils import randn_tensor

        noise: Tensor = randn_tensor(
            shape, generator=generator, device=self._execution_device, dtype=self.composer.dtype
        )
        return noise


def paint_drawing(
    pipeline: FlatToPicturePipeline,
    spec: GarmentSpec,
    look: Look,
    flat: NDArray[np.uint8],
    mask: NDArray[np.uint8],
    steps: int = STEPS,
) -> Image.Image:
    """The picture over a flat (size, size, 3) and its mask from the very grain that the look's drawing is made of."""
    grain = draw_grain(look.seed, len(flat))
    pictures = pipeline(
        [Image.fromarray(flat)],
        [Image.fromarray(mask)],
        [spec.material],
        [look.light],
        [look.backdrop],
        steps,
        latents=torch.from_numpy(grain.coarse)[None],
        grain=torch.from_numpy(grain.fine)[None, None],
    ).images
    picture: Image.Image = pictures[0]
    return picture
