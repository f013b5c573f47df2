"""A belief about a probability."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Beta:
    """A prior on a probability, worth `a` successes and `b` failures seen before."""

    a: float
    b: float

    def __post_init__(self) -> None:
        if not (self.a > 0 and self.b > 0):
            raise ValueError(f"Beta({self.a}, {self.b}) is not a distribution")

    @property
    def mean(self) -> float:
        """Expected probability."""
        return self.a / (self.a + self.b)

    @property
    def strength(self) -> float:
        """How many trials it is worth."""
        return self.a + self.b
