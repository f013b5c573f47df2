"""`demandloom factories renew`: propose whom to replace in a category, decide about it."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.output import AsJson, print_json, print_table

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models.scorecard import RenewalProposal

_RENEW = "Examples: demandloom factories renew greatcoat | demandloom factories renew greatcoat --json"
_RENEWAL = 'Example: demandloom factories renewal 3 --approve --who ann --why "they were warned twice"'


def renew(
    category: Annotated[str, typer.Argument(help="Of the garment vocabulary: greatcoat, t_shirt, ...")],
    as_json: AsJson = False,
) -> None:
    """Propose to replace a category's worst factories by qualified new ones; nothing moves before it is approved."""
    from cli.edges import ready
    from configs.files import CONFIGS, read_toml
    from factory_matching.renewal.keep import make_proposal
    from factory_matching.renewal.rule import RenewalRule
    from models.db import transaction

    ready()
    rule = RenewalRule.from_table(read_toml(CONFIGS / "scorecard.toml")["renewal"])
    with transaction() as session:
        made = make_proposal(session, _category(category), rule, datetime.now(UTC))
        session.flush()
        answer = _as_json(session, made.proposal) if made.proposal else None
    if as_json:
        print_json({"proposal": answer, "new": made.new, "why": made.why})
        return
    if answer is None:
        print(f"no proposal: {made.why}")
        return
    _print(answer, made.why)


def renewal(
    number: Annotated[int, typer.Argument(help="The proposal's number.")],
    approve: Annotated[
        bool | None, typer.Option("--approve/--reject", help="Approve and apply it, or reject it. [default: show it]")
    ] = None,
    who: Annotated[str, typer.Option(help="Who decides.")] = "merchandiser",
    why: Annotated[str, typer.Option(help="The reason, in words.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show a proposal, or decide about it with a reason; an approved one moves standings at once."""
    from cli.edges import ready, standing_links
    from factory_matching.renewal.decide import apply_approved, decide_proposal
    from factory_matching.renewal.keep import get_proposal
    from models.db import transaction

    ready()
    now = datetime.now(UTC)
    with transaction() as session:
        if approve is not None:
            decide_proposal(session, number, approve, why, who, now)
            session.flush()
            apply_approved(session, now, who, standing_links())
        answer = _as_json(session, get_proposal(session, number))
    if as_json:
        print_json(answer)
    else:
        _print(answer, "")


def _as_json(session: "Session", proposal: "RenewalProposal") -> dict[str, Any]:
    from factory_matching.renewal.keep import find_members
    from factory_matching.renewal.words import explain_in, explain_out
    from models.scorecard import RenewalSide

    sides: dict[str, list[dict[str, Any]]] = {"out": [], "in": []}
    for member, factory in find_members(session, proposal.id):
        out = member.side is RenewalSide.OUT
        why = explain_out(member.facts, lambda word: word.replace("_", " ")) if out else explain_in(member.facts)
        sides[member.side.value].append({"factory": factory.code, "name": factory.name, "why": why, **member.facts})
    return {
        "id": proposal.id,
        "category": proposal.category.value,
        "state": proposal.state.value,
        "proposed_at": proposal.proposed_at.isoformat(),
        **sides,
        "effect": proposal.effect,
    }


def _print(answer: dict[str, Any], why: str) -> None:
    print(f"proposal {answer['id']} for {answer['category']}: {answer['state']}{f' ({why})' if why else ''}")
    for side in ("out", "in"):
        for one in answer[side]:
            print(f"  {side}: {one['factory']} {one['name']}. {one['why']}")
    effect = answer["effect"]
    rows = [(name.replace("_", " "), *_cells(effect[name])) for name in ("score", "late_share", "quality", "price")]
    print_table("Expected once all of it is done (80% intervals)", ("figure", "before", "after", "change"), rows)
    capacity = [(name, one["before"], one["after"], one["least"]) for name, one in effect["capacity"].items()]
    columns = ("category", "units a day before", "after", "least for its demand")
    print_table("Capacity of proven factories", columns, capacity)
    for key, said in (("lifted", "in good standing again"), ("spared", "kept, its capacity is needed")):
        for code in effect[key]:
            print(f"  {code}: {said}")


def _cells(figure: dict[str, dict[str, float]] | None) -> tuple[str, str, str]:
    if figure is None:
        return ("-", "-", "-")
    cells = [f"{one['mean']:.3f} ({one['low']:.3f} - {one['high']:.3f})" for one in figure.values()]
    return (cells[0], cells[1], cells[2])


def _category(word: str) -> Any:
    from models.attributes import Category
    from models.errors import InvalidInput

    if word not in list(Category):
        raise InvalidInput(f"unknown category {word[:40]!r}; known: {', '.join(Category)}")
    return Category(word)


def add_to(group: typer.Typer) -> None:
    """Put the commands under `demandloom factories`."""
    group.command("renew", epilog=_RENEW)(renew)
    group.command("renewal", epilog=_RENEWAL)(renewal)
