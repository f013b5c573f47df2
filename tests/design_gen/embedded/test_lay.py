import numpy as np
import pytest

from design_gen.embedded.lay import lay, straighten
from design_gen.embedded.look import Look
from design_gen.embedded.render import garment_mask
from models.attributes import Category
from tests.design_gen.specs import spec_of


@pytest.mark.parametrize("category", [Category.DRESS, Category.TROUSERS, Category.MUG])
def test_a_seed_lays_a_garment_its_own_way_without_changing_its_size(category):
    spec = spec_of(category)
    mask = garment_mask(spec, 128)
    first, again, other = (lay(mask, spec, Look(seed=seed)) for seed in (1, 1, 2))
    assert (first == again).all()
    assert not (first == other).all()
    drawn, laid = mask > 127, first > 127
    assert (drawn & laid).sum() / (drawn | laid).sum() > 0.9
    assert laid.sum() == pytest.approx(drawn.sum(), rel=0.06)


def test_stiff_goods_keep_their_outline_better_than_cloth():
    moved = {}
    for category in (Category.MUG, Category.T_SHIRT):
        spec = spec_of(category)
        mask = garment_mask(spec, 128)
        change = [np.abs(lay(mask, spec, Look(seed=seed)).astype(int) - mask).sum() for seed in range(8)]
        edge = np.abs(np.diff(mask.astype(int), axis=0)).sum() + np.abs(np.diff(mask.astype(int), axis=1)).sum()
        moved[category] = sum(change) / edge
    assert moved[Category.MUG] < moved[Category.T_SHIRT]


def test_a_picture_and_its_mask_are_laid_alike():
    spec, look = spec_of(Category.COAT), Look(seed=5)
    mask = garment_mask(spec, 128)
    picture = np.repeat(mask[..., None], 3, axis=2)
    assert (lay(picture, spec, look)[..., 1] == lay(mask, spec, look)).all()


def test_straightening_brings_a_laid_garment_back():
    spec, look = spec_of(Category.DRESS), Look(seed=3)
    mask = garment_mask(spec, 256)
    back = straighten(lay(mask, spec, look), spec, look)
    wrong = np.abs(back.astype(int) - mask) > 100
    assert wrong.sum() < 0.02 * (np.abs(lay(mask, spec, look).astype(int) - mask) > 100).sum() + 20


def test_thin_stripes_survive_where_they_are_drawn_twice_as_large():
    spec, look = spec_of(Category.T_SHIRT), Look(seed=4)
    large = np.repeat(np.tile(np.repeat(np.array([0, 255], np.uint8), 3), 512 // 6 + 1)[:512, None], 512, axis=1)
    small = large.reshape(256, 2, 256, 2).mean(axis=(1, 3)).astype(np.uint8)
    kept = lay(large, spec, look, 256)
    assert kept.shape == (256, 256)
    assert kept.std() > 1.1 * lay(small, spec, look).std()
