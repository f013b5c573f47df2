"""The policies of a match as values, read from the [policies] tables of configs/match.toml."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, TypeVar

from models.errors import InvalidInput
from models.factory import Verification

Rule = TypeVar("Rule")


def _read(kind: type[Rule], table: Any, name: str) -> Rule:
    """One table as its rule; InvalidInput names the key that is unknown or of another kind than its default."""
    if not isinstance(table, Mapping):
        raise InvalidInput(f"policies: [policies.{name}] is no table")
    plain = kind()
    known = {entry.name: getattr(plain, entry.name) for entry in fields(kind)}  # type: ignore[arg-type]
    if unknown := sorted(set(table) - set(known)):
        raise InvalidInput(f"policies: unknown keys in [policies.{name}]: {', '.join(map(str, unknown))}")
    for key, value in table.items():
        wanted = (int, float) if isinstance(known[key], float) else type(known[key])
        if not isinstance(value, wanted) or isinstance(value, bool) != isinstance(known[key], bool):
            raise InvalidInput(f"policies: {name}.{key} = {value!r} is not like {known[key]!r}")
    return kind(**table)


def _share(name: str, value: float) -> None:
    if not 0 <= value <= 1:
        raise InvalidInput(f"policies: {name} = {value} is no share between 0 and 1")


def _not_below(name: str, value: float, least: float) -> None:
    if value < least:
        raise InvalidInput(f"policies: {name} = {value} is below {least}")


@dataclass(frozen=True, slots=True)
class NewSuppliers:
    """The guarantee for qualified new factories, and what any new factory is tried with."""

    share: float = 0.0
    """Share of the run's units that goes to qualified new factories; 0: no guarantee."""
    window_days: int = 0
    """The share is that of so many days before the run and the run together; 0: of the run alone."""
    joined_days: int = 90
    """New: joined within so many days, or ..."""
    finished_orders: int = 0
    """... has finished fewer orders than this. A factory of unknown joining date was there before: it is not new."""
    verification: str = "checked"
    """Qualified: verified at least so far, and neither warned nor suspended."""
    trial_units: int = 300
    """A new factory gets no order above this."""
    trial_orders: int = 2
    """And has at most so many orders open, offers without an answer included."""

    def __post_init__(self) -> None:
        _share("new_suppliers.share", self.share)
        for name in ("window_days", "joined_days", "finished_orders"):
            _not_below(f"new_suppliers.{name}", getattr(self, name), 0)
        for name in ("trial_units", "trial_orders"):
            _not_below(f"new_suppliers.{name}", getattr(self, name), 1)
        if self.verification not in list(Verification):
            raise InvalidInput(f"policies: new_suppliers.verification is one of {', '.join(Verification)}")

    @property
    def on(self) -> bool:
        """Whether any factory can be new at all."""
        return self.joined_days > 0 or self.finished_orders > 0


@dataclass(frozen=True, slots=True)
class Warned:
    """What a warned factory may still get in one run; a suspended one gets nothing."""

    units: int = 500
    orders: int = 2
    deposit_above: float = 0.0
    """No demand whose buyers paid more deposits than this, in the demand's currency; 0: any."""

    def __post_init__(self) -> None:
        for entry in fields(self):
            _not_below(f"warned.{entry.name}", getattr(self, entry.name), 0)


@dataclass(frozen=True, slots=True)
class Concentration:
    """Largest shares of the run's demanded units; 1: no cap."""

    factory: float = 1.0
    """Of all units, at one factory."""
    category: float = 1.0
    """Of a category's units, at one factory."""
    region: float = 1.0
    """Of all units, in one region."""
    least_units: int = 1_000
    """No cap is below this: shares of a run of few demands say nothing."""

    def __post_init__(self) -> None:
        for name in ("factory", "category", "region"):
            _share(f"concentration.{name}", getattr(self, name))
        _not_below("concentration.least_units", self.least_units, 0)

    def most(self, share: float, units: int) -> int | None:
        """Most units under a share of so many; None where there is no cap."""
        return None if share == 1.0 else max(int(share * units + 1e-9), self.least_units)


@dataclass(frozen=True, slots=True)
class Policies:
    """All of them; the defaults ask for nothing but that suspended and warned factories are held back."""

    new_suppliers: NewSuppliers = field(default_factory=NewSuppliers)
    warned: Warned = field(default_factory=Warned)
    concentration: Concentration = field(default_factory=Concentration)

    @staticmethod
    def from_table(table: Mapping[str, Any]) -> "Policies":
        """From [policies] of configs/match.toml; InvalidInput on unknown tables, keys or values out of range."""
        if unknown := sorted(set(table) - {entry.name for entry in fields(Policies)}):
            raise InvalidInput(f"policies: unknown tables {', '.join(unknown)}")
        return Policies(
            _read(NewSuppliers, table.get("new_suppliers", {}), "new_suppliers"),
            _read(Warned, table.get("warned", {}), "warned"),
            _read(Concentration, table.get("concentration", {}), "concentration"),
        )

    def without_guarantee(self) -> "Policies":
        """The same, without a share for new factories."""
        return replace(self, new_suppliers=replace(self.new_suppliers, share=0.0))

    def to_json(self) -> dict[str, Any]:
        """As stored with every allocation's reasons."""
        return asdict(self)
