"""The training learns: from nothing, in about a minute, on drawings it makes itself."""

import numpy as np
import pytest
import torch

from design_gen.embedded.dataset import HELD_OUT, PairFolder, draw_pairs, sample_spec
from design_gen.embedded.look import draw_look
from design_gen.embedded.losses import coupled_loss, painter_loss
from design_gen.embedded.net import COMPOSER_INPUTS, PAINTER_INPUTS, PAINTER_OUTPUTS, build_net
from design_gen.embedded.pipeline import paint_drawing
from design_gen.embedded.render import draft
from design_gen.embedded.train import assemble
from design_gen.learner import Learner

SIZE, STEPS = 128, 220


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    torch.set_num_threads(1)
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("pairs")
    list(draw_pairs(folder, 120, SIZE, seed=1))
    pairs, rng, noise = PairFolder(folder), np.random.default_rng(0), torch.Generator().manual_seed(0)
    composer = Learner(build_net(COMPOSER_INPUTS, (16, 32, 48)), 3e-3)
    painter = Learner(build_net(PAINTER_INPUTS, (16, 32), PAINTER_OUTPUTS), 3e-3)
    for _ in range(STEPS):
        composer.step(coupled_loss(composer.net, pairs.batch(rng, 6, SIZE), noise), 1.0)
        painter.step(painter_loss(painter.net, pairs.batch(rng, 3, 64), noise), 1.0)
    pipeline = assemble(composer.averaged(), painter.averaged())
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def test_a_new_net_comes_nearer_to_held_out_pictures_than_their_flats(trained):
    gained = []
    for seed in range(HELD_OUT, HELD_OUT + 12):
        spec, look = sample_spec(seed), draw_look(seed)
        flat, drawn, mask = draft(spec, look, SIZE)
        painted = paint_drawing(trained, spec, look, flat, mask)
        away, copied = ((np.asarray(each, float) - drawn) ** 2 for each in (painted, flat))
        gained.append(1 - away.mean() / copied.mean())
    assert np.median(gained) > 0.25
