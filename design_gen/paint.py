"""Paint a batch's designs: pictures checked, labelled and stored, each once, however often it is run."""

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from design_gen.fan_out import Painter
from design_gen.prints import record_prints
from design_gen.side_by_side import side_by_side
from models.blobs import BlobStore
from models.design import Design, Mockup, MockupState
from models.garment import GarmentSpec
from models.state import begin

if TYPE_CHECKING:
    from PIL.Image import Image

    from design_gen.check import Checked, Finding
    from design_gen.generate import Picture
    from design_gen.repetition import Print

MAX_TRIES = 3  # a failing picture is drawn again with a new seed this often, then flagged for a person


LEAST_SIDE = 512  # pixels of a stored picture


class Judge(Protocol):
    """Checks finished pictures: `design_gen.check.Checker`."""

    def __call__(
        self, pictures: "Sequence[Image]", specs: Sequence[GarmentSpec], earlier: "Sequence[Print]" = (), hands: int = 1
    ) -> "tuple[Checked, ...]":
        """One row of findings a picture, `hands` at once; `earlier` are prints that no later picture may repeat."""


@dataclass(frozen=True, slots=True)
class Painted:
    """One picture ready to be stored."""

    design_id: int
    seed: int
    weights_hash: str
    picture: str
    recipe: dict[str, object]
    findings: tuple["Finding", ...]
    print: "Print | None" = None

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        return all(finding.passed for finding in self.findings)


def find_unpainted(session: Session, batch_id: int) -> Sequence[Design]:
    """Designs of a batch that have no picture yet, in order."""
    painted = select(Mockup.design_id)
    query = select(Design).where(Design.batch_id == batch_id, Design.id.not_in(painted)).order_by(Design.id)
    return session.scalars(query).all()


def seed_for(spec: GarmentSpec, batch_seed: int, attempt: int) -> int:
    """A 31-bit seed that belongs to this spec, batch and attempt alone."""
    name = f"{spec.fingerprint}/{batch_seed}/{attempt}".encode()
    return int.from_bytes(hashlib.sha256(name).digest()[:4], "big") >> 1


def paint_designs(
    designs: Sequence[tuple[int, GarmentSpec]],
    batch_seed: int,
    generator: Painter,
    label: Callable[[str, str, str], str],
    blobs: BlobStore,
    size: int,
    steps: int,
    judge: Judge,
) -> tuple[Painted, ...]:
    """Paint, check and label pictures for (design id, spec) pairs; touches the blob store but no database."""
    done: dict[int, Painted] = {}

    def lay_straight(one: "tuple[Picture, GarmentSpec]") -> "Image":
        return generator.straighten(*one)

    def store(one: "tuple[tuple[int, GarmentSpec], Picture, Checked]") -> Painted:
        (key, _), picture, checked = one
        return _store(key, picture, checked, blobs)

    for attempt in range(MAX_TRIES):
        open_ones = [(key, spec) for key, spec in designs if key not in done or not done[key].passed]
        if not open_ones:
            break
        specs = [spec for _, spec in open_ones]
        seeds = [seed_for(spec, batch_seed, attempt) for spec in specs]
        pictures = _paint(generator, specs, seeds, label, size, steps)
        hands = min(generator.hands, os.cpu_count() or 1)
        straight = list(side_by_side(lay_straight, list(zip(pictures, specs, strict=True)), hands))
        kept = [one.print for one in done.values() if one.passed and one.print]
        todo = list(zip(open_ones, pictures, judge(straight, specs, kept, hands), strict=True))
        done |= {one.design_id: one for one in side_by_side(store, todo, hands)}
    return tuple(done[key] for key, _ in designs)


def _paint(
    generator: Painter,
    specs: Sequence[GarmentSpec],
    seeds: Sequence[int],
    label: Callable[[str, str, str], str],
    size: int,
    steps: int,
) -> "Sequence[Picture]":
    prompts = generator.prompts(specs, seeds, label)
    return generator.paint(specs, prompts, seeds, size=size, steps=steps or None)


def _store(design_id: int, picture: "Picture", checked: "Checked", blobs: BlobStore) -> Painted:
    from design_gen.label import Mark, label_picture

    recipe = picture.recipe
    png = label_picture(_enlarge(picture.image), Mark.of(recipe.to_json()))
    return Painted(
        design_id=design_id,
        seed=recipe.seed,
        weights_hash=recipe.weights_hash,
        picture=blobs.put(png),
        recipe=recipe.to_json(),
        findings=checked.findings,
        print=checked.print,
    )


def _enlarge(image: "Image") -> "Image":
    """Small pictures are stored larger, so that browsers and printers do not blur the label along with them."""
    from PIL.Image import Resampling

    times = -(-LEAST_SIDE // min(image.size))
    return image.resize((image.width * times, image.height * times), Resampling.LANCZOS) if times > 1 else image


def record_mockups(session: Session, painted: Sequence[Painted], now: datetime) -> int:
    """Store pictures of designs that still have none; returns how many were new."""
    there = set(session.scalars(select(Mockup.design_id).where(Mockup.design_id.in_([p.design_id for p in painted]))))
    fresh = [one for one in painted if one.design_id not in there]
    for one in fresh:
        mockup = Mockup(
            design_id=one.design_id,
            seed=one.seed,
            weights_hash=one.weights_hash,
            picture=one.picture,
            recipe=one.recipe,
            findings=[finding.to_json() for finding in one.findings],
            drawn_at=now,
            state=MockupState.DRAWN if one.passed else MockupState.FLAGGED,
        )
        session.add(mockup)
        failed = [finding.name for finding in one.findings if not finding.passed]
        begin(
            session, mockup, now, "generator", f"failed checks: {', '.join(failed)}" if failed else "all checks passed"
        )
        if one.print is not None:
            record_prints(session, [(mockup.id, one.print)])
    return len(fresh)
