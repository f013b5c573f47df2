"""A shop system posts what became of goods."""

import pytest
from sqlalchemy import func, select

from models.db import transaction
from models.sale import SaleRecord
from tests.builders import make_listing
from tests.web.conftest import OPERATOR, Site

PATH = "/api/outcomes"
KEY = {"authorization": f"Bearer {OPERATOR}"}


def count() -> int:
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(SaleRecord)) or 0


def test_rows_are_taken_once_and_refused_ones_say_why(site_on_both: Site):
    with transaction() as session:
        slug = make_listing(session).slug
    rows = [
        {"listing": slug, "kind": "sold", "units": 3, "on": "2026-11-01", "reference": "s-1"},
        {"listing": "none", "kind": "sold", "units": 3, "on": "2026-11-01"},
    ]
    said = site_on_both.client.post(PATH, json={"source": "shop", "outcomes": rows}, headers=KEY)
    assert said.status_code == 200
    assert said.json() == {
        "added": 1, "changed": 0, "unchanged": 0, "refused": [{"where": "row 2", "reason": "no listing 'none'"}],
    }  # fmt: skip
    again = site_on_both.client.post(PATH, json={"source": "shop", "outcomes": rows[:1]}, headers=KEY)
    assert again.json()["unchanged"] == 1
    assert count() == 1


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer wrong"}, {"authorization": OPERATOR}])
def test_only_who_knows_the_token_may_post(site: Site, headers):
    said = site.client.post(PATH, json={"source": "shop", "outcomes": []}, headers=headers)
    assert said.status_code == 403
    assert count() == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"[]", 422),
        (b'{"source": "shop", "outcomes": []}', 422),
        (b'{"source": "shop", "outcomes": [{"units": {"a": 1}}]}', 422),
        (b'{"source": "production", "outcomes": [{"units": 1}]}', 422),
        (b'{"source": "shop", "outcomes": [' + b",".join([b"{}"] * 2_001) + b"]}", 422),
        (b" " * 1_048_577, 413),
        (b"[" * 100_000, 422),
    ],
)
def test_what_is_too_large_or_no_list_of_rows_is_refused(site: Site, body, status):
    said = site.client.post(PATH, content=body, headers=KEY)
    assert said.status_code == status
    assert "error" in said.json()
    assert count() == 0
