"""The providers of a deployment, from its settings."""

from demand.payments.manual import BankTransfer
from demand.payments.provider import Providers
from models.errors import InvalidInput


def choose_providers(name: str, bank_details: str, key: str, webhook_secret: str, address: str) -> Providers:
    """New deposits go to the named one; the other stays reachable for money that it still holds.

    InvalidInput when Stripe is chosen without its key or the secret of its webhook.
    """
    bank = BankTransfer(bank_details)
    if not key:
        if name == "stripe":
            raise InvalidInput("payments by Stripe need DEMANDLOOM_PAYMENTS__STRIPE_KEY")
        return Providers(bank)
    from demand.payments.stripe import StripeDeposits
    from demand.payments.stripe_api import StripeApi

    if name == "stripe" and not webhook_secret:
        raise InvalidInput("payments by Stripe need DEMANDLOOM_PAYMENTS__STRIPE_WEBHOOK_SECRET")
    stripe = StripeDeposits(StripeApi(key, address), webhook_secret)
    return Providers(stripe, (bank,)) if name == "stripe" else Providers(bank, (stripe,))
