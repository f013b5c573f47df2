"""What every flow needs from its process: the database bound once, the blob store, the lexicon, the painter."""

from functools import cache
from typing import TYPE_CHECKING

from configs.load_generator_setup import generator_setup
from configs.load_lexicon import load_lexicon
from configs.settings import settings
from factory_matching.registry.kept import keep_snapshots
from models.blobs import BlobStore
from models.db import connect, migrate, transaction
from models.lexicon import Lexicon

if TYPE_CHECKING:
    from datetime import date

    from demand.payments.provider import Providers
    from design_gen.check import Checker
    from design_gen.fan_out import Painter
    from trends.encoder import Encoder


@cache
def ready() -> None:
    """Bring the schema up to date and bind transactions to it; once a process."""
    migrate(settings().database)
    connect(settings().database)
    keep_snapshots(settings().registers_folder)


def blobs() -> BlobStore:
    """The configured blob store."""
    return BlobStore(settings().blobs)


def lexicon() -> Lexicon:
    """The shipped lexicon."""
    return load_lexicon()


@cache
def encoder() -> "Encoder | None":
    """The configured text encoder, loaded once a process; None without one."""
    from trends.encoder import load_encoder

    return load_encoder(settings().trends.encoder)


@cache
def painter() -> "Painter":
    """The configured painter, its model loaded once a process."""
    from design_gen.fan_out import choose_painter

    generation = settings().generation
    return choose_painter(generator_setup(generation), generation.engine, generation.painters, generation.ray_address)


def checker(day: "date") -> "Checker":
    """What pictures are held against on a day: all stored ones, and the protected works of the register."""
    from design_gen.check import Checker
    from design_gen.prints import load_catalogue
    from design_gen.protected import load_register

    with transaction() as session:
        return Checker(load_catalogue(session), load_register(session, day, settings().clearance.limit))


def payments() -> "Providers":
    """The configured payment providers."""
    from demand.payments.choose import choose_providers

    chosen = settings().payments
    return choose_providers(
        chosen.provider, chosen.bank_details, chosen.key, chosen.webhook_secret, chosen.stripe_address
    )
