"""Days on which a factory makes its parts: earliest due date first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Job:
    """Units to be made by a day (counted from today, inclusive)."""

    key: int
    units: int
    due: int


def schedule(jobs: Iterable[Job], free: Sequence[int]) -> dict[int, list[tuple[int, int]]]:
    """Job key -> [(day, units)]; `free`: units for each day from today. ValueError when it does not fit."""
    plan: dict[int, list[tuple[int, int]]] = {}
    hands, day = list(free), 0
    for job in sorted(jobs, key=lambda job: (job.due, job.key)):
        left, days = job.units, []
        while left:
            while day < len(hands) and hands[day] == 0:
                day += 1
            if day > job.due or day >= len(hands):
                raise ValueError(f"job {job.key} of {job.units} units does not fit before day {job.due}")
            units = min(left, hands[day])
            days.append((day, units))
            hands[day] -= units
            left -= units
        plan[job.key] = days
    return plan
