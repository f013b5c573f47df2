"""How many factories could make what a trend means: specs of its meaning put to the register of factories."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_SPECS, _SEED, _QUANTITY = 12, 7, 100
_LOW, _HIGH, _CURRENCY = Decimal(1), Decimal(10_000), "CNY"


def makeable(session: "Session", meaning: Mapping[str, Sequence[str]]) -> dict[str, Any] | None:
    """Over a dozen specs of a meaning, 100 units each at any price: how many could be made, by how many factories.

    None when the meaning names nothing that a design has, or no factory is known. InvalidInput when the meaning names
    what the garment vocabulary no longer has.
    """
    from configs.load_lexicon import load_lexicon
    from design_gen.spec import specs_for
    from factory_matching.store import load_qualifier
    from models.money import Money

    qualifier = load_qualifier(session)
    if not meaning or not len(qualifier.register.factory):
        return None
    band = Money(_LOW, _CURRENCY), Money(_HIGH, _CURRENCY)
    kept = {name: tuple(values) for name, values in meaning.items()}
    specs = specs_for(kept, _SPECS, _SEED, load_lexicon().colour)
    answers = [(spec, qualifier.qualify(spec, band, _QUANTITY)) for spec in specs]
    counts = sorted(answer.count for _, answer in answers)
    by_category: dict[str, int] = {}
    for spec, answer in answers:
        by_category[spec.category.value] = max(answer.count, by_category.get(spec.category.value, 0))
    return {
        "specs": len(counts),
        "makeable": sum(count > 0 for count in counts),
        "quantity": _QUANTITY,
        "fewest": counts[0],
        "median": int(median(counts)),
        "most": counts[-1],
        "by_category": by_category,
        "lead_days": min((a.lead_days for _, a in answers if a.lead_days is not None), default=None),
    }
