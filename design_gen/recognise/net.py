"""The two small nets: plain convolutions, pooled evenly and by attention, one linear head for each attribute.

Pictures enter as (batch, 3, height, width) in [-1, 1]; out come logits by attribute, (batch, values).
"""

import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional

from design_gen.recognise.vocabulary import Attribute
from models.errors import UnreadableModel

Vocabulary = Mapping[Attribute, Sequence[str]]


def _conv(inputs: int, outputs: int, kernel: int, stride: int) -> nn.Sequential:
    convolution = nn.Conv2d(inputs, outputs, kernel, stride, (kernel - 1) // 2 if kernel % 2 else 0, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


def _bands(pictures: Tensor) -> Tensor:
    """(b, 3, h, w): threads, weave and folds, as brightness less its mean over ever wider squares, about 1 in size."""
    grey = pictures.mean(dim=1, keepdim=True)
    means = [grey, *(_mean(grey, side) for side in (5, 21, 61))]
    return torch.cat(
        [(fine - wide) * gain for (fine, wide), gain in zip(pairwise(means), (16.0, 8.0, 4.0), strict=True)], 1
    )


def _mean(grey: Tensor, side: int) -> Tensor:
    """Mean over squares of `side` pixels, taken along rows, then columns."""
    along = functional.avg_pool2d(grey, (1, side), 1, (0, side // 2), count_include_pad=False)
    return functional.avg_pool2d(along, (side, 1), 1, (side // 2, 0), count_include_pad=False)


class _Residual(nn.Module):
    """x and what two convolutions add to it."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.added = nn.Sequential(_conv(channels, channels, 3, 1), nn.Conv2d(channels, channels, 3, 1, 1, bias=False))
        self.norm = nn.BatchNorm2d(channels)
        nn.init.zeros_(self.norm.weight)  # starts as the identity

    def forward(self, x: Tensor) -> Tensor:
        """Same shape out as in."""
        return torch.relu(x + self.norm(self.added(x)))


class AttributeNet(nn.Module):
    """A stem that takes `stem` x `stem` pixels, then for each further width a halving stage with `depths` residuals.

    Each attribute looks where it wants: a closure is a few pixels, a pattern is everywhere. With `grain` the net sees
    three bands of brightness instead of colours: the same cloth comes in every colour, and a net that sees colours
    learns its training pictures by them instead of by their threads.
    """

    def __init__(
        self,
        widths: Sequence[int],
        stem: int,
        stride: int,
        depths: Sequence[int],
        vocabulary: Vocabulary,
        grain: bool = False,
    ) -> None:
        super().__init__()
        self.shape: dict[str, Any] = {"widths": list(widths), "stem": stem, "stride": stride, "depths": list(depths)}
        self.shape |= {"grain": grain}
        self.grain = grain
        self.vocabulary = {Attribute(name): tuple(values) for name, values in vocabulary.items()}
        stages = [_conv(3, widths[0], stem, stride)]
        for (narrow, wide), depth in zip(pairwise(widths), depths, strict=True):
            stages.append(nn.Sequential(_conv(narrow, wide, 3, 2), *(_Residual(wide) for _ in range(depth))))
        self.body = nn.Sequential(*stages)
        self.gaze = nn.Conv2d(widths[-1], len(self.vocabulary), 1)
        self.heads = nn.ModuleDict({name: nn.Linear(2 * widths[-1], len(v)) for name, v in self.vocabulary.items()})

    def forward(self, pictures: Tensor) -> dict[Attribute, Tensor]:
        """Logits by attribute; the sides are multiples of the stride, halved once a further width."""
        features = self.body(_bands(pictures) if self.grain else pictures)
        gaze = self.gaze(features).flatten(2).softmax(dim=2)
        seen, even = gaze @ features.flatten(2).transpose(1, 2), features.mean(dim=(2, 3))
        return {
            name: self.heads[name](torch.cat([even, seen[:, place]], dim=1))
            for place, name in enumerate(self.vocabulary)
        }


def save_net(net: AttributeNet, path: Path) -> None:
    """Half-precision safetensors with shape and vocabulary in the header: the file says what it answers."""
    tensors = {
        name: (value.half() if value.is_floating_point() else value).contiguous()
        for name, value in net.state_dict().items()
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, path, {"shape": json.dumps(net.shape), "vocabulary": json.dumps(net.vocabulary)})


def load_net(path: Path) -> AttributeNet:
    """The net of a file in single precision, ready to answer; UnreadableModel where the file is none of ours."""
    try:
        with safe_open(path, "pt") as file:
            header: Mapping[str, Any] = file.metadata() or {}
            state = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        net = AttributeNet(**json.loads(header["shape"]), vocabulary=json.loads(header["vocabulary"]))
        net.load_state_dict(state)
    except (OSError, SafetensorError, KeyError, ValueError, TypeError, RuntimeError) as error:
        raise UnreadableModel(str(path), str(error).splitlines()[0]) from error
    net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return net.eval()
