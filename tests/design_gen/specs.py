"""Valid specs of every shape for property tests."""

from hypothesis import strategies as st

from models.attributes import Category, Fit, PatternKind, Trim
from models.category_rules import CATEGORY_RULES
from models.garment import Colour, GarmentSpec, Pattern

COLOURS = (
    Colour("olive", "#5a5f3c"),
    Colour("camel", "#c19a6b"),
    Colour("navy", "#1f2a44"),
    Colour("cream", "#f1e9d8"),
    Colour("black", "#101012"),
    Colour("white", "#ffffff"),
)


@st.composite
def patterns(draw):
    kind = draw(st.sampled_from(PatternKind))
    second = None if kind is PatternKind.PLAIN else draw(st.sampled_from(COLOURS))
    return Pattern(kind, second, draw(st.integers(4, 400)))


@st.composite
def specs(draw, categories=tuple(Category)):
    category = draw(st.sampled_from(categories))
    rule = CATEGORY_RULES[category]
    return GarmentSpec(
        category=category,
        colour=draw(st.sampled_from(COLOURS)),
        material=draw(st.sampled_from(rule.materials)),
        length=draw(st.sampled_from(rule.lengths)),
        sleeve=draw(st.sampled_from(rule.sleeves)),
        collar=draw(st.sampled_from(rule.collars)),
        closure=draw(st.sampled_from(rule.closures)),
        pockets=draw(st.sampled_from(rule.pockets)),
        fit=draw(st.sampled_from(Fit)),
        pattern=draw(patterns()),
        trim=draw(st.sampled_from(Trim)),
    )


def spec_of(category, **choices):
    """The first permitted choice of every attribute, overridden by `choices`."""
    rule = CATEGORY_RULES[category]
    chosen = {
        "length": rule.lengths[0],
        "sleeve": rule.sleeves[0],
        "collar": rule.collars[0],
        "closure": rule.closures[0],
        "pockets": rule.pockets[0],
        "material": rule.materials[0],
        "colour": COLOURS[0],
    } | choices
    return GarmentSpec(category=category, **chosen)
