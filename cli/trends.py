"""`demandloom trends`: detect, list and show trends."""

from pathlib import Path
from typing import Annotated, Any

import typer

from cli.collecting import FAILED, print_sources
from cli.output import AsJson, AsOf, Day, day_or_none, day_or_today, print_json, print_table, say

group = typer.Typer(help="Collect signals, see what rises and why.", no_args_is_help=True)

Source = Annotated[Path, typer.Option("--source", help="Source description (TOML).")]
Signals = Annotated[
    list[str] | None,
    typer.Option("--signals", help="File, folder, glob or feed of your own; looked at apart unless --keep."),
]
DEFAULT_SOURCE = Path("configs/sources/sample.toml")


@group.command(
    epilog="Examples: demandloom trends detect --signals posts/ --source configs/sources/hot_search.toml "
    "--as-of 2023-06-11 --top 20 --json ; demandloom trends detect --as-of 2026-11-15"
)
def detect(
    source: Source = DEFAULT_SOURCE,
    signals: Signals = None,
    as_of: AsOf = None,
    top: Annotated[int, typer.Option(help="How many trends to keep.", min=1, max=500)] = 20,
    keep: Annotated[bool, typer.Option("--keep", help="Store --signals and their trends in the database.")] = False,
    as_json: AsJson = False,
) -> None:
    """What rises as of a day: collect a source's new signals and detect, in the database.

    With --signals, in a scratch database that is thrown away: the main one is not touched.
    """
    from cli.progress import flow_progress, progress_bar

    day = day_or_today(as_of)
    if signals and not keep:
        from cli.scratch import detect_apart

        with progress_bar("signals", quiet=as_json) as advance:
            answer = detect_apart(source, signals, day, top, advance)
    else:
        from flows.collect_trends import collect_trends

        with flow_progress(quiet=as_json):
            answer = collect_trends([(str(source), list(signals or []))], day, top)
    if as_json:
        print_json(answer)
    else:
        print_sources(answer["sources"])
        _print_list(f"Trends as of {day}", answer["trends"])
    raise typer.Exit(FAILED if answer["failed"] else 0)


@group.command(
    "list",
    epilog="Examples: demandloom trends list --as-of 2026-11-15 ; demandloom trends list --stage emerging "
    "--category coat --segment cross_border --since 2026-10-01 --json",
)
def list_trends(
    as_of: AsOf = None,
    since: Annotated[Day, typer.Option("--since", formats=["%Y-%m-%d"], help="All found since, not one day's.")] = None,
    stage: Annotated[str | None, typer.Option(help="emerging, rising, peak or fading.")] = None,
    category: Annotated[str | None, typer.Option(help="Goods it means, such as coat or 大衣.")] = None,
    segment: Annotated[str | None, typer.Option(help="domestic_business, domestic_consumer or cross_border.")] = None,
    as_json: AsJson = False,
) -> None:
    """The trends of the newest day that has any, or each phrase's newest since a day; best first, fading last."""
    from cli.edges import ready
    from configs.load_lexicon import load_lexicon
    from models.db import transaction
    from trends.browse import browse, read_wanted
    from trends.told import told

    wanted = read_wanted(stage, category, segment, load_lexicon())
    ready()
    day, first = day_or_today(as_of), day_or_none(since)
    with transaction() as session:
        found = [told(trend) for trend in browse(session, day, first, wanted)]
    if as_json:
        print_json(found)
        return
    days = sorted({one["as_of"] for one in found})
    _print_list(f"Trends as of {' to '.join(dict.fromkeys((days[0], days[-1]))) if days else day}", found)


@group.command(
    epilog="Examples: demandloom trends show 军大衣 --as-of 2026-11-15 ; demandloom trends show 美拉德 --json"
)
def show(
    phrase: Annotated[str, typer.Argument(help="The trend's phrase.")], as_of: AsOf = None, as_json: AsJson = False
) -> None:
    """One trend: its weeks, why we think so, what it means for a design, who could make it, its evidence."""
    from cli.edges import ready
    from cli.trend_card import card_of, print_card
    from models.db import transaction

    ready()
    with transaction() as session:
        card = card_of(session, phrase, day_or_today(as_of))
    if as_json:
        print_json(card)
    else:
        print_card(card)


def _print_list(title: str, found: list[dict[str, Any]]) -> None:
    from trends.told import in_short

    rows = [in_short(one) for one in found]
    print_table(title, list(rows[0]) if rows else ("phrase",), [list(row.values()) for row in rows])
    if any(one["review"] for one in found):
        say("`demandloom trends review` lists the phrases that the lexicon does not know")
