import json

import pytest

from models.db import transaction
from tests.builders import make_batch, make_factory
from tests.cli.conftest import the_one_line


@pytest.fixture
def codes(home):
    with transaction() as session:
        batch = make_batch(session)
        return batch.slug, [make_factory(session).code for _ in range(3)]


def test_a_pair_is_forbidden_once_and_allowed_again(run, codes):
    _, (first, *_) = codes
    words = ("policies", "forbid", "Aster", first, "--json")
    assert json.loads(run(*words, "--why", "rival").out)["changed"] is True
    assert json.loads(run(*words, "--why", "rival").out)["changed"] is False
    assert json.loads(run(*words, "--lift").out)["changed"] is True
    the_one_line(run("policies", "forbid", "Aster", "NOPE", "--why", "rival"), 3)
    the_one_line(run("policies", "forbid", "Aster", first), 2)


def test_a_pool_is_opened_once(run, codes):
    _, factories = codes
    assert json.loads(run("policies", "pool", *factories, "--json").out)["members"] == factories[1:]
    the_one_line(run("policies", "pool", *factories), 5)
    the_one_line(run("policies", "pool", factories[0], factories[1], "--hours", "0"), 2)


def test_a_batch_has_a_brand_and_stays_together(run, codes):
    slug, _ = codes
    sold = ("--market", "EU", "--certificate", "GOTS", "--certificate", "BSCI")
    said = json.loads(run("policies", "batch", slug, "--brand", "Aster", "--keep-together", *sold, "--json").out)
    assert said == {
        "batch": slug, "brand": "Aster", "keep_together": True, "market": "EU", "certificates": ["BSCI", "GOTS"],
    }  # fmt: skip
    assert "apart; market EU" in run("policies", "batch", slug, "--apart").out
    assert "market home; certificates -" in run("policies", "batch", slug, "--market", "", "--certificate", "").out
