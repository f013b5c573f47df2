"""`demandloom factories score` and what follows from it: inspections, disputes, findings, appeals."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

import typer

from cli.output import AsJson, print_json, print_table

_SCORE = "Examples: demandloom factories score ZJ-0001 | demandloom factories score ZJ-0001 --json"
_INSPECT = (
    "Example: demandloom factories inspect PO-000012-1 --reference QC-77 --inspected 80 --good 78 --counted 500 "
    '--on 2026-11-20 --who ann --why "two loose buttons"'
)
_DISPUTE = (
    'Examples: demandloom factories dispute PO-000012-1 --kind quality --why "seams open" | '
    'demandloom factories dispute PO-000012-1 --kind quality --settle upheld --why "photographs show it"'
)
_FIND = (
    'Example: demandloom factories find ZJ-0001 --kind infringement --evidence "sells our print at https://…" --who ann'
)
_JUDGE = 'Example: demandloom factories judge 7 --confirm --who ann --why "seen at the fair"'
_APPEAL = 'Example: demandloom factories appeal ZJ-0001 --said "our cloth came late from your mill"'
_ANSWER = 'Example: demandloom factories answer-appeal ZJ-0001 --grant --who ann --why "the mill was late"'
_REINSTATE = 'Example: demandloom factories reinstate ZJ-0001 --who ann --why "new owners, audited"'

Code = Annotated[str, typer.Argument(help="The factory's code.")]
OrderCode = Annotated[str, typer.Argument(help="The production order's code.")]
Who = Annotated[str, typer.Option(help="Who says so.")]
Why = Annotated[str, typer.Option(help="The reason, in words.")]


class Settle(StrEnum):
    """How a dispute ends."""

    UPHELD = "upheld"
    DISMISSED = "dismissed"


def score(code: Code, as_json: AsJson = False) -> None:
    """A factory's scorecard: each measure with its 80% interval, from how many orders, its standing and why."""
    from cli.edges import ready
    from factory_matching.scorecard.view import load_scorecard
    from factory_matching.scorecard.words import explain
    from models.db import transaction

    ready()
    with transaction() as session:
        card = load_scorecard(session, code)
    if as_json:
        print_json(card.to_json())
        return
    print(f"{card.factory.code} {card.factory.name}: {card.factory.state}")
    if card.score is None or card.run is None:
        print("no score: nothing it did is known in the window, or no run yet (`demandloom flows score`)")
    else:
        of = "of simulated orders, " if card.run.simulated else ""
        known = f"from {card.score.orders} orders and {card.score.offers} offers, {of}as of {card.run.scored_on}"
        print(
            f"score {_points(card.score.score)} (80%: {_points(card.score.low)} - {_points(card.score.high)}) {known}"
        )
        rows = [
            (line.measure.replace("_", " "), _points(line.mean), f"{_points(line.low)} - {_points(line.high)}",
             "-" if line.raw is None else _points(line.raw), _points(line.usual), f"{line.weight:.0%}",
             f"{line.events:.1f}")
            for line in card.lines
        ]  # fmt: skip
        columns = ("measure", "believed", "80%", "plain average", "its category", "weight", "events")
        print_table("Of 100, higher is better", columns, rows)
    if card.held:
        print(explain(card.held))
    _print_record(card)


def _print_record(card: Any) -> None:
    for finding in card.findings:
        print(f"finding {finding.id}: {finding.kind}, {finding.state}, by {finding.found_by}: {finding.evidence}")
    for appeal in card.appeals:
        print(f"appeal of {appeal.filed_at:%Y-%m-%d}: {appeal.state}: {appeal.said} {appeal.reason or ''}".rstrip())
    for line in card.moves:
        change = line.change
        print(f"{change.at:%Y-%m-%d} {change.to_state}, {change.who}: {change.why}")


def inspect(
    order: OrderCode,
    reference: Annotated[str, typer.Option(help="The report's own number: the same one again changes nothing.")],
    inspected: Annotated[int, typer.Option(help="Pieces looked at.", min=1)],
    good: Annotated[int, typer.Option(help="Of them without a fault before any was mended.", min=0)],
    on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day.")],
    counted: Annotated[int | None, typer.Option(help="Pieces of the whole order that were there.", min=0)] = None,
    who: Who = "inspector",
    why: Why = "",
    as_json: AsJson = False,
) -> None:
    """Note an inspection of a production order."""
    from cli.edges import ready
    from factory_matching.scorecard.record import record_inspection
    from models.db import transaction

    ready()
    with transaction() as session:
        now = datetime.now(UTC)
        new = record_inspection(session, order, reference, on.date(), inspected, good, counted, who, why, now)
    _tell({"order": order, "reference": reference, "new": new}, as_json)


def dispute(
    order: OrderCode,
    kind: Annotated[str, typer.Option(help="quality, quantity, lateness, payment or other.")],
    why: Why,
    settle: Annotated[Settle | None, typer.Option(help="End it: upheld counts against the factory.")] = None,
    who: Who = "merchandiser",
    as_json: AsJson = False,
) -> None:
    """Open a dispute about a production order, or settle it."""
    from cli.edges import ready
    from factory_matching.scorecard.record import open_dispute, settle_dispute
    from models.conduct import DisputeKind
    from models.db import transaction

    ready()
    chosen, now = _choice(DisputeKind, kind), datetime.now(UTC)
    with transaction() as session:
        if settle is None:
            found = open_dispute(session, order, chosen, why, who, now)
        else:
            found = settle_dispute(session, order, chosen, settle is Settle.UPHELD, why, who, now)
        state = found.state.value
    _tell({"order": order, "kind": chosen.value, "state": state}, as_json)


def find(
    code: Code,
    kind: Annotated[str, typer.Option(help="infringement or no_real_source.")],
    evidence: Annotated[str, typer.Option(help="What was seen, where; links and file names.")],
    who: Who = "merchandiser",
    as_json: AsJson = False,
) -> None:
    """Report a finding against a factory: it is warned the next night; `factories judge` confirms or dismisses it."""
    from cli.edges import ready
    from factory_matching.scorecard.findings import report_finding
    from models.conduct import FindingKind
    from models.db import transaction

    ready()
    chosen = _choice(FindingKind, kind)
    with transaction() as session:
        finding = report_finding(session, code, chosen, evidence, who, datetime.now(UTC))
        number, state = finding.id, finding.state.value
    _tell({"finding": number, "factory": code, "kind": chosen.value, "state": state}, as_json)


def judge(
    finding: Annotated[int, typer.Argument(help="The finding's number, as `factories find` and `score` show it.")],
    why: Why,
    confirm: Annotated[bool, typer.Option("--confirm/--dismiss", help="It holds, or it does not.")],
    who: Who = "merchandiser",
    as_json: AsJson = False,
) -> None:
    """Confirm a finding, which suspends the factory at once, or dismiss it."""
    from cli.edges import ready, standing_links
    from factory_matching.scorecard.findings import judge_finding
    from models.db import transaction

    ready()
    with transaction() as session:
        state = judge_finding(session, finding, confirm, why, who, datetime.now(UTC), standing_links()).state.value
    _tell({"finding": finding, "state": state}, as_json)


def appeal(
    code: Code,
    said: Annotated[str, typer.Option(help="The factory's own words.")],
    who: Who = "factory",
    as_json: AsJson = False,
) -> None:
    """File a factory's appeal against its standing or a finding; until it is decided the rule moves nothing."""
    from cli.edges import ready
    from factory_matching.scorecard.appeals import file_appeal
    from models.db import transaction

    ready()
    with transaction() as session:
        state = file_appeal(session, code, said, datetime.now(UTC), who).state.value
    _tell({"factory": code, "appeal": state}, as_json)


def answer_appeal(
    code: Code,
    why: Why,
    grant: Annotated[bool, typer.Option("--grant/--refuse", help="It is right, or it is not.")],
    who: Who = "merchandiser",
    as_json: AsJson = False,
) -> None:
    """Decide a pending appeal: granted, the findings fall and the factory is in good standing again."""
    from cli.edges import ready, standing_links
    from factory_matching.scorecard.appeals import decide_appeal
    from models.db import transaction

    ready()
    with transaction() as session:
        state = decide_appeal(session, code, grant, why, who, datetime.now(UTC), standing_links()).state.value
    _tell({"factory": code, "appeal": state}, as_json)


def reinstate(code: Code, why: Why, who: Who = "merchandiser", as_json: AsJson = False) -> None:
    """Put a factory back into good standing; only what it does from now on can warn it again."""
    from cli.edges import ready, standing_links
    from factory_matching.scorecard.appeals import reinstate as put_back
    from models.db import transaction

    ready()
    with transaction() as session:
        state = put_back(session, code, why, who, datetime.now(UTC), standing_links()).state.value
    _tell({"factory": code, "standing": state}, as_json)


def _points(share: float) -> str:
    return f"{100 * share:.1f}"


def _choice(kind: Any, word: str) -> Any:
    from models.errors import InvalidInput

    try:
        return kind(word)
    except ValueError:
        raise InvalidInput(f"--kind {word[:40]!r} is unknown; known: {', '.join(kind)}") from None


def _tell(answer: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(answer)
    else:
        print(", ".join(f"{key} {value}" for key, value in answer.items()))


def add_to(group: typer.Typer) -> None:
    """Put the commands under `demandloom factories`."""
    group.command("score", epilog=_SCORE)(score)
    group.command("inspect", epilog=_INSPECT)(inspect)
    group.command("dispute", epilog=_DISPUTE)(dispute)
    group.command("find", epilog=_FIND)(find)
    group.command("judge", epilog=_JUDGE)(judge)
    group.command("appeal", epilog=_APPEAL)(appeal)
    group.command("answer-appeal", epilog=_ANSWER)(answer_appeal)
    group.command("reinstate", epilog=_REINSTATE)(reinstate)
