"""`demandloom policies`: forbidden pairs, chain leaders' pools, whose a batch is."""

from typing import Annotated

import typer

from cli.output import AsJson, At, moment_or_now, print_json

group = typer.Typer(help="What matching must keep beside the cost; see docs/policies.md.", no_args_is_help=True)

Code = Annotated[str, typer.Argument(help="The factory's code.")]


@group.command(epilog="Example: demandloom policies forbid Aster ZJ-0001 --why 'makes for a rival'")
def forbid(
    brand: Annotated[str, typer.Argument(help="Whose goods.")],
    factory: Code,
    why: Annotated[str, typer.Option(help="The reason, kept with the pair.")] = "",
    lift: Annotated[bool, typer.Option("--lift", help="Allow it again.")] = False,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Keep a factory from making for a brand."""
    from cli.edges import ready
    from factory_matching.policies import record
    from models.db import transaction

    ready()
    with transaction() as session:
        if lift:
            changed = record.allow(session, brand, factory)
        else:
            changed = record.forbid(session, brand, factory, why, moment_or_now(at))
    if as_json:
        print_json({"brand": brand, "factory": factory, "forbidden": not lift, "changed": changed})
        return
    print(f"{factory} {'may make' if lift else 'does not make'} for {brand}{'' if changed else ' (as before)'}")


@group.command(epilog="Example: demandloom policies pool ZJ-0001 ZJ-0002 ZJ-0003 --hours 12 --gain-share 0.4")
def pool(
    leader: Annotated[str, typer.Argument(help="Code of the factory that is asked for all.")],
    members: Annotated[list[str], typer.Argument(help="Codes of the members; the leader too if it makes some itself.")],
    hours: Annotated[float, typer.Option(help="Time to place an offer inside.")] = 24.0,
    gain_share: Annotated[float, typer.Option(help="The leader's share of what it saves.")] = 0.5,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Open a chain leader's pool: its members are asked through the leader only."""
    from cli.edges import ready
    from factory_matching.policies.record import open_pool
    from models.db import transaction

    ready()
    with transaction() as session:
        number = open_pool(session, leader, members, hours, gain_share, moment_or_now(at)).id
    if as_json:
        print_json({"pool": number, "leader": leader, "members": members})
        return
    print(f"pool {number}: {leader} places for {len(members)} members within {hours:g} hours")


@group.command(
    "batch",
    epilog="Example: demandloom policies batch sample-week --brand Aster --market EU --certificate OEKO-TEX",
)
def batch_(
    batch: Annotated[str, typer.Argument(help="The batch's name.")],
    brand: Annotated[str | None, typer.Option(help="Whose goods these are; empty: nobody's.")] = None,
    keep_together: Annotated[
        bool | None, typer.Option("--keep-together/--apart", help="All its demands to one maker, or not.")
    ] = None,
    market: Annotated[str | None, typer.Option(help="Where it is sold, such as EU; empty: at home.")] = None,
    certificate: Annotated[
        list[str] | None, typer.Option(help="What its makers must hold; again for more, empty: nothing.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say whose a batch is, where it is sold, what its makers hold, and whether all goes to one maker."""
    from cli.edges import ready
    from factory_matching.policies.record import set_batch
    from models.db import transaction

    ready()
    with transaction() as session:
        one = set_batch(session, batch, brand, keep_together, market, certificate)
        slug, whose, together, where, held = one.slug, one.brand, one.keep_together, one.market, one.certificates
    if as_json:
        print_json({"batch": slug, "brand": whose, "keep_together": together, "market": where, "certificates": held})
        return
    print(f"{slug}: brand {whose or '-'}; {'kept together' if together else 'apart'}; market {where or 'home'}; "
          f"certificates {', '.join(held) or '-'}")  # fmt: skip
