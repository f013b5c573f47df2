"""Train the recognising nets: `python -m design_gen.recognise.train configs/train_recognise.toml [--device cuda]`.

Two nets: one for the shape's attributes, one that sees nothing but the grain of cloth for the material. Pictures are
drawn while the nets learn; how many are in use depends on the step alone. The same file gives the same pictures,
batches, starting weights and number of steps.
"""

import argparse
import json
import sys
import time
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from design_gen.learner import Learner, in_use, mixed_precision, schedule
from design_gen.recognise.blemish import MILD, Blemishes
from design_gen.recognise.dataset import SIZE, Source, Supply
from design_gen.recognise.net import AttributeNet, Vocabulary, load_net, save_net
from design_gen.recognise.pool import PicturePool
from design_gen.recognise.vocabulary import SHAPE, VALUES, Attribute, permitted
from models.errors import InvalidInput

Say = Callable[[str], object]
PARTS: Mapping[str, tuple[Attribute, ...]] = {"shape": SHAPE, "material": (Attribute.MATERIAL,)}
"""The nets and what each judges."""
SMOOTHING = 0.05
WHOLE = 0.8
"""Share of the steps from which on all pictures are learned from."""


@dataclass(frozen=True, slots=True)
class NetConfig:
    """How one net is built and trained."""

    supplies: tuple[Supply, ...]
    widths: tuple[int, ...]
    stem: int
    stride: int
    depths: tuple[int, ...]
    growth: tuple[tuple[float, int], ...]
    """Up to which share of the steps pictures are shrunk to which side: small ones teach quickly, large ones finely."""
    batch: int
    steps: int
    rate: float
    seed: int
    grain: bool = False
    """Whether the net sees bands of brightness instead of colours."""


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """What `configs/train_recognise.toml` says."""

    threads: int
    checkpoint_every: int
    """Steps."""
    nets: Mapping[str, NetConfig]

    @staticmethod
    def load(path: Path) -> "TrainConfig":
        """Read the TOML file; InvalidInput says which key is missing, unknown or wrong."""
        try:
            values = tomllib.loads(path.read_text())
            nets = {name: _net_config(values.pop(name)) for name in PARTS if name in values}
            return TrainConfig(nets=nets, **values)
        except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
            raise InvalidInput(f"{path}: {error}") from error


def _net_config(values: dict[str, Any]) -> NetConfig:
    supplies = tuple(_supply(each) for each in values.pop("supply"))
    growth = tuple((float(until), int(side)) for until, side in values["growth"])
    tuples = {name: tuple(values[name]) for name in ("widths", "depths")}
    return NetConfig(supplies=supplies, **{**values, **tuples, "growth": growth})


def _supply(values: Mapping[str, Any]) -> Supply:
    given = {**values, "folder": Path(values["folder"]), "source": Source(values["source"])}
    return Supply(**{**given, "folds": tuple(given["folds"])} if "folds" in given else given)


def loss_of(logits: Mapping[Attribute, Tensor], labels: Tensor, masks: Mapping[Attribute, Tensor]) -> Tensor:
    """Mean smoothed cross-entropy over the attributes, among the values that the true category permits."""
    total = torch.zeros((), device=labels.device)
    categories = labels[:, list(Attribute).index(Attribute.CATEGORY)]
    for attribute, scores in logits.items():
        allowed = masks[attribute][categories]
        chances = scores.masked_fill(~allowed, -1e4).log_softmax(dim=1)
        right = chances.gather(1, labels[:, list(Attribute).index(attribute), None]).squeeze(1)
        spread = (chances * allowed).sum(dim=1) / allowed.sum(dim=1)
        total = total - ((1 - SMOOTHING) * right + SMOOTHING * spread).mean()
    return total


def learner_of(config: NetConfig, vocabulary: Vocabulary, device: str = "cpu") -> Learner[AttributeNet]:
    """A new net under its optimiser."""
    net = AttributeNet(config.widths, config.stem, config.stride, config.depths, vocabulary, config.grain)
    return Learner(net.to(device), config.rate, decay=0.05, clip=2.0, memory=0.998)


def save(learner: Learner[AttributeNet], out: Path, name: str) -> None:
    """Checkpoint and averaged weights."""
    torch.save(learner.state(), out / f"{name}.tmp")
    (out / f"{name}.tmp").replace(out / f"{name}.pt")
    save_net(learner.averaged(), out / "weights" / f"{name}.safetensors")


def train_net(
    name: str,
    config: NetConfig,
    out: Path,
    every: int,
    resume: bool,
    say: Say,
    *,
    device: str = "cpu",
    workers: int = 1,
) -> AttributeNet:
    """Train for the configured steps while pictures are drawn; leave checkpoint and weights in `out`."""

    def drew(supply: Supply, count: int) -> None:
        say(json.dumps({"net": name, "supplied": count, "source": supply.source}))

    torch.manual_seed(config.seed)
    torch.backends.cudnn.benchmark = True  # the same shapes at every step
    vocabulary = {attribute: VALUES[attribute] for attribute in PARTS[name]}
    learner = learner_of(config, vocabulary, device)
    if resume:
        learner.restore(torch.load(out / f"{name}.pt", weights_only=True, map_location=device))
    pool = PicturePool(config.supplies, device, workers, drew)
    categories = VALUES[Attribute.CATEGORY]
    masks = {a: torch.from_numpy(permitted(a, categories, VALUES[a])).to(device) for a in vocabulary}
    strength = MILD if config.grain else Blemishes()
    rng, began, before = np.random.default_rng((config.seed, learner.steps)), time.monotonic(), learner.steps
    while learner.steps < config.steps:
        part = learner.steps / config.steps
        side = next((side for until, side in config.growth if part < until), SIZE)
        seen, labels = pool.batch(rng, config.batch, side, strength, in_use(pool.count, part, WHOLE))
        with mixed_precision(device):
            logits = learner.net(seen)
        single = {attribute: scores.float() for attribute, scores in logits.items()}
        learner.step(loss_of(single, labels, masks), schedule(part, learner.steps, 100, 0.0))
        if learner.steps % 50 == 0:
            left = (time.monotonic() - began) / (learner.steps - before) * (config.steps - learner.steps)
            progress = {"net": name, "step": learner.steps, "of": config.steps, "minutes_left": round(left / 60, 1)}
            say(json.dumps(progress | {"loss": round(learner.error, 4)}))
        if learner.steps % every == 0:
            save(learner, out, name)
    save(learner, out, name)
    return load_net(out / "weights" / f"{name}.safetensors")


def main() -> None:
    """Parse, train, tell each step on stderr and in `log.jsonl`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("config", type=Path)
    parser.add_argument("--out", type=Path, default=Path("var/recognise"))
    parser.add_argument("--only", choices=tuple(PARTS))
    parser.add_argument("--steps", type=int, help="instead of those of the configuration")
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--workers", type=int, default=1, help="processes that draw pictures")
    given = parser.parse_args()
    config = TrainConfig.load(given.config)
    torch.set_num_threads(config.threads)
    given.out.mkdir(parents=True, exist_ok=True)
    with (given.out / "log.jsonl").open("a") as log:

        def say(line: str) -> None:
            print(line, file=sys.stderr, flush=True)
            print(line, file=log, flush=True)

        for name, net in config.nets.items():
            if given.only in (None, name):
                chosen = net if given.steps is None else replace(net, steps=given.steps)
                train_net(
                    name,
                    chosen,
                    given.out,
                    config.checkpoint_every,
                    given.resume,
                    say,
                    device=given.device,
                    workers=given.workers,
                )


if __name__ == "__main__":
    main()
