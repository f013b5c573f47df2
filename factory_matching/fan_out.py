"""Who matches very many demands: this process in one piece or in groups, or Ray tasks on this and other machines."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from copy import deepcopy
from typing import Any, Self, assert_never

from factory_matching.assignment.match_in_groups import Crew, match_in_groups
from factory_matching.assignment.match_many import Matcher, Progress, match_many
from factory_matching.demand import OpenDemand, Supply
from factory_matching.result import MatchResult
from factory_matching.weights import MatchWeights
from models.cluster import Engine, import_ray, join, node_resources
from models.errors import DomainError, InvalidInput, WorkersLost

_STORE_BYTES = 512 * 2**20  # what 100,000 demands know of their ways, twice, and the groups' own arrays


def choose_matcher(engine: Engine = Engine.LOCAL, groups: int = 1, address: str = "") -> Matcher:
    """The matcher that is set up; InvalidInput when Ray is asked for with a single group, or is not installed."""
    match engine:
        case Engine.LOCAL if groups == 1:
            return match_many
        case Engine.LOCAL:
            return _in_groups(groups, lambda: nullcontext(LocalCrew(groups)))
        case Engine.RAY:
            if groups == 1:
                raise InvalidInput("matching.engine is ray, which shares out groups: set matching.groups above 1")
            import_ray("matching.engine")
            return _in_groups(groups, lambda: RayCrew(groups, address))
        case _:
            assert_never(engine)


def _in_groups(groups: int, open_crew: Callable[[], AbstractContextManager[Crew]]) -> Matcher:
    def match(
        demands: Sequence[OpenDemand], supply: Supply, weights: MatchWeights, progress: Progress | None
    ) -> MatchResult:
        with open_crew() as crew:
            return match_in_groups(demands, supply, weights, groups, crew, progress)

    return match


class LocalCrew:
    """Threads of this process, as many as it has cores: the compiled loops let each other run."""

    def __init__(self, groups: int) -> None:
        cores = os.cpu_count() or 1
        self.threads, self._hands = max(1, cores // groups), min(groups, cores)

    def keep(self, value: object) -> Any:
        """The value itself."""
        return value

    def each(self, step: Callable[..., tuple[Any, Any]], calls: Sequence[tuple[Any, ...]]) -> list[tuple[Any, Any]]:
        """As many calls at once as there are hands."""
        with ThreadPoolExecutor(self._hands) as pool:
            return list(pool.map(lambda given: step(*given), calls))


class RayCrew:
    """Ray tasks. A group's arrays are put into the cluster once and what a round leaves stays there.

    Ray does a task again, `retries` times, when its process or machine is gone. A cluster started here has a core a
    worker, by default those of this machine, and ends with `close`. InvalidInput when Ray is not installed or the
    cluster does not answer.
    """

    def __init__(self, groups: int, address: str = "", workers: int = 0, retries: int = 3) -> None:
        self._retries = retries
        self._ray = import_ray("matching.engine")
        self._own = not self._ray.is_initialized()
        if self._own:
            join(self._ray, address, workers, _STORE_BYTES)
        try:
            self.threads = share_cores([int(node.get("CPU", 0)) for node in node_resources(self._ray)], groups)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the cluster if it was started here."""
        if self._own:
            self._ray.shutdown()

    def keep(self, value: object) -> Any:
        """A reference to the value in the cluster's store."""
        return self._ray.put(value)

    def each(self, step: Callable[..., tuple[Any, Any]], calls: Sequence[tuple[Any, ...]]) -> list[tuple[Any, Any]]:
        """One task a call; WorkersLost when one is lost again and again."""
        task = self._ray.remote(_work).options(
            num_cpus=self.threads, num_returns=2, max_retries=self._retries, name=step.__name__
        )
        answers = [task.remote(step, *given) for given in calls]
        try:
            return [(stays, self._ray.get(comes)) for stays, comes in answers]
        except self._ray.exceptions.RayTaskError as error:
            if isinstance(cause := error.cause, DomainError):
                raise cause from None
            raise
        except self._ray.exceptions.RayError as error:
            raise WorkersLost(f"a group of the matching was lost: {' '.join(str(error).split())[:200]}") from None


def _work(step: Callable[..., tuple[Any, Any]], *given: Any) -> tuple[Any, Any]:
    """Arrays from Ray's store cannot be written, for which numba would compile every loop a second time: copy them."""
    return step(*deepcopy(given))


def share_cores(cores: Sequence[int], groups: int) -> int:
    """Threads of each task: all tasks find room at once where there are so many cores; InvalidInput without any."""
    if not (usable := [count for count in cores if count > 0]):
        raise InvalidInput("the Ray cluster has no cores to match with")
    return max(1, min(min(usable), sum(usable) // groups))
