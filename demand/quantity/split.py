"""Units over colours and sizes, where each colour's few orders borrow the size curve of those who have more. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from demand.quantity.share import allot
from demand.quantity.wishes import Wish

Variant = tuple[str, str]
"""Colour and size."""


@dataclass(frozen=True, slots=True)
class Line:
    """Units of one colour and size."""

    colour: str
    size: str
    units: int


def split(
    units: int,
    commitments: Sequence[Wish],
    variants: Sequence[Variant],
    strength: float,
    usual: Mapping[str, float] | None = None,
) -> tuple[Line, ...]:
    """Units in proportion to what was committed, each colour's size curve shrunk towards the listing's own.

    The listing's curve is in turn shrunk towards its category's `usual` one (shares by size), and that of sizes which
    the category does not know towards even shares: posterior means of Dirichlet priors worth `strength` units each.
    Lines sum to `units`; variants of zero units are left out. ValueError for units without a variant.
    """
    if units == 0:
        return ()
    if not variants:
        raise ValueError(f"{units} units and no variant to make them in")
    wanted = dict.fromkeys(variants, 0)
    for line in commitments:
        key = (line.colour or "", line.size or "")
        if key in wanted:
            wanted[key] += line.units
    expected = _expected_sizes({size for _, size in variants}, usual or {})
    weights = [_weight(variant, wanted, strength, expected) for variant in variants]
    lines = zip(variants, allot(units, weights), strict=True)
    return tuple(Line(colour, size, count) for (colour, size), count in lines if count)


def _expected_sizes(sizes: set[str], usual: Mapping[str, float]) -> Mapping[str, float]:
    """Shares that sum to 1: the category's where it knows a size, an even one where it does not."""
    shares = {size: usual.get(size, 0.0) or 1 / len(sizes) for size in sorted(sizes)}
    total = sum(shares.values())
    return {size: share / total for size, share in shares.items()}


def _weight(variant: Variant, wanted: Mapping[Variant, int], strength: float, expected: Mapping[str, float]) -> float:
    """Expected share of one variant: its colour's share times the size's share within that colour."""
    colour, size = variant
    colours = {c for c, _ in wanted}
    total = sum(wanted.values())
    of_colour = sum(count for (c, _), count in wanted.items() if c == colour)
    of_size = sum(count for (_, s), count in wanted.items() if s == size)
    colour_share = (of_colour + strength / len(colours)) / (total + strength)
    size_share = (of_size + strength * expected[size]) / (total + strength)
    return colour_share * (wanted[variant] + strength * size_share) / (of_colour + strength)
