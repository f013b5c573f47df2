"""Load the prompt templates from their folder of TOML files."""

from functools import cache
from pathlib import Path

from configs.files import CONFIGS, read_toml
from models.errors import InvalidInput
from models.prompt_template import PromptTemplate


@cache
def load_prompts(folder: Path = CONFIGS / "prompts") -> tuple[PromptTemplate, ...]:
    """One template a file, in name order; InvalidInput where a family stands twice or there is none."""
    paths = sorted(folder.glob("*.toml"))
    templates = tuple(PromptTemplate.from_table(str(path), read_toml(path)) for path in paths)
    if not templates:
        raise InvalidInput(f"{folder}: no prompt templates (*.toml)")
    families = [template.family for template in templates]
    if twice := sorted({family for family in families if families.count(family) > 1}):
        raise InvalidInput(f"{folder}: prompt family {twice[0]} stands twice")
    return templates
