"""What a listing is, as far as it may sell by it: attribute -> value. Pure."""

from decimal import Decimal

from models.garment import GarmentSpec

_BAND_STARTS = (0, 50, 100, 200, 400, 800)


def attributes_of(spec: GarmentSpec, trend: str, price: Decimal, currency: str) -> dict[str, str]:
    """Category, colour, pattern, material, price band of one unit, and the phrase of the trend it was designed for."""
    return {
        "category": spec.category.value,
        "colour": spec.colour.name,
        "pattern": spec.pattern.kind.value,
        "material": spec.material.value,
        "price_band": price_band(price, currency),
        "trend": trend,
    }


def price_band(price: Decimal, currency: str) -> str:
    """'100-199 CNY': each band is twice as wide as the one before; the last is open."""
    start = max(band for band in _BAND_STARTS if band <= max(price, Decimal(0)))
    after = [band for band in _BAND_STARTS if band > start]
    return f"{start}-{after[0] - 1} {currency}" if after else f"{start}+ {currency}"
