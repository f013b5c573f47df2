from decimal import Decimal

import pytest

from configs.files import CONFIGS, read_toml
from factory_matching.freight import FreightRates
from models.attributes import Category
from models.errors import InvalidInput

RATES = FreightRates.from_table(
    {
        "per_kg": {"any": {"any": 4, "EU": 40}, "Zhejiang": {"EU": 38, "any": 3}, "YIWU-1": {"EU": 30}},
        "per_unit": {"Hebei": {"EU": 12.5}},
        "weight_kg": {"greatcoat": 2},
        "exchange": {"USD": 8},
    }
)


@pytest.mark.parametrize(
    ("origin", "market", "category", "expected"),
    [
        ("Zhejiang", "EU", Category.GREATCOAT, "76.00"),
        ("YIWU-1", "EU", Category.GREATCOAT, "60.00"),
        ("Hunan", "EU", Category.GREATCOAT, "80.00"),
        ("Zhejiang", "US", Category.GREATCOAT, "6.00"),
        ("Hunan", None, Category.GREATCOAT, "8.00"),
        (None, None, Category.MUG, "2.00"),  # half a kilogram where no weight stands
        ("Hebei", "EU", Category.GREATCOAT, "12.50"),
    ],
)
def test_the_closest_lane_counts_and_the_market_before_the_origin(origin, market, category, expected):
    assert RATES.per_unit(origin, market, category) == Decimal(expected)


def test_the_warehouse_counts_where_a_rate_names_it():
    assert RATES.from_factory("YIWU-1", "Zhejiang", "EU", Category.GREATCOAT) == Decimal("60.00")
    assert RATES.from_factory("YIWU-9", "Zhejiang", "EU", Category.GREATCOAT) == Decimal("76.00")
    assert RATES.from_factory(None, "Zhejiang", "EU", Category.GREATCOAT) == Decimal("76.00")


def test_other_currencies_are_exchanged_or_refused():
    assert RATES.per_unit("Zhejiang", "EU", Category.GREATCOAT, "USD") == Decimal("9.50")
    with pytest.raises(InvalidInput, match=r"GBP: add it to \[exchange\]"):
        RATES.per_unit("Zhejiang", "EU", Category.GREATCOAT, "GBP")


def test_without_rates_freight_is_free():
    assert FreightRates().per_unit("Zhejiang", "EU", Category.MUG) == 0


def test_the_shipped_rates_are_read_and_weigh_every_category():
    rates = FreightRates.from_table(read_toml(CONFIGS / "freight.toml"))
    assert set(rates.weight_kg) == set(Category)
    assert rates.per_unit("Zhejiang", "US", Category.COAT) > rates.per_unit("Zhejiang", None, Category.COAT) > 0


@pytest.mark.parametrize(
    "table",
    [
        {"rate": 1},
        {"per_kg": {"any": 3}},
        {"per_kg": {"any": {"EU": "dear"}}},
        {"per_kg": {"any": {"EU": -1}}},
        {"weight_kg": {"sofa": 40}},
        {"currency": "yuan"},
        {"exchange": {"USD": 0}},
        {"per_kg": {"any": {"EU": True}}},
        {"per_kg": {"any": {"EU": float("nan")}}},
    ],
)
def test_wrong_freight_tables_are_refused(table):
    with pytest.raises(InvalidInput):
        FreightRates.from_table(table)
