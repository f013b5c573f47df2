"""The flow matches as the settings say; what cannot be is said before a transaction begins."""

from contextlib import nullcontext
from datetime import UTC, datetime

import pytest

from configs.settings import settings
from factory_matching.assignment.match_many import match_many
from factory_matching.offers.place import Placed
from factory_matching.offers.propose import Proposal
from flows import place_orders
from models.errors import InvalidInput

NOW = datetime(2026, 11, 2, tzinfo=UTC)


@pytest.fixture
def matchers(monkeypatch, tmp_path):
    """The matchers that the flow hands to the placing of orders."""
    seen = []

    def note(*given, many, policies):
        seen.append(many)
        return Placed(0, 0, 0, 0.0, 0.0, 0.0, "", Proposal({}, None, None))

    monkeypatch.setenv("DEMANDLOOM_HOME", str(tmp_path))
    monkeypatch.setattr(place_orders, "place_open_demands", note)
    monkeypatch.setattr(place_orders, "transaction", nullcontext)
    settings.cache_clear()
    yield seen
    settings.cache_clear()


def test_all_in_one_piece_unless_groups_are_set(matchers, monkeypatch):
    place_orders.place.fn(NOW)
    monkeypatch.setenv("DEMANDLOOM_MATCHING__GROUPS", "4")
    settings.cache_clear()
    place_orders.place.fn(NOW)
    assert matchers[0] is match_many
    assert matchers[1] is not match_many


def test_ray_with_a_single_group_is_refused(matchers, monkeypatch):
    monkeypatch.setenv("DEMANDLOOM_MATCHING__ENGINE", "ray")
    with pytest.raises(InvalidInput, match=r"matching\.groups"):
        place_orders.place.fn(NOW)
    assert matchers == []
