"""Real photographs of clothes: cut out, and read for how real cloth lies.

Training may be given a folder of photographs, one sub-folder a kind of garment (`t-shirt`, `pants`, ...). From plain
ones the light and shade of their folds is taken, never their shape, colour, print or mark; drawings trained on are
then shaded with it. A fifth of the photographs is held out for measuring (`is_held_out`).
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from design_gen.embedded.look import Plane

Rgb = NDArray[np.uint8]

SIDE = 256
_GARMENT = 0.5
# Shares of the frame, solidity of the outline and how much of the border it may touch: looser ones are bad cut-outs.
_LEAST, _MOST, _SOLID, _BORDER, _RAGGED = 0.14, 0.72, 0.6, 0.06, 90.0
_LEAST_PIXELS = 4000
# CIELAB: how far a hue may stray on plain cloth, and the lightness below which folds drown in noise.
_HUE, _DARK = 14.0, 18.0
_PATTERNED, _STRANGE = 0.105, 0.10
"""Usual detail of patterned cloth, and the share of strange pixels (labels, prints) that a plain garment may have."""
_FLAT, _WILD = 0.05, 0.4
"""Deviation of log brightness below which cloth lies flat, and above which it is no fold."""


@dataclass(frozen=True, slots=True)
class CutOut:
    """A photograph (SIDE, SIDE, 3) padded to a square, and how much of each pixel the garment covers, 0..1."""

    picture: Rgb
    cover: Plane
    kind: str


def is_held_out(path: Path) -> bool:
    """Whether a photograph is kept from training: by its file name, a fifth of all."""
    return hashlib.sha256(path.name.encode()).digest()[0] % 5 == 0


def find_photographs(folder: Path, *, held_out: bool) -> tuple[Path, ...]:
    """The photographs of `folder/KIND/*.jpg` on one side of the split, sorted."""
    found = sorted(folder.glob("*/*.jpg"))
    return tuple(path for path in found if is_held_out(path) == held_out)


def cut_out(path: Path) -> CutOut | None:
    """The garment of one photograph by GrabCut (Rother, Kolmogorov and Blake 2004); None where no outline is clear."""
    read = cv2.imread(str(path))
    if read is None:
        return None
    scale = SIDE / max(read.shape[:2])
    width, height = round(read.shape[1] * scale), round(read.shape[0] * scale)
    small = cv2.resize(read, (width, height), interpolation=cv2.INTER_AREA)
    picture = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2RGB), np.uint8)
    shape = _outline(picture)
    if shape is None:
        return None
    soft = cv2.GaussianBlur(shape.astype(np.float32), (0, 0), 1.1)
    cover = np.clip((soft - 0.55) * 2.2, 0, 1)
    top, left = (SIDE - height) // 2, (SIDE - width) // 2
    frame = ((top, SIDE - height - top), (left, SIDE - width - left))
    return CutOut(np.pad(picture, (*frame, (0, 0)), mode="edge"), np.pad(cover, frame), path.parent.name)


def _outline(picture: Rgb) -> NDArray[np.uint8] | None:
    """0/1 mask of the garment at the picture's size."""
    small = cv2.resize(picture, None, fx=0.625, fy=0.625, interpolation=cv2.INTER_AREA)
    height, width = small.shape[:2]
    border = max(3, int(0.035 * min(height, width)))
    marks = np.full((height, width), cv2.GC_BGD, np.uint8)
    marks[border:-border, border:-border] = cv2.GC_PR_FGD
    marks[int(0.38 * height) : int(0.6 * height), int(0.42 * width) : int(0.58 * width)] = cv2.GC_FGD
    cv2.setRNGSeed(7)
    cv2.grabCut(small, marks, None, np.zeros((1, 65)), np.zeros((1, 65)), 4, cv2.GC_INIT_WITH_MASK)  # type: ignore[call-overload]
    garment = _largest(((marks == cv2.GC_FGD) | (marks == cv2.GC_PR_FGD)).astype(np.uint8))
    garment = np.asarray(cv2.morphologyEx(garment, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8)), np.uint8)
    garment = np.asarray(cv2.morphologyEx(garment, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8)), np.uint8)
    if not _is_clear(garment, border):
        return None
    size = (picture.shape[1], picture.shape[0])
    return (cv2.resize(garment.astype(np.float32), size) > _GARMENT).astype(np.uint8)


def _largest(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    if count < 2:
        return np.zeros_like(mask)
    return np.asarray(labels == 1 + stats[1:, cv2.CC_STAT_AREA].argmax(), np.uint8)


def _is_clear(garment: NDArray[np.uint8], border: int) -> bool:
    share = float(garment.mean())
    outlines, _ = cv2.findContours(garment, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not outlines or not _LEAST < share < _MOST:
        return False
    outline = max(outlines, key=cv2.contourArea)
    solid = cv2.contourArea(outline) / max(1.0, cv2.contourArea(cv2.convexHull(outline)))
    rim = np.concatenate(
        [garment[border + 1], garment[-border - 2], garment[:, border + 1], garment[:, -border - 2]]
    ).mean()
    ragged = cv2.arcLength(outline, True) ** 2 / (share * garment.size)
    return bool(solid >= _SOLID and rim <= _BORDER and ragged <= _RAGGED)


def shading_of(cut: CutOut) -> Plane | None:
    """Light and shade of a plain garment's folds as log brightness around 0, (SIDE, SIDE), spread beyond its outline.

    None where the cloth is not plain: patterned, printed, of several colours, or too dark to see folds on.
    """
    inside = cv2.erode((cut.cover > 0.9).astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
    if inside.sum() < _LEAST_PIXELS:
        return None
    lab = cv2.cvtColor(cut.picture.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    usual = np.median(lab[inside], axis=0)
    hue = np.hypot(lab[..., 1] - usual[1], lab[..., 2] - usual[2])
    tone = np.log(np.maximum((cut.picture.astype(np.float32) / 255).mean(axis=2) ** 2.2, 0.004))
    # What a lamp does to the whole garment is left to the lamp of the drawing.
    tone -= _spread_out(tone, inside, 45.0)
    detail = _detail(tone, inside)
    usual_detail = float(np.median(detail[inside]))
    strange = (hue > _HUE) | (np.abs(tone) > 1.0) | (detail > max(0.12, 2.6 * usual_detail))
    if usual[0] < _DARK or usual_detail > _PATTERNED or strange[inside].mean() > _STRANGE:
        return None
    # Labels, buttons and small prints are no folds: what is strange is filled in from around it.
    keep = inside & ~cv2.dilate(strange.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)
    folds, wide = _spread_out(tone, keep, 1.1), _spread_out(tone, keep, 9.0)
    near = np.clip((cv2.GaussianBlur(keep.astype(np.float32), (0, 0), 2.5) - 0.3) * 2.5, 0, 1)
    shading: Plane = np.clip(folds * near + wide * (1 - near), -1.0, 0.8).astype(np.float32)
    return shading if _FLAT < shading[keep].std() < _WILD else None


def _detail(tone: Plane, inside: NDArray[np.bool_]) -> Plane:
    """How much goes on within some five pixels: threads little, folds more, prints and patterns most."""
    fine = (tone - cv2.GaussianBlur(tone, (0, 0), 2.0)) ** 2
    detail: Plane = np.sqrt(_spread_out(fine, inside, 5.0))
    return detail


def _spread_out(tone: Plane, keep: NDArray[np.bool_], sigma: float) -> Plane:
    """Gaussian mean of the kept values only, answered everywhere (normalised convolution, Knutsson 1993)."""
    weight = keep.astype(np.float32)
    total = cv2.GaussianBlur(tone * weight, (0, 0), sigma)
    smooth: Plane = total / (cv2.GaussianBlur(weight, (0, 0), sigma) + 1e-4)
    return smooth


def read_shadings(folder: Path) -> Iterator[tuple[str, Plane] | None]:
    """(kind, shading) of each training photograph's garment, framed to its outline; None for one of no use."""
    for path in find_photographs(folder, held_out=False):
        cut = cut_out(path)
        shading = None if cut is None else shading_of(cut)
        yield None if cut is None or shading is None else (cut.kind, _framed(shading, cut.cover))


def _framed(shading: Plane, cover: Plane) -> Plane:
    """The part inside the garment's bounding box, stretched to (SIDE, SIDE)."""
    rows, columns = np.flatnonzero((cover > 0.5).any(axis=1)), np.flatnonzero((cover > 0.5).any(axis=0))
    part = shading[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return np.asarray(cv2.resize(part, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR), np.float32)


def gather_cloth(photographs: Path, bank: Path) -> Iterator[bool]:
    """Read every training photograph into `bank`, telling for each whether it was of use; nothing when it is there."""
    if (bank / "kinds.json").exists():
        return
    shadings, kinds = [], []
    for found in read_shadings(photographs):
        if found is not None:
            kinds.append(found[0])
            shadings.append(found[1].astype(np.float16))
        yield found is not None
    if not kinds:
        raise FileNotFoundError(f"{photographs}: no photograph KIND/*.jpg shows a plain garment clearly")
    bank.mkdir(parents=True, exist_ok=True)
    np.save(bank / "shadings.npy", np.stack(shadings))
    (bank / "kinds.json").write_text(json.dumps(kinds))
