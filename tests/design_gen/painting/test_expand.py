"""Prompt expansion: any text model may add detail, and may not touch what the spec says."""

import pytest
import torch
from transformers import AutoTokenizer, T5Config, T5ForConditionalGeneration

from configs.load_lexicon import load_lexicon
from design_gen.generate import load_generator
from design_gen.painting import expand
from design_gen.painting.expand import Expander, use_expander, without_thoughts
from design_gen.prompt import Prompt
from models.attributes import Category
from models.errors import UnreadableModel
from models.garment import Colour
from models.generator_setup import GeneratorSetup
from tests.design_gen.specs import spec_of

TERMS = tuple(load_lexicon().terms.values())
COAT = spec_of(Category.GREATCOAT, colour=Colour("olive", "#5a5f3c"))
PROMPT = Prompt("olive wool greatcoat", "person, blurry", ("olive wool greatcoat",))


def label(kind, key, language):
    return load_lexicon().label(kind, key, language)


class Says(Expander):
    """An expander whose model says one thing."""

    def __init__(self, text):
        super().__init__(None, None, "f" * 64, TERMS)
        self.text = text

    def _write(self, prompt):
        return self.text


@pytest.mark.parametrize(
    ("text", "added"),
    [
        ("heavy drape, fine nap", "heavy drape, fine nap"),
        ("red lining, fine nap", "fine nap"),
        ("soft denim, fine nap", "fine nap"),
        ("worn by a person, fine nap", "fine nap"),
        ("olive wool greatcoat, fine nap, Fine Nap", "fine nap"),
        ("olive shadows", "olive shadows"),
        ("红色衬里，细腻的绒面", "细腻的绒面"),
        ("<think>Okay, the user wants\nmore words</think>\nfine nap", "fine nap"),
        ("<think>Okay, the user wants more words, so", ""),
        ("a, b, c", ""),
        ("", ""),
    ],
)
def test_what_a_model_adds_follows_all_that_was_said_and_contradicts_nothing(text, added):
    expanded = Says(text).expand(PROMPT, COAT)
    assert expanded.expansion == added
    assert expanded.positive == ", ".join(filter(None, ["olive wool greatcoat", added]))
    assert expanded.expander == ("f" * 64 if added else "")


def test_thoughts_are_cut_wherever_they_stand():
    assert without_thoughts("a <think>b</think>c<think>d") == "a c"


@pytest.fixture(scope="session")
def seq2seq_model(text_model, tmp_path_factory):
    torch.manual_seed(5)
    folder = tmp_path_factory.mktemp("networks") / "t5"
    tokenizer = AutoTokenizer.from_pretrained(text_model)
    size = len(tokenizer)
    config = T5Config(
        vocab_size=size, d_model=16, d_kv=8, d_ff=16, num_layers=1, num_heads=2, decoder_start_token_id=0,
        eos_token_id=size - 1, pad_token_id=0,
    )  # fmt: skip
    T5ForConditionalGeneration(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return str(folder)


@pytest.mark.parametrize("fixture", ["text_model", "seq2seq_model"])
def test_models_of_both_kinds_write_and_say_the_same_again(fixture, request):
    folder = request.getfixturevalue(fixture)
    written = []
    for _ in range(2):
        with use_expander(folder, TERMS) as expander:
            written.append(expander._write(PROMPT.positive * 40))
            assert len(expander.weights_hash) == 64
        expand.forget_expanders()
        assert expand._LOADED.held() == (), "nothing of it stays when room is needed"
    assert written[0] == written[1]


def test_an_expanded_picture_names_its_text_model_and_paints_again_without_it(stock):
    generator = load_generator(GeneratorSetup(model=stock, threads=1))
    prompt = Says("fine nap").expand(PROMPT, COAT)
    (picture,) = generator.paint([COAT], [prompt], [1], size=64, steps=2)
    assert dict(picture.recipe.parts)["expander"] == "f" * 64
    assert (picture.recipe.expansion, picture.recipe.prompt.endswith("fine nap")) == ("fine nap", True)
    assert generator.repaint(picture.recipe, COAT).image.tobytes() == picture.image.tobytes()


def test_a_generator_asks_the_text_model_that_is_set_up(stock, text_model):
    setup = GeneratorSetup(model=stock, expander=text_model, terms=TERMS, threads=1)
    plain = load_generator(GeneratorSetup(model=stock, threads=1)).prompts([COAT], [1], label)[0]
    (prompt,) = load_generator(setup).prompts([COAT], [1], label)
    assert prompt.positive.startswith(plain.positive)
    assert prompt == load_generator(setup).prompts([COAT], [1], label)[0]


def test_a_text_model_that_is_none_is_one_clear_line(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(UnreadableModel, match="text model") as caught, use_expander(str(tmp_path), TERMS):
        pass
    assert "\n" not in str(caught.value)
