import json

import numpy as np
import pytest
import torch
from PIL import Image

from design_gen.embedded.dataset import Batch, PairFolder, draw_pairs
from design_gen.embedded.held import HeldPairs
from design_gen.embedded.look import Backdrop, Light
from design_gen.embedded.losses import flow_loss, painter_loss, solve, straight_loss
from design_gen.embedded.net import COMPOSER_INPUTS, PAINTER_INPUTS, PAINTER_OUTPUTS, build_net
from design_gen.embedded.pipeline import FlatToPicturePipeline
from design_gen.embedded.train import TrainConfig, train
from design_gen.learner import Learner
from models.attributes import Material


@pytest.fixture(autouse=True)
def one_thread():
    """Nets this small lose more to waiting threads than they gain."""
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def pairs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pairs")
    assert sum(draw_pairs(folder, 12, 64, seed=5)) == 12
    return PairFolder(folder)


def test_pairs_are_drawn_once_and_batches_are_seeded(pairs, tmp_path):
    first = pairs.batch(np.random.default_rng(1), 3, 32)
    second = pairs.batch(np.random.default_rng(1), 3, 32)
    assert (first.flat == second.flat).all()
    assert (first.fine == second.fine).all()
    assert first.picture.shape == (3, 32, 32, 3)
    assert first.coarse.shape == (3, 3, 8, 8)
    list(draw_pairs(tmp_path, 2, 64, seed=5))
    assert list(draw_pairs(tmp_path, 2, 64, seed=5)) == []


def test_pairs_held_on_a_device_give_the_folders_batches(pairs):
    held = HeldPairs(pairs, "cpu")
    for among, crop in ((4, 64), (None, 32)):
        mine, theirs = (each.batch(np.random.default_rng(2), 5, crop, among) for each in (held, pairs))
        assert all(torch.equal(getattr(mine, plane), getattr(theirs, plane)) for plane in Batch.__slots__)


def test_drawing_that_was_cut_off_is_taken_up_where_it_stopped(tmp_path):
    list(draw_pairs(tmp_path, 60, 64, seed=5))
    folder = PairFolder(tmp_path)
    np.load(tmp_path / "labels.npy", mmap_mode="r+")[52] = 0
    assert folder.drawn() == 52
    assert list(draw_pairs(tmp_path, 60, 64, seed=5)) == [10]
    assert folder.drawn() == 60


def descend(learner, loss):
    learner.step(loss, 1.0)
    return loss.item()


@pytest.mark.parametrize(
    ("inputs", "outputs", "loss"), [(COMPOSER_INPUTS, 3, flow_loss), (PAINTER_INPUTS, PAINTER_OUTPUTS, painter_loss)]
)
def test_a_few_steps_bring_the_loss_down(pairs, inputs, outputs, loss):
    torch.manual_seed(0)
    learner, noise = Learner(build_net(inputs, (8, 16), outputs), 3e-3), torch.Generator().manual_seed(0)
    batch = pairs.batch(np.random.default_rng(0), 4, 64)
    errors = [descend(learner, loss(learner.net, batch, noise)) for _ in range(25)]
    assert np.mean(errors[-5:]) < 0.85 * np.mean(errors[:3])


def test_the_straight_way_is_learned_from_the_teacher_and_not_from_the_pictures(pairs):
    torch.manual_seed(0)
    teacher = build_net(COMPOSER_INPUTS, (8, 16))
    torch.nn.init.normal_(teacher.conv_out.weight, std=0.2)
    student, noise = Learner(build_net(COMPOSER_INPUTS, (8, 16)), 5e-3), torch.Generator().manual_seed(0)
    batch = pairs.batch(np.random.default_rng(0), 4, 64)
    errors = [descend(student, straight_loss(student.net, teacher, 3, batch, noise)) for _ in range(30)]
    assert np.mean(errors[-5:]) < 0.7 * np.mean(errors[:3])


def test_solving_ends_at_the_estimate_of_the_last_step():
    net = build_net(COMPOSER_INPUTS, (8, 16)).eval()
    noise, flat, mask = torch.randn(1, 3, 16, 16), torch.zeros(1, 3, 16, 16), torch.ones(1, 1, 16, 16)
    with torch.no_grad():
        ends = [solve(net, noise, flat, mask, torch.zeros(1, 24), steps) for steps in (1, 4)]
    assert all(torch.allclose(end, torch.zeros_like(end), atol=1e-5) for end in ends)


def config_for(folder, **changes):
    values = {
        "pairs": 6, "size": 64, "seed": 1, "workers": 1, "folder": folder / "pairs", "composer_channels": (8, 16),
        "composer_batch": 2, "painter_channels": (8, 8), "painter_batch": 2, "painter_crop": 32, "painter_steps": 1,
        "steps": 3, "rate": 1e-3, "warmup": 2, "threads": 1, "sample_every": 600, "samples": 2,
        "cloth": folder / "cloth", "flow_share": 0.5, "teacher_steps": 2,
    }  # fmt: skip
    return TrainConfig(**(values | changes))


def test_training_leaves_loadable_weights_a_sheet_and_can_go_on(tmp_path):
    said = []
    train(config_for(tmp_path), tmp_path / "out", said.append)
    done = torch.load(tmp_path / "out" / "checkpoint.pt", weights_only=True)
    train(config_for(tmp_path, steps=5), tmp_path / "out", said.append, resume=True)
    more = torch.load(tmp_path / "out" / "checkpoint.pt", weights_only=True)
    assert (done["painter"]["steps"], more["painter"]["steps"]) == (3, 5)
    assert list((tmp_path / "out").glob("sample_*.png"))
    pipeline = FlatToPicturePipeline.from_pretrained(tmp_path / "out" / "weights", dtype=torch.float32)
    pipeline.set_progress_bar_config(disable=True)
    flat, mask = Image.new("RGB", (64, 64), "grey"), Image.new("L", (64, 64), 255)
    picture = pipeline([flat], [mask], [Material.WOOL], [Light.SOFT], [Backdrop.GREY]).images[0]
    assert picture.size == (64, 64)


def test_the_shipped_configuration_is_complete():
    from pathlib import Path

    config = TrainConfig.load(Path(__file__).parents[3] / "configs" / "train_embedded.toml")
    assert config.pairs >= 1000
    assert json.dumps(config.composer_channels)
