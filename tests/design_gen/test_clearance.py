import re
from datetime import UTC, date, datetime

import numpy as np
import pytest
from PIL import Image

from design_gen.clearance import (
    Protected,
    Register,
    artwork_of,
    check_clearance,
    judge,
    print_mask,
)  # fmt: skip
from design_gen.embedded.look import Look, draw_look
from design_gen.embedded.render import draft, flat_on_backdrop, garment_mask
from design_gen.likeness import Likeness, compare, foreground, likeness_of
from design_gen.protected import compare_picture, find_works, likeness_of_picture, load_register, take_in
from models.attributes import Artwork, Category, PatternKind
from models.blobs import BlobStore
from models.errors import InvalidInput
from models.garment import Colour, Pattern
from models.protected import ProtectedKind, ProtectedWork
from tests.builders import greatcoat
from tests.design_gen.specs import spec_of

NOW = datetime(2026, 11, 16, tzinfo=UTC)
DAY, LATER = date(2026, 11, 16), date(2030, 1, 1)
CREAM = Colour("cream", "#f1e9d8")


def printed(artwork, category=Category.T_SHIRT):
    return spec_of(category, pattern=Pattern(PatternKind.CHEST_PRINT, CREAM, 100, artwork=artwork))


def shown(spec, seed=3):
    _, picture, mask = draft(spec, draw_look(seed), 256)
    return picture, mask


def protected(likeness, kind=ProtectedKind.DESIGN, until=LATER, owner="Ann Co"):
    return Protected(kind, owner, "CN-1", until, likeness)


def design_of(spec, seed=3):
    picture, mask = shown(spec, seed)
    return likeness_of(picture, mask > 127)


def mark_of(artwork):
    """The artwork alone, black on white, as a register shows a mark."""
    mask = print_mask(printed(artwork), 256)
    return likeness_of_picture(Image.fromarray(np.repeat(255 - mask[..., None], 3, axis=2)))


def test_the_same_design_in_other_light_is_too_like_and_other_things_are_not():
    spec = greatcoat()
    register = Register.on(DAY, [protected(design_of(spec, 3))])
    picture, mask = shown(spec, 9)
    found = check_clearance(picture, mask, spec, register)
    assert not found.passed
    assert "Ann Co design CN-1" in found.seen
    assert "outline like" in found.seen
    for other in (spec_of(Category.T_SHIRT), spec_of(Category.JEANS), spec_of(Category.SCARF)):
        assert check_clearance(*shown(other), other, register).passed


def test_the_same_cut_with_a_bold_pattern_is_less_like_than_the_plain_one():
    bold = greatcoat(pattern=Pattern(PatternKind.CAMOUFLAGE, CREAM, 200))
    work = design_of(greatcoat())
    assert compare(design_of(bold), work).surface < compare(design_of(greatcoat(), 9), work).surface


def test_a_mirrored_copy_is_a_copy():
    picture, mask = shown(greatcoat())
    one, other = likeness_of(picture, mask > 127), likeness_of(picture[:, ::-1], mask[:, ::-1] > 127)
    assert compare(one, other).whole > 0.97


@pytest.mark.parametrize("artwork", Artwork)
def test_a_protected_mark_is_found_in_a_chest_print(artwork):
    spec = printed(artwork)
    picture = flat_on_backdrop(spec, Look(), 256)
    marks = {each: protected(mark_of(each), ProtectedKind.MARK, owner=each.value) for each in Artwork}
    nearest = Register.on(DAY, list(marks.values())).nearest(None, artwork_of(picture, spec))
    assert nearest.work.owner == artwork.value


def test_a_garment_without_a_print_shows_no_mark():
    spec = greatcoat()
    assert artwork_of(flat_on_backdrop(spec, Look(), 256), spec) is None


def test_what_has_expired_does_not_count():
    work = design_of(greatcoat())
    works = [protected(work, until=date(2026, 11, 15)), protected(work, until=DAY, owner="Bo")]
    assert [one.owner for one in Register.on(DAY, works).works] == ["Bo"]


def test_nothing_protected_nothing_found():
    picture, mask = shown(greatcoat())
    found = check_clearance(picture, mask, greatcoat(), Register())
    assert (found.passed, found.value) == (True, 0.0)
    assert judge(None, 0.9).passed


def test_a_picture_without_its_garment_is_no_copy():
    register = Register.on(DAY, [protected(design_of(greatcoat()))])
    empty = np.full((256, 256, 3), 200, np.uint8)
    assert check_clearance(empty, np.zeros((256, 256), np.uint8), greatcoat(), register).passed


def test_a_likeness_is_stored_and_read_back():
    one = design_of(greatcoat())
    again = Likeness.from_bytes(*one.to_bytes())
    assert compare(one, again).whole == pytest.approx(1, abs=0.01)


def test_the_backdrop_is_told_from_the_thing_without_knowing_its_cut():
    picture = flat_on_backdrop(greatcoat(), Look(), 256)
    known = garment_mask(greatcoat(), 256) > 127
    assert (foreground(picture) ^ known).mean() < 0.03


def test_a_picture_of_nothing_has_no_likeness():
    with pytest.raises(InvalidInput, match="nothing stands out"):
        likeness_of_picture(Image.new("RGB", (64, 64), "white"))


@pytest.fixture
def blobs(tmp_path):
    return BlobStore(f"file://{tmp_path / 'blobs'}")


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "protected"
    place.mkdir()
    Image.fromarray(flat_on_backdrop(greatcoat(), Look(), 128)).save(place / "coat.png")
    Image.fromarray(flat_on_backdrop(spec_of(Category.MUG), Look(), 128)).save(place / "mug.jpg", quality=90)
    return place


def table(folder, *rows):
    head = "picture,owner,registration,kind,valid_until"
    (folder / "works.csv").write_text("\n".join((head, *rows)), encoding="utf-8")


def test_a_folder_is_taken_in_once_and_brought_up_to_date(session, blobs, folder):
    table(folder, "coat.png,Ann,CN-1,design,2031-05-01", "mug.jpg,博,CN-2,Mark,2027-01-01")
    taken = take_in(session, folder, blobs, NOW)
    assert (taken.added, taken.known, taken.refused) == (2, 0, ())
    table(folder, "coat.png,Ann & Sons,CN-1,design,2036-05-01")
    assert take_in(session, folder, blobs, NOW).known == 1
    works = find_works(session)
    assert [(work.owner, work.kind) for work in works] == [
        ("Ann & Sons", ProtectedKind.DESIGN), ("博", ProtectedKind.MARK),
    ]  # fmt: skip
    assert len(load_register(session, date(2028, 1, 1), 0.9).works) == 1
    assert compare_picture(folder / "coat.png", load_register(session, DAY, 0.9)).value > 0.97


def test_a_toml_table_does_as_well(session, blobs, folder):
    (folder / "works.toml").write_text(
        '[[work]]\npicture = "coat.png"\nowner = "Ann"\nregistration = "1"\nkind = "design"\nvalid_until = 2030-01-01\n'
    )
    assert take_in(session, folder, blobs, NOW).added == 1


@pytest.mark.parametrize(("row", "reason"), [
    ("coat.png,,CN-1,design,2031-05-01", "owner missing"),
    ("coat.png,Ann,CN-1,picture,2031-05-01", "neither design nor mark"),
    ("coat.png,Ann,CN-1,design,1.5.2031", "YYYY-MM-DD"),
    ("gone.png,Ann,CN-1,design,2031-05-01", "no such file"),
    ("../secret.png,Ann,CN-1,design,2031-05-01", "outside of the folder"),
    ("blank.png,Ann,CN-1,design,2031-05-01", "nothing stands out"),
    ("text.png,Ann,CN-1,design,2031-05-01", "not a picture"),
    ("moving.gif,Ann,CN-1,design,2031-05-01", "not a picture"),
    ("bomb.png,Ann,CN-1,design,2031-05-01", "million pixels|not a picture"),
    (f"coat.png,{'x' * 201},CN-1,design,2031-05-01", "at most 200"),
])  # fmt: skip
def test_a_row_that_cannot_be_used_is_refused_with_its_reason(session, blobs, folder, row, reason):
    Image.new("RGB", (40, 40), "white").save(folder / "blank.png")
    (folder / "text.png").write_text("<html>")
    Image.new("P", (40, 40)).save(folder / "moving.gif")
    Image.new("1", (12_000, 12_000)).save(folder / "bomb.png")
    Image.new("RGB", (40, 40)).save(folder.parent / "secret.png")
    table(folder, row, "mug.jpg,Bo,CN-2,design,2031-05-01")
    taken = take_in(session, folder, blobs, NOW)
    (refused,) = taken.refused
    assert refused.row == 1
    assert re.search(reason, refused.reason)
    assert taken.added == 1
    assert session.query(ProtectedWork).count() == 1


@pytest.mark.parametrize("spoil", [
    lambda folder: None,
    lambda folder: [(folder / name).write_text("a,b\n") for name in ("a.csv", "b.csv")],
    lambda folder: (folder / "a.toml").write_text("[[work"),
    lambda folder: (folder / "a.toml").write_text("work = 3"),
    lambda folder: (folder / "a.csv").write_bytes(b"\xff\xfe\x00picture"),
])  # fmt: skip
def test_a_folder_without_one_readable_table_is_refused(session, blobs, folder, spoil):
    spoil(folder)
    with pytest.raises(InvalidInput):
        take_in(session, folder, blobs, NOW)


def test_what_is_transparent_in_a_mark_is_no_part_of_it(tmp_path):
    mark = Image.new("RGBA", (80, 80), (0, 0, 0, 0))
    mark.paste((200, 20, 20, 255), (20, 20, 60, 40))
    mark.save(tmp_path / "mark.png")
    register = Register.on(DAY, [protected(likeness_of_picture(_flat_mark()), ProtectedKind.MARK)])
    assert compare_picture(tmp_path / "mark.png", register).value > 0.95


def _flat_mark():
    mark = Image.new("RGB", (80, 80), "white")
    mark.paste((200, 20, 20), (20, 20, 60, 40))
    return mark
