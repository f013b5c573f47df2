"""Make samples/factories.csv.gz: 3,000 synthetic factories (nobody's real data), the same for the same seed.

    python -m samples.make_factories [--factories 3000] [--seed 20240901] [--to samples/factories.csv.gz]

Shapes, not facts: shares of regions and trades, falling price ladders, heavy-tailed capacities and scores are plausible
guesses, made so that a demo meets what real lists contain, a few unusable rows included.
"""

import argparse
import csv
import gzip
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.attributes import Category, Closure, PatternKind
from models.category_rules import CATEGORY_RULES

COLUMNS = (
    "code", "name", "region", "language", "daily_capacity", "lead_days", "quality", "on_time", "state",
    "category", "materials", "techniques", "currency", "prices",
)  # fmt: skip
MOQS = (10, 20, 30, 50, 100, 200, 300, 500)
MOQ_SHARES = (0.06, 0.10, 0.18, 0.24, 0.22, 0.11, 0.06, 0.03)
_STEPS = (20, 30, 50, 100, 200, 300, 500, 1000, 3000)


@dataclass(frozen=True, slots=True)
class Trade:
    """A specialisation: its share of factories, and the price in CNY of 100 plain pieces of each category."""

    zh: str
    en: str
    share: float
    prices: Mapping[str, float]


TRADES = (
    Trade("大衣", "Coat", 0.13, {"greatcoat": 128, "coat": 112, "trench_coat": 98, "blazer": 86, "waistcoat": 46}),
    Trade("羽绒", "Outdoor", 0.10, {"parka": 104, "down_jacket": 132, "bomber_jacket": 78, "jacket": 66}),
    Trade("毛织", "Knit", 0.12, {"sweater": 42, "cardigan": 47, "scarf": 15, "beanie": 8}),
    Trade("针织", "Jersey", 0.15, {"t_shirt": 15, "polo_shirt": 23, "sweatshirt": 32, "hoodie": 38, "tank_top": 12}),
    Trade("衬衫", "Shirt", 0.09, {"shirt": 31, "blouse": 34, "waistcoat": 42}),
    Trade("女装", "Dress", 0.13, {"dress": 56, "skirt": 35, "blouse": 33, "qipao": 82, "horse_face_skirt": 88}),
    Trade("牛仔", "Denim", 0.08, {"jeans": 42, "denim_jacket": 58, "shorts": 27, "skirt": 34}),
    Trade("裤装", "Trouser", 0.06, {"trousers": 38, "shorts": 24}),
    Trade("箱包", "Bag", 0.06, {"tote_bag": 14, "backpack": 46, "handbag": 52}),
    Trade("鞋业", "Shoe", 0.04, {"boots": 92, "sneakers": 64}),
    Trade("帽业", "Hat", 0.02, {"cap": 9, "beanie": 8}),
    Trade("家居", "Home", 0.02, {"cushion": 16, "mug": 7}),
)

REGIONS = (
    ("Zhejiang", "浙江", "zh", 0.27, 1.00),
    ("Guangdong", "广东", "zh", 0.25, 1.04),
    ("Fujian", "福建", "zh", 0.14, 0.98),
    ("Jiangsu", "江苏", "zh", 0.13, 1.02),
    ("Shandong", "山东", "zh", 0.06, 0.95),
    ("Hebei", "河北", "zh", 0.05, 0.91),
    ("Vietnam", "越南", "en", 0.07, 0.89),
    ("Bangladesh", "孟加拉", "en", 0.03, 0.82),
)
"""Name, Chinese name, language of its briefs, share of factories, price level."""


def make_rows(factories: int, seed: int) -> Iterator[dict[str, str]]:
    """Flat rows, one for each factory and category; factory cells stand in a factory's first row only."""
    random = np.random.default_rng(seed)
    for number in range(1, factories + 1):
        head, level, trade = _factory(number, random)
        for position, category in enumerate(_categories(trade, random)):
            cells = head if position == 0 else {"code": head["code"]}
            yield {**dict.fromkeys(COLUMNS, ""), **cells, **_capability(category, trade, level, random)}


def _factory(number: int, random: np.random.Generator) -> tuple[dict[str, str], float, Trade]:
    trade = TRADES[random.choice(len(TRADES), p=_shares([trade.share for trade in TRADES]))]
    region, zh, language, _, region_level = REGIONS[random.choice(len(REGIONS), p=_shares([r[3] for r in REGIONS]))]
    capacity = int(np.clip(30 * (1 + random.pareto(1.25)), 30, 20_000))
    quality = random.beta(45, 2.2)
    name = (
        f"合成{zh}{trade.zh}厂{number:04d}号 (synthetic)" if language == "zh" else f"Synthetic {trade.en} {number:04d}"
    )
    head = {
        "code": f"SYN-{number:05d}",
        "name": name,
        "region": region,
        "language": language,
        "daily_capacity": str(capacity),
        "lead_days": str(int(np.clip(random.gamma(6, 1.7), 3, 30))),
        "quality": f"{quality:.3f}",
        "on_time": f"{random.beta(18, 1.8):.3f}",
        "state": str(random.choice(["active", "warned", "suspended"], p=[0.93, 0.04, 0.03])),
    }
    # Better work costs more, the spread between workshops is wider than either.
    return head, region_level * float(np.exp(random.normal(0, 0.16) + 0.8 * (quality - 0.95))), trade


def _shares(weights: list[float]) -> list[float]:
    return [weight / sum(weights) for weight in weights]


def _categories(trade: Trade, random: np.random.Generator) -> list[Category]:
    """The trade's first categories are its commonest."""
    names = list(trade.prices)
    kept = [name for place, name in enumerate(names) if random.random() < 0.92 - 0.13 * place]
    return [Category(name) for name in kept or names[:1]]


def _capability(category: Category, trade: Trade, level: float, random: np.random.Generator) -> dict[str, str]:
    rule = CATEGORY_RULES[category]
    materials = [m for place, m in enumerate(rule.materials) if random.random() < 0.9 - 0.12 * place]
    closures = [c for c in rule.closures if c is not Closure.NONE and random.random() < 0.85]
    patterns = [p for p in PatternKind if p is not PatternKind.PLAIN and random.random() < 0.6]
    price = trade.prices[category.value] * level * float(np.exp(random.normal(0, 0.07)))
    return {
        "category": category.value,
        "materials": "|".join(m.value for m in materials or rule.materials[:1]),
        "techniques": "|".join(t.value for t in (*closures, *patterns)),
        "currency": "CNY",
        "prices": _prices(price, random),
    }


def _prices(price_of_100: float, random: np.random.Generator) -> str:
    """A ladder that falls by 3 to 8 % with every doubling."""
    moq = int(random.choice(MOQS, p=MOQ_SHARES))
    fall = random.uniform(0.045, 0.12)
    later = [step for step in _STEPS if step >= 2 * moq]
    quantities = [moq, *later[: int(random.integers(1, 5))]]
    return "|".join(f"{q}:{max(price_of_100 * (q / 100) ** -fall, 1.0):.2f}" for q in quantities)


def spoil(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Add the mistakes that lists have: seven rows that an import refuses, each for another reason."""
    heads = [row for row in rows if row["name"]][:7]
    mistakes: tuple[dict[str, str], ...] = (
        {"category": "space_suit"},
        {"materials": "unobtainium"},
        {"daily_capacity": "-20"},
        {"prices": "50:80.00|100:95.00"},
        {"quality": "140%"},
        {"lead_days": "soon"},
        {"prices": "fifty for ninety"},
    )
    bad = [
        {**head, **mistake, "code": f"SYN-BAD-{number}"}
        for number, (head, mistake) in enumerate(zip(heads, mistakes, strict=True), start=1)
    ]
    return rows + bad


def write(rows: list[dict[str, str]], path: Path) -> None:
    """Write the rows; the same rows give the same bytes."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(gzip.compress(text.getvalue().encode(), mtime=0))


def main() -> None:
    """Parse the arguments and write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--factories", type=int, default=3_000)
    parser.add_argument("--seed", type=int, default=20_240_901)
    parser.add_argument("--to", type=Path, default=Path(__file__).parent / "factories.csv.gz")
    arguments = parser.parse_args()
    rows = spoil(list(make_rows(arguments.factories, arguments.seed)))
    write(rows, arguments.to)
    print(f"{arguments.to}: {len(rows)} rows of {arguments.factories} synthetic factories")


if __name__ == "__main__":
    main()
