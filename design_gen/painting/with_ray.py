"""Painters as Ray actors: each holds one loaded generator and paints pieces of a batch, on this or other machines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from design_gen.fan_out import Lost, deal
from design_gen.generate import Picture, load_generator, straighten_picture
from design_gen.painting.call import Progress
from design_gen.painting.ways import Way
from design_gen.prompt import Label, Prompt
from models.cluster import import_ray, join, node_resources
from models.errors import DomainError, InvalidInput, PainterLost
from models.garment import GarmentSpec
from models.generator_setup import EMBEDDED, GeneratorSetup

if TYPE_CHECKING:
    from PIL.Image import Image

START_SECONDS = 300
"""How long painters may take to load; a big model comes from a disk of the network."""
_STORE_BYTES = 128 * 2**20  # pictures on their way back; more would be taken from what nets need


@dataclass(frozen=True, slots=True)
class Share:
    """How a cluster is divided among painters."""

    count: int
    threads: int
    """CPU threads of each, and cores that Ray keeps for it."""
    gpus: float
    """Cards of each."""


@dataclass(frozen=True, slots=True)
class About:
    """What a loaded actor says of itself."""

    way: Way
    batch_size: int


class Actor:
    """Runs in a process of its own, anywhere in the cluster."""

    def __init__(self, setup: GeneratorSetup) -> None:
        self.setup = setup

    def about(self) -> About:
        """Load; a DomainError travels back from here, while one from a constructor would kill the actor."""
        generator = load_generator(self.setup)
        return About(generator.way, generator.batch_size)

    def prompts(self, specs: Sequence[GarmentSpec], seeds: Sequence[int], label: Label) -> list[Prompt]:
        """As `Generator.prompts`."""
        return load_generator(self.setup).prompts(specs, seeds, label)

    def paint(self, *given: Any, **options: Any) -> list[Picture]:
        """As `Generator.paint`."""
        return load_generator(self.setup).paint(*given, **options)


class RayPainter:
    """Fans specs out over `count` actors; close it, or leave the process, to end them.

    0 actors are as many as the cluster has cards for, or cores where the net is the embedded one. InvalidInput when
    Ray is not installed, the cluster is not there or the actors find no room; the model's own errors otherwise.
    """

    def __init__(self, setup: GeneratorSetup, count: int = 0, address: str = "") -> None:
        ray = self._ray = import_ray("generation.engine")
        self._actors: list[Any] = []
        self._own = not ray.is_initialized()
        if self._own:
            join(ray, address, count, _STORE_BYTES)
        try:
            self._share = share(node_resources(ray), setup, count)
            self.setup = replace(setup, threads=self._share.threads)
            self._start_all()
        except BaseException:
            self.close()
            raise

    @property
    def hands(self) -> int:
        """Actors that paint at once."""
        return self._share.count

    def prompts(self, specs: Sequence[GarmentSpec], seeds: Sequence[int], label: Label) -> list[Prompt]:
        """The prompts for specs in the model's wording, expanded where a text model is set up."""
        return self._deal("prompts", [(specs[at], seeds[at], label) for at in self._pieces(len(specs))])

    def paint(
        self,
        specs: Sequence[GarmentSpec],
        prompts: Sequence[Prompt],
        seeds: Sequence[int],
        *,
        size: int = 256,
        steps: int | None = None,
        guidance: float | None = None,
        progress: Progress | None = None,
    ) -> list[Picture]:
        """As `Generator.paint`: a picture for each spec, in batches of the same size, so that bytes are the same."""
        options = {"size": size, "steps": steps, "guidance": guidance}
        pieces = [(specs[at], prompts[at], seeds[at]) for at in self._pieces(len(specs))]

        def tell(done: int, _: int) -> None:
            if progress is not None:
                progress(min(done * self._about.batch_size, len(specs)), len(specs))

        return self._deal("paint", pieces, options, tell)

    def straighten(self, picture: Picture, spec: GarmentSpec) -> "Image":
        """As `Generator.straighten`; done here, it is too little to send around."""
        return straighten_picture(self._about.way, picture, spec)

    def close(self) -> None:
        """End the actors, and the cluster if it was started here."""
        self._dismiss()
        if self._own:
            self._ray.shutdown()

    # the Crew of `deal`

    def start(self, hand: Any, piece: tuple[str, tuple[Any, ...], Mapping[str, Any]]) -> Any:
        """Send a call."""
        method, given, options = piece
        return getattr(hand, method).remote(*given, **options)

    def next_done(self, tickets: Sequence[Any]) -> Any:
        """The first that is done."""
        done, _ = self._ray.wait(list(tickets), num_returns=1)
        return done[0]

    def answer(self, ticket: Any) -> Any:
        """What it gave, or the DomainError that it raised; Lost when its actor died."""
        try:
            return self._ray.get(ticket)
        except self._ray.exceptions.RayTaskError as error:
            if isinstance(cause := error.cause, DomainError):
                raise cause from None
            raise
        except self._ray.exceptions.RayError as error:  # the actor, its node or its answer is gone
            raise Lost(" ".join(str(error).split())[:200]) from None

    def replace(self, hand: Any) -> Any | None:
        """A new actor, loaded; None where the cluster has no room for one."""
        self._ray.kill(hand)
        fresh = self._hire()
        try:
            self._first_words([fresh])
        except DomainError:
            self._ray.kill(fresh)
            return None
        return fresh

    def _deal(
        self,
        method: str,
        pieces: Sequence[tuple[Any, ...]],
        options: Mapping[str, Any] | None = None,
        progress: Progress | None = None,
    ) -> list[Any]:
        calls = [(method, piece, options or {}) for piece in pieces]
        if not self._actors:
            self._start_all()
        try:
            answers, self._actors = deal(calls, self._actors, self, progress)
        except PainterLost:
            self._dismiss()  # the next call begins with new ones
            raise
        return [one for answer in answers for one in answer]

    def _start_all(self) -> None:
        self._actors = [self._hire() for _ in range(self._share.count)]
        self._about = self._first_words(self._actors)

    def _dismiss(self) -> None:
        for actor in self._actors:
            self._ray.kill(actor)
        self._actors = []

    def _pieces(self, count: int) -> list[slice]:
        size = self._about.batch_size
        return [slice(start, start + size) for start in range(0, count, size)]

    def _hire(self) -> Any:
        kept = {"num_cpus": self._share.threads, "num_gpus": self._share.gpus}
        return self._ray.remote(Actor).options(**kept, max_concurrency=1).remote(self.setup)

    def _first_words(self, actors: Sequence[Any]) -> About:
        tickets = [actor.about.remote() for actor in actors]
        _, late = self._ray.wait(tickets, num_returns=len(tickets), timeout=START_SECONDS)
        if late:
            room = f"{len(late)} of {len(tickets)} painters found no room in the Ray cluster within {START_SECONDS} s"
            raise PainterLost(f"{room}: set fewer generation.painters or generation.threads")
        try:
            about, *_ = [self.answer(ticket) for ticket in tickets]
        except Lost as lost:
            raise PainterLost(f"a painter ended while it loaded: {lost}") from None
        return cast(About, about)


def share(nodes: Sequence[Mapping[str, float]], setup: GeneratorSetup, count: int) -> Share:
    """How many painters with how many threads each.

    On cards one painter a card; on cores one thread each for the embedded net, which is small, and a whole node each
    for any other. A count that is asked for shares out the cores of the nodes instead.
    """
    cores = [int(node["CPU"]) for node in nodes if node.get("CPU", 0) >= 1]
    cards = 0 if setup.device == "cpu" else int(sum(node.get("GPU", 0) for node in nodes))
    if not cores:
        raise InvalidInput("the Ray cluster has no cores to paint with")
    if cards:
        return Share(count or cards, setup.threads or 1, min(1.0, cards / (count or cards)))
    if not count:
        threads = setup.threads or (1 if setup.model == EMBEDDED else min(cores))
        return Share(max(1, sum(each // threads for each in cores)), threads, 0)
    return Share(count, setup.threads or max(1, min(min(cores), sum(cores) // count)), 0)
