"""`demandloom design sheet`: the contact sheet of a batch or of a list of specs."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.output import AsJson, print_json, writable

if TYPE_CHECKING:
    from design_gen.sheet import Cell

EXAMPLES = (
    "Examples: demandloom design sheet sample-week --out sheet.png ; "
    "demandloom design spec --trend 军大衣 --n 24 --json | demandloom design sheet --specs - --out sheet.png"
)


def sheet(
    out: Annotated[Path, typer.Option(help="PNG to write.")],
    slug: Annotated[str | None, typer.Argument(metavar="[BATCH]", help="A batch, as it stands now.")] = None,
    specs: Annotated[Path | None, typer.Option(help="Instead: a JSON list of specs to draw now; - is stdin.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of the pictures of --specs.", min=0)] = 1,
    model: Annotated[str | None, typer.Option(help="Net by name or folder. [default: as configured]")] = None,
    size: Annotated[int | None, typer.Option(help="Pixels of a picture. [default: as configured]", min=64)] = None,
    steps: Annotated[int | None, typer.Option(help="Denoising steps.", min=1, max=200)] = None,
    title: Annotated[str | None, typer.Option(help="Heading of the sheet.")] = None,
    columns: Annotated[int, typer.Option(help="Designs beside each other.", min=1, max=12)] = 4,
    flats_only: Annotated[bool, typer.Option("--flats-only", help="With --specs: draw no pictures.")] = False,
    as_json: AsJson = False,
) -> None:
    """Flat, picture and numbers of every design on one PNG, which says that they are AI concepts."""
    from cli.painting import Wish, paint_cells
    from cli.specs import read_specs
    from configs.load_lexicon import load_lexicon
    from design_gen.sheet import MAX_CELLS, Cell, draw_sheet
    from factory_matching.briefs.pdf import FONTS
    from models.errors import InvalidInput

    if (slug is None) == (specs is None):
        raise InvalidInput("name one batch or one file of --specs")
    sheet_file = writable(out)
    if specs is not None:
        wanted = read_specs(specs)
        if len(wanted) > MAX_CELLS:
            raise InvalidInput(f"{specs}: {len(wanted)} specs; a sheet shows up to {MAX_CELLS}")
        wish = Wish(model, size, steps)
        cells = [Cell(one) for one in wanted] if flats_only else paint_cells(wanted, seed, wish, as_json)
        heading = title or f"{len(cells)} designs · 款设计"
    else:
        cells, heading = _batch_cells(str(slug)), title or str(slug)
    sheet_file.write_bytes(draw_sheet(cells, heading[:120], load_lexicon().label, FONTS, columns))
    _answer(out, cells, as_json)


def _batch_cells(slug: str) -> "list[Cell]":
    from cli.edges import ready
    from configs.settings import settings
    from design_gen.cells import find_cells
    from models.batch import get_batch
    from models.blobs import BlobStore
    from models.db import transaction
    from models.errors import InvalidInput

    ready()
    with transaction() as session:
        cells = list(find_cells(session, get_batch(session, slug).id, BlobStore(settings().blobs)))
    if not cells:
        raise InvalidInput(f"batch {slug} has no designs yet; `demandloom flows design {slug}` draws them")
    return cells


def _answer(out: Path, cells: "Sequence[Cell]", as_json: bool) -> None:
    if as_json:
        print_json({"out": out, "designs": [cell.to_json() for cell in cells]})
        return
    failed = [number for number, cell in enumerate(cells, 1) if cell.failed]
    print(out)
    if failed:
        print(f"{len(failed)} of {len(cells)} pictures failed a check: {', '.join(map(str, failed))}")
