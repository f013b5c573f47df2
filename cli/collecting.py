"""`demandloom trends collect` and `forget`: signals in, and out again when their licence says so."""

from pathlib import Path
from typing import Annotated, Any

import typer

from cli.output import AsJson, AsOf, day_or_today, print_json, say

FAILED = 1
"""Exit code when a source, or a part of one, could not be read; what could be read is kept."""
COLLECT_EXAMPLES = (
    "Examples: demandloom trends collect --json | demandloom trends collect --source configs/sources/hot_search.toml "
    "--signals posts/"
)
FORGET_EXAMPLE = "Example: demandloom trends forget --as-of 2026-11-15"

Sources = Annotated[
    list[Path] | None, typer.Option("--source", help="Source description (TOML), repeatable. [default: the schedule's]")
]
Signals = Annotated[
    list[str] | None, typer.Option("--signals", help="File, folder, glob or address instead of the source's own.")
]
Again = Annotated[bool, typer.Option("--again", help="Read everything, not only what is new.")]


def collect(
    source: Sources = None, signals: Signals = None, as_of: AsOf = None, again: Again = False, as_json: AsJson = False
) -> None:
    """Collect what is new from one source or from all; a broken one never stops the others (exit code 1)."""
    from cli.progress import flow_progress
    from flows.collect_trends import collect_sources
    from models.errors import InvalidInput

    if signals and len(source or []) != 1:
        raise InvalidInput("--signals needs one --source that says how to read them")
    chosen = [str(path) for path in source or _scheduled()]
    with flow_progress(quiet=as_json):
        answer = collect_sources([(path, list(signals or [])) for path in chosen], day_or_today(as_of), again)
    if as_json:
        print_json(answer)
    else:
        print_sources(answer["sources"])
    raise typer.Exit(FAILED if answer["failed"] else 0)


def forget(as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Delete signals, series, searches, quoted titles and refused rows older than their source's retention."""
    from flows.collect_trends import forget_old_signals

    forgotten = forget_old_signals(day_or_today(as_of))
    if as_json:
        print_json(forgotten)
    else:
        print(", ".join(f"{count} {name.replace('_', ' ')}" for name, count in forgotten.items()))


def print_sources(sources: list[dict[str, Any]]) -> None:
    """What became of each source; failures and notes go to stderr."""
    for one in sources:
        print(
            f"{one['source']}: {one['read']} rows read, {one['new']} new, {one['duplicate']} known, "
            f"{one['refused']} refused" + (f", {one['unchanged']} unchanged" if one["unchanged"] else "")
        )
        if one["rejects"]:
            print(f"  refused rows with reasons: {one['rejects']}")
        for line in (*(f"failed: {reason}" for reason in one["failed"]), *one["notes"]):
            say(f"{one['source']}: {line}")


def _scheduled() -> list[str]:
    from configs.files import CONFIGS, read_toml

    return list(read_toml(CONFIGS / "schedule.toml")["collect_trends"]["sources"])
