"""Pairs held on a GPU: read once from the folder as they are drawn, cut into batches there."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from torch import Tensor

from design_gen.embedded.dataset import Batch, PairFolder, choose_cuts
from design_gen.embedded.look import COARSE, Grain, draw_grain

_THREADS = 4
"""Drawing noise lets other threads run."""


class HeldPairs:
    """The same batches as the folder gives for the same seeds, without its copying: about 0.75 MB a pair of 256 px."""

    def __init__(self, folder: PairFolder, device: str) -> None:
        self.folder, self.device, self.held = folder, device, 0
        count, size = folder.count, folder.size
        self._planes = {
            name: torch.empty(array.shape, dtype=torch.uint8, device=device) for name, array in folder.arrays.items()
        }
        self._coarse = torch.empty(count, 3, size // COARSE, size // COARSE, device=device)
        self._fine = torch.empty(count, size, size, device=device)

    def batch(self, rng: np.random.Generator, length: int, crop: int, among: int | None = None) -> Batch:
        """As `PairFolder.batch`; pairs not held yet are fetched first."""
        among = among or self.folder.count
        self._hold(among)
        indices, corners = choose_cuts(rng, length, among, (self.folder.size - crop) // COARSE)
        chosen, (y, x) = self._there(indices), (self._there(corners[:, axis]) for axis in (0, 1))
        planes = {name: _cut(self._planes[name], chosen, y, x, crop) for name in ("flat", "picture", "mask")}
        small = _cut(self._coarse.movedim(1, -1), chosen, y // COARSE, x // COARSE, crop // COARSE)
        fine = _cut(self._fine, chosen, y, x, crop)
        return Batch(**planes, labels=self._planes["labels"][chosen], coarse=small.movedim(-1, 1), fine=fine)

    def _there(self, values: np.ndarray) -> Tensor:
        return torch.from_numpy(values).to(self.device, non_blocking=True)

    def _hold(self, stop: int) -> None:
        if stop <= self.held:
            return
        span = slice(self.held, stop)
        for name, plane in self._planes.items():
            plane[span] = torch.from_numpy(np.array(self.folder.arrays[name][span])).to(self.device)
        with ThreadPoolExecutor(_THREADS) as pool:
            grains = pool.map(self._grain, range(self.held, stop))
            for index, grain in enumerate(grains, self.held):
                self._coarse[index] = self._there(np.asarray(grain.coarse))
                self._fine[index] = self._there(np.asarray(grain.fine))
        self.held = stop

    def _grain(self, index: int) -> Grain:
        return draw_grain(self.folder.seed + index, self.folder.size)


def _cut(planes: Tensor, chosen: Tensor, y: Tensor, x: Tensor, crop: int) -> Tensor:
    """(b, crop, crop, ...) of (n, h, w, ...), each cut at its own corner."""
    along = torch.arange(crop, device=planes.device)
    down, across = (y[:, None] + along)[:, :, None], (x[:, None] + along)[:, None, :]
    return planes[chosen[:, None, None], down, across]
