from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from configs.settings import Settings

ROOT = Path(__file__).parents[2]


def names(kind, prefix):
    for name, field in kind.model_fields.items():
        nested = field.annotation
        if isinstance(nested, type) and issubclass(nested, BaseModel):
            yield from names(nested, f"{prefix}{name.upper()}__")
        else:
            yield f"{prefix}{name.upper()}"


def test_every_setting_is_documented():
    text = (ROOT / "docs" / "settings.md").read_text()
    assert [name for name in names(Settings, "DEMANDLOOM_") if f"`{name}`" not in text] == []


def test_the_environment_overrides_the_laptop_defaults(monkeypatch, tmp_path):
    monkeypatch.setenv("DEMANDLOOM_HOME", str(tmp_path))
    monkeypatch.setenv("DEMANDLOOM_WEB__PORT", "9000")
    settings = Settings(_env_file=None)
    assert settings.web.port == 9000
    assert settings.database == f"sqlite:///{tmp_path}/demandloom.db"


def test_an_unknown_key_is_an_error():
    with pytest.raises(ValidationError, match="colour"):
        Settings(_env_file=None, colour="red")


def test_the_secret_is_made_once_and_is_private(monkeypatch, tmp_path):
    monkeypatch.delenv("DEMANDLOOM_SECRET", raising=False)
    settings = Settings(_env_file=None, home=tmp_path)
    assert settings.secret_key == settings.secret_key
    assert len(settings.secret_key) > 30
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    assert settings.secret_key != settings.operator_token
