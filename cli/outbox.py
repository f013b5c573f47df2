"""`demandloom outbox`: what is waiting to leave the house."""

import typer

from cli.output import AsJson, print_json, print_table

group = typer.Typer(help="Messages waiting to be sent.", no_args_is_help=True)


@group.command("list", epilog="Example: demandloom outbox list --json")
def list_messages(as_json: AsJson = False) -> None:
    """Messages that are not sent yet, with their last error."""
    from sqlalchemy import select

    from cli.edges import ready
    from models.db import transaction
    from models.outbox import OutboxMessage

    ready()
    with transaction() as session:
        unsent = session.scalars(
            select(OutboxMessage).where(OutboxMessage.sent_at.is_(None)).order_by(OutboxMessage.id)
        ).all()
    rows = [(m.key, m.channel.value, m.attempts, str(m.next_attempt_at), m.last_error or "") for m in unsent]
    columns = ("key", "channel", "attempts", "next attempt", "last error")
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        print_table("Not sent yet", columns, rows)
