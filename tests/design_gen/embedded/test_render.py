import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from design_gen.embedded.dataset import sample_spec
from design_gen.embedded.look import Backdrop, Light, Look, draw_grain
from design_gen.embedded.render import draft, garment_mask
from design_gen.embedded.weave import SURFACES, weave
from models.attributes import Category, Material
from tests.design_gen.specs import spec_of


@pytest.mark.parametrize("category", Category)
def test_every_category_is_drawn_lit_and_off_the_flat(category):
    flat, picture, mask = draft(spec_of(category), Look(Light.HARD, seed=4), 64)
    assert flat.shape == picture.shape == (64, 64, 3)
    inside = mask > 200
    assert 0.05 < inside.mean() < 0.8
    assert np.abs(flat[inside].astype(int) - picture[inside]).mean() > 2


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32))
def test_any_sampled_spec_is_valid_and_drawn_the_same_twice(seed):
    spec, look = sample_spec(seed), Look(Light.HARD, Backdrop.GREY, seed)
    first, second = draft(spec, look, 64), draft(sample_spec(seed), look, 64)
    assert all((one == other).all() for one, other in zip(first, second, strict=True))


def test_another_seed_folds_the_cloth_differently():
    spec = spec_of(Category.DRESS, material=Material.SATIN)
    first, second = (draft(spec, Look(Light.HARD, seed=seed), 128)[1].astype(int) for seed in (1, 2))
    inside = garment_mask(spec, 128) > 200
    assert np.abs(first[inside] - second[inside]).mean() > 3


def test_the_lamp_decides_which_side_is_bright():
    spec = spec_of(Category.CUSHION)
    left, right = (
        draft(spec, Look(light, Backdrop.GREY, 1), 64)[1].mean(axis=2) for light in (Light.LEFT, Light.RIGHT)
    )
    assert left[:, :32].mean() - left[:, 32:].mean() > right[:, :32].mean() - right[:, 32:].mean()


@pytest.mark.parametrize("material", Material)
def test_every_material_has_a_surface_and_finite_threads(material):
    relief, mottle = weave(material, draw_grain(1, 64).fine)
    assert material in SURFACES
    assert np.isfinite(relief).all()
    assert np.isfinite(mottle).all()
    assert np.abs(relief).max() < 6
