"""TechPack: what a factory cuts from - sizes, measures with tolerances, materials and notes, all from one spec."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from design_gen.grading import MeasureRow, base_size, size_table
from design_gen.making import construction_notes
from design_gen.materials import MaterialRow, bill_of_materials
from design_gen.measures import Point
from design_gen.pack_words import ITEM_WORDS, POINT_WORDS, Item, Words
from models.errors import InvalidInput
from models.garment import GarmentSpec

PACK_VERSION = 1


@dataclass(frozen=True, slots=True)
class TechPack:
    """The technical part of a production brief; `fingerprint` is that of the spec it was computed from."""

    fingerprint: str
    category: str
    sizes: tuple[str, ...]
    base_size: str
    measures: tuple[MeasureRow, ...]
    materials: tuple[MaterialRow, ...]
    notes: tuple[Words, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; every row carries its Chinese and English words, `detail` is a lexicon key."""
        return {
            "version": PACK_VERSION,
            "fingerprint": self.fingerprint,
            "category": self.category,
            "sizes": list(self.sizes),
            "base_size": self.base_size,
            "measures": [_measure_json(row, self.sizes) for row in self.measures],
            "materials": [_material_json(row) for row in self.materials],
            "notes": [{"zh": zh, "en": en} for zh, en in self.notes],
        }

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "TechPack":
        """Read back what `to_json` wrote; InvalidInput when it is something else."""
        if not isinstance(data, Mapping) or data.get("version") != PACK_VERSION:
            raise InvalidInput(f"a tech pack is a JSON object of version {PACK_VERSION}")
        try:
            sizes = tuple(str(size) for size in data["sizes"])
            return TechPack(
                fingerprint=str(data["fingerprint"]),
                category=str(data["category"]),
                sizes=sizes,
                base_size=str(data["base_size"]),
                measures=tuple(_read_measure(row, sizes) for row in data["measures"]),
                materials=tuple(_read_material(row) for row in data["materials"]),
                notes=tuple((str(note["zh"]), str(note["en"])) for note in data["notes"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidInput(f"tech pack: {type(error).__name__} {str(error)[:80]}") from None


def tech_pack(spec: GarmentSpec) -> TechPack:
    """Compute the technical pack of a spec."""
    return TechPack(
        fingerprint=spec.fingerprint,
        category=spec.category.value,
        sizes=spec.rule.sizes,
        base_size=base_size(spec),
        measures=size_table(spec),
        materials=bill_of_materials(spec),
        notes=construction_notes(spec),
    )


def _measure_json(row: MeasureRow, sizes: tuple[str, ...]) -> dict[str, Any]:
    zh, en = POINT_WORDS[row.point]
    mm = dict(zip(sizes, row.mm, strict=True))
    return {"point": row.point.value, "zh": zh, "en": en, "mm": mm, "tolerance_mm": row.tolerance_mm}


def _material_json(row: MaterialRow) -> dict[str, Any]:
    zh, en = ITEM_WORDS[row.item]
    return {
        "item": row.item.value, "zh": zh, "en": en, "quantity": row.quantity, "unit": row.unit, "gsm": row.gsm,
        "detail": row.detail,
    }  # fmt: skip


def _read_measure(row: Mapping[str, Any], sizes: tuple[str, ...]) -> MeasureRow:
    mm = row["mm"]
    return MeasureRow(Point(row["point"]), tuple(int(mm[size]) for size in sizes), int(row["tolerance_mm"]))


def _read_material(row: Mapping[str, Any]) -> MaterialRow:
    gsm, quantity = row["gsm"], row["quantity"]
    if isinstance(quantity, bool) or not isinstance(quantity, int | float):
        raise ValueError(f"quantity {quantity!r}")
    return MaterialRow(
        Item(row["item"]),
        quantity,
        str(row["unit"]),
        None if gsm is None else int(gsm),
        str(row["detail"]),
    )
