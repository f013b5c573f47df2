import numpy as np
import pytest

from design_gen.embedded.cloth import ClothBank, lie_on
from design_gen.embedded.look import Backdrop, Light, Look
from design_gen.embedded.render import draft, garment_mask
from models.attributes import Category, Family, Material
from tests.design_gen.specs import spec_of


@pytest.fixture(scope="module")
def bank():
    """Synthetic folds: slanted waves of another width for each of 16 garments."""
    yy, xx = np.mgrid[0:256, 0:256] / 256
    waves = [0.3 * np.sin((xx * (3 + number) + yy * 4) * 6) for number in range(16)]
    return ClothBank(np.stack(waves).astype(np.float16), ("t-shirt",) * 14 + ("pants",) * 2)


def test_a_seed_draws_one_piece_and_its_strength_is_bounded(bank):
    first, again, other = (bank.draw(seed, Family.TOP) for seed in (3, 3, 4))
    assert (first == again).all()
    assert first.shape != other.shape or not np.allclose(first, other)
    assert all(0.1 < bank.draw(seed, Family.BAG).std() < 0.21 for seed in range(10))


def test_folds_lie_on_the_garment_only():
    cover = np.zeros((64, 64), np.float32)
    cover[10:50, 20:40] = 1
    placed = lie_on(np.ones((256, 256), np.float32), cover)
    assert placed[10:50, 20:40] == pytest.approx(1, abs=1e-4)
    assert placed.sum() == pytest.approx(40 * 20, rel=1e-4)
    assert not lie_on(np.ones((8, 8), np.float32), np.zeros((64, 64), np.float32)).any()


def test_real_folds_show_in_the_picture_and_leave_flat_and_backdrop_alone(bank):
    spec, look = spec_of(Category.T_SHIRT, material=Material.COTTON), Look(Light.SOFT, Backdrop.WHITE, 2)
    flat, drawn, mask = draft(spec, look, 128)
    flat_too, with_folds, mask_too = draft(spec, look, 128, bank)
    assert (flat == flat_too).all()
    assert (mask == mask_too).all()
    inside = garment_mask(spec, 128) > 250
    assert np.abs(with_folds[inside].astype(int) - drawn[inside]).mean() > 3
    assert (with_folds[:4] == drawn[:4]).all()
