"""Pictures of the embedded net: how fast they are painted and how well they show what was asked for.

500 specs that no net was trained on are painted and judged by nets trained apart from the one that paints; the same
nets judge the renderer's pictures of the same specs, which says how far they can be trusted. The baseline is the same
net in the plain loop: 50 steps, one picture at a time, loaded and called as the library does by itself.

    python -m bench.generate [--quick] [--count 500] [--device auto]
"""

import argparse
import multiprocessing
import os
import statistics
import sys
import time
from dataclasses import replace
from typing import Any

from bench.held_out import held_out_specs, least_often
from bench.line import Reach, peak_rss_mb, print_line
from bench.picture_quality import (
    SIZE,
    Gallery,
    colour_and_lines,
    drawn,
    named_right,
    painted,
    prefixed,
    repetitions,
    variety,
)
from models.generator_setup import EMBEDDED, GeneratorSetup

PLAIN_STEPS = 50
SHIFT = 1_000_003
"""Between the two seeds of one spec."""
REACH = (
    Reach("seconds_p50", 1.0),
    Reach("load_seconds", 2.0),
    Reach("painting_rss_mb", 1536),
    Reach("times_plain_loop", 10, at_least=True),
    Reach("category", 0.98, at_least=True),
    Reach("colour_right", 0.95, at_least=True),
    Reach("colour_de2000_median", 6),
    *(Reach(name, 0.90, at_least=True) for name in ("pattern", "sleeve", "length", "closure")),
    Reach("material", 0.85, at_least=True),
    Reach("lines_f1_mean", 0.8, at_least=True),
    Reach("repetitions", 0),
    Reach("fold_correlation_median", 0.5),
    *(
        Reach(f"renders_{name}", 0.97, at_least=True)
        for name in ("category", "pattern", "sleeve", "length", "closure", "colour_right")
    ),
    Reach("attributes_lost_to_plain_loop", 0.01),
)
ATTRIBUTES = ("category", "pattern", "sleeve", "length", "closure")


def speed(device: str, count: int) -> dict[str, Any]:
    """Seconds to load and to paint, peak memory, pictures a second of all hands; in a process of its own."""
    import diffusers  # noqa: F401 - loading is timed after imports
    import torch

    from design_gen.fan_out import choose_painter
    from design_gen.generate import load_generator
    from design_gen.prompt import Prompt

    setup = replace(GeneratorSetup(model=EMBEDDED), device=device)
    started = time.perf_counter()
    one = load_generator(replace(setup, threads=os.cpu_count() or 1))
    loaded = time.perf_counter() - started
    specs = held_out_specs(count)
    nothing, times = Prompt("", ""), []
    for seed, spec in specs:
        started = time.perf_counter()
        one.paint([spec], [nothing], [seed], size=SIZE)
        times.append(time.perf_counter() - started)
    many = choose_painter(replace(setup, threads=1))
    started = time.perf_counter()
    many.paint([spec for _, spec in specs], [nothing] * count, [seed for seed, _ in specs], size=SIZE)
    return {
        "load_seconds": round(loaded, 2),
        "seconds_p50": round(statistics.median(times), 3),
        "pictures_per_second": round(count / (time.perf_counter() - started), 2),
        "painting_rss_mb": peak_rss_mb(),
        "threads": torch.get_num_threads(),
    }


def plain_loop(device: str, count: int) -> dict[str, float]:
    """Pictures a second of the same net as the library calls it: 50 steps, one picture at a time."""
    import torch
    from PIL import Image

    from design_gen.embedded.look import draw_look
    from design_gen.embedded.pipeline import FlatToPicturePipeline
    from design_gen.embedded.render import flat_on_backdrop, garment_mask
    from design_gen.painting.weights import EMBEDDED_FOLDER

    pipeline = FlatToPicturePipeline.from_pretrained(EMBEDDED_FOLDER)
    pipeline.to("cpu" if device == "auto" and not torch.cuda.is_available() else device.replace("auto", "cuda"))
    pipeline.set_progress_bar_config(disable=True)
    started = time.perf_counter()
    for seed, spec in held_out_specs(count):
        look = draw_look(seed)
        flat, mask = Image.fromarray(flat_on_backdrop(spec, look, SIZE)), Image.fromarray(garment_mask(spec, SIZE))
        pipeline([flat], [mask], [spec.material], [look.light], [look.backdrop], PLAIN_STEPS)
    return {"pictures_per_second": round(count / (time.perf_counter() - started), 3)}


def apart(work: Any, *arguments: Any) -> Any:
    """The answer of a function in a new process, so that its memory and threads are its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, arguments)


def quality(device: str, count: int, plain_count: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """What was measured on the pictures, and the plain loop's attributes on the first specs."""
    from design_gen.generate import load_generator

    generator = load_generator(replace(GeneratorSetup(model=EMBEDDED), device=device, threads=os.cpu_count() or 1))
    specs = held_out_specs(count)
    gallery = painted(generator, specs)
    renders = drawn(specs)
    few = specs[: max(12, count // 5)]
    again = painted(generator, few, shift=SHIFT)
    right = named_right(gallery)
    measured = {"specs": count, **prefixed("rarest", least_often(specs)), **right, **colour_and_lines(gallery)}
    measured |= repetitions(gallery) | variety(Gallery(few, gallery.pictures[: len(few)]), again, SHIFT)
    measured |= prefixed("renders", named_right(renders) | colour_and_lines(renders))
    plain_specs = specs[:plain_count]
    plain = named_right(painted(generator, plain_specs, steps=PLAIN_STEPS))
    ours = named_right(Gallery(plain_specs, gallery.pictures[:plain_count]))
    lost = [plain[name] - ours[name] for name in ATTRIBUTES]
    measured["attributes_lost_to_plain_loop"] = round(sum(lost) / len(lost), 4)
    return measured, {name: plain[name] for name in ATTRIBUTES}


def main() -> int:
    """Measure and print the line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="36 specs instead of 500; shares are coarse then")
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda")
    given = parser.parse_args()
    started = time.monotonic()
    count, plain_count = (36, 12) if given.quick else (given.count, max(12, given.count // 5))
    fast = apart(speed, given.device, 16 if given.quick else 60)
    baseline = apart(plain_loop, given.device, 4 if given.quick else 20)
    measured, attributes = quality(given.device, count, plain_count)
    measured |= fast | {"times_plain_loop": round(fast["pictures_per_second"] / baseline["pictures_per_second"], 1)}
    baseline |= attributes
    return print_line("generate", 0, time.monotonic() - started, measured, baseline, REACH, given.quick)


if __name__ == "__main__":
    sys.exit(main())
