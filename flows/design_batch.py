"""Turn a launched batch's trends into designs and pictures."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from configs.settings import settings
from design_gen.cells import find_cells, find_drawn, numbers_table
from design_gen.paint import find_unpainted, paint_designs, record_mockups
from design_gen.sheet import MAX_CELLS, draw_sheet
from design_gen.sketch import sketch_batch
from factory_matching.briefs.pdf import FONTS
from factory_matching.qualify import Qualification
from factory_matching.store import load_qualifier
from flows.edges import blobs, checker, lexicon, painter, ready
from flows.progress import advance
from flows.retry import transient
from models.batch import BatchState, get_batch
from models.db import transaction
from models.design import Design, Mockup
from models.garment import GarmentSpec
from models.lesson import find_lesson
from models.money import Money
from models.state import move

_ASKED = 300
"""Units that a design must be makeable in where its makers set the minimum: most of them take such an order."""


@task(retries=1, retry_delay_seconds=5, retry_condition_fn=transient, cache_policy=NO_CACHE)
def sketch(slug: str) -> dict[str, int]:
    """Write the batch's designs, each makeable by somebody, in one transaction."""
    with transaction() as session:
        batch = get_batch(session, slug)
        qualifier = load_qualifier(session)
        band = Money(batch.price_low, batch.currency), Money(batch.price_high, batch.currency)

        def qualify(spec: GarmentSpec) -> Qualification:
            return qualifier.qualify(spec, band, batch.demand_rule.min_units or _ASKED)

        lesson = find_lesson(session, batch.simulated)
        sketched = sketch_batch(session, batch, lexicon().colour, qualify, blobs(), lesson)
    return {"designs": sketched.designs, "added": sketched.added, "unmakeable": sketched.unmakeable}


@task(retries=1, retry_delay_seconds=5, retry_condition_fn=transient, cache_policy=NO_CACHE)
def paint(slug: str, design_ids: list[int], now: datetime) -> int:
    """Paint, check, label and store one chunk of pictures; committed together, so a kill costs one chunk at most."""
    with transaction() as session:
        batch = get_batch(session, slug)
        unpainted = find_unpainted(session, batch.id)
        designs = [(design.id, design.garment) for design in unpainted if design.id in set(design_ids)]
    generation = settings().generation
    painted = paint_designs(
        designs,
        batch.seed,
        painter(),
        lexicon().label,
        blobs(),
        generation.size,
        generation.steps,
        checker(now.date()),
    )
    with transaction() as session:
        return record_mockups(session, painted, now)


@task(cache_policy=NO_CACHE)
def close_design(slug: str, now: datetime) -> None:
    """Mark the batch as designed; done once."""
    with transaction() as session:
        batch = get_batch(session, slug)
        if batch.state is BatchState.LAUNCHED:
            move(session, batch, BatchState.DESIGNED, now, "design_batch", "every design has a picture")


@flow
def design_batch(slug: str, now: datetime | None = None) -> dict[str, int | str]:
    """Sketch, paint in chunks, show flats, pictures and numbers on a contact sheet."""
    ready()
    moment = now or datetime.now(UTC)
    sketched = sketch(slug)
    with transaction() as session:
        open_ids = [design.id for design in find_unpainted(session, get_batch(session, slug).id)]
    drawn = 0
    # each hand of the painter has a batch to paint in every chunk
    size = settings().generation.batch_size * painter().hands if open_ids else 1
    for chunk in _chunks(open_ids, size):
        drawn += paint(slug, chunk, moment)
        advance("pictures", drawn, len(open_ids))
    close_design(slug, moment)
    return {**sketched, "drawn": drawn, "sheet": show(slug)}


def _chunks(ids: Sequence[int], size: int) -> Iterator[list[int]]:
    for start in range(0, len(ids), size):
        yield list(ids[start : start + size])


@task(retries=1, retry_delay_seconds=5, retry_condition_fn=transient, cache_policy=NO_CACHE)
def show(slug: str) -> str:
    """Store the contact sheet of the batch as a blob and publish its numbers; returns the blob's key."""
    store = blobs()
    with transaction() as session:
        batch_id = get_batch(session, slug).id
        cells = find_cells(session, batch_id, store)
        links = [_links(design, mockup) for design, mockup in find_drawn(session, batch_id)]
    if not cells:
        return ""
    shown = cells[:MAX_CELLS]
    key = store.put(draw_sheet(shown, f"{slug} · {len(cells)} 款 designs", lexicon().label, FONTS))
    told = f"Contact sheet: blob `{key}`; as a file: `demandloom design sheet {slug} --out {slug}.png`\n\n"
    table = numbers_table(shown, links[:MAX_CELLS])
    create_markdown_artifact(told + table, key="pictures", description=f"Contact sheet of batch {slug}")
    return key


def _links(design: Design, mockup: Mockup | None) -> str:
    """Flat and picture as the site serves them."""
    address = settings().address
    flat = f"![flat]({address}/flats/{design.flat_front}.svg)"
    return flat if mockup is None else f"{flat} ![{mockup.state}]({address}/pictures/{mockup.picture}.png)"
