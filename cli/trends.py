"""`demandloom trends`: collect signals, detect and look at trends."""

from pathlib import Path
from typing import Annotated, Any

import typer

from cli.collecting import FAILED, print_sources
from cli.output import AsJson, AsOf, day_or_today, print_json, print_table

group = typer.Typer(help="Collect signals, see what rises and why.", no_args_is_help=True)

Source = Annotated[Path, typer.Option("--source", help="Source description (TOML).")]
Signals = Annotated[
    list[str] | None, typer.Option("--signals", help="File, folder, glob or feed; default: what the source names.")
]
DEFAULT_SOURCE = Path("configs/sources/sample.toml")


@group.command(
    epilog="Example: demandloom trends detect --signals posts/ --source configs/sources/hot_search.toml "
    "--as-of 2023-06-11"
)
def detect(
    source: Source = DEFAULT_SOURCE,
    signals: Signals = None,
    as_of: AsOf = None,
    top: Annotated[int, typer.Option(help="How many trends to keep.", min=1, max=500)] = 20,
    as_json: AsJson = False,
) -> None:
    """Collect new signals of a source and detect the trends as of a day."""
    from cli.progress import flow_progress
    from flows.collect_trends import collect_trends

    day = day_or_today(as_of)
    with flow_progress(quiet=as_json):
        answer = collect_trends([(str(source), list(signals or []))], day, top)
    if as_json:
        print_json(answer)
        raise typer.Exit(FAILED if answer["failed"] else 0)
    print_sources(answer["sources"])
    print_table(f"Trends as of {day}", ("phrase", "score", "stage", "why"), _rows(answer["trends"]))
    raise typer.Exit(FAILED if answer["failed"] else 0)


def _rows(trends: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(trend["phrase"], trend["score"], trend["stage"], trend["reason"]) for trend in trends]


@group.command("list", epilog="Example: demandloom trends list --as-of 2026-11-15")
def list_trends(as_of: AsOf = None, as_json: AsJson = False) -> None:
    """The trends that were detected for a day."""
    from cli.edges import ready
    from models.db import transaction
    from trends.store import find_trends

    ready()
    with transaction() as session:
        found = [
            {"phrase": t.phrase, "score": round(t.score, 2), "stage": t.stage.value, "reason": t.reason}
            for t in find_trends(session, day_or_today(as_of), limit=500)
        ]
    if as_json:
        print_json(found)
    else:
        print_table(f"Trends as of {day_or_today(as_of)}", ("phrase", "score", "stage", "why"), _rows(found))


@group.command(epilog="Example: demandloom trends show 军大衣 --as-of 2026-11-15")
def show(
    phrase: Annotated[str, typer.Argument(help="The trend's phrase.")], as_of: AsOf = None, as_json: AsJson = False
) -> None:
    """One trend: its weeks, what it means for a design, and the titles that are its evidence."""
    from sqlalchemy import select

    from cli.edges import ready
    from models.db import transaction
    from models.errors import NotFound
    from models.trend import Trend

    ready()
    with transaction() as session:
        trend = session.scalar(select(Trend).where(Trend.phrase == phrase, Trend.as_of == day_or_today(as_of)))
    if trend is None:
        raise NotFound("trend", f"{phrase} as of {day_or_today(as_of)}")
    if as_json:
        names = ("phrase", "as_of", "score", "momentum", "stage", "rule", "reason", "meaning", "series", "evidence")
        print_json({name: getattr(trend, name) for name in names})
        return
    print(f"{trend.phrase} ({trend.stage}), {trend.reason}")
    print(f"weeks  {sparkline([float(value) for _, value in trend.series])}")
    print_table("Meaning", ("attribute", "values"), [(name, ", ".join(v)) for name, v in trend.meaning.items()])
    print_table("Evidence", ("date", "title"), [(one["date"], one["title"]) for one in trend.evidence])


def sparkline(values: list[float]) -> str:
    """Values as a line of eight-step blocks; empty for no values."""
    top = max(values, default=0) or 1
    return "".join("▁▂▃▄▅▆▇█"[min(7, int(8 * value / top))] for value in values)
