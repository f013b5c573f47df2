"""Whether a factory's own price, date and quantity are good enough, and what is answered when they nearly are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from typing import Any

from models.errors import InvalidInput
from models.money import CENT


@dataclass(frozen=True, slots=True)
class CounterRule:
    """The merchandiser's rule for counter-offers."""

    over_next_best: Decimal = Decimal("0.03")
    """Share above the next best factory's price that is still accepted: asking again costs days."""
    over_offered: Decimal = Decimal("0.05")
    """Share above our own offer, where there is no next best factory."""
    days_late: int = 0
    """Days after the due date that are still accepted."""
    talk_within: Decimal = Decimal("0.10")
    """Share above the limit that is worth a proposal back; a price beyond it is declined at once."""
    talk_days: int = 7
    """Days after the last accepted date that are worth a proposal back."""

    def __post_init__(self) -> None:
        shares = (self.over_next_best, self.over_offered, self.talk_within)
        if not all(0 <= share <= 1 for share in shares) or not min(self.days_late, self.talk_days) >= 0:
            raise InvalidInput("counter rule: shares lie between 0 and 1, days are not below 0")
        if max(self.days_late, self.talk_days) > 60:
            raise InvalidInput("counter rule: days are at most 60")

    @staticmethod
    def from_table(table: Mapping[str, Any]) -> "CounterRule":
        """From the [counter] table of configs/match.toml; InvalidInput when it says anything else."""
        if unknown := sorted(set(table) - set(CounterRule.__dataclass_fields__)):
            raise InvalidInput(f"counter rule: unknown keys {', '.join(unknown)}")
        if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in table.values()):
            raise InvalidInput("counter rule: every value is a number")
        read: dict[str, Any] = {
            name: int(value) if name in ("days_late", "talk_days") else Decimal(str(value))
            for name, value in table.items()
        }
        return CounterRule(**read)

    def ceiling(self, offered: Decimal, next_best: Decimal | None, most: Decimal | None = None) -> Decimal:
        """Highest unit price that is accepted, to the cent below: not above `most`, never under what we offered."""
        allowed = offered * (1 + self.over_offered) if next_best is None else next_best * (1 + self.over_next_best)
        if most is not None:
            allowed = min(allowed, most)
        # The next best may be cheaper yet riskier: what we offered knowingly is always within the limit.
        return max(allowed, offered).quantize(CENT, ROUND_DOWN)


class Answer(StrEnum):
    """What the rule says to a counter-offer."""

    ACCEPT = "accept"
    DECLINE = "decline"
    PROPOSE = "propose"


@dataclass(frozen=True, slots=True)
class CounterVerdict:
    """The answer and why; `price` and `due_on` are those of a proposal."""

    answer: Answer
    why: str
    price: Decimal | None = None
    due_on: date | None = None

    @property
    def accept(self) -> bool:
        """Whether it is taken as it is."""
        return self.answer is Answer.ACCEPT


@dataclass(frozen=True, slots=True)
class Talk:
    """How far the talk about an offer has come."""

    rounds_left: int = 0
    """Counter-offers that the factory may still make after this one."""
    ours: Decimal | None = None
    """The price that we put on the table last; None: the offer's own."""
    most: Decimal | None = None
    """A unit price above which the goods would lose money."""


def judge_counter(
    asked: Decimal,
    asked_due: date | None,
    offered: Decimal,
    next_best: Decimal | None,
    due: date,
    rule: CounterRule,
    talk: Talk = Talk(),
) -> CounterVerdict:
    """Accept a counter-offer in time whose price is not much above what the next best factory would ask.

    With rounds left, one that is near gets a proposal: half way between its price and our last one but not above the
    limit, by the last date that is accepted. In the last round it is yes or no.
    """
    limit, last = rule.ceiling(offered, next_best, talk.most), due + timedelta(days=rule.days_late)
    asked_due = asked_due or due
    against = (
        f"our offer of {offered}, there is no other factory" if next_best is None else f"the next best, {next_best}"
    )
    if asked_due > last:
        why = f"{asked_due} is too late: due on {due}"
    elif asked > limit:
        why = f"{asked} is above {limit}, the limit against {against}"
    else:
        return CounterVerdict(Answer.ACCEPT, f"{asked} is within {limit}, the limit against {against}")
    near = asked <= limit * (1 + rule.talk_within) and asked_due <= last + timedelta(days=rule.talk_days)
    if talk.rounds_left < 1 or not near:
        return CounterVerdict(Answer.DECLINE, why)
    ours = talk.ours or offered
    half_way = ((ours + asked) / 2).quantize(CENT, ROUND_DOWN)
    return CounterVerdict(Answer.PROPOSE, why, asked if asked <= ours else min(limit, half_way), min(asked_due, last))
