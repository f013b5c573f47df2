"""Taking in what became of goods, in a terminal."""

import json

from models.db import transaction
from tests.builders import make_listing
from tests.cli.conftest import the_one_line

HEAD = "listing,kind,reason,units,on\n"


def test_a_file_is_taken_in_and_what_is_refused_is_kept(run, home, tmp_path):
    with transaction() as session:
        slug = make_listing(session).slug
    path = tmp_path / "sold.csv"
    path.write_text(
        HEAD + f"{slug},sold,,12,2026-11-20\n{slug},returned,not_like_picture,2,2026-11-24\nnone,sold,,1,2026-11-20\n"
    )
    said = json.loads(run("demand", "outcomes", path, "--json").out)
    assert (said["added"], said["refused"]) == (2, 1)
    assert "no listing 'none'" in (home / "rejects" / "sold.csv.outcomes.csv").read_text()
    again = json.loads(run("demand", "outcomes", path, "--json").out)
    assert (again["added"], again["unchanged"]) == (0, 2)


def test_a_file_that_cannot_be_read_is_one_line(run, tmp_path):
    (tmp_path / "empty.csv").write_text(HEAD)
    assert "no rows" in the_one_line(run("demand", "outcomes", tmp_path / "empty.csv"), 2)
    (tmp_path / "bytes.csv").write_bytes(b"\xff\xfe\x00")
    assert "UTF-8" in the_one_line(run("demand", "outcomes", tmp_path / "bytes.csv"), 2)
    assert "no such file" in the_one_line(run("demand", "outcomes", tmp_path / "gone.csv"), 2)
    (tmp_path / "x.csv").write_text(HEAD + "a,sold,,1,2026-11-20\n")
    assert "source" in the_one_line(run("demand", "outcomes", tmp_path / "x.csv", "--source", "production"), 2)
