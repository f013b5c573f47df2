"""Whether a factory's own price and date are good enough."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from models.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class CounterRule:
    """The merchandiser's rule for counter-offers."""

    over_next_best: Decimal = Decimal("0.03")
    """Share above the next best factory's price that is still accepted: asking again costs days."""
    over_offered: Decimal = Decimal("0.05")
    """Share above our own offer, where there is no next best factory."""
    days_late: int = 0
    """Days after the due date that are still accepted."""

    def __post_init__(self) -> None:
        if not (0 <= self.over_next_best <= 1 and 0 <= self.over_offered <= 1 and 0 <= self.days_late <= 60):
            raise InvalidInput("counter rule: shares lie between 0 and 1, days_late between 0 and 60")

    @staticmethod
    def from_table(table: Mapping[str, Any]) -> "CounterRule":
        """From the [counter] table of configs/match.toml; InvalidInput when it says anything else."""
        if unknown := sorted(set(table) - set(CounterRule.__dataclass_fields__)):
            raise InvalidInput(f"counter rule: unknown keys {', '.join(unknown)}")
        if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in table.values()):
            raise InvalidInput("counter rule: every value is a number")
        plain = CounterRule()
        return CounterRule(
            over_next_best=Decimal(str(table.get("over_next_best", plain.over_next_best))),
            over_offered=Decimal(str(table.get("over_offered", plain.over_offered))),
            days_late=int(table.get("days_late", plain.days_late)),
        )


@dataclass(frozen=True, slots=True)
class CounterVerdict:
    """Accept or not, and why."""

    accept: bool
    why: str


def judge_counter(
    asked: Decimal, asked_due: date | None, offered: Decimal, next_best: Decimal | None, due: date, rule: CounterRule
) -> CounterVerdict:
    """Accept a counter-offer in time whose price is not much above what the next best factory would ask."""
    if asked_due is not None and asked_due > due + timedelta(days=rule.days_late):
        return CounterVerdict(False, f"{asked_due} is too late: due on {due}")
    if next_best is None:
        limit, against = offered * (1 + rule.over_offered), f"our offer of {offered}, there is no other factory"
    else:
        # The next best may be cheaper yet riskier: what we offered knowingly is always within the limit.
        limit, against = max(next_best * (1 + rule.over_next_best), offered), f"the next best, {next_best}"
    if asked > limit:
        return CounterVerdict(False, f"{asked} is above {limit:.2f}, the limit against {against}")
    return CounterVerdict(True, f"{asked} is within {limit:.2f}, the limit against {against}")
