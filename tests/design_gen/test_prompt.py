import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from configs.load_lexicon import load_lexicon
from configs.load_prompts import load_prompts
from design_gen.embedded.look import draw_look
from design_gen.prompt import PLAIN, fit, prompt_for
from models.attributes import Category, Closure, PatternKind, Pockets, Sleeve, Trim
from models.category_rules import CATEGORY_RULES
from models.errors import InvalidInput
from models.garment import Pattern
from models.prompt_template import PromptTemplate, template_for
from tests.builders import greatcoat
from tests.design_gen.specs import COLOURS, spec_of, specs

LABEL = load_lexicon().label
TEMPLATES = load_prompts()


def test_a_prompt_names_what_the_spec_says():
    words = prompt_for(greatcoat(), LABEL).positive
    for word in ("greatcoat", "olive", "wool", "double-breasted", "lapel", "flap pocket", "knee length", "brass"):
        assert word in words


def test_a_chinese_prompt_is_in_chinese():
    words = prompt_for(greatcoat(), LABEL, "zh").positive
    assert "军大衣" in words
    assert "双排扣" in words


def test_what_is_absent_is_not_named_but_sleevelessness_is():
    scarf = prompt_for(spec_of(Category.SCARF), LABEL).positive
    assert "sleeve" not in scarf
    assert "pocket" not in scarf
    blouse = spec_of(Category.BLOUSE, sleeve=Sleeve.NONE)
    assert "sleeveless" in prompt_for(blouse, LABEL).positive


def test_a_pattern_is_named_with_its_second_colour():
    spec = spec_of(Category.SHIRT, pattern=Pattern(PatternKind.STRIPES, COLOURS[2]))
    assert "navy stripes" in prompt_for(spec, LABEL).positive


@pytest.mark.parametrize("trim", [Trim.NONE, Trim.TONAL])
def test_unseen_trims_are_left_out(trim):
    assert "button" not in prompt_for(greatcoat(trim=trim), LABEL).positive


def test_the_shipped_default_is_the_built_in_template():
    assert template_for("Unheard", "", TEMPLATES) == PLAIN


@pytest.mark.parametrize(
    ("pipeline", "family", "language"),
    [
        ("StableDiffusionPipeline", "sd15", "en"),
        ("StableDiffusionControlNetImg2ImgPipeline", "sd15", "en"),
        ("StableDiffusionXLImg2ImgPipeline", "sdxl", "en"),
        ("StableDiffusion3Pipeline", "sd3", "en"),
        ("FluxImg2ImgPipeline", "flux", "en"),
        ("QwenImageControlNetPipeline", "qwen_image", "zh"),
        ("KolorsPipeline", "hunyuan_kolors", "zh"),
        ("FlatToPicturePipeline", "default", "en"),
    ],
)
def test_each_pipeline_gets_the_wording_of_its_family(pipeline, family, language):
    template = template_for(pipeline, "", TEMPLATES)
    assert template.family == family
    assert template.of_language("")[0] == language


def test_a_family_can_be_named_and_an_unknown_one_is_refused():
    assert template_for("FluxPipeline", "sd15", TEMPLATES).family == "sd15"
    with pytest.raises(InvalidInput, match=r"unknown; known: default, flux"):
        template_for("FluxPipeline", "nope", TEMPLATES)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.family)
def test_every_family_names_the_garment_first_and_leaves_no_brace(template):
    for language in template.words:
        prompt = prompt_for(greatcoat(), LABEL, language, template, draw_look(3))
        head = " ".join(prompt.fragments[:2])
        for kind, key in (("category", "greatcoat"), ("colour", "olive"), ("material", "wool")):
            assert LABEL(kind, key, language) in head
        assert not set("{}") & set(prompt.positive + prompt.negative)
        assert prompt.negative
        assert prompt.family == template.family
        if language == "zh":
            assert not re.search("[a-z]{4}", prompt.positive), prompt.positive


def test_a_language_that_a_family_lacks_is_refused():
    with pytest.raises(InvalidInput, match="sd15 has no zh"):
        prompt_for(greatcoat(), LABEL, "zh", template_for("StableDiffusionPipeline", "", TEMPLATES))


HOSTILE = ["{colour.__class__}", "{0}", "%s", "${HOME}", "{{colour}}", "\x00\n\r\u202e", "a" * 10_000, "{", "}"]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_stands_in_a_label_is_only_ever_text(text):
    prompt = prompt_for(greatcoat(), lambda kind, key, language: text if kind == "colour" else key)
    assert len(prompt.positive) <= 2000
    assert prompt.positive.isprintable()
    assert "<class" not in prompt.positive
    assert "greatcoat" in prompt.positive


@pytest.mark.parametrize(
    "fragment", ["{colour.__class__}", "{0}", "{secret}", "{", "a } b", "{colour!r}", "{{colour}}"]
)
def test_a_template_with_an_unknown_or_broken_placeholder_is_refused(fragment):
    with pytest.raises(InvalidInput, match=r"x.toml: \[en\]"):
        PromptTemplate.from_table("x.toml", {"family": "fam", "en": {"positive": [fragment]}})


@pytest.mark.parametrize(
    "table",
    [
        {},
        {"family": "fam"},
        {"family": "Bad Name", "en": {"positive": ["a"]}},
        {"family": "fam", "en": {"positive": []}},
        {"family": "fam", "en": {"positive": ["a" * 401]}},
        {"family": "fam", "en": {"positive": [3]}},
        {"family": "fam", "en": "words"},
        {"family": "fam", "en": {"positive": ["a"], "extra": 1}},
        {"family": "fam", "tokens": -1, "en": {"positive": ["a"]}},
        {"family": "fam", "surplus": 1, "en": {"positive": ["a"]}},
    ],
)
def test_a_malformed_template_is_one_clear_error(table):
    with pytest.raises(InvalidInput, match=r"x\.toml"):
        PromptTemplate.from_table("x.toml", table)


def count_words(text):
    return len(text.replace(",", " ").split())


@given(specs(), st.integers(0, 60))
def test_a_prompt_that_is_too_long_loses_its_end_and_says_so(spec, most):
    prompt = prompt_for(spec, LABEL)
    shorter = fit(prompt, count_words, most)
    assert count_words(shorter.positive) <= most
    assert count_words(shorter.negative) <= most
    if count_words(prompt.positive) <= most:
        assert shorter.positive == prompt.positive
        assert shorter.left_out == ()
    else:
        assert prompt.positive.startswith(shorter.positive)
        assert shorter.left_out or most < count_words(prompt.fragments[0])


@given(specs())
def test_a_prompt_names_every_chosen_attribute(spec):
    words = prompt_for(spec, LABEL).positive
    assert LABEL("category", spec.category, "en") in words
    assert LABEL("colour", spec.colour.name, "en") in words
    for name, value in (("closure", spec.closure), ("pockets", spec.pockets)):
        chosen = value not in (Closure.NONE, Pockets.NONE)
        assert (LABEL(name, value, "en") in words) or not chosen
    assert spec.category in CATEGORY_RULES
