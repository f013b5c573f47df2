from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from factory_matching.registry.enlist import import_factories
from factory_matching.registry.export import export_factories
from models.errors import InvalidInput
from models.factory import Factory
from tests.factory_matching.registers import write_csv
from tests.factory_matching.registry.test_enlist import SAYS

NOW = datetime(2026, 11, 2, tzinfo=UTC)


@pytest.mark.parametrize("name", ["f.csv", "f.csv.gz", "f.jsonl", "f.jsonl.gz", "f.parquet"])
def test_what_is_exported_is_found_unchanged_by_an_import(session, tmp_path, name):
    hook = {"webhook_url": "https://x.example/hook", "webhook_secret": "whsec_" + "a" * 32}
    rows = [{**SAYS, **hook}, {**SAYS, "category": "coat"}, {**dict.fromkeys(SAYS, ""), "code": "ZJ-2"}]
    import_factories(write_csv(tmp_path / "in.csv", *rows), tmp_path / "rejects.csv", NOW)
    assert export_factories(session, tmp_path / name) == 2
    done = import_factories(tmp_path / name, tmp_path / "rejects.csv", NOW)
    assert (done.added, done.changed, done.unchanged, done.refused) == (0, 0, 2, 0)
    assert session.scalars(select(Factory.webhook_url).order_by(Factory.code)).all() == [hook["webhook_url"], None]


def test_a_file_of_another_kind_is_not_written(session, tmp_path):
    with pytest.raises(InvalidInput, match=r"not a \.csv"):
        export_factories(session, tmp_path / "f.xlsx")
