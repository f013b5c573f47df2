"""The shipped file says what the code believes without it."""

from configs.files import CONFIGS, read_toml
from factory_matching.renewal.rule import RenewalRule
from factory_matching.scorecard.rule import ScoreRule
from factory_matching.scorecard.standing import GateRule


def test_the_shipped_file_is_complete_and_agrees_with_the_defaults():
    table = read_toml(CONFIGS / "scorecard.toml")
    assert set(table) == {"score", "gates", "renewal"}
    assert ScoreRule.from_table(table["score"]) == ScoreRule()
    assert GateRule.from_table(table["gates"]) == GateRule()
    assert RenewalRule.from_table(table["renewal"]) == RenewalRule()
    assert set(table["gates"]) == set(GateRule.__dataclass_fields__)
    assert set(table["renewal"]) == set(RenewalRule.__dataclass_fields__)
