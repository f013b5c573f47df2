import json

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("cv2", reason="reading photographs needs the extra 'photographs'")

from design_gen.embedded.cloth import load_cloth
from design_gen.embedded.photographs import cut_out, find_photographs, gather_cloth, is_held_out, shading_of

YY, XX = np.mgrid[0:256, 0:256]
GARMENT = (np.abs(XX - 128) < 60 + YY / 10) & (np.abs(YY - 128) < 95)


def photograph(dots: bool) -> Image.Image:
    """What stands in for a photograph: a folded skirt on a speckled floor, synthetic."""
    speckles = np.random.default_rng(1).normal(0, 4, (256, 256, 3))
    floor = np.array([205, 190, 170]) + speckles
    folds = 1 + 0.22 * np.sin((XX + 0.3 * YY) / 6)
    skirt = np.array([70, 105, 180]) * folds[..., None] + speckles / 2
    if dots:
        skirt[((XX % 24 - 12) ** 2 + (YY % 24 - 12) ** 2) < 30] = (235, 225, 90)
    return Image.fromarray(np.clip(np.where(GARMENT[..., None], skirt, floor), 0, 255).astype(np.uint8))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A plain skirt, a dotted one, a blank and a broken file."""
    folder = tmp_path_factory.mktemp("photographs") / "skirt"
    folder.mkdir()
    photograph(False).save(folder / "plain.jpg", quality=95)
    photograph(True).save(folder / "dotted.jpg", quality=95)
    Image.new("RGB", (256, 256), "grey").save(folder / "blank.jpg")
    (folder / "broken.jpg").write_bytes(b"no picture")
    return folder.parent


def test_a_garment_is_cut_out_of_its_background(folder):
    cut = cut_out(folder / "skirt" / "plain.jpg")
    found = cut.cover > 0.5
    assert (found & GARMENT).sum() / (found | GARMENT).sum() > 0.95
    assert cut.kind == "skirt"


@pytest.mark.parametrize("name", ["blank", "broken", "missing"])
def test_what_shows_no_garment_is_left_out(folder, name):
    assert cut_out(folder / "skirt" / f"{name}.jpg") is None


def test_only_plain_cloth_gives_its_folds(folder):
    shading = shading_of(cut_out(folder / "skirt" / "plain.jpg"))
    assert shading.shape == (256, 256)
    inner = GARMENT & (np.abs(XX - 128) < 50) & (np.abs(YY - 128) < 80)
    assert np.corrcoef(shading[inner], np.sin((XX + 0.3 * YY) / 6)[inner])[0, 1] > 0.9
    dotted = cut_out(folder / "skirt" / "dotted.jpg")
    assert dotted is None or shading_of(dotted) is None


def test_a_fifth_of_the_photographs_is_never_trained_on(tmp_path):
    for number in range(200):
        (tmp_path / "hat").mkdir(exist_ok=True)
        (tmp_path / "hat" / f"{number}.jpg").touch()
    train, held = (find_photographs(tmp_path, held_out=side) for side in (False, True))
    assert not set(train) & set(held)
    assert len(train) + len(held) == 200
    assert 20 <= len(held) <= 60
    assert all(map(is_held_out, held))


def test_the_bank_is_gathered_once(folder, tmp_path):
    (folder / "shirt").mkdir()
    name = next(f"{number}.jpg" for number in range(100) if not is_held_out(folder / f"{number}.jpg"))
    (folder / "shirt" / name).write_bytes((folder / "skirt" / "plain.jpg").read_bytes())
    used = list(gather_cloth(folder, tmp_path / "bank"))
    bank = load_cloth(tmp_path / "bank")
    assert sum(used) == len(bank.kinds) == len(json.loads((tmp_path / "bank" / "kinds.json").read_text()))
    assert "shirt" in bank.kinds
    assert list(gather_cloth(folder, tmp_path / "bank")) == []


def test_a_folder_without_plain_garments_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="no photograph"):
        list(gather_cloth(tmp_path, tmp_path / "bank"))
