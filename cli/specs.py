"""Reading specs that people wrote: one JSON object or a list of them, from a file or stdin."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.output import existing

if TYPE_CHECKING:
    from models.garment import GarmentSpec

_MAX_SPEC_BYTES, _MAX_LIST_BYTES = 65_536, 8_388_608
STDIN = Path("-")


def read_spec(path: Path) -> "GarmentSpec":
    """The one GarmentSpec of a JSON file; InvalidInput says what and where."""
    from models.errors import InvalidInput

    specs = read_specs(path, _MAX_SPEC_BYTES)
    if len(specs) > 1:
        raise InvalidInput(f"{path}: holds {len(specs)} specs where one is wanted")
    return specs[0]


def read_specs(path: Path, most_bytes: int = _MAX_LIST_BYTES) -> list["GarmentSpec"]:
    """One or more specs; a colour may be given by its name alone. InvalidInput says what and where."""
    from configs.load_clearance import protected_names
    from configs.load_lexicon import load_lexicon
    from models.errors import InvalidInput, InvalidSpec
    from models.garment import GarmentSpec

    content = _read_json(path, most_bytes)
    many = isinstance(content, list)
    specs, named, names = [], load_lexicon().colour, protected_names()
    for number, one in enumerate(content if many else [content], 1):
        try:
            spec = GarmentSpec.from_json(one, named)
            for colour in (spec.colour, spec.pattern.second):
                if colour is not None:
                    names.refuse(colour.name, f"{path}: the colour")
            specs.append(spec)
        except InvalidSpec as error:
            raise InvalidSpec(f"{path}: {f'spec {number}: ' if many else ''}{error}") from None
    if not specs:
        raise InvalidInput(f"{path}: an empty list; a spec is a JSON object")
    return specs


def _read_json(path: Path, most_bytes: int) -> Any:
    from models.errors import InvalidInput

    try:
        written = sys.stdin.buffer.read(most_bytes + 1) if path == STDIN else _read_file(path, most_bytes)
        if len(written) > most_bytes:
            raise InvalidInput(f"{path}: specs have at most {most_bytes} bytes")
        return json.loads(written.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number)
    except OSError as error:
        raise InvalidInput(f"{path}: {error.strerror}") from None
    # also bytes that are no text, numbers of thousands of digits, and nesting without end
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"{path}: not JSON: {str(error)[:120]}") from None


def _read_file(path: Path, most_bytes: int) -> bytes:
    with existing(path).open("rb") as file:
        return file.read(most_bytes + 1)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object none of whose keys stands twice: which of two would be meant nobody can tell."""
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for index, (key, _) in enumerate(pairs) if key in dict(pairs[:index]))
        raise ValueError(f"{twice[:40]!r} stands twice")
    return found


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number")
