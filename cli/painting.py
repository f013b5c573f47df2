"""Painting specs outside of a batch, for `design draw` and `design sheet`."""

import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from cli.output import say
from cli.progress import progress_bar

if TYPE_CHECKING:
    from design_gen.check import Checker
    from design_gen.fan_out import Painter
    from design_gen.generate import Generator, Picture
    from design_gen.sheet import Cell
    from models.garment import GarmentSpec


class Wish(NamedTuple):
    """What the command line may say about painting; None takes what is configured."""

    model: str | None = None
    size: int | None = None
    steps: int | None = None
    guidance: float | None = None


def paint(specs: "Sequence[GarmentSpec]", seed: int, wish: Wish, quiet: bool) -> "list[Picture]":
    """One picture a spec, all from the same seed, unlabelled."""
    from configs.load_lexicon import load_lexicon
    from configs.settings import settings

    generation, seeds = settings().generation, [seed] * len(specs)
    generator = _generator(wish)
    prompts = generator.prompts(specs, seeds, load_lexicon().label)
    size, steps = wish.size or generation.size, wish.steps or generation.steps or None
    with progress_bar("pictures", quiet) as advance:
        return generator.paint(specs, prompts, seeds, size=size, steps=steps, guidance=wish.guidance, progress=advance)


def paint_cells(specs: "Sequence[GarmentSpec]", seed: int, wish: Wish, quiet: bool) -> "list[Cell]":
    """As a batch would: checked, drawn again where a check fails, labelled."""
    from configs.load_lexicon import load_lexicon
    from configs.settings import settings
    from design_gen.paint import paint_designs
    from design_gen.sheet import Cell
    from models.blobs import BlobStore

    generation, label = settings().generation, load_lexicon().label
    size, steps = wish.size or generation.size, wish.steps or generation.steps
    painter, judge = _painter(wish), checker()
    cells: list[Cell] = []
    with tempfile.TemporaryDirectory() as folder, progress_bar("pictures", quiet) as advance:
        blobs = BlobStore(f"file://{folder}")
        many = generation.batch_size * painter.hands
        for start in range(0, len(specs), many):
            chunk = list(enumerate(specs[start : start + many], start))
            painted = paint_designs(chunk, seed, painter, label, blobs, size, steps, judge)
            for (_, spec), one in zip(chunk, painted, strict=True):
                findings = tuple(finding.to_json() for finding in one.findings)
                state = "drawn" if one.passed else "flagged"
                cells.append(Cell(spec, blobs.get(one.picture), one.seed, findings, state=state))
            advance(len(cells), len(specs))
    return cells


def _painter(wish: Wish) -> "Painter":
    from configs.load_generator_setup import generator_setup
    from configs.settings import settings
    from design_gen.fan_out import choose_painter

    say("loading the net ...")
    generation = settings().generation
    setup = generator_setup(generation, wish.model or "")
    return choose_painter(setup, generation.engine, generation.painters, generation.ray_address)


def checker() -> "Checker":
    """What pictures are held against: where a database is there, its stored pictures and protected works too."""
    from cli.edges import has_database, ready
    from configs.settings import settings
    from design_gen.check import Checker
    from design_gen.prints import load_catalogue
    from design_gen.protected import load_register
    from models.db import transaction

    if not has_database():
        return Checker()
    ready()
    with transaction() as session:
        today = datetime.now(UTC).date()
        return Checker(load_catalogue(session), load_register(session, today, settings().clearance.limit))


def _generator(wish: Wish) -> "Generator":
    from configs.load_generator_setup import generator_setup
    from configs.settings import settings
    from design_gen.generate import load_generator

    say("loading the net ...")
    return load_generator(generator_setup(settings().generation, wish.model or ""))
