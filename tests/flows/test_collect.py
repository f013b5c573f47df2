"""Collecting as a flow: one broken source is told and stops no other; the command says so by its exit code."""

import json
from datetime import date
from pathlib import Path

import pytest
import typer

from cli.collecting import collect
from flows.collect_trends import collect_sources, collect_trends
from models.errors import UnreadableSource
from tests.flows.conftest import Enter

AS_OF = date(2026, 11, 15)


def write_source(folder: Path, name: str, *rows: str) -> str:
    (folder / f"{name}.jsonl").write_text("".join(f"{row}\n" for row in rows))
    (folder / f"{name}.toml").write_text(
        f'kind = "file"\nname = "{name}"\nlicence = "test"\nretention_days = 90\npaths = ["{folder / name}.jsonl"]\n'
    )
    return str(folder / f"{name}.toml")


def test_a_broken_source_stops_no_other(
    enter: Enter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    enter(tmp_path / "home")
    good = write_source(tmp_path, "good", '{"title": "军大衣", "date": "2026-11-01"}', "nonsense")
    bad = write_source(tmp_path, "bad", "nonsense", "nonsense")
    missing = str(tmp_path / "missing.toml")
    answer = collect_trends([(bad, []), (missing, []), (good, [])], AS_OF)
    by_name = {one["source"]: one for one in answer["sources"]}
    assert (by_name["good"]["new"], by_name["good"]["refused"], by_name["good"]["failed"]) == (1, 1, [])
    assert Path(by_name["good"]["rejects"]).read_text()
    assert "all 2 rows are refused" in by_name["bad"]["failed"][0]
    assert len(answer["failed"]) == 2
    with pytest.raises(typer.Exit) as ended:
        collect([Path(bad), Path(good)], None, None, False, True)
    assert ended.value.exit_code == 1
    said = json.loads(capsys.readouterr().out)
    assert [(one["source"], one["read"], one["unchanged"]) for one in said["sources"]] == [
        ("bad", 0, 0),
        ("good", 0, 1),
    ]
    with pytest.raises(UnreadableSource, match="all 2 rows"):
        collect_sources([(bad, [])], AS_OF)
