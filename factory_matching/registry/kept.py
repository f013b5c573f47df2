"""Where this process keeps snapshots of the register."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(slots=True)
class _Place:
    folder: Path | None = None


_place = _Place()


def keep_snapshots(folder: Path | None) -> None:
    """Called once by each entry point, as `connect` is; None for nowhere."""
    _place.folder = folder


def snapshot_folder() -> Path | None:
    """The folder, None where snapshots are not kept."""
    return _place.folder
