import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from design_gen.embedded.look import Backdrop, Light, draw_look
from design_gen.embedded.net import COMPOSER_INPUTS, PAINTER_INPUTS, PAINTER_OUTPUTS, build_net
from design_gen.embedded.train import assemble
from design_gen.generate import EMBEDDED_FOLDER, Way, load_generator, look_for
from design_gen.prompt import Prompt
from design_gen.recipe import Recipe
from models.attributes import Category
from models.errors import InvalidInput, UnreadableModel
from tests.design_gen.specs import spec_of
from tests.design_gen.stock import save_stock_pipeline

COAT, MUG = spec_of(Category.GREATCOAT), spec_of(Category.MUG)
PROMPT = Prompt("wool greatcoat", "blurry")


@pytest.fixture(autouse=True)
def one_thread():
    """Nets this small lose more to waiting threads than they gain."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def tiny_embedded(tmp_path_factory):
    """A real embedded pipeline of small untrained nets that do not answer zero."""
    torch.manual_seed(0)
    nets = [build_net(COMPOSER_INPUTS, (8, 16)), build_net(PAINTER_INPUTS, (8, 8), PAINTER_OUTPUTS)]
    for net in nets:
        torch.nn.init.normal_(net.conv_out.weight, std=0.1)
    folder = tmp_path_factory.mktemp("models") / "tiny"
    assemble(*(net.half() for net in nets)).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def stock(tmp_path_factory):
    return save_stock_pipeline(tmp_path_factory.mktemp("models") / "stock")


def paint(model, *, specs=(COAT,), prompts=None, seeds=(1,), **options):
    options = {"size": 64, "steps": 2} | options
    return load_generator(model).paint(specs, prompts or [PROMPT] * len(specs), seeds, **options)


def test_same_recipe_gives_the_same_bytes_whatever_else_is_painted(tiny_embedded):
    alone = paint(tiny_embedded)[0]
    among = paint(tiny_embedded, specs=(MUG, COAT), seeds=(5, 1))[1]
    assert alone.recipe == among.recipe
    assert alone.image.tobytes() == among.image.tobytes()


def test_same_recipe_gives_the_same_bytes_whatever_threads_the_process_is_set_to(tiny_embedded):
    before = paint(tiny_embedded)[0]
    torch.set_num_threads(2)
    assert paint(tiny_embedded)[0].image.tobytes() == before.image.tobytes()
    assert torch.get_num_threads() == 2


def test_several_hands_give_the_bytes_of_one_and_leave_the_threads_of_the_process_alone(tiny_embedded):
    specs, seeds = (COAT, MUG, COAT, MUG, COAT), (1, 2, 3, 4, 5)
    torch.set_num_threads(2)
    said = []
    one, three = (load_generator(tiny_embedded, threads=1, hands=hands) for hands in (1, 3))
    painted = [
        generator.paint(specs, [PROMPT] * 5, seeds, size=64, progress=lambda *counts: said.append(counts))
        for generator in (one, three)
    ]
    assert (one.hands, three.hands) == (1, 3)
    assert [each.image.tobytes() for each in painted[0]] == [each.image.tobytes() for each in painted[1]]
    assert [each.recipe for each in painted[0]] == [each.recipe for each in painted[1]]
    assert said[5:] == said[:5] == [(done, 5) for done in range(1, 6)]
    assert torch.get_num_threads() == 2
    again = three.repaint(painted[1][3].recipe, MUG)
    assert again.image.tobytes() == painted[1][3].image.tobytes()


def test_only_the_embedded_net_paints_several_pictures_at_once(stock):
    assert load_generator(stock, hands=3).hands == 1


def test_another_seed_gives_another_picture(tiny_embedded):
    first, second = paint(tiny_embedded, specs=(COAT, COAT), seeds=(1, 2))
    assert np.abs(np.asarray(first.image, int) - np.asarray(second.image, int)).mean() > 1


def test_recipe_says_what_was_used_and_survives_json(tiny_embedded):
    recipe = paint(tiny_embedded)[0].recipe
    assert (recipe.model, recipe.seed, recipe.steps, recipe.size) == (str(tiny_embedded), 1, 2, 64)
    assert recipe.spec == COAT.fingerprint
    assert (recipe.prompt, recipe.negative_prompt) == ("wool greatcoat", "blurry")
    assert len(recipe.weights_hash) == 64
    assert dict(recipe.versions)["torch"] == torch.__version__.split("+")[0] or "torch" in dict(recipe.versions)
    assert Recipe.from_json(json.loads(json.dumps(recipe.to_json()))) == recipe


def test_a_recipe_with_a_missing_or_unknown_key_is_refused(tiny_embedded):
    values = paint(tiny_embedded)[0].recipe.to_json()
    del values["seed"]
    with pytest.raises(InvalidInput, match="seed"):
        Recipe.from_json(values)


def test_progress_tells_every_picture(tiny_embedded):
    seen = []
    paint(
        tiny_embedded, specs=(COAT, MUG, COAT), seeds=(1, 2, 3), progress=lambda done, total: seen.append((done, total))
    )
    assert seen[-1] == (3, 3)


def test_weights_are_read_once_a_process(tiny_embedded):
    assert load_generator(tiny_embedded).pipeline is load_generator(str(tiny_embedded)).pipeline


def test_a_stock_pipeline_paints_over_the_flat(stock):
    generator = load_generator(stock)
    assert generator.way is Way.IMAGE
    coat, mug = paint(stock, specs=(COAT, MUG), seeds=(1, 1), size=64)
    assert coat.image.size == (64, 64)
    assert coat.image.tobytes() != mug.image.tobytes()
    assert paint(stock, size=64)[0].image.tobytes() == coat.image.tobytes()


@pytest.mark.parametrize("size", [0, 63, 100, 4096])
def test_sizes_a_pipeline_cannot_paint_are_refused(tiny_embedded, size):
    with pytest.raises(InvalidInput, match=str(size)):
        paint(tiny_embedded, size=size)


def break_nothing(folder):
    return folder / "missing"


def break_index(folder):
    (folder / "model_index.json").write_text("{not json")
    return folder


def break_weights(folder):
    (folder / "composer" / "diffusion_pytorch_model.safetensors").write_bytes(b"junk")
    return folder


def break_all(folder):
    (folder / "model_index.json").unlink()
    return folder


@pytest.mark.parametrize("damage", [break_nothing, break_index, break_weights, break_all])
def test_an_unreadable_folder_is_one_clear_line(tiny_embedded, tmp_path, damage):
    import shutil

    folder = damage(shutil.copytree(tiny_embedded, tmp_path / "copy"))
    with pytest.raises(UnreadableModel) as caught:
        load_generator(folder)
    assert "\n" not in str(caught.value)
    assert str(folder) in str(caught.value)


def test_light_and_backdrop_follow_the_prompt_and_else_the_seed():
    told = look_for("greatcoat, hard light, wooden table", 3)
    assert (told.light, told.backdrop) == (Light.HARD, Backdrop.WOOD)
    assert look_for("greatcoat", 3) == draw_look(3)
    assert len({replace(look_for("greatcoat", seed), seed=0) for seed in range(40)}) > 10


def test_the_embedded_net_ships_with_the_package():
    generator = load_generator()
    assert generator.way is Way.EMBEDDED
    (picture,) = paint("embedded", size=64)
    assert picture.image.size == (64, 64)
    assert sum(path.stat().st_size for path in EMBEDDED_FOLDER.rglob("*.safetensors")) <= 25 * 2**20
