from PIL import Image

from design_gen.embedded.look import draw_look
from design_gen.embedded.render import draft
from design_gen.safety import check_safety, classifier
from models.attributes import Category
from tests.design_gen.specs import spec_of


def test_goods_are_fit_for_a_shop_window():
    goods = [draft(spec_of(category), draw_look(5), 128)[1] for category in (Category.COAT, Category.DRESS)]
    findings = check_safety([Image.fromarray(picture) for picture in goods])
    assert all(finding.passed for finding in findings)
    assert all(0 <= finding.value < 0.3 for finding in findings)


def test_the_probability_is_that_of_the_packages_own_call():
    picture = Image.effect_noise((64, 64), 80).convert("RGB")
    assert check_safety([picture])[0].value == round(float(classifier().classify(picture).nsfw), 6)


def test_the_net_is_read_once():
    assert classifier() is classifier()


def test_no_picture_no_finding():
    assert check_safety([]) == ()
