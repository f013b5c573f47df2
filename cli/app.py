"""The command tree; each group lives in a file of its own and imports what it needs when it is called."""

import typer

from cli import (
    batch,
    behaviours,
    collecting,
    database,
    demand,
    design,
    exposure,
    factories,
    factory_edits,
    fairness,
    flow,
    forecast,
    learned,
    matching,
    order_plan,
    order_quotes,
    order_trail,
    orders,
    outbox,
    outcomes,
    payments,
    policies,
    quantity,
    renewals,
    replaying,
    reviewing,
    scorecards,
    serving,
    trends,
)
from cli.demo import command as demo

app = typer.Typer(
    name="demandloom",
    help="Show AI-designed goods before they exist, count who wants them, have exactly that made.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    rich_markup_mode=None,
)
app.command("demo", epilog=demo.EXAMPLES)(demo.demo)
app.command("serve", epilog=serving.EXAMPLES)(serving.serve)
trends.group.command("collect", epilog=collecting.COLLECT_EXAMPLES)(collecting.collect)
trends.group.command("forget", epilog=collecting.FORGET_EXAMPLE)(collecting.forget)
trends.group.command("review", epilog=reviewing.REVIEW_EXAMPLES)(reviewing.review)
trends.group.command("forecast", epilog=forecast.EXAMPLE)(forecast.forecast)
demand.group.command("behaviours", epilog=behaviours.EXAMPLE)(behaviours.behaviours)
demand.group.command("plan", epilog=quantity.EXAMPLE)(quantity.plan)
demand.group.command("learned", epilog=learned.EXAMPLE)(learned.learned)
demand.group.command("outcomes", epilog=outcomes.EXAMPLE)(outcomes.outcomes)
demand.group.command("replay", epilog=replaying.EXAMPLES)(replaying.replay)
scorecards.add_to(factories.group)
renewals.add_to(factories.group)
factory_edits.add_to(factories.group)
app.add_typer(trends.group, name="trends")
app.add_typer(batch.group, name="batch")
app.add_typer(design.group, name="design")
app.add_typer(factories.group, name="factories")
demand.group.command("exposure", epilog=exposure.EXAMPLE)(exposure.exposure)
app.add_typer(demand.group, name="demand")
app.add_typer(payments.group, name="payments")
orders.group.command("match", epilog=matching.EXAMPLES)(matching.match)
orders.group.command("fairness", epilog=fairness.EXAMPLE)(fairness.fairness)
orders.group.command("trail", epilog=order_trail.EXAMPLES)(order_trail.trail)
orders.group.command("plan-offers", epilog=order_plan.EXAMPLES)(order_plan.plan_offers)
orders.group.command("quotes", epilog=order_quotes.QUOTES_EXAMPLE)(order_quotes.quotes)
orders.group.command("ask", epilog=order_quotes.ASK_EXAMPLES)(order_quotes.ask)
orders.group.command("award", epilog=order_quotes.AWARD_EXAMPLES)(order_quotes.award)
app.add_typer(orders.group, name="orders")
app.add_typer(policies.group, name="policies")
app.add_typer(outbox.group, name="outbox")
app.add_typer(flow.group, name="flows")
app.add_typer(database.group, name="db")
