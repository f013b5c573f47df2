"""A real app over a fresh database, with a client that speaks English."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from configs.load_lexicon import load_lexicon
from models.blobs import BlobStore
from tests.builders import NOW
from web.app import create_app
from web.config import WebConfig

OPERATOR = "operator-token-of-the-tests"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"


class Site(NamedTuple):
    """A running app, a client of it, and its blobs."""

    app: FastAPI
    client: TestClient
    blobs: BlobStore

    def another_visitor(self) -> TestClient:
        """A client without cookies."""
        return TestClient(self.app, headers=HEADERS, follow_redirects=False)


HEADERS = {"user-agent": BROWSER, "accept-language": "en"}


def build_site(url: str, folder: Path, **changes: object) -> FastAPI:
    values: dict[str, object] = {
        "database_url": url,
        "blobs_url": f"file://{folder}/blobs",
        "secret": "a secret of the tests",
        "operator_token": OPERATOR,
        "lexicon": load_lexicon(),
        "clock": lambda: NOW,
    }
    return create_app(WebConfig(**{**values, **changes}))  # type: ignore[arg-type]


@pytest.fixture
def site(sqlite_url: str, tmp_path: Path) -> Iterator[Site]:
    """On SQLite: what depends on the database is tested on both kinds elsewhere."""
    app = build_site(sqlite_url, tmp_path)
    with TestClient(app, headers=HEADERS, follow_redirects=False) as client:
        yield Site(app, client, BlobStore(f"file://{tmp_path}/blobs"))


@pytest.fixture
def site_on_both(database_url: str, tmp_path: Path) -> Iterator[Site]:
    """Once on each kind of database."""
    app = build_site(database_url, tmp_path)
    with TestClient(app, headers=HEADERS, follow_redirects=False) as client:
        yield Site(app, client, BlobStore(f"file://{tmp_path}/blobs"))


@pytest.fixture
def operator(site: Site) -> Site:
    """Signed in."""
    answer = site.client.post("/sign-in", data={"token": OPERATOR})
    assert answer.status_code == 303
    return site
