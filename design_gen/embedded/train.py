"""Train the embedded net: `python -m design_gen.embedded.train configs/train_embedded.toml [--minutes M] [--resume]`.

Composer and painter are trained side by side on pairs that the project draws itself. Every number that shapes the
result is in the TOML file; the same file and seed give the same pairs, batches and starting weights.
"""

import argparse
import json
import math
import sys
import time
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from diffusers import FlowMatchEulerDiscreteScheduler, UNet2DConditionModel
from PIL import Image
from torch import Tensor

from design_gen.embedded.dataset import HELD_OUT, Batch, PairFolder, draw_pairs, sample_spec
from design_gen.embedded.look import draw_grain, draw_look
from design_gen.embedded.net import (
    COMPOSE_SCALE,
    COMPOSER_INPUTS,
    PAINTER_INPUTS,
    build_net,
    compose,
    paint,
    shrink,
)
from design_gen.embedded.pipeline import FlatToPicturePipeline
from design_gen.embedded.render import draft


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """What `configs/train_embedded.toml` says."""

    pairs: int
    size: int
    seed: int
    workers: int
    folder: Path
    composer_channels: tuple[int, ...]
    composer_batch: int
    painter_channels: tuple[int, ...]
    painter_batch: int
    painter_crop: int
    painter_steps: int
    minutes: float
    rate: float
    warmup: int
    threads: int
    sample_every: int
    samples: int

    @staticmethod
    def load(path: Path) -> "TrainConfig":
        """Read the TOML file; TypeError names a missing or unknown key."""
        values = tomllib.loads(path.read_text())
        for key in ("composer_channels", "painter_channels"):
            values[key] = tuple(values.get(key, ()))
        return TrainConfig(**{**values, "folder": Path(values["folder"])})


class Learner:
    """One net with its optimiser and the running mean of its weights."""

    def __init__(self, net: UNet2DConditionModel, rate: float) -> None:
        self.net = net
        self.rate = rate
        self.steps = 0
        self.error = 0.0
        self.optimiser = torch.optim.AdamW(net.parameters(), lr=rate, betas=(0.9, 0.98), weight_decay=1e-3, fused=True)
        self.mean = [parameter.detach().clone() for parameter in net.parameters()]

    def step(self, loss: Tensor, scale: float) -> float:
        """One descent step at `scale` times the learning rate; answers the loss."""
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate * scale
        self.optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optimiser.step()
        self.steps += 1
        # The mean follows quickly at first and slowly later, so that short training profits too.
        keep = min(0.995, self.steps / (self.steps + 10))
        torch._foreach_lerp_(self.mean, [parameter.data for parameter in self.net.parameters()], 1 - keep)
        value = loss.item()
        self.error = value if self.steps == 1 else 0.97 * self.error + 0.03 * value
        return value

    def averaged(self) -> UNet2DConditionModel:
        """A copy of the net with the mean weights."""
        copy = UNet2DConditionModel.from_config(self.net.config).to(memory_format=torch.channels_last)
        for parameter, mean in zip(copy.parameters(), self.mean, strict=True):
            parameter.data.copy_(mean)
        return copy.eval()

    def state(self) -> dict[str, object]:
        """All that is needed to go on."""
        net, optimiser = self.net.state_dict(), self.optimiser.state_dict()
        return {"net": net, "optimiser": optimiser, "mean": self.mean, "steps": self.steps, "error": self.error}

    def restore(self, state: dict[str, object]) -> None:
        """Go on from `state()`."""
        self.net.load_state_dict(state["net"])
        self.optimiser.load_state_dict(state["optimiser"])  # type: ignore[arg-type]
        self.mean = state["mean"]  # type: ignore[assignment]
        self.steps, self.error = state["steps"], state["error"]  # type: ignore[assignment]


def _colours(pictures: np.ndarray) -> Tensor:
    return torch.from_numpy(pictures).float().div(127.5).sub(1).permute(0, 3, 1, 2)


def _planes(batch: Batch) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    mask = torch.from_numpy(batch.mask).float().div(255)[:, None]
    return _colours(batch.flat), _colours(batch.picture), mask, torch.from_numpy(batch.labels).float()


def composer_loss(net: UNet2DConditionModel, batch: Batch, rng: torch.Generator) -> Tensor:
    """Squared error of the estimated clean picture; early times weigh most since sampling starts there."""
    flat, picture, mask, labels = _planes(batch)
    flat, picture, mask = shrink(flat), shrink(picture), shrink(mask)
    clean, noise = (picture - flat) / COMPOSE_SCALE, torch.from_numpy(batch.coarse)
    draw = torch.rand(len(flat), generator=rng)
    # Three quarters of the draws at time 1: the first step decides the folds, later ones only refine.
    time_ = torch.where(draw < 0.75, torch.ones_like(draw), (draw - 0.75) / 0.25)
    t = time_[:, None, None, None]
    estimate = compose(net, (1 - t) * clean + t * noise, time_, flat, mask, labels)
    error = (estimate - clean) ** 2
    weight = 0.3 + 0.7 * t
    return (weight * (error + 0.2 * (error + 1e-3).sqrt())).mean()


def painter_loss(net: UNet2DConditionModel, batch: Batch, rng: torch.Generator) -> Tensor:
    """Squared and absolute error of the painted picture, from small pictures that are a little off."""
    flat, picture, mask, labels = _planes(batch)
    small = shrink(picture)
    wrong = torch.rand((len(flat), 1, 1, 1), generator=rng) * 0.06
    small = small + wrong * torch.randn(small.shape, generator=rng)
    painted = paint(net, small, flat, mask, torch.from_numpy(batch.fine)[:, None], labels)
    error = (painted - picture) ** 2
    # The backdrop is large and easy: the garment counts for more.
    return ((0.4 + 0.6 * mask) * (error + 0.1 * (error + 1e-4).sqrt())).mean() * 20


def schedule(part: float, steps: int, warmup: int) -> float:
    """Learning rate factor: warm up, hold, then a cosine down to a hundredth over the second half."""
    rise = min(1.0, (steps + 1) / warmup)
    return rise * (1.0 if part < 0.5 else max(0.01, 0.5 + 0.5 * math.cos(math.pi * (part - 0.5) / 0.5)))


def assemble(composer: UNet2DConditionModel, painter: UNet2DConditionModel) -> FlatToPicturePipeline:
    """The pipeline around two nets."""
    return FlatToPicturePipeline(composer.eval(), painter.eval(), FlowMatchEulerDiscreteScheduler(shift=1.0))


def sample_sheet(
    pipeline: FlatToPicturePipeline, seeds: Sequence[int], size: int = 256, columns: int = 4
) -> Image.Image:
    """Flat, painted and drawn picture side by side for held-out specs, from the same grain."""
    pipeline.set_progress_bar_config(disable=True)
    rows = -(-len(seeds) // columns)
    sheet = Image.new("RGB", (columns * 3 * size, rows * size), "white")
    for place, seed in enumerate(seeds):
        spec, look, grain = sample_spec(seed), draw_look(seed), draw_grain(seed, size)
        flat, picture, mask = draft(spec, look, size)
        painted = pipeline(
            [Image.fromarray(flat)],
            [Image.fromarray(mask)],
            [spec.material],
            [look.light],
            [look.backdrop],
            latents=torch.from_numpy(grain.coarse)[None],
            grain=torch.from_numpy(grain.fine)[None, None],
        ).images[0]
        y, x = divmod(place, columns)
        for offset, shown in enumerate((Image.fromarray(flat), painted, Image.fromarray(picture))):
            sheet.paste(shown, ((3 * x + offset) * size, y * size))
    return sheet


def save_weights(folder: Path, composer: Learner, painter: Learner) -> None:
    """The averaged nets in half precision as safetensors, loadable by `FlatToPicturePipeline.from_pretrained`."""
    assemble(composer.averaged().half(), painter.averaged().half()).save_pretrained(folder)


def train(config: TrainConfig, out: Path, minutes: float, resume: bool, say: Callable[[str], None]) -> None:
    """Train for so many minutes, writing weights, a checkpoint, a log and sample sheets to `out`."""
    torch.manual_seed(config.seed)
    torch.set_num_threads(config.threads)
    out.mkdir(parents=True, exist_ok=True)
    for done in draw_pairs(config.folder, config.pairs, config.size, config.seed, config.workers):
        say(f"drew {done} more pairs")
    pairs = PairFolder(config.folder)
    composer = Learner(build_net(COMPOSER_INPUTS, config.composer_channels), config.rate)
    painter = Learner(build_net(PAINTER_INPUTS, config.painter_channels), config.rate)
    spent = _resume(out, composer, painter) if resume else 0.0
    rng, noise = np.random.default_rng((config.seed, composer.steps)), torch.Generator().manual_seed(config.seed)
    started = time.monotonic()
    sampled = started
    while (part := (spent + time.monotonic() - started) / (minutes * 60)) < 1:
        batch = pairs.batch(rng, config.composer_batch, config.size)
        composer.step(composer_loss(composer.net, batch, noise), schedule(part, composer.steps, config.warmup))
        for _ in range(config.painter_steps):
            batch = pairs.batch(rng, config.painter_batch, config.painter_crop)
            painter.step(painter_loss(painter.net, batch, noise), schedule(part, painter.steps, config.warmup))
        if composer.steps % 20 == 0:
            seconds = spent + time.monotonic() - started
            line = {"seconds": round(seconds), "step": composer.steps}
            line |= {"composer": round(composer.error, 4), "painter": round(painter.error, 4)}  # type: ignore[dict-item]
            say(json.dumps(line))
        if time.monotonic() - sampled > config.sample_every:
            sampled = time.monotonic()
            _checkpoint(out, composer, painter, spent + sampled - started, config.samples)
    _checkpoint(out, composer, painter, minutes * 60, config.samples)


def _checkpoint(out: Path, composer: Learner, painter: Learner, seconds: float, samples: int) -> None:
    state = {"composer": composer.state(), "painter": painter.state(), "seconds": seconds}
    torch.save(state, out / "checkpoint.tmp")
    (out / "checkpoint.tmp").replace(out / "checkpoint.pt")
    save_weights(out / "weights", composer, painter)
    pipeline = assemble(composer.averaged(), painter.averaged())
    sample_sheet(pipeline, range(HELD_OUT, HELD_OUT + samples)).save(out / f"sample_{composer.steps:06d}.png")


def _resume(out: Path, composer: Learner, painter: Learner) -> float:
    state = torch.load(out / "checkpoint.pt", weights_only=True)
    composer.restore(state["composer"])
    painter.restore(state["painter"])
    return float(state["seconds"])


def main() -> None:
    """Parse, train, tell each step on stderr."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("config", type=Path)
    parser.add_argument("--out", type=Path, default=Path("var/embedded"))
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--resume", action="store_true")
    given = parser.parse_args()
    config = TrainConfig.load(given.config)
    minutes = config.minutes if given.minutes is None else given.minutes
    train(config, given.out, minutes, given.resume, lambda line: print(line, file=sys.stderr, flush=True))


if __name__ == "__main__":
    main()
