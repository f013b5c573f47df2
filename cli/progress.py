"""Progress bars on stderr for everything that takes over two seconds."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

Advance = Callable[[int, int | None], None]
"""Called with (done, total or None when nobody knows)."""


Tell = Callable[[str, int, int | None], None]
"""Called with (step, done, total or None when nobody knows)."""


@contextmanager
def step_progress(quiet: bool = False) -> Iterator[Tell]:
    """A bar for each step that is told of; silent as `progress_bar` is."""
    with _bars(quiet) as progress:
        bars: dict[str, TaskID] = {}

        def tell(step: str, done: int, total: int | None = None) -> None:
            if step not in bars:
                bars[step] = progress.add_task(step, total=total)
            progress.update(bars[step], completed=done, total=total)

        yield tell


@contextmanager
def progress_bar(title: str, quiet: bool = False) -> Iterator[Advance]:
    """A bar that a stage advances; silent when asked or when stderr is not a terminal."""
    with _bars(quiet) as progress:
        task = progress.add_task(title, total=None)

        def advance(done: int, total: int | None = None) -> None:
            progress.update(task, completed=done, total=total)

        yield advance


@contextmanager
def flow_progress(quiet: bool = False) -> Iterator[None]:
    """One bar for each thing that flows of this process report; silent as `progress_bar` is."""
    from flows.progress import listen, unlisten

    with step_progress(quiet) as show:
        listen(show)
        try:
            yield
        finally:
            unlisten(show)


def _bars(quiet: bool) -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns, console = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()), Console(stderr=True)
    silent = quiet or not console.is_terminal
    return Progress(*columns, TimeElapsedColumn(), console=console, disable=silent)
