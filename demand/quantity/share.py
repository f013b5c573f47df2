"""Whole units from shares: largest remainders (Hamilton's method), so that the parts sum to the whole."""

from collections.abc import Sequence
from fractions import Fraction


def allot(units: int, weights: Sequence[float]) -> tuple[int, ...]:
    """`units` in proportion to the weights; ties go to the earlier one. ValueError without a positive weight."""
    exact = [Fraction(weight) for weight in weights]
    total = sum(exact)
    if total <= 0 or min(exact) < 0 or units < 0:
        raise ValueError(f"{units} units cannot be shared out by weights that sum to {float(total)}")
    quotas = [units * weight / total for weight in exact]
    parts = [int(quota) for quota in quotas]
    by_remainder = sorted(range(len(parts)), key=lambda index: (parts[index] - quotas[index], index))
    for index in by_remainder[: units - sum(parts)]:
        parts[index] += 1
    return tuple(parts)
