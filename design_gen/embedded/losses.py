"""What the two nets are asked for while they learn."""

import torch
from diffusers import UNet2DConditionModel
from torch import Tensor

from design_gen.embedded.dataset import Batch
from design_gen.embedded.net import COMPOSE_SCALE, compose, paint, shrink


def _colours(pictures: Tensor) -> Tensor:
    return pictures.float().div(127.5).sub(1).permute(0, 3, 1, 2)


def _planes(batch: Batch) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    mask = batch.mask.float().div(255)[:, None]
    return _colours(batch.flat), _colours(batch.picture), mask, batch.labels.float()


def solve(net: UNet2DConditionModel, noise: Tensor, flat: Tensor, mask: Tensor, labels: Tensor, steps: int) -> Tensor:
    """The scaled difference that the composer makes of noise (b, 3, h, w) in so many Euler steps from time 1 to 0."""
    noisy = noise
    for step in range(steps):
        now, then = 1 - step / steps, 1 - (step + 1) / steps
        clean = compose(net, noisy, torch.full((len(noise),), now, device=noise.device), flat, mask, labels)
        noisy = clean + (noisy - clean) * (then / now)
    return noisy


def coupled_loss(net: UNet2DConditionModel, batch: Batch, rng: torch.Generator) -> Tensor:
    """Squared error of the estimated clean picture where noise and picture belong together.

    Folds drawn from the grain are known from it, so that one step is enough; see docs/decisions/0006.
    """
    flat, clean, mask, labels = _small(batch)
    return _coupled(net, batch.coarse, clean, flat, mask, labels, rng)


def flow_loss(net: UNet2DConditionModel, batch: Batch, rng: torch.Generator) -> Tensor:
    """Flow matching (Lipman et al. 2023): squared error of the estimated clean picture at a random time."""
    flat, clean, mask, labels = _small(batch)
    noise = batch.coarse
    time_ = torch.rand(len(flat), generator=rng, device=rng.device)
    t = time_[:, None, None, None]
    estimate = compose(net, (1 - t) * clean + t * noise, time_, flat, mask, labels)
    # Late times, where folds get their edges, have the smaller errors: they count for more.
    return ((estimate - clean) ** 2 / (t**2 + 0.25)).mean() * 0.4


def straight_loss(
    net: UNet2DConditionModel, teacher: UNet2DConditionModel, steps: int, batch: Batch, rng: torch.Generator
) -> Tensor:
    """Rectified flow (Liu, Gong and Liu 2023): learn the straight way from each noise to where the teacher takes it.

    Noise and picture are coupled then, so one or two steps give what took the teacher many.
    """
    flat, _, mask, labels = _small(batch)
    noise = batch.coarse
    with torch.no_grad():
        clean = solve(teacher, noise, flat, mask, labels, steps)
    return _coupled(net, noise, clean, flat, mask, labels, rng)


def _coupled(
    net: UNet2DConditionModel,
    noise: Tensor,
    clean: Tensor,
    flat: Tensor,
    mask: Tensor,
    labels: Tensor,
    rng: torch.Generator,
) -> Tensor:
    draw = torch.rand(len(flat), generator=rng, device=rng.device)
    # Mostly time 1: the first step decides the folds, later ones only refine.
    time_ = torch.where(draw < 0.75, torch.ones_like(draw), (draw - 0.75) / 0.25)
    t = time_[:, None, None, None]
    estimate = compose(net, (1 - t) * clean + t * noise, time_, flat, mask, labels)
    error = (estimate - clean) ** 2
    return ((0.3 + 0.7 * t) * (error + 0.2 * (error + 1e-3).sqrt())).mean()


def _small(batch: Batch) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Small flat, scaled difference of the small picture from it, small mask, labels."""
    flat, picture, mask, labels = _planes(batch)
    flat, picture, mask = shrink(flat), shrink(picture), shrink(mask)
    return flat, (picture - flat) / COMPOSE_SCALE, mask, labels


def painter_loss(net: UNet2DConditionModel, batch: Batch, rng: torch.Generator) -> Tensor:
    """Squared and absolute error of the painted picture and of its steps from pixel to pixel, from small pictures that
    are a little off.

    Threads are small in brightness and large in their steps: without the steps they are the last thing learned.
    """
    flat, picture, mask, labels = _planes(batch)
    small = shrink(picture)
    wrong = torch.rand((len(flat), 1, 1, 1), generator=rng, device=rng.device) * 0.06
    small = small + wrong * torch.randn(small.shape, generator=rng, device=rng.device)
    off = paint(net, small, flat, mask, batch.fine[:, None], labels) - picture
    error = off**2
    error[..., 1:] += 0.5 * off.diff(dim=3) ** 2
    error[..., 1:, :] += 0.5 * off.diff(dim=2) ** 2
    # The backdrop is large and easy: the garment counts for more.
    return ((0.4 + 0.6 * mask) * (error + 0.1 * (error + 1e-4).sqrt())).mean() * 20
