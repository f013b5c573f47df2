"""What a spec asks of a factory beyond its category and material."""

from models.attributes import Closure, PatternKind
from models.garment import GarmentSpec

TECHNIQUES: frozenset[str] = frozenset(
    [kind.value for kind in PatternKind if kind is not PatternKind.PLAIN]
    + [closure.value for closure in Closure if closure is not Closure.NONE]
)
"""Every pattern and closure that needs equipment or practice: all but plain cloth and no closure."""


def techniques_of(spec: GarmentSpec) -> frozenset[str]:
    """The techniques that a factory must master to make this spec."""
    return frozenset({spec.pattern.kind.value, spec.closure.value}) & TECHNIQUES
