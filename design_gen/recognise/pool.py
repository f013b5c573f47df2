"""Pictures that a recognising net learns from, on its device: as many as are asked for, while the rest is drawn."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from design_gen.recognise.blemish import Blemishes, blemish
from design_gen.recognise.dataset import Supply, is_there, part_path, supply_pictures

Drew = Callable[[Supply, int], object]
"""Told how many pictures of a supply were drawn."""


class PicturePool:
    """Pictures and labels of supplies in the order of their seeds; on a CPU they stay on disk until looked at."""

    def __init__(self, supplies: Sequence[Supply], device: str, workers: int, drew: Drew) -> None:
        self.device = device
        self._pictures: list[Tensor] = []
        self._labels: list[Tensor] = []
        self._places: list[tuple[int, int]] = []
        self._parts = self._supplied(supplies, workers, drew)
        self.count = sum(supply.count for supply in supplies)

    def grow(self, count: int) -> None:
        """Have at least so many pictures, waiting for those that are still being drawn."""
        while len(self._places) < min(count, self.count):
            pictures, labels = next(self._parts)
            self._places += [(len(self._pictures), place) for place in range(len(labels))]
            self._pictures.append(pictures if self.device == "cpu" else pictures.to(self.device))
            self._labels.append(labels.to(self.device))

    def batch(
        self, rng: np.random.Generator, length: int, side: int, strength: Blemishes, among: int
    ) -> tuple[Tensor, Tensor]:
        """(length, 3, side, side) with blemishes, and labels (length, attributes), of the first `among` pictures."""
        self.grow(among)
        chosen = [self._places[index] for index in rng.integers(min(among, self.count), size=length)]
        pictures = torch.stack([self._pictures[part][place] for part, place in chosen])
        labels = torch.stack([self._labels[part][place] for part, place in chosen])
        return blemish(pictures, rng, strength, side), labels

    def _supplied(self, supplies: Sequence[Supply], workers: int, drew: Drew) -> Iterator[tuple[Tensor, Tensor]]:
        for supply in supplies:
            drawing = supply_pictures(supply, workers)
            for seeds in supply.parts():
                while not is_there(supply.folder, seeds):
                    drew(supply, next(drawing))
                pictures, labels = (
                    np.load(part_path(supply.folder, seeds, name), mmap_mode="c") for name in ("pictures", "labels")
                )
                yield torch.from_numpy(pictures), torch.from_numpy(labels.astype(np.int64))
