"""What we hold of a pre-order's money, and what has to happen so that it is what the pre-order's state says. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from models.interest import PreOrderState

ZERO = Decimal("0.00")
_KEEPS = (PreOrderState.PLACED, PreOrderState.DEPOSITED, PreOrderState.SETTLED)


@dataclass(frozen=True, slots=True)
class Pot:
    """One payment: what came in, what went out, what is promised to go out."""

    provider: str
    payment: str
    paid: Decimal
    refunded: Decimal = ZERO
    promised: Decimal = ZERO

    @property
    def held(self) -> Decimal:
        """What is still with us."""
        return self.paid - self.refunded

    @property
    def free(self) -> Decimal:
        """What is still with us and promised to nobody; negative when more went out than there was."""
        return self.held - self.promised


@dataclass(frozen=True, slots=True)
class Balance:
    """All payments of one pre-order, oldest first."""

    pots: tuple[Pot, ...] = ()

    @property
    def held(self) -> Decimal:
        """Paid less refunded."""
        return sum((pot.held for pot in self.pots), ZERO)

    @property
    def free(self) -> Decimal:
        """Held less what is promised back."""
        return sum((pot.free for pot in self.pots), ZERO)


@dataclass(frozen=True, slots=True)
class Step:
    """The pre-order's next state, None to stay; and how much is to be promised back."""

    to: PreOrderState | None
    give_back: Decimal
    why: str = ""


def decide_step(state: PreOrderState, deposit: Decimal, free: Decimal, takes_deposits: bool) -> Step:
    """Bring state and money together.

    A placed pre-order whose deposit is complete is deposited, a deposited one whose deposit left us is placed again;
    one that ended keeps nothing, and money that comes for a listing which takes no deposits goes back whole.
    """
    if state is PreOrderState.PLACED and not takes_deposits and free > ZERO:
        return Step(PreOrderState.RELEASED, free, "the deposit came when the listing took none any more")
    excess = max(ZERO, free - (deposit if state in _KEEPS else ZERO))
    if state is PreOrderState.PLACED and deposit > ZERO and free >= deposit:
        return Step(PreOrderState.DEPOSITED, excess, "the deposit is paid")
    if state is PreOrderState.DEPOSITED and free < deposit:
        return Step(PreOrderState.PLACED, ZERO, "no payment stands behind the whole deposit any more")
    return Step(None, excess)


def split(balance: Balance, amount: Decimal) -> Iterator[tuple[Pot, Decimal]]:
    """Which payments an amount goes back to: the latest first, so that the one that completed a deposit stays."""
    for pot in reversed(balance.pots):
        part = min(amount, max(ZERO, pot.free))
        if part > ZERO:
            yield pot, part
            amount -= part
