"""Inspection of a lot: how many pieces to look at, how many faults to accept."""

from dataclasses import dataclass

# ISO 2859-1 (single sampling, normal inspection, general level II): lot up to, sample, accept at AQL 2.5 and at 4.0.
# Arrows of the master table are followed, so a row may take the sample of its neighbour.
_PLANS: tuple[tuple[float, tuple[int, int], tuple[int, int]], ...] = (
    (8, (5, 0), (3, 0)),
    (15, (5, 0), (3, 0)),
    (25, (5, 0), (3, 0)),
    (50, (5, 0), (13, 1)),
    (90, (20, 1), (13, 1)),
    (150, (20, 1), (20, 2)),
    (280, (32, 2), (32, 3)),
    (500, (50, 3), (50, 5)),
    (1_200, (80, 5), (80, 7)),
    (3_200, (125, 7), (125, 10)),
    (10_000, (200, 10), (200, 14)),
    (35_000, (315, 14), (315, 21)),
    (float("inf"), (500, 21), (315, 21)),
)


@dataclass(frozen=True, slots=True)
class SamplingPlan:
    """Look at `sample` pieces, accept the lot with up to `accept` faults."""

    sample: int
    accept: int


def passes(lot: int, inspected: int, faulty: int) -> bool:
    """Whether enough pieces were looked at, and no more had a fault than the plan of major faults allows."""
    major, _ = sampling_plans(lot)
    return inspected >= major.sample and faulty <= major.accept


def sampling_plans(lot: int) -> tuple[SamplingPlan, SamplingPlan]:
    """Plans for major (AQL 2.5) and minor (AQL 4.0) faults; a lot smaller than its sample is looked at whole.

    ValueError for a lot below 1.
    """
    if lot < 1:
        raise ValueError(f"a lot of {lot} pieces")
    major, minor = next((major, minor) for largest, major, minor in _PLANS if lot <= largest)
    return SamplingPlan(min(major[0], lot), major[1]), SamplingPlan(min(minor[0], lot), minor[1])
