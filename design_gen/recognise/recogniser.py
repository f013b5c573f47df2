"""Recognise a garment in pictures: `recognise(pictures)`, with nets that are loaded once a process.

The judgement comes from pixels alone: nothing of what was asked for enters. An attribute is judged among the values
that the *recognised* categories permit, each weighed by how likely it is. What a person could not tell apart is listed
in the model card beside the weights.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from design_gen.recognise.dataset import SIZE, Pixels
from design_gen.recognise.net import AttributeNet, load_net
from design_gen.recognise.vocabulary import Attribute, permitted
from design_gen.threads import torch_threads
from models.errors import InvalidInput

WEIGHTS = Path(__file__).parent / "weights"
_BATCH = 8
Chances = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Judgement:
    """The most likely value of an attribute and its probability."""

    value: str
    probability: float


Recognition = Mapping[Attribute, Judgement]


class Recogniser:
    """Two nets and what their categories permit; answers do not depend on what else is in the batch."""

    def __init__(self, shape: AttributeNet, material: AttributeNet) -> None:
        self.nets = (shape, material)
        self.vocabulary = shape.vocabulary | material.vocabulary
        categories = self.vocabulary[Attribute.CATEGORY]
        self.masks = {name: permitted(name, categories, values) for name, values in self.vocabulary.items()}

    def recognise(self, pictures: Sequence[Pixels], threads: int | None = None) -> list[Recognition]:
        """Every attribute of each square sRGB picture (side, side, 3) of bytes; sides may differ."""
        chances = self.chances(pictures, threads)
        return [
            {name: _likeliest(self.vocabulary[name], rows[place]) for name, rows in chances.items()}
            for place in range(len(pictures))
        ]

    def chances(self, pictures: Sequence[Pixels], threads: int | None = None) -> dict[Attribute, Chances]:
        """Probabilities by attribute, (pictures, values), each row summing to one."""
        scores = self._scores([_fit(picture) for picture in pictures], threads)
        categories = _softmax(scores[Attribute.CATEGORY])
        return {
            name: categories if name is Attribute.CATEGORY else _weigh(values, self.masks[name], categories)
            for name, values in scores.items()
        }

    def _scores(self, pictures: Sequence[Pixels], threads: int | None) -> dict[Attribute, Chances]:
        from design_gen.recognise.blemish import clean

        rows: dict[Attribute, list[Chances]] = {name: [] for name in self.vocabulary}
        with torch_threads(threads), torch.inference_mode():
            for start in range(0, len(pictures), _BATCH):
                planes = clean(np.stack(pictures[start : start + _BATCH]))
                logits = self.nets[0](planes) | _of_cloth(self.nets[1], planes)
                for name, scores in logits.items():
                    rows[name].append(scores.double().numpy())
        return {
            name: np.concatenate(parts) if parts else np.zeros((0, len(self.vocabulary[name])))
            for name, parts in rows.items()
        }


@lru_cache(maxsize=2)
def load_recogniser(folder: Path = WEIGHTS) -> Recogniser:
    """The recogniser of a folder of weights, loaded once a process."""
    return Recogniser(load_net(folder / "shape.safetensors"), load_net(folder / "material.safetensors"))


def recognise(pictures: Sequence[Pixels], threads: int | None = None) -> list[Recognition]:
    """Judge pictures with the nets of this package; see `Recogniser.recognise`."""
    return load_recogniser().recognise(pictures, threads)


def _fit(picture: Pixels) -> Pixels:
    """The picture at the size that the nets were trained at."""
    if picture.ndim != 3 or picture.shape[0] != picture.shape[1] or picture.shape[2] != 3 or picture.dtype != np.uint8:
        raise InvalidInput(f"a picture to recognise is square RGB in bytes, not {picture.dtype} {picture.shape}")
    if len(picture) < 64:
        raise InvalidInput(f"a picture {len(picture)} pixels wide is too small to recognise anything in; 64 at least")
    if len(picture) == SIZE:
        return picture
    return np.asarray(Image.fromarray(picture).resize((SIZE, SIZE), Image.Resampling.LANCZOS))


def _of_cloth(net: AttributeNet, planes: Tensor) -> dict[Attribute, Tensor]:
    """Scores by attribute of the cloth as it lies and of its mirror image, each counting alike.

    Two looks named four materials of 288 more right than one, once.
    """
    both = torch.cat([planes, planes.flip(3)]).contiguous(memory_format=torch.channels_last)
    return {
        name: scores.log_softmax(dim=1).unflatten(0, (2, len(planes))).mean(dim=0) for name, scores in net(both).items()
    }


def _softmax(scores: Chances) -> Chances:
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: Chances = powers / powers.sum(axis=-1, keepdims=True)
    return shares


def _weigh(scores: Chances, mask: NDArray[np.bool_], categories: Chances) -> Chances:
    """Probabilities among what each category permits (categories, values), weighed by the categories' own."""
    within = _softmax(np.where(mask[None], scores[:, None], -1e4))
    weighed: Chances = np.einsum("pc,pcv->pv", categories, within)
    return weighed


def _likeliest(values: Sequence[str], chances: Chances) -> Judgement:
    best = int(chances.argmax())
    return Judgement(values[best], float(chances[best]))
