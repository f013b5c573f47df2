"""Do the same to many things, several at once, in threads of this process."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from design_gen.threads import torch_threads

T = TypeVar("T")
R = TypeVar("R")


def side_by_side(function: Callable[[T], R], items: Sequence[T], hands: int, threads: int = 1) -> Iterator[R]:
    """`function` of each item in the items' order, up to `hands` at once, each with so many threads of torch.

    Torch, PNG encoding and array arithmetic let other threads run, so that as many hands as cores keep all of them
    busy. The first error ends it; what has not begun by then is not begun.
    """
    if hands == 1 or len(items) < 2:
        yield from map(function, items)
        return
    # set here once: a new thread starts with the number that was set last, whoever set it
    with torch_threads(threads), ThreadPoolExecutor(min(hands, len(items))) as pool:
        try:
            yield from pool.map(function, items)
        finally:
            pool.shutdown(cancel_futures=True)
