"""What the web app needs to know of its deployment."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from demand.payments.manual import BankTransfer
from demand.payments.provider import Providers
from factory_matching.edits.rule import EditRule
from factory_matching.offers.manner import Manner
from factory_matching.offers.quotes import Costing
from models.lexicon import Lexicon

MOST_FORM_BYTES = 16_384
"""Largest body of a form; the longest one, a counter-offer, has under 2 KB."""


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class WebConfig:
    """Deployment of one web server; ValueError for a secret or token too short to protect anything."""

    database_url: str
    blobs_url: str
    secret: str
    """Key of visitor pseudonyms and signed cookies, at least 16 characters."""
    operator_token: str
    """What merchandisers and analysts sign in with, at least 16 characters."""
    lexicon: Lexicon
    base_url: str = ""
    """Public address; https makes cookies secure."""
    simulated_time: bool = False
    """Accept the time that the client names, and do not limit rates: for simulations, never in production."""
    deposit_share: Decimal = Decimal("0.10")
    """Share of a pre-order's value that is asked as its deposit."""
    payments: Providers = Providers(BankTransfer())  # noqa: RUF009 - frozen, so that all may share it
    """Where deposits are paid."""
    manner: Manner | None = None
    """How offers are made and answered; None leaves what follows an answer to the next run of the flow."""
    costing: Costing | None = None
    """What landed costs are made with; None shows quotes without freight."""
    posts_per_minute: int = 60
    """Forms that one address may send in a minute."""
    edit_rule: EditRule = EditRule()  # noqa: RUF009 - frozen, so that all may share it
    """Which of a factory's changes wait for a check."""
    clock: Callable[[], datetime] = utc_now

    def __post_init__(self) -> None:
        for name, value in (("secret", self.secret), ("operator token", self.operator_token)):
            if len(value) < 16:
                raise ValueError(f"the {name} has {len(value)} characters, at least 16 are needed")
        if not 0 <= self.deposit_share <= 1:
            raise ValueError(f"deposit share {self.deposit_share} is outside 0-1")

    @property
    def secure_cookies(self) -> bool:
        """Whether browsers may only send cookies over https."""
        return self.base_url.startswith("https://")
