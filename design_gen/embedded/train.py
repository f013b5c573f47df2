"""Train the embedded net: `python -m design_gen.embedded.train configs/train_embedded.toml [--device cuda]`.

Composer and painter are trained side by side on pairs that the project draws itself while they learn. Every number
that shapes the result is in the TOML file; the same file gives the same pairs, batches, starting weights and number of
steps.
"""

import argparse
import json
import sys
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from diffusers import FlowMatchEulerDiscreteScheduler, UNet2DConditionModel
from PIL import Image
from torch import Tensor

from design_gen.embedded.dataset import HELD_OUT, Batch, PairFolder, draw_pairs, sample_spec
from design_gen.embedded.held import HeldPairs
from design_gen.embedded.look import draw_look
from design_gen.embedded.losses import coupled_loss, flow_loss, painter_loss, straight_loss
from design_gen.embedded.net import (
    COMPOSER_INPUTS,
    PAINTER_INPUTS,
    PAINTER_OUTPUTS,
    build_net,
)
from design_gen.embedded.pipeline import STEPS, FlatToPicturePipeline, paint_drawing
from design_gen.embedded.render import draft
from design_gen.learner import Learner, in_use, mixed_precision, schedule

Net = Learner[UNet2DConditionModel]
HOLD = 0.5
"""Share of the steps before the learning rate falls."""
WHOLE = 0.6
"""Share of the steps from which on all pairs are learned from."""


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
    steps: int
    rate: float
    warmup: int
    threads: int
    sample_every: int
    """Steps between checkpoints, each with a sheet of samples."""
    samples: int
    cloth: Path
    flow_share: float
    teacher_steps: int

    @staticmethod
    def load(path: Path) -> "TrainConfig":
        """Read the TOML file; TypeError names a missing or unknown key."""
        values = tomllib.loads(path.read_text())
        for key in ("composer_channels", "painter_channels"):
            values[key] = tuple(values.get(key, ()))
        return TrainConfig(**{**values, "folder": Path(values["folder"]), "cloth": Path(values["cloth"])})


def assemble(composer: UNet2DConditionModel, painter: UNet2DConditionModel) -> FlatToPicturePipeline:
    """The pipeline around two nets."""
    return FlatToPicturePipeline(composer.eval(), painter.eval(), FlowMatchEulerDiscreteScheduler(shift=1.0))


def sample_sheet(
    pipeline: FlatToPicturePipeline, seeds: Sequence[int], steps: int = STEPS, size: int = 256, columns: int = 4
) -> Image.Image:
    """Flat, painted and drawn picture side by side for held-out specs, from the same grain."""
    pipeline.set_progress_bar_config(disable=True)
    rows = -(-len(seeds) // columns)
    sheet = Image.new("RGB", (columns * 3 * size, rows * size), "white")
    for place, seed in enumerate(seeds):
        spec, look = sample_spec(seed), draw_look(seed)
        flat, picture, mask = draft(spec, look, size)
        painted = paint_drawing(pipeline, spec, look, flat, mask, steps)
        y, x = divmod(place, columns)
        for offset, shown in enumerate((Image.fromarray(flat), painted, Image.fromarray(picture))):
            sheet.paste(shown, ((3 * x + offset) * size, y * size))
    return sheet


def save_weights(folder: Path, composer: Net, painter: Net) -> None:
    """The averaged nets in half precision as safetensors, loadable by `FlatToPicturePipeline.from_pretrained`."""
    assemble(composer.averaged().half(), painter.averaged().half()).save_pretrained(folder)


@dataclass(slots=True)
class _Training:
    """Both nets, what they learn from, and the frozen teacher once there is one."""

    composer: Net
    painter: Net
    folder: PairFolder
    drawing: Iterator[int]
    pairs: PairFolder | HeldPairs
    real_folds: bool
    rng: np.random.Generator
    noise: torch.Generator
    among: int = 0
    """How many of the pairs are in use."""
    teacher: UNet2DConditionModel | None = None

    @property
    def device(self) -> str:
        """Where the nets are."""
        return self.noise.device.type


def train(
    config: TrainConfig,
    out: Path,
    say: Callable[[str], None],
    *,
    resume: bool = False,
    photographs: Path | None = None,
    start: Path | None = None,
    device: str = "cpu",
) -> None:
    """Train for the configured steps on a device, writing weights, a checkpoint and sample sheets to `out`.

    Nets start from the weights in `start` where given. Folds are drawn, or taken from `photographs` (KIND/*.jpg): their
    noise is not known, so the composer first learns the flow in many steps, then, for the rest, to go its teacher's
    ways in one.
    """
    torch.manual_seed(config.seed)
    torch.set_num_threads(config.threads)
    out.mkdir(parents=True, exist_ok=True)
    cloth = None if photographs is None else _gather(photographs, config.cloth, say)
    training = _begin(config, start, cloth, device)
    if resume:
        _resume(out, training, config.seed)
    began, before = time.monotonic(), training.composer.steps
    while training.composer.steps < config.steps:
        part = training.composer.steps / config.steps
        _await_pairs(config, training, part)
        _compose_step(config, training, part)
        _paint_steps(config, training, part)
        done = training.composer.steps
        if done % 20 == 0:
            left = (time.monotonic() - began) / (done - before) * (config.steps - done)
            say(_line(training, config.steps, left))
        if done % config.sample_every == 0:
            _checkpoint(out, training, config.samples)
    _checkpoint(out, training, config.samples)


def _await_pairs(config: TrainConfig, training: _Training, part: float) -> None:
    training.among = in_use(config.pairs, part, WHOLE)
    while training.folder.drawn() < training.among:
        next(training.drawing, None)


def _gather(photographs: Path, folder: Path, say: Callable[[str], None]) -> Path:
    from design_gen.embedded.photographs import gather_cloth

    for number, used in enumerate(gather_cloth(photographs, folder), 1):
        if number % 100 == 0:
            say(f"read {number} photographs; the last one was {'used' if used else 'left out'}")
    return folder


def _begin(config: TrainConfig, start: Path | None, cloth: Path | None, device: str) -> _Training:
    torch.backends.cudnn.benchmark = True  # the same shapes at every step
    composer = build_net(COMPOSER_INPUTS, config.composer_channels)
    painter = build_net(PAINTER_INPUTS, config.painter_channels, PAINTER_OUTPUTS)
    if start is not None:
        for name, net in (("composer", composer), ("painter", painter)):
            net.load_state_dict(UNet2DConditionModel.from_pretrained(start / name).float().state_dict())
    drawing = draw_pairs(config.folder, config.pairs, config.size, config.seed, config.workers, cloth)
    next(drawing, None)
    folder = PairFolder(config.folder)
    return _Training(
        Learner(composer.to(device), config.rate),
        Learner(painter.to(device), config.rate),
        folder,
        drawing,
        folder if device == "cpu" else HeldPairs(folder, device),
        cloth is not None,
        np.random.default_rng((config.seed, 0)),
        torch.Generator(device).manual_seed(config.seed),
    )


def _compose_step(config: TrainConfig, training: _Training, part: float) -> None:
    composer = training.composer
    batch = training.pairs.batch(training.rng, config.composer_batch, config.size, training.among)
    with mixed_precision(training.device):
        loss, through, share = _compose_loss(config, training, batch, part)
    composer.step(loss, share * schedule(through, composer.steps, config.warmup, HOLD))


def _compose_loss(config: TrainConfig, training: _Training, batch: Batch, part: float) -> tuple[Tensor, float, float]:
    """The loss, how far this stretch of training has gone, and its share of the learning rate."""
    composer, noise = training.composer, training.noise
    if not training.real_folds:
        return coupled_loss(composer.net, batch, noise), part, 1.0
    if part < config.flow_share:
        return flow_loss(composer.net, batch, noise), part / config.flow_share, 1.0
    training.teacher = training.teacher or composer.averaged()
    loss = straight_loss(composer.net, training.teacher, config.teacher_steps, batch, noise)
    return loss, (part - config.flow_share) / (1 - config.flow_share), 0.5


def _paint_steps(config: TrainConfig, training: _Training, part: float) -> None:
    painter = training.painter
    for _ in range(config.painter_steps):
        batch = training.pairs.batch(training.rng, config.painter_batch, config.painter_crop, training.among)
        with mixed_precision(training.device):
            loss = painter_loss(painter.net, batch, training.noise)
        painter.step(loss, schedule(part, painter.steps, config.warmup, HOLD))


def _line(training: _Training, steps: int, seconds_left: float) -> str:
    composer, painter = training.composer, training.painter
    line = {"step": composer.steps, "of": steps, "minutes_left": round(seconds_left / 60, 1)}
    line |= {"straight": training.teacher is not None}
    return json.dumps(line | {"composer": round(composer.error, 4), "painter": round(painter.error, 4)})


def _checkpoint(out: Path, training: _Training, samples: int) -> None:
    composer, painter, teacher = training.composer, training.painter, training.teacher
    state = {"composer": composer.state(), "painter": painter.state()}
    state["teacher"] = {} if teacher is None else teacher.state_dict()
    torch.save(state, out / "checkpoint.tmp")
    (out / "checkpoint.tmp").replace(out / "checkpoint.pt")
    save_weights(out / "weights", composer, painter)
    pipeline = assemble(composer.averaged().cpu(), painter.averaged().cpu())
    steps = 8 if training.real_folds and teacher is None else STEPS
    sample_sheet(pipeline, range(HELD_OUT, HELD_OUT + samples), steps=steps).save(
        out / f"sample_{composer.steps:06d}.png"
    )


def _resume(out: Path, training: _Training, seed: int) -> None:
    state = torch.load(out / "checkpoint.pt", weights_only=True, map_location=training.device)
    training.composer.restore(state["composer"])
    training.painter.restore(state["painter"])
    training.rng = np.random.default_rng((seed, training.composer.steps))
    if state["teacher"]:
        training.teacher = training.composer.averaged()
        training.teacher.load_state_dict(state["teacher"])


def main() -> None:
    """Parse, train, tell each step on stderr."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("config", type=Path)
    parser.add_argument("--out", type=Path, default=Path("var/embedded"))
    parser.add_argument("--steps", type=int, help="instead of those of the configuration")
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint in --out")
    parser.add_argument("--photographs", type=Path, help="folder of KIND/*.jpg whose real folds are learned")
    parser.add_argument("--start", type=Path, help="weights that both nets start from")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--workers", type=int, help="processes that draw, instead of those of the configuration")
    given = parser.parse_args()
    config = TrainConfig.load(given.config)
    train(
        replace(config, steps=given.steps or config.steps, workers=given.workers or config.workers),
        given.out,
        lambda line: print(line, file=sys.stderr, flush=True),
        resume=given.resume,
        photographs=given.photographs,
        start=given.start,
        device=given.device,
    )


if __name__ == "__main__":
    main()
