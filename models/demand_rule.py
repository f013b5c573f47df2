"""How a batch's listings will be judged: a value that is fixed before the first visitor. Pure."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from models.segment import Segment

FACTORIES = "factories"
"""What a batch file says as `min_units` when the makers of each design set the minimum."""


class Rung(StrEnum):
    """The commitment ladder, lowest first."""

    VIEW = "view"
    FAVOURITE = "favourite"
    INQUIRY = "inquiry"
    PRE_ORDER = "pre_order"
    DEPOSIT = "deposit"


LADDER = tuple(Rung)
"""Lowest rung first."""


@dataclass(frozen=True, slots=True)
class BreakEven:
    """What a sale earns and what a viewer costs, in the batch's currency: their ratio is the break-even conversion."""

    unit_margin: Decimal
    """Earned by one unit sold, after making, shipping and fees, before exposure."""
    units_per_conversion: Decimal
    """Units that one converted viewer takes on average."""
    exposure_cost: Decimal
    """Paid to bring one viewer to a listing."""

    def __post_init__(self) -> None:
        figures = self.unit_margin, self.units_per_conversion, self.exposure_cost
        if not all(figure.is_finite() and figure > 0 for figure in figures):
            raise ValueError("unit margin, units per conversion and exposure cost must be above 0")
        if not self.target_rate < 1:
            raise ValueError(f"a viewer costs {self.exposure_cost}, a conversion earns {self.margin_per_conversion}")

    @property
    def margin_per_conversion(self) -> Decimal:
        """What a converted viewer earns before exposure."""
        return self.unit_margin * self.units_per_conversion

    @property
    def target_rate(self) -> float:
        """p0: conversions at this rate just pay for the viewers."""
        return float(self.exposure_cost / self.margin_per_conversion)

    def to_json(self) -> dict[str, str]:
        """Plain JSON; the figures as strings, exact."""
        return {name: str(figure) for name, figure in asdict(self).items()}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "BreakEven":
        """Read back what `to_json` wrote, or a batch file's numbers; ValueError for what is no number."""
        _check_table("break_even", data)
        try:
            return BreakEven(**{name: Decimal(str(figure)) for name, figure in data.items()})
        except InvalidOperation:
            raise ValueError(f"break_even holds {dict(data)}, three numbers are needed") from None


@dataclass(frozen=True, slots=True)
class DemandRule:
    """How a batch's listings will be judged; fixed before the first visitor, stored with the batch.

    What is off by default stays off for rules that were stored before it existed.
    """

    rung: Rung = Rung.PRE_ORDER
    """Viewers who reach this rung or a higher one count as converted."""
    target_rate: float = 0.02
    """Break-even conversion p0."""
    alpha: float = 0.01
    """Error rate of confirming (and of stopping), under continuous looking."""
    burn_in_viewers: int = 50
    """First viewers who are not judged: novelty inflates them."""
    min_units: int | None = 30
    """Committed units below which a confirmed listing is not made; None: what its makers ask for (design by design)."""
    version: int = 1
    break_even: BreakEven | None = None
    """Where the target rate comes from, if it was computed."""
    burn_in_days: float = 0.0
    """Viewers who first came within so many days of the opening are not judged either."""
    maturity_hours: float = 0.0
    """A viewer is judged so long after coming: until then a missing conversion says little."""
    window_days: float | None = None
    """Days that a listing collects; None where the batch's own dates say it."""
    early_kill: float = 0.0
    """A listing whose chance to be confirmed before it closes is below this is stopped; 0 waits for the close."""
    fdr: float = 0.0
    """Most of the batch's confirmed listings that may be false ones, on average; 0 does not look across listings."""
    segment: Segment | None = None
    """Whose viewers are judged; None: everybody's. Units are counted of everybody all the same."""

    def __post_init__(self) -> None:
        if not 0 < self.target_rate < 1 or not 0 < self.alpha < 0.5:
            raise ValueError(f"target rate {self.target_rate} and alpha {self.alpha} are not rates")
        if self.burn_in_viewers < 0 or (self.min_units is not None and self.min_units < 1):
            raise ValueError(f"burn-in of {self.burn_in_viewers} viewers, minimum of {self.min_units} units")
        if not (0 <= self.burn_in_days <= 365 and 0 <= self.maturity_hours <= 24 * 365):
            raise ValueError(f"burn-in of {self.burn_in_days} days, maturity of {self.maturity_hours} hours")
        if self.window_days is not None and not self.burn_in_days < self.window_days <= 365:
            raise ValueError(f"a window of {self.window_days} days, of which {self.burn_in_days} are not judged")
        if not (0 <= self.early_kill < 0.5 and 0 <= self.fdr < 0.5):
            raise ValueError(f"early kill {self.early_kill} and false discovery rate {self.fdr} are not rates")
        computed = self.break_even and self.break_even.target_rate
        if computed and not math.isclose(computed, self.target_rate, rel_tol=1e-9):
            raise ValueError(
                f"target_rate {self.target_rate:g} contradicts {computed:.6g} of break_even; leave one out"
            )

    def to_json(self) -> dict[str, Any]:
        """Plain JSON: the target rate and what it was computed from."""
        return {
            **{name: getattr(self, name) for name in self.__dataclass_fields__},
            "rung": self.rung.value,
            "segment": self.segment.value if self.segment else None,
            "break_even": self.break_even.to_json() if self.break_even else None,
        }

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "DemandRule":
        """Read back what `to_json` wrote, today or before; TypeError on unknown keys, ValueError on impossible values.

        A batch file may leave out the target rate where it gives `break_even`, and say `min_units = "factories"`.
        """
        _check_table("a rule", data)
        read = {name: _NUMBERS.get(name, _same)(value) for name, value in data.items()}
        read["rung"] = Rung(read.get("rung", Rung.PRE_ORDER))
        read["segment"] = Segment(read["segment"]) if read.get("segment") else None
        if read.get("break_even") is not None:
            read["break_even"] = BreakEven.from_json(read["break_even"])
            read.setdefault("target_rate", read["break_even"].target_rate)
        if read.get("min_units") == FACTORIES:
            read["min_units"] = None
        return DemandRule(**read)


def _check_table(name: str, data: object) -> None:
    if not isinstance(data, Mapping):
        raise ValueError(f"{name} has named figures, not {str(data)[:40]!r}")


def _same(value: Any) -> Any:
    return value


def _number(value: Any) -> float:
    """A batch file may say 3 for 3.0; stored, both are the same."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{value!r} is not a number")
    return float(value)


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{value!r} is not a whole number")
    return value


_NUMBERS: Mapping[str, Any] = {
    **dict.fromkeys(("target_rate", "alpha", "burn_in_days", "maturity_hours", "early_kill", "fdr"), _number),
    **dict.fromkeys(("burn_in_viewers", "version"), _whole),
    "min_units": lambda value: value if value in (None, FACTORIES) else _whole(value),
    "window_days": lambda value: None if value is None else _number(value),
}
