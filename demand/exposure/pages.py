"""Pages drawn beforehand: orders of the listings, whose frequencies are the propensities, exactly. Pure, seeded.

A request takes one of the pages by a keyed hash; whoever looks again sees the same page, and so does every cache of
that one visitor. The chance that a listing was within the first positions is then the share of pages on which it is.
"""

import zlib

import numpy as np
import numpy.typing as npt

from demand.exposure.belief import Belief, Reals
from demand.exposure.explore import chances, discovery_shares

Pages = npt.NDArray[np.uint16]
"""One page a row: indices of all listings, the first shown first."""
MOST_LISTINGS = 65_535


def discovery_pages(belief: Belief, top: int, slots: int, pages: int, horizon: float, seed: int) -> Pages:
    """Pages whose first `slots` positions show listings near the cut most; who stands where among them is chance.

    Systematic sampling (Madow, On the theory of systematic sampling II, Ann. Math. Stat. 20, 1949): each listing is
    within the first positions with its chance (`demand.exposure.explore.chances`).
    """
    rng = np.random.default_rng(seed)
    listings = len(belief.a)
    slots = min(slots, listings)
    wanted = chances(discovery_shares(belief, top, horizon), slots)
    rest = np.argsort(-_draw(belief, pages, rng), axis=1)
    drawn = np.empty((pages, listings), np.uint16)
    for page, start in enumerate((rng.permutation(pages) + rng.random()) / pages):
        mixed = rng.permutation(listings)
        steps = np.concatenate([[0.0], np.cumsum(wanted[mixed])])
        first = mixed[np.searchsorted(steps[1:] - 1e-9, start + np.arange(slots), side="right").clip(max=listings - 1)]
        drawn[page] = _with_first(first, rest[page])
    return drawn


def thompson_pages(belief: Belief, pages: int, seed: int) -> Pages:
    """Pages in the order of rates drawn from the belief: Thompson sampling of the whole page.

    Each listing stands within the first positions as often as it is believed to belong there (Komiyama, Honda,
    Nakagawa, Optimal regret analysis of Thompson sampling in the multiple-play setting, ICML 2015).
    """
    rng = np.random.default_rng(seed)
    return np.argsort(-_draw(belief, pages, rng), axis=1).astype(np.uint16)


def _draw(belief: Belief, pages: int, rng: np.random.Generator) -> Reals:
    if not 0 < len(belief.a) <= MOST_LISTINGS:
        raise ValueError(f"{len(belief.a)} listings do not fit a page")
    return rng.beta(belief.a, belief.b, (pages, len(belief.a)))


def _with_first(first: npt.NDArray[np.int64], order: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """`first`, then the others in their order."""
    unique = np.array(list(dict.fromkeys(first.tolist())), dtype=np.int64)
    return np.concatenate([unique, order[~np.isin(order, unique)]])


def with_minimum(pages: Pages, slots: int, seed: int) -> Pages:
    """The last of the first `slots` positions goes round: each listing stands there in its turn, if it is not before.

    So every listing is within the first `slots` on at least `least_chance` of the pages.
    """
    rng = np.random.default_rng(seed)
    count, listings = pages.shape
    if slots >= listings:
        return pages
    changed = pages.copy()
    turns = rng.permutation(np.resize(rng.permutation(listings), count))
    for page, turn in enumerate(turns):
        at = int(np.flatnonzero(pages[page] == turn)[0])
        if at >= slots:
            changed[page, slots : at + 1] = pages[page, slots - 1 : at]
            changed[page, slots - 1] = turn
    return changed


def least_chance(listings: int, pages: int) -> float:
    """What `with_minimum` guarantees every listing."""
    return (pages // listings) / pages


def propensities(pages: Pages, slots: int) -> Reals:
    """For each listing the share of pages that show it within the first `slots`; sums to `slots`."""
    _, listings = pages.shape
    return np.bincount(pages[:, :slots].ravel(), minlength=listings) / len(pages)


def merge(parts: list[Pages], seed: int) -> Pages:
    """Pages of several groups of listings as one: each position is filled in turn, larger groups more often.

    Indices of a group are shifted behind those of the groups before it. Groups keep their own order; which group comes
    first on a page is chance in proportion to its size.
    """
    if len({len(part) for part in parts}) != 1:
        raise ValueError("groups need equally many pages")
    rng = np.random.default_rng(seed)
    sizes = [part.shape[1] for part in parts]
    shifts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    whole = np.concatenate([part + np.uint16(shift) for part, shift in zip(parts, shifts, strict=True)], axis=1)
    # A group's i-th listing stands where an even spread of the group over the page, moved by chance, puts it.
    keys = np.concatenate([(np.arange(size) + rng.random((len(whole), 1))) / size for size in sizes], axis=1)
    return np.take_along_axis(whole, np.argsort(keys, axis=1, kind="stable"), axis=1)


def pack(pages: Pages) -> bytes:
    """Pages as bytes to store."""
    return zlib.compress(pages.astype("<u2").tobytes())


def unpack(packed: bytes, pages: int) -> Pages:
    """Read back what `pack` wrote."""
    return np.frombuffer(zlib.decompress(packed), "<u2").astype(np.uint16).reshape(pages, -1)


def without(page: npt.NDArray[np.uint16], missing: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint16]:
    """One page, or all of them, when some listings are gone: the others move up."""
    kept = page[~missing[page]]
    return kept if page.ndim == 1 else kept.reshape(len(page), -1)
