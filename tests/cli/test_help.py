import subprocess
import sys

import pytest
import typer

from cli.app import app

HEAVY = ("torch", "diffusers", "transformers", "prefect", "fastapi", "starlette", "sqlalchemy", "scipy", "pyarrow")


def commands(command=None, path=()):
    """Every command of the tree that does something, with the words that call it."""
    command = command or typer.main.get_command(app)
    inner = getattr(command, "commands", None)
    if inner is None:
        return [(path, command)]
    return [found for name, one in inner.items() for found in commands(one, (*path, name))]


COMMANDS = commands()


def test_the_tree_has_the_commands_that_the_documents_name():
    assert len(COMMANDS) >= 20
    assert ("demand", "replay") in {path for path, _ in COMMANDS}


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=[" ".join(path) for path, _ in COMMANDS])
def test_every_command_says_what_it_does_and_shows_an_example(path, command):
    with command.make_context(" ".join(("demandloom", *path)), [], resilient_parsing=True) as context:
        text = command.get_help(context)
    assert command.help, "no docstring"
    assert "Example" in text
    assert f"demandloom {' '.join(path)}" in " ".join((command.epilog or "").split())


def test_help_loads_nothing_heavy():
    script = (
        "import sys\nfrom cli import main\nsys.argv = ['demandloom', '--help']\n"
        "try:\n    main()\nexcept SystemExit as ended:\n    assert not ended.code, ended.code\n"
        f"print('loaded:', [name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert "Show AI-designed goods" in done.stdout
    assert done.stdout.splitlines()[-1] == "loaded: []"
