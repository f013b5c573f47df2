"""Phrases labelled by hand, and which half of them each belongs to; see README.md here."""

import csv
import hashlib
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_name("phrases.csv")


class Label(StrEnum):
    """What a labelled phrase is about."""

    GOODS = "goods"
    STYLE = "style"
    OTHER_GOODS = "other_goods"
    NOT_GOODS = "not_goods"


class Labelled(NamedTuple):
    """A labelled phrase."""

    phrase: str
    first_seen: str
    picked_by: str
    label: Label

    @property
    def is_goods(self) -> bool:
        """Goods or a style of goods; other consumer goods are not ours to make."""
        return self.label in (Label.GOODS, Label.STYLE)

    @property
    def is_for_training(self) -> bool:
        """One half by the phrase's own hash; the other half only judges."""
        return hashlib.sha256(self.phrase.encode()).digest()[0] % 2 == 0


def load_labels(path: Path = FILE) -> list[Labelled]:
    """Every labelled phrase."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return [Labelled(row["phrase"], row["first_seen"], row["picked_by"], Label(row["label"])) for row in rows]
