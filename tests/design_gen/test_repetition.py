import time

import numpy as np
import pytest
from PIL import Image

from design_gen.embedded.look import draw_look
from design_gen.embedded.render import draft
from design_gen.prints import load_catalogue, record_prints
from design_gen.repetition import FAR, FEATURES, LIMIT, Catalogue, Print, check_repetition, print_of
from models.design import MockupState
from models.errors import InvalidInput
from models.garment import Colour
from tests.builders import greatcoat, make_mockup

OTHER = "f" * 64


def shown(spec, seed):
    _, picture, mask = draft(spec, draw_look(seed), 128)
    return picture, mask


def jpeg(picture, quality=80):
    import io

    written = io.BytesIO()
    Image.fromarray(picture).save(written, "JPEG", quality=quality)
    return np.asarray(Image.open(written).convert("RGB"))


def test_a_copy_under_another_design_is_a_repetition_and_another_colour_is_none():
    picture, mask = shown(greatcoat(), 1)
    red, red_mask = shown(greatcoat(colour=Colour("red", "#a02020")), 1)
    prints = [
        print_of(picture, mask, "a", "first"), print_of(jpeg(picture), mask, "b"), print_of(red, red_mask, "c"),
    ]  # fmt: skip
    first, copy, other = check_repetition(prints)
    assert (first.passed, copy.passed, other.passed) == (True, False, True)
    assert (first.value, copy.seen) == (FAR, "first")
    assert copy.value < LIMIT < other.value


def test_the_same_spec_is_alike_by_intention():
    picture, mask = shown(greatcoat(), 1)
    prints = [print_of(picture, mask, "a"), print_of(picture, mask, "a")]
    assert all(finding.passed for finding in check_repetition(prints))


def test_another_backdrop_hides_no_repetition():
    picture, mask = shown(greatcoat(), 1)
    moved = np.where((mask > 127)[..., None], picture, 255 - picture).astype(np.uint8)
    assert not check_repetition([print_of(picture, mask, "a"), print_of(moved, mask, "b")])[1].passed


@pytest.mark.parametrize("level", [0, 119, 255])
def test_blank_pictures_have_prints_too(level):
    blank, mask = np.full((32, 32, 3), level, np.uint8), np.zeros((32, 32), np.uint8)
    one = print_of(blank, mask, "a")
    assert one.features.shape == (FEATURES,)
    assert 0 <= one.hash < 2**64


def test_a_picture_without_its_mask_is_refused():
    with pytest.raises(InvalidInput, match="mask"):
        print_of(np.zeros((32, 32, 3), np.uint8), np.zeros((16, 16), np.uint8), "a")
    with pytest.raises(InvalidInput, match="mask"):
        print_of(np.zeros((4, 4, 3), np.uint8), np.zeros((4, 4), np.uint8), "a")


def test_a_hundred_thousand_stored_pictures_are_searched_at_once():
    rng = np.random.default_rng(0)
    many = 100_000
    catalogue = Catalogue(
        rng.integers(0, 2**63, many).astype(np.uint64),
        rng.integers(-60, 60, (many, FEATURES)).astype(np.int8),
        np.array(["s"] * many), np.array([f"#{n}" for n in range(many)]),
    )  # fmt: skip
    hidden = Print(int(catalogue.hashes[77_777]), catalogue.features[77_777], OTHER)
    started = time.process_time()
    assert catalogue.nearest(hidden) == (0.0, "#77777")
    assert time.process_time() - started < 0.5


def test_stored_prints_come_back_as_they_were(session):
    picture, mask = shown(greatcoat(), 1)
    one = print_of(picture, mask, OTHER)
    mockup, rejected = make_mockup(session), make_mockup(session, state=MockupState.REJECTED)
    record_prints(session, [(mockup.id, one), (rejected.id, one)])
    session.flush()
    catalogue = load_catalogue(session)
    assert catalogue.nearest(one) == (0.0, f"#{mockup.id}")
    assert len(catalogue.hashes) == 1
    assert int(catalogue.hashes[0]) == one.hash


def test_hashes_with_their_highest_bit_set_fit_the_database(session):
    one = Print(2**64 - 1, np.zeros(FEATURES, np.int8), OTHER)
    record_prints(session, [(make_mockup(session).id, one)])
    session.flush()
    assert int(load_catalogue(session).hashes[0]) == 2**64 - 1


def test_an_empty_catalogue_has_nothing_near(session):
    picture, mask = shown(greatcoat(), 1)
    assert load_catalogue(session).nearest(print_of(picture, mask, "a")) == (FAR, "")
