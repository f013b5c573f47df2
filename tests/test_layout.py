from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = sorted(path.parent.name for path in ROOT.glob("*/__init__.py"))


@pytest.mark.parametrize("package", PACKAGES)
def test_each_package_is_the_one_in_this_repository(package):
    # names like models and web are common: another distribution's must not be picked up instead
    assert Path(import_module(package).__file__ or "").is_relative_to(ROOT)


def test_every_package_is_in_the_explicit_list():
    import tomllib

    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    found = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for path in ROOT.glob("*/**/__init__.py")
        if not {"tests", "bench", ".venv", "build"} & set(path.relative_to(ROOT).parts)
    }
    assert set(listed) == found
