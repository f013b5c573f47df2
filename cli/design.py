"""`demandloom design`: draw one spec."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.output import AsJson, existing, print_json, say, writable

if TYPE_CHECKING:
    from models.garment import GarmentSpec

group = typer.Typer(help="Draw flats and pictures of a spec.", no_args_is_help=True)
_MAX_SPEC_BYTES = 65_536


def read_spec(path: Path) -> "GarmentSpec":
    """A GarmentSpec from a JSON file; InvalidInput says what and where."""
    from models.errors import InvalidInput, InvalidSpec
    from models.garment import GarmentSpec

    if existing(path).stat().st_size > _MAX_SPEC_BYTES:
        raise InvalidInput(f"{path}: a spec has at most {_MAX_SPEC_BYTES} bytes")
    try:
        return GarmentSpec.from_json(json.loads(path.read_text(encoding="utf-8")))
    except InvalidSpec as error:
        raise InvalidSpec(f"{path}: {error}") from None
    except OSError as error:
        raise InvalidInput(f"{path}: {error.strerror}") from None
    # also bytes that are no text, numbers of thousands of digits, and nesting without end
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"{path}: not JSON: {error}") from None


@group.command(epilog="Example: demandloom design draw samples/greatcoat.json --seed 1 --out greatcoat.png")
def draw(
    spec_file: Annotated[Path, typer.Argument(help="A GarmentSpec as JSON.")],
    out: Annotated[Path, typer.Option(help="PNG to write.")],
    seed: Annotated[int, typer.Option(help="Seed; the same gives the same picture.", min=0)] = 1,
    model: Annotated[str | None, typer.Option(help="Net by name or folder. [default: as configured]")] = None,
    as_json: AsJson = False,
) -> None:
    """Paint one spec; the picture carries its label and marks."""
    from configs.load_generator_setup import generator_setup
    from configs.load_lexicon import load_lexicon
    from configs.settings import settings
    from design_gen.generate import load_generator
    from design_gen.label import Mark, label_picture

    spec, picture_file = read_spec(spec_file), writable(out)
    generation = settings().generation
    say("loading the net ...")
    generator = load_generator(generator_setup(generation, model or ""))
    prompts = generator.prompts([spec], [seed], load_lexicon().label)
    picture = generator.paint([spec], prompts, [seed], size=generation.size, steps=generation.steps or None)[0]
    picture_file.write_bytes(label_picture(picture.image, Mark.of(picture.recipe.to_json())))
    if as_json:
        print_json({"out": out, "recipe": picture.recipe.to_json()})
    else:
        print(out)


@group.command(epilog="Example: demandloom design flat samples/greatcoat.json --out greatcoat.svg")
def flat(
    spec_file: Annotated[Path, typer.Argument(help="A GarmentSpec as JSON.")],
    out: Annotated[Path, typer.Option(help="SVG to write.")],
    back: Annotated[bool, typer.Option("--back", help="The back view.")] = False,
) -> None:
    """Draw the technical flat of a spec."""
    from design_gen.flat import flat_svg

    drawing = flat_svg(read_spec(spec_file), "back" if back else "front")
    writable(out).write_text(drawing, encoding="utf-8")
    print(out)
