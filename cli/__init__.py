"""The `demandloom` command: parse, call, print; every command has --json."""

import sys


def main() -> None:
    """Run the command; a domain error is one line on stderr and its own exit code."""
    from cli.app import app
    from models.errors import DomainError

    try:
        app()
    except DomainError as error:
        print(f"demandloom: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        print("demandloom: stopped; start the same command again to go on where it was", file=sys.stderr)
        sys.exit(130)
