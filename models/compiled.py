"""Plain Python loops compiled to machine code, and kept on disk between processes."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """The same function, compiled at its first call; it releases the interpreter's lock, so that threads run at once.

    No fast-math: the same input gives the same bits. Import the modules that use it only where their loops run:
    numba takes half a second to load.
    """
    return cast(F, njit(cache=True, nogil=True)(function))
