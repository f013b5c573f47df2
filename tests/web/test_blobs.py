"""Pictures and flats are public by their hash; nothing else of the store is."""

import pytest

from models.db import transaction
from tests.builders import FLAT_SVG, make_brief, make_mockup, tiny_png
from tests.web.conftest import Site


def test_pictures_and_flats_are_served_for_ever(site: Site) -> None:
    with transaction() as session:
        make_mockup(session, blobs=site.blobs)
    picture = site.client.get(f"/pictures/{site.blobs.put(tiny_png())}.png")
    assert picture.content == tiny_png()
    assert picture.headers["content-type"] == "image/png"
    assert "immutable" in picture.headers["cache-control"]
    flat = site.client.get(f"/flats/{site.blobs.put(FLAT_SVG)}.svg")
    assert flat.headers["content-type"].startswith("image/svg+xml")
    assert "sandbox" in flat.headers["content-security-policy"]


def test_a_browser_that_has_it_gets_it_not_again(site: Site) -> None:
    with transaction() as session:
        make_mockup(session, blobs=site.blobs)
    path = f"/pictures/{site.blobs.put(tiny_png())}.png"
    etag = site.client.get(path).headers["etag"]
    assert site.client.get(path, headers={"if-none-match": etag}).status_code == 304


def test_briefs_are_not_pictures(site: Site) -> None:
    with transaction() as session:
        key = make_brief(session, blobs=site.blobs).pdf
    assert site.client.get(f"/pictures/{key}.png").status_code == 404
    assert site.client.get(f"/flats/{key}.svg").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/pictures/..%2f..%2fetc%2fpasswd.png",
        "/pictures/../../etc/passwd.png",
        f"/pictures/{'A' * 64}.png",
        f"/pictures/{'0' * 63}.png",
        f"/pictures/{'0' * 64}%00.png",
        f"/flats/{'0' * 64}.svg",
        "/static/..%2fapp.py",
        "/static/../app.py",
        "/static/%2e%2e/app.py",
    ],
)
def test_a_path_that_is_no_key_is_refused(site: Site, path: str) -> None:
    answer = site.client.get(path)
    assert answer.status_code in (404, 422)
    assert "root:" not in answer.text
    assert "create_app" not in answer.text
