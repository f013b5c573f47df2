import numpy as np
import pytest

from design_gen.colour import delta_e, rgb_to_lab
from design_gen.embedded.dataset import HELD_OUT
from design_gen.recognise import dataset
from design_gen.recognise.blemish import Blemishes, blemish, clean
from design_gen.recognise.dataset import APART, PictureFolder, Source, Supply, is_there, supply_pictures, visible_spec
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
    folder = PictureFolder(long)
    assert len(folder) == 4
    assert folder.labels.tolist() == [labels_of(visible_spec(seed)) for seed in range(8_000_000, 8_000_004)]
    assert folder.picture(3).shape == (256, 256, 3)
    assert 0.03 < folder.mask(3).mean() < 0.9


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
    first = blemish(pictures, np.random.default_rng(3), Blemishes())
    assert (first == blemish(pictures, np.random.default_rng(3), Blemishes())).all()
    assert first.shape == (2, 3, 64, 64)
    assert float(first.abs().max()) <= 1
    assert (first[:, :, 24:40, 24:40].mean(dim=(1, 2, 3)) < first[:, :, :8].mean(dim=(1, 2, 3))).all()


def test_a_clean_picture_keeps_its_values():
    planes = clean(np.array([[[[0, 255, 51]]]], np.uint8))
    assert planes.flatten().tolist() == pytest.approx([-1, 1, -0.6])
