"""Amounts as payment APIs count them: whole numbers of the currency's smallest unit. Pure."""

from decimal import Decimal

from models.errors import InvalidInput

_ZERO = frozenset(
    ("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF")
)
_THREE = frozenset(("BHD", "JOD", "KWD", "OMR", "TND"))
# ISK and UGX have no smaller coin either, but this API counts them in hundredths (docs.stripe.com/currencies).


def to_minor(amount: Decimal, currency: str) -> int:
    """'190.80', 'CNY' -> 19080; '500', 'JPY' -> 500; InvalidInput when there is no such coin."""
    minor = amount.scaleb(_digits(currency))
    if minor != minor.to_integral_value():
        raise InvalidInput(f"{amount} {currency} cannot be paid: {currency} has no smaller unit")
    return int(minor)


def from_minor(minor: int, currency: str) -> Decimal:
    """19080, 'CNY' -> '190.80'."""
    return Decimal(minor).scaleb(-_digits(currency))


def _digits(currency: str) -> int:
    return 0 if currency in _ZERO else 3 if currency in _THREE else 2
