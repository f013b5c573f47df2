"""One browser for all tests of this folder."""

from collections.abc import Iterator

import pytest

from tests.e2e.browser import open_browser


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    with open_browser() as opened:
        yield opened
