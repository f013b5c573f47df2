import numpy as np
import pytest
from scipy import ndimage

from design_gen.embedded.look import Look, draw_look
from design_gen.embedded.render import draft, flat_on_backdrop
from design_gen.lines import SIZE, agreement, line_agreement, structural_lines
from models.attributes import Category, Closure, PatternKind
from models.errors import InvalidInput
from models.garment import Colour, Pattern
from tests.builders import greatcoat
from tests.design_gen.specs import spec_of

CAMOUFLAGE = Pattern(PatternKind.CAMOUFLAGE, Colour("cream", "#f1e9d8"), 90)


def shaded(spec, seed=3, size=SIZE):
    return draft(spec, draw_look(seed), size)[1]


@pytest.mark.parametrize("spec", [greatcoat(), greatcoat(pattern=CAMOUFLAGE), spec_of(Category.MUG)])
def test_a_drawing_agrees_with_its_own_lines_whatever_its_pattern(spec):
    assert line_agreement(flat_on_backdrop(spec, Look(), SIZE), spec) > 0.9
    assert line_agreement(shaded(spec), spec) > 0.8


@pytest.mark.parametrize("category", [Category.T_SHIRT, Category.JEANS, Category.SCARF, Category.TOTE_BAG])
def test_another_garment_scores_clearly_lower(category):
    picture = shaded(spec_of(category))
    assert line_agreement(picture, greatcoat()) < 0.5
    assert line_agreement(picture, spec_of(category)) > line_agreement(picture, greatcoat()) + 0.3


def test_another_closure_scores_lower_than_the_right_one():
    right, wrong = greatcoat(), greatcoat(closure=Closure.BUTTONS)
    picture = shaded(right)
    assert line_agreement(picture, wrong) < line_agreement(picture, right) - 0.05


@pytest.mark.parametrize("level", [0, 200, 255])
def test_a_blank_picture_has_no_lines(level):
    assert line_agreement(np.full((SIZE, SIZE, 3), level, np.uint8), greatcoat()) == 0.0


def test_a_blur_has_hardly_any_lines():
    blurred = ndimage.gaussian_filter(shaded(greatcoat()).astype(float), (12, 12, 0)).astype(np.uint8)
    assert line_agreement(blurred, greatcoat()) < 0.2


def test_noise_is_found_everywhere_and_so_is_not_precise():
    noise = np.random.default_rng(0).integers(0, 256, (SIZE, SIZE, 3), np.uint8)
    assert agreement(noise, greatcoat()).precision < 0.5


def test_added_lines_cost_precision_and_missing_ones_recall():
    spec = greatcoat()
    whole = agreement(shaded(spec), spec)
    crossed = shaded(spec).copy()
    crossed[60:200:10, 60:200] = 255
    assert agreement(crossed, spec).precision < whole.precision - 0.1
    halved = shaded(spec).copy()
    halved[:, : SIZE // 2] = halved[0, 0]
    assert agreement(halved, spec).recall < whole.recall - 0.2


def test_the_size_of_a_picture_changes_little():
    spec = greatcoat()
    scores = [line_agreement(flat_on_backdrop(spec, Look(), size), spec) for size in (192, 256, 512)]
    assert max(scores) - min(scores) < 0.15


@pytest.mark.parametrize("picture", [
    np.zeros((256, 128, 3), np.uint8), np.zeros((256, 256), np.uint8), np.zeros((256, 256, 4), np.uint8),
    np.zeros((256, 256, 3), np.float32),
])  # fmt: skip
def test_what_is_no_square_picture_is_refused(picture):
    with pytest.raises(InvalidInput, match="square RGB"):
        line_agreement(picture, greatcoat())


def test_pattern_and_stitches_are_no_structure():
    plain, patterned = structural_lines(greatcoat()), structural_lines(greatcoat(pattern=CAMOUFLAGE))
    assert (plain == patterned).all()
    assert 0.005 < (plain > 127).mean() < 0.2
