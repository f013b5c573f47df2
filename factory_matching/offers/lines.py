"""Units by colour and size: subtracting what is placed, cutting the rest into parts."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Line = Mapping[str, Any]
"""{colour, size, units}, as allocations store them."""


def open_lines(wanted: Iterable[Line], placed: Iterable[Line]) -> list[dict[str, Any]]:
    """What is left of `wanted`, in its order; ValueError when more is placed than wanted."""
    taken = Counter[tuple[str, str]]()
    for line in placed:
        taken[line["colour"], line["size"]] += int(line["units"])
    left = []
    for line in wanted:
        key = (str(line["colour"]), str(line["size"]))
        units = int(line["units"]) - taken.pop(key, 0)
        if units < 0:
            raise ValueError(f"{-units} units of {key} too many are placed")
        if units:
            left.append({"colour": key[0], "size": key[1], "units": units})
    if any(taken.values()):
        raise ValueError(f"units of {next(iter(taken))} are placed that nobody wanted")
    return left


def cut(lines: Sequence[Line], parts: Sequence[int]) -> list[list[dict[str, Any]]]:
    """Lines for parts of given sizes, filled one after the other so that few lines are torn apart.

    ValueError unless the parts add up to the lines.
    """
    if sum(parts) != sum(int(line["units"]) for line in lines):
        raise ValueError(f"parts {list(parts)} do not add up to the lines")
    queue = [dict(line) for line in lines]
    result = []
    for units in parts:
        part: list[dict[str, Any]] = []
        while units:
            line = queue[0]
            taken = min(units, line["units"])
            part.append({**line, "units": taken})
            line["units"] -= taken
            units -= taken
            if not line["units"]:
                queue.pop(0)
        result.append(part)
    return result
