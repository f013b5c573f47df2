"""Titles say what distinguishes the product, in both languages, and nothing twice."""

import pytest

from listings.title import title
from models.attributes import Category, Closure, Collar, Fit, Length, Material, PatternKind, Pockets, Sleeve
from models.garment import Colour, GarmentSpec, Pattern
from tests.builders import greatcoat
from tests.lexicons import SMALL

NAVY, WHITE = Colour("navy", "#1f2a44"), Colour("white", "#f6f6f3")
STRIPED_TEE = GarmentSpec(
    Category.T_SHIRT,
    NAVY,
    Material.COTTON,
    Length.HIP,
    Sleeve.SHORT,
    Collar.CREW,
    pattern=Pattern(PatternKind.STRIPES, WHITE),
    fit=Fit.OVERSIZED,
)
JEANS = GarmentSpec(Category.JEANS, NAVY, Material.DENIM, Length.ANKLE, closure=Closure.ZIP, pockets=Pockets.PATCH)
DRESS = GarmentSpec(Category.DRESS, WHITE, Material.SATIN, Length.ANKLE, Sleeve.NONE, Collar.V_NECK)
QIPAO = GarmentSpec(Category.QIPAO, WHITE, Material.SATIN, Length.ANKLE, Sleeve.NONE, Collar.STAND, Closure.FROG)


@pytest.mark.parametrize(
    ("spec", "zh", "en"),
    [
        (greatcoat(), "橄榄绿双排扣羊毛军大衣", "Olive double-breasted wool greatcoat"),
        (STRIPED_TEE, "藏青色条纹宽松纯棉T恤", "Navy striped oversized cotton t-shirt"),
        (JEANS, "藏青色牛仔裤", "Navy jeans"),
        (DRESS, "白色及踝缎面连衣裙", "White ankle-length satin dress"),
        (QIPAO, "白色及踝缎面旗袍", "White ankle-length satin qipao"),
    ],
)
def test_a_title_names_what_distinguishes(spec, zh, en) -> None:
    named = title(spec, SMALL)
    assert (named.zh, named.en) == (zh, en)


def test_a_slug_is_fit_for_an_address() -> None:
    assert title(greatcoat(), SMALL).slug == "olive-double-breasted-wool-greatcoat"
