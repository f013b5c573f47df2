"""`demandloom trends forecast`: anyone's weekly series carried forward."""

from pathlib import Path
from typing import Annotated, Any

import typer

from cli.output import AsJson, existing, print_json, say, writable

EXAMPLE = "Example: demandloom trends forecast weekly.csv --horizon 52 --out forecast.csv --leading forward.csv"

In = Annotated[Path, typer.Argument(metavar="IN.csv", help="First column the date, one column a series.")]
Out = Annotated[Path, typer.Option("--out", help="CSV to write: series, date, mean, lo80, hi80.")]
Horizon = Annotated[int, typer.Option(help="Steps ahead.", min=1, max=520)]
Season = Annotated[int, typer.Option(help="Steps in a season; 1 for none.", min=1, max=366)]
Leading = Annotated[
    Path | None, typer.Option("--leading", help="CSV of the same kind with series of the same names that move earlier.")
]


def forecast(
    source: In, out: Out, horizon: Horizon = 52, season: Season = 52, leading: Leading = None, as_json: AsJson = False
) -> None:
    """Carry every series of a wide CSV forward: a level and an 80% interval for each date ahead."""
    from cli.progress import progress_bar
    from models.errors import InvalidInput
    from trends.forecast import forecast_panel
    from trends.forecasting.wide import read_wide, write_forecast
    from trends.rejects import RejectFile

    existing(source)
    if writable(out).exists() and any(out.samefile(read) for read in (source, leading) if read and read.exists()):
        raise InvalidInput(f"{out}: would replace what is read; give --out another name")
    rejects = RejectFile(out.with_name(out.name + ".rejects.jsonl"))
    with rejects.writing() as refuse:
        read = read_wide(source, refuse)
        beside = read_wide(existing(leading), refuse) if leading else None
    matched = _matched(read.panel, beside.panel) if beside else 0
    with progress_bar("fits", quiet=as_json) as advance:
        said = forecast_panel(read.panel, horizon, season, beside.panel if beside else None, advance)
    answer = {
        "rows": write_forecast(out, said),
        "out": str(out),
        "series": len(said.names),
        "horizon": horizon,
        "season": season,
        "first_date": said.first_on,
        "refused_values": read.refused_values + (beside.refused_values if beside else 0),
        "refused_series": read.refused_series + (beside.refused_series if beside else 0),
        "filled_values": read.filled,
        "rejects": str(rejects.path) if rejects.path else None,
        "leading_series": matched,
        "tiers": {tier: said.tiers.count(tier) for tier in dict.fromkeys(said.tiers)},
        "weights": {tier: {name: round(share, 3) for name, share in own.items()} for tier, own in said.weights.items()},
        "notes": [*read.notes, *(beside.notes if beside else ()), *said.notes],
    }
    if as_json:
        print_json(answer)
    else:
        _print(answer)


def _matched(panel: Any, leading: Any) -> int:
    """How many series have a leading one; InvalidInput where that cannot help."""
    from models.errors import InvalidInput

    if leading.step_days != panel.step_days or (panel.starts_on - leading.starts_on).days % panel.step_days:
        raise InvalidInput("the leading series lie on other dates than the series; bring both to the same weekday")
    if leading.date_at(leading.values.shape[1]) < panel.date_at(panel.values.shape[1]):
        raise InvalidInput(
            f"the leading series end on {leading.date_at(leading.values.shape[1] - 1)}, "
            f"before the series do ({panel.date_at(panel.values.shape[1] - 1)})"
        )
    shared = len(set(panel.names) & set(leading.names))
    if not shared:
        raise InvalidInput("no leading series has the name of a series; name their columns alike")
    return shared


def _print(answer: dict[str, Any]) -> None:
    print(
        f"{answer['series']} series, {answer['horizon']} steps from {answer['first_date']}: "
        f"{answer['rows']:,} rows in {answer['out']}"
    )
    for tier, weights in answer["weights"].items():
        told = ", ".join(f"{name} {share:.0%}" for name, share in weights.items())
        print(f"  {answer['tiers'][tier]} of tier {tier}: {told}")
    counts = {name: answer[name] for name in ("filled_values", "refused_values", "refused_series") if answer[name]}
    if counts:
        print("  " + ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items()))
    if answer["rejects"]:
        print(f"  refused, with reasons: {answer['rejects']}")
    for note in answer["notes"]:
        say(f"note: {note}")
