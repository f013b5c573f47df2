"""The nightly flow scores once a day and applies what was approved."""

from pathlib import Path

from factory_matching.scorecard.standings import get_factory
from flows.score_factories import score_factories
from models.db import transaction
from tests.builders import NOW
from tests.factory_matching.conduct import DAY, make_history
from tests.flows.conftest import Enter


def test_a_night_scores_warns_and_does_it_once(enter: Enter, tmp_path: Path) -> None:
    enter(tmp_path / "home")
    with transaction() as session:
        code = make_history(session, late=14).code
    first = score_factories(NOW)
    assert (first["factories"], first["warned"], first["simulated_factories"]) == (1, 1, 0)
    assert score_factories(NOW)["factories"] == 0
    with transaction() as session:
        assert get_factory(session, code).state == "warned"
    assert score_factories(NOW + DAY)["warned"] == 0
