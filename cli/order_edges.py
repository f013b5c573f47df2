"""What commands on orders read once: the rules of offers, the costs of bringing goods to their market."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from factory_matching.offers.manner import Manner
    from factory_matching.offers.quotes import Costing


def read_manner() -> "Manner":
    """The rules of configs/match.toml, with links to this house's portal."""
    from configs.files import CONFIGS, read_toml
    from configs.settings import settings
    from factory_matching.offers.link import PortalLinks
    from factory_matching.offers.manner import Manner

    links = PortalLinks(settings().address, settings().secret_key)
    return Manner.from_tables(read_toml(CONFIGS / "match.toml"), read_toml(CONFIGS / "freight.toml"), links)


def read_costing() -> "Costing":
    """Freight, and what else goods cost until they are in the market."""
    from configs.files import CONFIGS, read_toml
    from factory_matching.offers.quotes import Costing

    return Costing.from_tables(read_toml(CONFIGS / "freight.toml"), read_toml(CONFIGS / "match.toml"))
