"""Load the bilingual lexicon from its folder of TOML files."""

from functools import cache
from pathlib import Path

from configs.files import CONFIGS, read_toml
from models.errors import InvalidInput
from models.lexicon import Lexicon


@cache
def load_lexicon(folder: Path = CONFIGS / "lexicon") -> Lexicon:
    """Every *.toml of the folder, in name order, as one Lexicon."""
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise InvalidInput(f"{folder}: no lexicon files (*.toml)")
    return Lexicon.from_tables((path.name, read_toml(path)) for path in paths)
