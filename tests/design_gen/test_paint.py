from datetime import UTC, datetime
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import select

from configs.load_lexicon import load_lexicon
from design_gen.check import Checked, drawn_right
from design_gen.embedded.render import garment_mask
from design_gen.finding import Finding
from design_gen.label import read_marks
from design_gen.paint import LEAST_SIDE, MAX_TRIES, find_unpainted, paint_designs, record_mockups, seed_for
from design_gen.prompt import prompt_for
from design_gen.recipe import Recipe
from design_gen.repetition import print_of
from models.blobs import BlobStore
from models.design import Mockup, MockupState
from models.protected import PicturePrint
from tests.builders import make_design

NOW = datetime(2026, 11, 16, tzinfo=UTC)


class Painter:
    """Paints every picture in one flat colour; `rgb_of` chooses it from the spec and seed."""

    def __init__(self, rgb_of):
        self.rgb_of, self.seeds, self.hands = rgb_of, [], 2

    def prompts(self, specs, seeds, label):
        return [prompt_for(spec, label) for spec in specs]

    def straighten(self, picture, spec):
        return picture.image

    def paint(self, specs, prompts, seeds, *, size, steps):
        self.seeds += seeds
        return [
            SimpleNamespace(
                image=_noisy(self.rgb_of(spec, seed), size),
                recipe=Recipe(
                    model="test", weights_hash="0" * 64, versions={}, spec=spec.fingerprint, prompt=prompt.positive,
                    negative_prompt=prompt.negative, seed=seed, steps=1, guidance=1.0, size=size,
                ),
            )
            for spec, prompt, seed in zip(specs, prompts, seeds, strict=True)
        ]  # fmt: skip


def _noisy(rgb, size):
    image = Image.new("RGB", (size, size), rgb)
    image.paste((250, 250, 250), (0, 0, size, size // 12))  # a backdrop, so that it is not blank
    return image


def asked_colour(spec, seed):
    return spec.colour.rgb


def a_wrong_colour(spec, seed):
    return (255, 0, 255)


def colour_alone(pictures, specs, earlier=(), hands=1):
    """The cheapest of the checks, for painters of one flat colour; prints as all have them."""
    rows = []
    for picture, spec in zip(pictures, specs, strict=True):
        plane, mask = np.asarray(picture), garment_mask(spec, picture.width)
        rows.append(Checked(drawn_right(plane, mask, spec), print_of(plane, mask, spec.fingerprint)))
    return tuple(rows)


@pytest.fixture
def blobs(tmp_path):
    return BlobStore(f"file://{tmp_path / 'blobs'}")


def paint(session, batch_id, painter, blobs):
    designs = [(design.id, design.garment) for design in find_unpainted(session, batch_id)]
    return paint_designs(designs, 7, painter, load_lexicon().label, blobs, 128, 0, colour_alone)


def test_each_design_is_painted_once(session, blobs):
    design = make_design(session)
    painted = paint(session, design.batch_id, Painter(asked_colour), blobs)
    assert record_mockups(session, painted, NOW) == 1
    assert find_unpainted(session, design.batch_id) == []
    assert record_mockups(session, painted, NOW) == 0


def test_a_stored_picture_is_labelled_marked_and_large_enough_for_its_label(session, blobs, tmp_path):
    design = make_design(session)
    (painted,) = paint(session, design.batch_id, Painter(asked_colour), blobs)
    png = blobs.get(painted.picture)
    assert read_marks(png) is not None
    path = tmp_path / "picture.png"
    path.write_bytes(png)
    assert min(Image.open(path).size) >= LEAST_SIDE


def test_a_failing_picture_is_tried_again_with_new_seeds_then_flagged(session, blobs):
    design = make_design(session)
    painter = Painter(a_wrong_colour)
    painted = paint(session, design.batch_id, painter, blobs)
    record_mockups(session, painted, NOW)
    assert len(set(painter.seeds)) == MAX_TRIES
    mockup = session.scalars(select(Mockup)).one()
    assert mockup.state is MockupState.FLAGGED
    assert any(not finding["passed"] for finding in mockup.findings)


def test_a_seed_belongs_to_one_spec_batch_and_attempt(session):
    spec, other = make_design(session).garment, make_design(session).garment
    seeds = {seed_for(spec, 7, 0), seed_for(spec, 7, 1), seed_for(spec, 8, 0)}
    assert len(seeds) == 3
    assert seed_for(spec, 7, 0) == seed_for(spec, 7, 0)
    assert all(0 <= seed < 2**31 for seed in seeds | {seed_for(other, 7, 0)})


def test_the_print_of_each_stored_picture_is_kept_with_it(session, blobs):
    design = make_design(session)
    record_mockups(session, paint(session, design.batch_id, Painter(asked_colour), blobs), NOW)
    session.flush()
    mockup, kept = session.scalars(select(Mockup)).one(), session.scalars(select(PicturePrint)).one()
    assert kept.mockup_id == mockup.id


def test_a_picture_drawn_again_is_held_against_those_that_passed(session, blobs):
    first, second = make_design(session), make_design(session)
    told = []

    def strict_at_first(pictures, specs, earlier=(), hands=1):
        told.append([one.spec for one in earlier])
        rows = colour_alone(pictures, specs)
        failed = Finding("lines", 0.0, 0.7, False)
        return rows if len(told) > 1 else (rows[0], Checked((failed,), rows[1].print))

    designs = [(design.id, design.garment) for design in (first, second)]
    paint_designs(designs, 7, Painter(asked_colour), load_lexicon().label, blobs, 128, 0, strict_at_first)
    assert told == [[], [first.garment.fingerprint]]
