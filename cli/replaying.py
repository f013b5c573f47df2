"""`demandloom demand replay`: a decision again to the bit, a batch under another rule, or anyone's log."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.output import AsJson, existing, print_json, print_table, say

if TYPE_CHECKING:
    from demand.decision.compare import Compared
    from demand.decision.decide import Judgement
    from models.demand_rule import DemandRule

EXAMPLES = (
    "Examples: demandloom demand replay 12 | demandloom demand replay 12 --target-rate 0.02 | "
    "demandloom demand replay --batch sample-week --target-rate 0.02 | "
    "demandloom demand replay log.csv --p0 0.02 --alpha 0.01 --json"
)
_MOST_LINES = 1000
_LARGEST_LOG = 690.0  # e^690 is still a float


def replay(
    what: Annotated[
        str, typer.Argument(help="A decision's id, or a CSV file with the columns listing_id, n, converted.")
    ] = "",
    batch: Annotated[str, typer.Option(help="Every listing of this batch under another rule.")] = "",
    p0: Annotated[float, typer.Option(help="Break-even conversion for a CSV log.", min=0, max=1)] = 0.02,
    alpha: Annotated[
        float | None, typer.Option(help="Another error rate. [default for a CSV log: 0.01]", min=0, max=0.5)
    ] = None,
    target_rate: Annotated[
        float | None, typer.Option(help="Another break-even conversion for what was decided.", min=0, max=1)
    ] = None,
    rule_file: Annotated[
        Path | None, typer.Option("--rule", help="Another rule: a TOML file with a [rule], such as a batch file.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compute a decision again from what it stored (exit 1 if it differs), ask what another rule would have said of it
    or of a whole batch, or judge a log of your own."""
    from models.errors import InvalidInput

    if bool(what) == bool(batch):
        raise InvalidInput("name a decision's id, a CSV file, or --batch SLUG")
    if batch:
        _replay_batch(batch, target_rate, alpha, rule_file, as_json)
    elif what.isdecimal():
        _replay_decision(int(what), target_rate, alpha, rule_file, as_json)
    else:
        _replay_log(Path(what), p0, 0.01 if alpha is None else alpha, as_json)


def _other_rule(
    stored: "DemandRule", target_rate: float | None, alpha: float | None, rule_file: Path | None
) -> "DemandRule":
    """The stored rule as the options change it."""
    from dataclasses import replace

    from configs.files import read_toml
    from models.demand_rule import DemandRule
    from models.errors import InvalidInput

    rule = stored
    try:
        if rule_file is not None:
            table = read_toml(existing(rule_file))
            rule = DemandRule.from_json(table.get("rule", table))
        if target_rate is not None:
            rule = replace(rule, target_rate=target_rate, break_even=None)
        return rule if alpha is None else replace(rule, alpha=alpha)
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"the other rule: {error}") from None


def _replay_decision(
    decision_id: int, target_rate: float | None, alpha: float | None, rule_file: Path | None, as_json: bool
) -> None:
    from cli.edges import ready
    from demand.decision.explain import explain
    from demand.decision.replay import replay as repeat
    from demand.decision.replay import replay_under
    from demand.store import get_decision
    from models.db import transaction
    from models.demand_rule import DemandRule

    ready()
    with transaction() as session:
        decision = get_decision(session, decision_id)
    stored = DemandRule.from_json(decision.rule)
    answer: dict[str, Any] = {"decision": decision_id, "stored": decision.verdict.value, "reason": decision.reason}
    if (target_rate, alpha, rule_file) != (None, None, None):
        rule = _other_rule(stored, target_rate, alpha, rule_file)
        judged = replay_under(decision, rule).judgement
        answer |= {"target_rate": rule.target_rate, "alpha": rule.alpha, "verdict": judged.verdict.value}
        answer |= {"would_say": explain(judged)}
    else:
        again = repeat(decision)
        answer |= {"verdict": again.outcome.judgement.verdict.value, "same": again.same, "method": decision.method}
        answer |= {"rule_version": stored.version}
    if as_json:
        print_json(answer)
    else:
        print_table("Replay", ("", ""), list(answer.items()))
    if answer.get("same") is False:
        raise typer.Exit(1)


def _replay_batch(
    slug: str, target_rate: float | None, alpha: float | None, rule_file: Path | None, as_json: bool
) -> None:
    from cli.edges import ready
    from demand.decision.compare import compare_batch, money_of
    from demand.store import find_batch_decisions
    from models.batch import get_batch
    from models.db import transaction

    ready()
    with transaction() as session:
        batch = get_batch(session, slug)
        decisions = find_batch_decisions(session, batch.id)
        stored = batch.demand_rule
        rule = _other_rule(stored, target_rate, alpha, rule_file)
        compared = compare_batch(decisions, rule, batch.designs_wanted)
    unit = batch.currency if stored.break_even else "costs of one viewer"
    earned, spent = money_of(stored)
    answer = {
        "batch": slug,
        "target_rate": {"stored": stored.target_rate, "other": rule.target_rate},
        "alpha": {"stored": stored.alpha, "other": rule.alpha},
        "listings": [_told(one) for one in compared],
        "changed": sum(one.other.verdict is not one.stored for one in compared),
        "expected_difference": round(sum(one.difference for one in compared), 4),
        "difference_is": f"margin in {unit} on the next 1,000 viewers of each listing, at a margin of "
        f"{float(earned):.4g} a conversion and {float(spent):.4g} a viewer",
    }
    if as_json:
        print_json(answer)
        return
    columns = ("listing", "stored", "other rule", "margin of 1,000 viewers", "difference")
    rows = [
        (
            one.listing_id,
            one.stored.value,
            one.other.verdict.value,
            f"{one.margin.mean:.2f}",
            f"{one.difference + 0.0:.2f}",
        )
        for one in compared
        if one.other.verdict is not one.stored
    ]
    print_table(f"{slug}: what changes under the other rule", columns, rows)
    print(
        f"{answer['changed']} of {len(compared)} listings would end otherwise; expected difference "
        f"{answer['expected_difference']:g} ({answer['difference_is']})."
    )


def _told(one: "Compared") -> dict[str, Any]:
    from dataclasses import asdict

    from demand.decision.explain import explain

    return {
        "listing_id": one.listing_id,
        "stored": one.stored.value,
        "other": one.other.verdict.value,
        "decision": one.decision_id,
        "would_say": explain(one.other),
        "margin": asdict(one.margin),
        "difference": one.difference,
    }


def _replay_log(path: Path, p0: float, alpha: float, as_json: bool) -> None:
    """Read twice: a log with a bad row at its end prints nothing but where that is."""
    from demand.decision.replay import read_log, replay_log
    from models.errors import InvalidInput

    existing(path)
    with _rows(path) as rows:
        lines = sum(1 for _ in read_log(rows))
    if not lines:
        raise InvalidInput(f"{path}: no rows")
    with _rows(path) as rows:
        judged = (_judged(key, judgement) for key, judgement in replay_log(rows, p0, alpha))
        if as_json:
            _print_list(judged)
            return
        shown = [one for one, _ in zip(judged, range(_MOST_LINES), strict=False)]
    columns = ("listing", "verdict", "viewers", "converted", "rate", "95% interval", "for", "against")
    print_table(
        f"At p0 {p0:g}, alpha {alpha:g} (evidence asked: {1 / alpha:g})", columns, [_cells(one) for one in shown]
    )
    if lines > len(shown):
        say(f"{lines - len(shown):,} more rows; --json prints all")


@contextmanager
def _rows(path: Path) -> Iterator[Iterable[Mapping[str, str | None]]]:
    """The rows of a CSV file with or without a byte-order mark; errors become one line with the file's name."""
    from models.errors import InvalidInput

    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            yield csv.DictReader(file)
    except UnicodeDecodeError:
        raise InvalidInput(f"{path}: not UTF-8 text") from None
    except OSError as error:
        raise InvalidInput(f"{path}: {error.strerror}") from None
    except (csv.Error, InvalidInput) as error:
        raise InvalidInput(f"{path}: {error}") from None


def _print_list(rows: Iterable[Mapping[str, Any]]) -> None:
    """One JSON list, a line a row, however many there are."""
    separator = "["
    for row in rows:
        print(f"{separator}\n  {json.dumps(row, ensure_ascii=False)}", end="")
        separator = ","
    print("\n]")


def _cells(one: Mapping[str, Any]) -> list[str]:
    """A judged row for reading; --json has every digit."""
    from demand.decision.explain import say_evidence

    rate = "-" if one["rate"] is None else f"{one['rate']:.2%}"
    evidence = [say_evidence(one[name], "en") for name in ("log_e_confirm", "log_e_stop")]
    people = [f"{one[name]:,}" for name in ("n", "converted")]
    return [one["listing_id"], one["verdict"], *people, rate, f"{one['low']:.2%} - {one['high']:.2%}", *evidence]


def _judged(key: str, judgement: "Judgement") -> dict[str, Any]:
    from math import exp

    return {
        "listing_id": key,
        "verdict": judgement.verdict.value,
        "because": judgement.because.value,
        "n": judgement.viewers,
        "converted": judgement.converted,
        "rate": judgement.rate,
        "low": judgement.low,
        "high": judgement.high,
        "e_confirm": exp(min(judgement.log_e_confirm, _LARGEST_LOG)),
        "e_stop": exp(min(judgement.log_e_stop, _LARGEST_LOG)),
        "log_e_confirm": judgement.log_e_confirm,
        "log_e_stop": judgement.log_e_stop,
    }
