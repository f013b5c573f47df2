"""Run the web app under granian, as the settings say."""

import socket

from granian import Granian
from granian.constants import Interfaces
from starlette.types import ASGIApp

from configs.files import CONFIGS, read_toml
from configs.load_lexicon import load_lexicon
from configs.settings import Settings, settings
from demand.payments.choose import choose_providers
from factory_matching.edits.rule import EditRule
from factory_matching.offers.link import PortalLinks
from factory_matching.offers.manner import Manner
from factory_matching.offers.quotes import Costing
from factory_matching.registry.kept import keep_snapshots
from listings.price import Pricing
from models.db import migrate
from web.app import create_app
from web.config import WebConfig


def serve_site() -> None:
    """Bring the database up to date and serve until told to stop; prints the address, also of a port chosen freely."""
    host, port = settings().web.host, settings().web.port or _free_port(settings().web.host)
    migrate(settings().database)
    server = Granian(
        "web.serve:build_app",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        websockets=False,
        # One process: group commit and the rate limits live in it; more of them stand behind a proxy.
        workers=1,
        log_access=False,
        workers_kill_timeout=10,
    )
    shown = f"[{host}]" if ":" in host else host
    server.on_startup(lambda: print(f"demandloom serves http://{shown}:{port}", flush=True))
    server.serve()


def build_app() -> ASGIApp:
    """The app of this process, from its settings."""
    keep_snapshots(settings().registers_folder)
    return create_app(config_from(settings()))


def config_from(chosen: Settings) -> WebConfig:
    """The web app's configuration from the deployment's settings and the house's pricing."""
    payments = chosen.payments
    pricing = Pricing.from_table(read_toml(CONFIGS / "pricing.toml"), "pricing.toml")
    match = read_toml(CONFIGS / "match.toml")
    freight = read_toml(CONFIGS / "freight.toml")
    return WebConfig(
        database_url=chosen.database,
        blobs_url=chosen.blobs,
        secret=chosen.secret_key,
        operator_token=chosen.operator_token,
        lexicon=load_lexicon(),
        base_url=chosen.web.base_url,
        simulated_time=chosen.web.simulated_time,
        deposit_share=pricing.deposit_share,
        edit_rule=EditRule.from_table(match["edits"]),
        payments=choose_providers(
            payments.provider, payments.bank_details, payments.key, payments.webhook_secret, payments.stripe_address
        ),
        manner=Manner.from_tables(match, freight, PortalLinks(chosen.address, chosen.secret_key)),
        costing=Costing.from_tables(freight, match),
    )


def _free_port(host: str) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
