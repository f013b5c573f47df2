"""Reads a source as collecting does, without a database."""

from models.errors import DomainError
from trends.sources import Reading, find_places, read_place


def read_all(config, places, as_of, **given):
    """Every item of every place; the first error is raised."""
    items = []
    for place in find_places(config, places):
        if isinstance(place, DomainError):
            raise place
        items.extend(read_place(config, place, Reading(as_of, **given)))
    return items
