"""`demandloom demo`: the whole loop on one machine, with simulated buyers and makers."""

import os
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.output import AsJson, say

EXAMPLES = (
    "Examples: demandloom demo | demandloom demo --json | demandloom demo --home var/demo/003 (goes on where it "
    "was) | demandloom demo --signals posts/ --source configs/sources/hot_search.toml --as-of 2023-06-11"
)
SAMPLE_DAY = date(2026, 11, 15)
DEMO_FOLDER = Path("var/demo")


def demo(
    signals: Annotated[
        list[str] | None, typer.Option(help="Your own signals: file, folder or glob. [default: the synthetic sample]")
    ] = None,
    source: Annotated[Path, typer.Option(help="Describes the signals (TOML).")] = Path("configs/sources/sample.toml"),
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Use no signal after this day. [default: 2026-11-15]")
    ] = None,
    factories: Annotated[Path, typer.Option(help="Factory file.")] = Path("samples/factories.csv.gz"),
    plan: Annotated[Path, typer.Option(help="Batch file.")] = Path("configs/batches/sample_week.toml"),
    visitors: Annotated[int, typer.Option(help="Simulated visitors a day.", min=1, max=100_000)] = 340,
    home: Annotated[Path | None, typer.Option(help="Go on in this folder. [default: a new one under var/demo]")] = None,
    as_json: AsJson = False,
) -> None:
    """Run the whole loop: signals, trends, designs, pictures, listings, simulated buyers, decisions, orders, briefs."""
    folder = (home or _new_folder()).resolve()
    os.environ["DEMANDLOOM_HOME"] = str(folder)
    os.environ.setdefault("PREFECT_HOME", str((DEMO_FOLDER / "prefect").resolve()))
    if not as_json:
        say(f"demo in {folder}; starting, which takes about ten seconds ...")
    from cli.demo.loop import DemoPlan, run_demo
    from cli.demo.report import print_report
    from cli.output import print_json

    report = run_demo(
        DemoPlan(
            home=folder,
            signals=tuple(signals or ()),
            source=source,
            as_of=as_of.date() if as_of else SAMPLE_DAY,
            factories=factories,
            batch=plan,
            visitors_a_day=visitors,
        ),
        quiet=as_json,
    )
    _point_latest(folder)
    if as_json:
        print_json(report)
    else:
        print_report(report, sys.stdout)


def _new_folder() -> Path:
    """The next numbered folder; made here, so that two demos at once get two."""
    DEMO_FOLDER.mkdir(parents=True, exist_ok=True)
    number = 1 + max((int(path.name) for path in DEMO_FOLDER.iterdir() if path.name.isdigit()), default=0)
    while True:
        try:
            (DEMO_FOLDER / f"{number:03d}").mkdir()
        except FileExistsError:
            number += 1
            continue
        return DEMO_FOLDER / f"{number:03d}"


def _point_latest(folder: Path) -> None:
    """Remember which demo `demandloom serve` shows by default."""
    DEMO_FOLDER.mkdir(parents=True, exist_ok=True)
    (DEMO_FOLDER / "latest").write_text(str(folder))
