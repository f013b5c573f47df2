"""Measure the embedded net on held-out specs: `python -m design_gen.embedded.measure [--count 100] [--sheet PNG]`.

The last line on stdout is one JSON object; the sheet shows what `Generator.paint` returns.
"""

import argparse
import json
import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from design_gen.check import check_colour
from design_gen.embedded.dataset import HELD_OUT, sample_spec
from design_gen.embedded.look import draw_look
from design_gen.embedded.pipeline import paint_drawing
from design_gen.embedded.render import draft, garment_mask
from design_gen.generate import Generator, load_generator
from design_gen.prompt import Prompt

SIZE = 256
_NO_WORDS = Prompt("", "")


def measure(generator: Generator, count: int) -> tuple[dict[str, Any], list[Image.Image]]:
    """Seconds a picture, colour distance, and how much of the renderer's shading the net gives, with the pictures."""
    seconds, colour, shading, pictures = [], [], [], []
    for seed in range(HELD_OUT, HELD_OUT + count):
        spec = sample_spec(seed)
        started = time.perf_counter()
        (picture,) = generator.paint([spec], [_NO_WORDS], [seed], size=SIZE)
        seconds.append(time.perf_counter() - started)
        pictures.append(picture.image)
        straight = np.asarray(generator.straighten(picture, spec))
        colour.append(check_colour(straight, garment_mask(spec, SIZE), spec.colour.rgb).value)
        shading.append(shading_given(generator, seed))
    figures = {
        "specs": count,
        "seconds_p50": round(statistics.median(seconds), 3),
        "seconds_p90": round(float(np.quantile(seconds, 0.9)), 3),
        "threads": torch.get_num_threads(),
        "colour_de2000_median": round(statistics.median(colour), 2),
        "colour_de2000_p90": round(float(np.quantile(colour, 0.9)), 2),
        "colour_within_10": round(float(np.mean(np.array(colour) <= 10)), 3),
        "shading_given_median": round(statistics.median(shading), 3),
    }
    return figures, pictures


def shading_given(generator: Generator, seed: int) -> float:
    """1 where the net's picture equals the drawing from the same grain, 0 where it is no nearer than the flat.

    One minus the ratio of squared errors inside the garment: a net that copied its flat would score 0.
    """
    spec, look = sample_spec(seed), draw_look(seed)
    flat, drawn, mask = draft(spec, look, SIZE)
    painted = paint_drawing(generator.pipeline, spec, look, flat, mask)
    inside = mask > 127
    target = drawn[inside].astype(float)
    net = ((np.asarray(painted, float)[inside] - target) ** 2).mean()
    copy = ((flat[inside] - target) ** 2).mean()
    return float(1 - net / copy)


def contact_sheet(pictures: list[Image.Image], columns: int = 8) -> Image.Image:
    """All pictures on one sheet."""
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (columns * SIZE, rows * SIZE), "white")
    for place, picture in enumerate(pictures):
        sheet.paste(picture, (place % columns * SIZE, place // columns * SIZE))
    return sheet


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="embedded")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--sheet", type=Path)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    figures, pictures = measure(load_generator(given.model, threads=given.threads), given.count)
    if given.sheet is not None:
        contact_sheet(pictures).save(given.sheet)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
