import json

import pytest
import torch

from design_gen.embedded.measure import contact_sheet, measure
from design_gen.embedded.net import COMPOSER_INPUTS, PAINTER_INPUTS, PAINTER_OUTPUTS, build_net
from design_gen.embedded.train import assemble
from design_gen.generate import load_generator


@pytest.fixture
def untrained(tmp_path):
    """Nets that answer zero paint the flat itself, only softer where small."""
    torch.set_num_threads(1)
    pipeline = assemble(build_net(COMPOSER_INPUTS, (8, 16)), build_net(PAINTER_INPUTS, (8, 8), PAINTER_OUTPUTS))
    pipeline.save_pretrained(tmp_path / "untrained")
    return load_generator(tmp_path / "untrained", threads=1)


def test_a_net_that_copies_its_flat_has_the_colour_but_gives_no_shading(untrained):
    figures, pictures = measure(untrained, 3)
    assert figures["colour_de2000_median"] < 3
    assert abs(figures["shading_given_median"]) < 0.05
    assert json.dumps(figures)
    assert contact_sheet(pictures, columns=2).size == (512, 512)
