"""Who paints: the networks of this process, several pictures at once, or Ray actors on this and other machines.

All forms answer alike and give the same bytes for the same recipe: a seed decides its picture, and the number of
threads stands in the recipe.
"""

import os
from collections import Counter, deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar, assert_never

from models.cluster import Engine
from models.errors import PainterLost
from models.generator_setup import EMBEDDED, GeneratorSetup

if TYPE_CHECKING:
    from PIL.Image import Image

    from design_gen.generate import Picture
    from design_gen.painting.call import Progress
    from design_gen.prompt import Label, Prompt
    from models.garment import GarmentSpec

MAX_HANDS = 8
"""Pictures painted at once in one process: what is Python in between does not run side by side."""
MAX_LOSSES = 3
"""A piece of work that so many painters did not survive is what kills them."""

H = TypeVar("H")
P = TypeVar("P", contravariant=True)
T = TypeVar("T")
A = TypeVar("A", covariant=True)


class Painter(Protocol):
    """What a batch needs of whoever paints; `Generator` and `RayPainter` are some."""

    @property
    def hands(self) -> int:
        """How many calls of the pipeline run at once."""

    def prompts(self, specs: "Sequence[GarmentSpec]", seeds: Sequence[int], label: "Label") -> "list[Prompt]":
        """The prompts for specs in the model's wording."""

    def paint(
        self,
        specs: "Sequence[GarmentSpec]",
        prompts: "Sequence[Prompt]",
        seeds: Sequence[int],
        *,
        size: int = 256,
        steps: int | None = None,
        guidance: float | None = None,
        progress: "Progress | None" = None,
    ) -> "list[Picture]":
        """One picture for each spec, prompt and seed."""

    def straighten(self, picture: "Picture", spec: "GarmentSpec") -> "Image":
        """The picture with the garment where its drawing has it."""


def choose_painter(setup: GeneratorSetup, engine: Engine = Engine.LOCAL, count: int = 0, address: str = "") -> Painter:
    """The painter that is set up; a `count` of 0 takes as many as this machine, or the Ray cluster, has room for.

    InvalidInput says in one line when Ray is asked for and not installed or not reachable.
    """
    match engine:
        case Engine.LOCAL:
            from design_gen.generate import load_generator

            return load_generator(setup, hands=local_hands(setup, count, os.cpu_count() or 1))
        case Engine.RAY:
            from design_gen.painting.with_ray import RayPainter

            return RayPainter(setup, count, address)
        case _:
            assert_never(engine)


def local_hands(setup: GeneratorSetup, count: int, cores: int) -> int:
    """How many paint at once in this process: `count`, by default as many as the cores have threads for."""
    if setup.model != EMBEDDED:
        return 1
    return count or max(1, min(MAX_HANDS, cores // max(1, setup.threads)))


class Crew(Protocol[H, P, T, A]):
    """Painters that work on their own: give one a piece, ask later what became of it."""

    def start(self, hand: H, piece: P) -> T:
        """Begin; what it gives back stands for the answer to come."""

    def next_done(self, tickets: Sequence[T]) -> T:
        """Wait until one of them is done."""

    def answer(self, ticket: T) -> A:
        """What was done; Lost when the painter is gone."""

    def replace(self, hand: H) -> H | None:
        """A new painter for one that is gone; None where there is no room for one any more."""


class Lost(Exception):
    """A painter is gone before its piece was done."""


def deal(
    pieces: Sequence[P], hands: Sequence[H], crew: Crew[H, P, T, A], progress: "Progress | None" = None
) -> tuple[list[A], list[H]]:
    """The answers in the order of the pieces, and the painters that are left.

    Each piece goes to the painter that is free first. A piece whose painter is lost goes to the next one, and only
    one answer of each is kept. PainterLost when a piece costs MAX_LOSSES painters, or nobody is left.
    """
    waiting, free, losses = deque(range(len(pieces))), deque(hands), Counter[int]()
    at_work: dict[T, tuple[int, H]] = {}
    answers: dict[int, A] = {}
    while len(answers) < len(pieces):
        while waiting and free:
            number, hand = waiting.popleft(), free.popleft()
            at_work[crew.start(hand, pieces[number])] = number, hand
        if not at_work:
            raise PainterLost("no painter is left: all were lost, and there is no room for new ones")
        ticket = crew.next_done(list(at_work))
        number, hand = at_work.pop(ticket)
        try:
            answers[number] = crew.answer(ticket)
            free.append(hand)
        except Lost as lost:
            losses[number] += 1
            if losses[number] == MAX_LOSSES:
                raise PainterLost(f"{MAX_LOSSES} painters were lost over the same pictures: {lost}") from None
            waiting.appendleft(number)
            if (fresh := crew.replace(hand)) is not None:
                free.append(fresh)
            continue
        if progress is not None:
            progress(len(answers), len(pieces))
    return [answers[number] for number in range(len(pieces))], list(free)
