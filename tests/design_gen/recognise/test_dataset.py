import numpy as np
import pytest
import torch

from design_gen.colour import delta_e, rgb_to_lab
from design_gen.embedded.dataset import HELD_OUT
from design_gen.recognise import dataset
from design_gen.recognise.blemish import Blemishes, blemish, clean
from design_gen.recognise.dataset import APART, Source, Supply, is_there, part_path, supply_pictures, visible_spec
from design_gen.recognise.pool import PicturePool
from design_gen.recognise.vocabulary import labels_of
from design_gen.suitability import possible_patterns
from models.errors import InvalidInput


@pytest.fixture
def small_parts(monkeypatch):
    monkeypatch.setattr(dataset, "PART", 2)


@pytest.mark.parametrize("seed", range(7_000_000, 7_000_040))
def test_a_sampled_pattern_can_be_seen_and_belongs_to_its_category(seed):
    spec = visible_spec(seed)
    assert spec == visible_spec(seed)
    assert spec.pattern.kind in possible_patterns(spec.category)
    if spec.pattern.second is not None:
        lab = rgb_to_lab(np.array([spec.colour.rgb, spec.pattern.second.rgb], np.uint8))
        assert delta_e(lab[:1], lab[1:])[0] >= APART


def test_parts_are_drawn_once_and_extended_without_drawing_them_again(tmp_path, small_parts):
    short, long = (Supply(tmp_path, Source.DRAWN, 8_000_000, count) for count in (3, 4))
    assert list(supply_pictures(short)) == [2, 1]
    assert list(supply_pictures(short)) == []
    assert list(supply_pictures(long)) == [2]  # the second part was short and is drawn anew
    labels = [np.load(part_path(tmp_path, part, "labels")) for part in long.parts()]
    assert np.concatenate(labels).tolist() == [labels_of(visible_spec(seed)) for seed in range(8_000_000, 8_000_004)]
    assert np.load(part_path(tmp_path, long.parts()[1], "pictures")).shape == (2, 256, 256, 3)


def test_a_pool_draws_as_many_pictures_as_it_is_asked_for(tmp_path, small_parts):
    told = []
    supply = Supply(tmp_path, Source.DRAWN, 8_000_000, 5)
    pool = PicturePool([supply], "cpu", 1, lambda supply, count: told.append(count))
    _, labels = pool.batch(np.random.default_rng(0), 8, 256, Blemishes(), among=3)
    assert told == [2, 2]
    first = [labels_of(visible_spec(seed)) for seed in range(8_000_000, 8_000_003)]
    assert all(row in first for row in labels.tolist())


def test_a_part_that_was_cut_off_does_not_count_as_there(tmp_path):
    np.save(tmp_path / "labels_5.npy", np.zeros((2, 8), np.uint8))
    assert is_there(tmp_path, range(5, 7))
    assert not is_there(tmp_path, range(5, 8))
    assert not is_there(tmp_path, range(9, 10))


def test_held_out_seeds_cannot_be_supplied(tmp_path):
    with pytest.raises(InvalidInput, match="below"):
        Supply(tmp_path, Source.DRAWN, HELD_OUT - 1, 2)


def test_blemishes_are_seeded_stay_in_range_and_leave_the_picture_recognisable():
    pictures = np.full((2, 64, 64, 3), 235, np.uint8)
    pictures[:, 16:48, 16:48] = (40, 60, 120)
    pictures = torch.from_numpy(pictures)
    first = blemish(pictures, np.random.default_rng(3), Blemishes())
    assert (first == blemish(pictures, np.random.default_rng(3), Blemishes())).all()
    assert first.shape == (2, 3, 64, 64)
    assert float(first.abs().max()) <= 1
    assert (first[:, :, 24:40, 24:40].mean(dim=(1, 2, 3)) < first[:, :, :8].mean(dim=(1, 2, 3))).all()


def test_a_clean_picture_keeps_its_values():
    planes = clean(np.array([[[[0, 255, 51]]]], np.uint8))
    assert planes.flatten().tolist() == pytest.approx([-1, 1, -0.6])
