"""The shipped lexicon loads, covers the garment vocabulary and means one thing per spelling."""

from collections import Counter
from itertools import combinations

import pytest

from configs.load_lexicon import load_lexicon
from models.cielab import to_lab
from models.garment import Colour
from models.lexicon import ATTRIBUTES, TermKind

LEXICON = load_lexicon()


@pytest.mark.parametrize("kind", list(ATTRIBUTES))
def test_every_choice_of_the_garment_vocabulary_has_a_label_in_both_languages(kind):
    for value in ATTRIBUTES[kind]:
        term = LEXICON.terms[kind, value]
        assert term.zh, term
        assert term.en, term


def test_there_are_enough_colours_and_styles_to_choose_from():
    assert len(LEXICON.of_kind(TermKind.COLOUR)) >= 44
    assert len(LEXICON.of_kind(TermKind.STYLE)) >= 40


def test_every_style_implies_a_category_and_a_colour():
    for style in LEXICON.of_kind(TermKind.STYLE):
        assert {"category", "colour"} <= set(style.implies), style.key


def test_no_spelling_stands_twice():
    spellings = Counter(s for term in LEXICON.terms.values() for s in {w.lower() for w in (*term.zh, *term.en)})
    shared = {spelling for spelling, count in spellings.items() if count > 1}
    assert shared == set()


def test_no_two_colours_look_the_same():
    labs = {term.key: to_lab(Colour(term.key, term.hex).rgb) for term in LEXICON.of_kind(TermKind.COLOUR)}
    close = [
        (a, b)
        for a, b in combinations(labs, 2)
        if sum((x - y) ** 2 for x, y in zip(labs[a], labs[b], strict=True)) < 16
    ]
    assert close == []


@pytest.mark.parametrize(
    ("style", "colour"), [("maillard", "brown"), ("dopamine", "hot_pink"), ("military", "olive"), ("grey_tone", "grey")]
)
def test_a_style_brings_its_palette(style, colour):
    assert colour in LEXICON.terms[TermKind.STYLE, style].implies["colour"]


def test_a_military_greatcoat_is_olive_double_breasted_and_has_brass_buttons():
    implied = LEXICON.terms[TermKind.CATEGORY, "greatcoat"].implies
    assert (implied["colour"][0], implied["closure"][0], implied["trim"][0]) == ("olive", "double_breasted", "brass")
