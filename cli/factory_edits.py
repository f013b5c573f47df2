"""`demandloom factories show | link | edits | check`: one factory, its own link, what it says of itself."""

import getpass
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.output import AsJson, print_json, print_table, say

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models.factory import Factory

SHOW_EXAMPLE = "Example: demandloom factories show ZJ-0001 --json"
LINK_EXAMPLES = "Examples: demandloom factories link ZJ-0001 ; demandloom factories link ZJ-0001 --new"
EDITS_EXAMPLE = "Example: demandloom factories edits"
CHECK_EXAMPLES = (
    "Examples: demandloom factories check 12 --accept --why 'certificate seen' ; "
    "demandloom factories check 12 --refuse --why 'the certificate is of another company'"
)
Code = Annotated[str, typer.Argument(help="The factory's code.")]


def add_to(group: typer.Typer) -> None:
    """The commands of this file."""
    group.command("show", epilog=SHOW_EXAMPLE)(show)
    group.command("link", epilog=LINK_EXAMPLES)(link)
    group.command("edits", epilog=EDITS_EXAMPLE)(edits)
    group.command("check", epilog=CHECK_EXAMPLES)(check)


def show(code: Code, as_json: AsJson = False) -> None:
    """One factory: its record, certificates, what it makes, what of it waits for a check."""
    from cli.edges import ready
    from factory_matching.scorecard.standings import get_factory
    from models.db import transaction

    ready()
    with transaction() as session:
        answer = _card(session, get_factory(session, code))
    if as_json:
        print_json(answer)
        return
    lists = ("capabilities", "certificates", "waiting")
    plain = [(name, _in_words(value)) for name, value in answer.items() if name not in lists]
    print_table(answer["name"], ("field", "value"), plain)
    for name in lists:
        if answer[name]:
            columns = list(answer[name][0])
            print_table(name, columns, [[_in_words(row[column]) for column in columns] for row in answer[name]])


def _card(session: "Session", factory: "Factory") -> dict[str, Any]:
    from factory_matching.edits.record import PLAIN_FIELDS, capability_values, find_capabilities, find_certificates
    from factory_matching.edits.store import find_all_declared

    head = ("code", "name", "region", "warehouse", "markets", "verification", "joined_on", "quality", "on_time")
    own = [name for names in PLAIN_FIELDS.values() for name in names]
    return {
        **{name: getattr(factory, name) for name in (*head, *own)},
        "standing": factory.state,
        "capabilities": [
            {"category": one.category, **capability_values(one)} for one in find_capabilities(session, factory.id)
        ],
        "certificates": [
            {"kind": one.kind, "expires_on": one.expires_on, "number": one.number}
            for one in find_certificates(session, factory.id)
        ],
        "waiting": [_edit(edit) for edit in find_all_declared(session, factory.id)],
    }


def _edit(edit: Any) -> dict[str, Any]:
    return {name: getattr(edit, name) for name in ("id", "part", "key", "before", "after", "who", "at")}


def link(
    code: Code,
    new: Annotated[bool, typer.Option("--new", help="End the link that is valid and give another one.")] = False,
    revoke: Annotated[bool, typer.Option("--revoke", help="End the link that is valid and give none.")] = False,
    as_json: AsJson = False,
) -> None:
    """The link with which a factory sees and edits its own record; the same each time, until another is asked for."""
    from cli.edges import ready
    from configs.settings import settings
    from factory_matching.edits.link import FactoryLinks, issue_link, revoke_links
    from factory_matching.scorecard.standings import get_factory
    from models.db import transaction
    from models.errors import InvalidInput

    if new and revoke:
        raise InvalidInput("--new gives another link, --revoke none: say one of them")
    ready()
    links = FactoryLinks(settings().address, settings().secret_key)
    with transaction() as session:
        factory, now = get_factory(session, code), datetime.now(UTC)
        ended = revoke_links(session, factory, now) if revoke else 0
        address = None if revoke else issue_link(session, factory, links, now, anew=new)
    if as_json:
        print_json({"factory": code, "link": address})
    elif address:
        print(address)
    else:
        say(f"{code}: {'its link opens nothing any more' if ended else 'it had no valid link'}")


def edits(as_json: AsJson = False) -> None:
    """What factories declared of themselves and nobody has checked yet, the oldest first."""
    from cli.edges import ready
    from factory_matching.edits.store import find_waiting
    from models.db import transaction

    ready()
    with transaction() as session:
        found = [{"factory": factory.code, **_edit(edit)} for edit, factory in find_waiting(session)]
    if as_json:
        print_json(found)
        return
    rows = [
        (one["id"], one["factory"], f"{one['part']} {one['key']}".strip(), _changed(one), f"{one['at']:%Y-%m-%d %H:%M}")
        for one in found
    ]
    print_table("Edits that wait for a check", ("edit", "factory", "part", "change", "when (UTC)"), rows)
    if found:
        say(f"demandloom factories check {found[0]['id']} --accept --why ... (or --refuse)")


def _changed(edit: Mapping[str, Any]) -> str:
    before = edit["before"]
    lines = (f"{name}: {_in_words(before.get(name))} -> {_in_words(to)}" for name, to in edit["after"].items())
    return "\n".join(lines)


def check(
    edit: Annotated[int, typer.Argument(help="Number of the edit, as `factories edits` says.", min=1, max=2**63 - 1)],
    accept: Annotated[bool, typer.Option("--accept", help="It counts from now on.")] = False,
    refuse: Annotated[bool, typer.Option("--refuse", help="It does not count; the factory reads why.")] = False,
    why: Annotated[str, typer.Option(help="What was checked, or what is wrong.")] = "",
    by: Annotated[str | None, typer.Option("--by", help="Who says so. [default: the user of this machine]")] = None,
    as_json: AsJson = False,
) -> None:
    """Accept or refuse what a factory declared of itself."""
    from cli.edges import ready
    from configs.files import CONFIGS, read_toml
    from factory_matching.edits.check import accept_edit, refuse_edit
    from factory_matching.edits.rule import EditRule
    from factory_matching.edits.store import get_edit
    from models.db import transaction
    from models.errors import InvalidInput

    if accept == refuse:
        raise InvalidInput("say --accept or --refuse")
    rule = EditRule.from_table(read_toml(CONFIGS / "match.toml")["edits"])
    ready()
    with transaction() as session:
        found, now, who = get_edit(session, edit), datetime.now(UTC), by or getpass.getuser()
        if accept:
            accept_edit(session, found, now, who, why, rule)
        else:
            refuse_edit(session, found, now, who, why)
        answer = {**_edit(found), "state": found.state, "answer": found.answer}
    if as_json:
        print_json(answer)
    else:
        print(f"edit {edit} ({answer['part']} {answer['key']}".rstrip() + f"): {answer['state']}")


def _in_words(value: Any) -> str:
    """One cell: lists by commas, ladders as 30:90|100:85."""
    if isinstance(value, Mapping) and "breaks" in value:
        return "|".join(f"{quantity}:{price}" for quantity, price in value["breaks"]) + f" {value['currency']}"
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_in_words(one)}" for name, one in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_in_words(one) for one in value) or "-"
    return "-" if value is None else str(value)
