"""`demandloom demand`: look at, repeat and compare decisions."""

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.output import AsJson, existing, print_json, print_table

if TYPE_CHECKING:
    from demand.decide import Judgement

group = typer.Typer(help="Decisions on listings: list, repeat, compare.", no_args_is_help=True)


@group.command("list", epilog="Example: demandloom demand list sample-week")
def list_decisions(slug: Annotated[str, typer.Argument(help="The batch.")], as_json: AsJson = False) -> None:
    """The last decision on each listing of a batch."""
    from cli.edges import ready
    from demand.store import find_latest_decisions
    from models.batch import get_batch
    from models.db import transaction

    ready()
    with transaction() as session:
        decisions = find_latest_decisions(session, get_batch(session, slug).id).values()
        rows = [(d.id, d.listing_id, d.verdict.value, f"{d.looked_at:%Y-%m-%d %H:%M}", d.reason) for d in decisions]
    columns = ("id", "listing", "verdict", "looked at", "why")
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        print_table(f"Decisions of {slug}", columns, rows)


@group.command(
    epilog="Examples: demandloom demand replay 12 | demandloom demand replay 12 --target-rate 0.02 | "
    "demandloom demand replay log.csv --p0 0.02 --alpha 0.01 --json"
)
def replay(
    what: Annotated[str, typer.Argument(help="A decision's id, or a CSV file with listing_id, n, converted.")],
    p0: Annotated[float, typer.Option(help="Break-even conversion for a CSV log.", min=0, max=1)] = 0.02,
    alpha: Annotated[float, typer.Option(help="Error rate for a CSV log.", min=0, max=0.5)] = 0.01,
    target_rate: Annotated[
        float | None, typer.Option(help="Ask what another break-even conversion would have said.", min=0, max=1)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compute a decision again from its stored inputs (exit 1 if it differs), or judge a log of your own."""
    if what.isdigit():
        _replay_decision(int(what), target_rate, as_json)
    else:
        _replay_log(Path(what), p0, alpha, as_json)


def _replay_decision(decision_id: int, target_rate: float | None, as_json: bool) -> None:
    from dataclasses import replace

    from cli.edges import ready
    from demand.replay import replay as repeat
    from demand.replay import replay_under
    from demand.store import get_decision
    from models.batch import DemandRule
    from models.db import transaction
    from models.errors import InvalidInput

    ready()
    with transaction() as session:
        decision = get_decision(session, decision_id)
    answer: dict[str, Any] = {"decision": decision_id, "stored": decision.verdict.value, "reason": decision.reason}
    if target_rate is not None:
        try:
            rule = replace(DemandRule.from_json(decision.rule), target_rate=target_rate)
        except ValueError as error:
            raise InvalidInput(f"--target-rate: {error}") from None
        answer |= {"target_rate": target_rate, "verdict": replay_under(decision, rule).judgement.verdict.value}
    else:
        again = repeat(decision)
        answer |= {"verdict": again.outcome.judgement.verdict.value, "same": again.same, "method": decision.method}
    if as_json:
        print_json(answer)
    else:
        print_table("Replay", ("", ""), list(answer.items()))
    if answer.get("same") is False:
        raise typer.Exit(1)


def _replay_log(path: Path, p0: float, alpha: float, as_json: bool) -> None:
    from demand.replay import replay_log
    from models.errors import InvalidInput

    existing(path)
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            judged = [_judged(key, judgement) for key, judgement in replay_log(csv.DictReader(file), p0, alpha)]
    except UnicodeDecodeError:
        raise InvalidInput(f"{path}: not UTF-8 text") from None
    except OSError as error:
        raise InvalidInput(f"{path}: {error.strerror}") from None
    except (csv.Error, InvalidInput) as error:
        raise InvalidInput(f"{path}: {error}") from None
    if not judged:
        raise InvalidInput(f"{path}: no rows")
    if as_json:
        print_json(judged)
    else:
        print_table(f"At p0 {p0:g}, alpha {alpha:g}", list(judged[0]), [list(j.values()) for j in judged])


def _judged(key: str, judgement: "Judgement") -> dict[str, Any]:
    return {"listing_id": key, "verdict": judgement.verdict.value, "rate": judgement.rate}
