"""The designs of a batch as cells of a contact sheet."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from design_gen.sheet import Cell
from models.blobs import BlobStore
from models.design import Design, Mockup


def find_drawn(session: Session, batch_id: int) -> list[tuple[Design, Mockup | None]]:
    """Every design of the batch in order, with its newest picture where there is one."""
    designs = session.scalars(select(Design).where(Design.batch_id == batch_id).order_by(Design.id)).all()
    drawn = select(Mockup).join(Design).where(Design.batch_id == batch_id).order_by(Mockup.drawn_at, Mockup.id)
    newest = {mockup.design_id: mockup for mockup in session.scalars(drawn)}
    return [(design, newest.get(design.id)) for design in designs]


def find_cells(session: Session, batch_id: int, blobs: BlobStore) -> tuple[Cell, ...]:
    """The same as cells of a sheet."""
    return tuple(_cell(design, mockup, blobs) for design, mockup in find_drawn(session, batch_id))


def numbers_table(cells: Sequence[Cell], links: Sequence[str]) -> str:
    """The same as a Markdown table; `links` are the cells' flat and picture as Markdown."""
    rows = ["| flat, picture | design | dE | checks | seed | makers | state |", "|---|---|---|---|---|---|---|"]
    for cell, link in zip(cells, links, strict=True):
        gap = "" if cell.colour_distance is None else f"{cell.colour_distance:.1f}"
        checks = ", ".join(cell.failed) or ("passed" if cell.findings else "")
        name = f"{cell.spec.colour.name} {cell.spec.material} {cell.spec.category}".replace("_", " ")
        rows.append(f"| {link} | {name} | {gap} | {checks} | {cell.seed} | {cell.makers} | {cell.state} |")
    return "\n".join(rows)


def _cell(design: Design, mockup: Mockup | None, blobs: BlobStore) -> Cell:
    spec = design.garment
    if mockup is None:
        return Cell(spec, makers=design.makeable_by)
    picture = blobs.get(mockup.picture)
    return Cell(spec, picture, mockup.seed, tuple(mockup.findings), design.makeable_by, mockup.state.value)
