import json
import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch

from design_gen.embedded.dataset import HELD_OUT
from design_gen.learner import schedule
from design_gen.recognise.blemish import Blemishes, blemish, clean
from design_gen.recognise.dataset import Source, Supply, draw_picture
from design_gen.recognise.net import load_net
from design_gen.recognise.train import NetConfig, TrainConfig, learner_of, loss_of, train_net
from design_gen.recognise.vocabulary import VALUES, Attribute, labels_of, permitted
from models.attributes import Category
from models.errors import InvalidInput
from tests.design_gen.specs import COLOURS, spec_of

SHIPPED = Path(__file__).parents[3] / "configs" / "train_recognise.toml"
ONLY_CATEGORY = {Attribute.CATEGORY: VALUES[Attribute.CATEGORY]}
MASKS = {Attribute.CATEGORY: torch.ones(len(Category), len(Category), dtype=torch.bool)}


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


def pictures_of(categories, seeds):
    """At 64 pixels, which three unlike categories need no more than."""
    drawn = [(spec_of(each, colour=COLOURS[seed % 6]), seed) for seed in seeds for each in categories]
    labels = torch.tensor([labels_of(spec) for spec, _ in drawn])
    pictures = np.stack([draw_picture(spec, seed)[0] for spec, seed in drawn])
    return pictures.reshape(-1, 64, 4, 64, 4, 3).mean(axis=(2, 4)).astype(np.uint8), labels


def test_a_few_seconds_teach_a_net_three_categories():
    three, rng = (Category.TROUSERS, Category.MUG, Category.HOODIE), np.random.default_rng(0)
    pictures, labels = pictures_of(three, range(20))
    torch.manual_seed(0)
    learner = learner_of(tiny(Path(), widths=(8, 16, 32), stem=4, stride=4, rate=1e-2), ONLY_CATEGORY)
    for step in range(220):
        chosen = rng.integers(len(pictures), size=12)
        seen = blemish(torch.from_numpy(pictures[chosen]), rng, Blemishes(), 64)
        learner.step(loss_of(learner.net(seen), labels[chosen], MASKS), schedule(step / 220, 220, 100, 0.0))
    unseen, truth = pictures_of(three, range(100, 104))
    with torch.inference_mode():
        scores = learner.net.eval()(clean(unseen))[Attribute.CATEGORY]
    assert learner.error < 0.7 * math.log(len(Category))
    assert (scores.argmax(dim=1) == truth[:, 0]).float().mean() >= 0.8


def test_only_what_the_true_category_permits_is_learned():
    labels = torch.tensor([labels_of(spec_of(Category.MUG))])
    values = VALUES[Attribute.MATERIAL]
    masks = {Attribute.MATERIAL: torch.from_numpy(permitted(Attribute.MATERIAL, tuple(Category), values))}
    scores = torch.randn(1, len(values), requires_grad=True)
    loss = loss_of({Attribute.MATERIAL: scores}, labels, masks)
    loss.backward()
    assert loss.item() == pytest.approx(0, abs=1e-6)  # a mug is ceramic whatever is seen
    assert scores.grad.abs().max() == pytest.approx(0, abs=1e-6)


def tiny(folder, **changes):
    values = {
        "supplies": (Supply(folder / "pictures", Source.DRAWN, 9_000_000, 4),), "widths": (4, 8, 8), "stem": 8,
        "stride": 8, "depths": (1, 1), "growth": ((1.0, 64),), "batch": 2, "steps": 3,
        "rate": 1e-3, "seed": 1,
    }  # fmt: skip
    return NetConfig(**(values | changes))


@pytest.mark.parametrize(("name", "grain"), [("shape", False), ("material", True)])
def test_training_leaves_loadable_weights_and_can_go_on(tmp_path, name, grain):
    said = []
    train_net(name, tiny(tmp_path, grain=grain), tmp_path, 600, False, said.append)
    steps = torch.load(tmp_path / f"{name}.pt", weights_only=True)["steps"]
    train_net(name, tiny(tmp_path, grain=grain, steps=5), tmp_path, 600, True, said.append)
    assert torch.load(tmp_path / f"{name}.pt", weights_only=True)["steps"] == 5
    assert steps == 3
    assert load_net(tmp_path / "weights" / f"{name}.safetensors").shape["widths"] == [4, 8, 8]
    assert json.loads(said[0]) == {"net": name, "supplied": 4, "source": "drawn"}


def test_the_shipped_nets_are_trained_on_seeds_that_the_painting_net_never_saw():
    config = TrainConfig.load(SHIPPED)
    assert set(config.nets) == {"shape", "material"}
    spans = {range(each.seed, each.seed + each.count) for net in config.nets.values() for each in net.supplies}
    every = sorted(spans, key=lambda span: span.start)
    assert all(first.stop <= second.start for first, second in pairwise(every))
    assert every[0].start >= 100_000_000  # the painting net's seeds are lower
    assert every[-1].stop <= HELD_OUT


@pytest.mark.parametrize("text", ["", "threads = 1", "threads = 1\ncheckpoint_every = 1\n[shape]\nbatch = 3", "= no"])
def test_a_broken_configuration_is_refused_with_its_name(tmp_path, text):
    path = tmp_path / "broken.toml"
    path.write_text(text)
    with pytest.raises(InvalidInput, match=r"broken\.toml"):
        TrainConfig.load(path)
