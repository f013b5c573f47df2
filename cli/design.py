"""`demandloom design`: specs of a trend, their flats, pictures and contact sheets."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from cli import clearance, design_models, design_sheet, design_spec
from cli.output import AsJson, print_json, writable
from cli.specs import read_spec as read_spec

group = typer.Typer(help="Specs of a trend, their flats, pictures and contact sheets.", no_args_is_help=True)
group.command("spec", epilog=design_spec.SPEC_EXAMPLES)(design_spec.spec)
group.command("words", epilog=design_spec.WORDS_EXAMPLES)(design_spec.words)

SpecArgument = Annotated[Path | None, typer.Argument(metavar="[SPEC]", help="The same as --spec.")]
SpecOption = Annotated[Path | None, typer.Option("--spec", help="A spec as JSON; - is stdin.")]


def _one(argument: Path | None, option: Path | None) -> Path:
    from models.errors import InvalidInput

    if (argument is None) == (option is None):
        raise InvalidInput("name one file with --spec")
    return option or argument or Path()


@group.command(
    epilog="Examples: demandloom design draw --spec samples/greatcoat.json --seed 1 --out greatcoat.png ; "
    "demandloom design spec --trend 军大衣 --n 1 --json | demandloom design draw --spec - --out coat.png"
)
def draw(
    out: Annotated[Path, typer.Option(help="PNG to write; for a list of specs a folder.")],
    spec_file: SpecArgument = None,
    spec: SpecOption = None,
    seed: Annotated[int, typer.Option(help="Seed; the same gives the same picture.", min=0)] = 1,
    model: Annotated[str | None, typer.Option(help="Net by name or folder. [default: as configured]")] = None,
    size: Annotated[int | None, typer.Option(help="Pixels on each side. [default: as configured]", min=64)] = None,
    steps: Annotated[int | None, typer.Option(help="Denoising steps. [default: the net's own]", min=1, max=200)] = None,
    guidance: Annotated[
        float | None, typer.Option(help="How strictly to follow the prompt. [default: the net's own]", min=0, max=30)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Paint a spec, or each of a list; every picture carries its label and marks."""
    from cli.painting import Wish, paint
    from cli.specs import read_specs
    from design_gen.label import Mark, label_picture

    specs = read_specs(_one(spec_file, spec))
    files = [writable(out)] if len(specs) == 1 and not out.is_dir() else _files_in(out, len(specs))
    pictures = paint(specs, seed, Wish(model, size, steps, guidance), as_json)
    recipes = [picture.recipe.to_json() for picture in pictures]
    for file, picture, recipe in zip(files, pictures, recipes, strict=True):
        file.write_bytes(label_picture(picture.image, Mark.of(recipe)))
    answers = [{"out": file, "recipe": recipe} for file, recipe in zip(files, recipes, strict=True)]
    if as_json:
        print_json(answers[0] if len(answers) == 1 else answers)
    else:
        print(*files, sep="\n")


def _files_in(folder: Path, count: int) -> list[Path]:
    from models.errors import InvalidInput

    if count > 1 and not folder.is_dir():
        raise InvalidInput(f"{folder}: {count} pictures need a folder that exists")
    if count == 1:
        return [writable(folder)]
    return [folder / f"{number:03d}.png" for number in range(1, count + 1)]


@group.command(
    epilog="Examples: demandloom design flat --spec samples/greatcoat.json --out greatcoat.svg ; "
    "demandloom design flat --spec samples/greatcoat.json --back --out back.png"
)
def flat(
    out: Annotated[Path, typer.Option(help="SVG to write, or PNG where it ends in .png.")],
    spec_file: SpecArgument = None,
    spec: SpecOption = None,
    back: Annotated[bool, typer.Option("--back", help="The back view.")] = False,
    coloured: Annotated[bool, typer.Option("--coloured", help="Filled with the spec's colours.")] = False,
    size: Annotated[int, typer.Option(help="Pixels on each side of a PNG.", min=16, max=4096)] = 1024,
) -> None:
    """Draw the technical flat of a spec."""
    from design_gen.flat import coloured_svg, flat_svg, render_png

    one = read_spec(_one(spec_file, spec))
    view: Literal["front", "back"] = "back" if back else "front"
    drawing = coloured_svg(one, view=view) if coloured else flat_svg(one, view)
    file = writable(out)
    if out.suffix.lower() == ".png":
        file.write_bytes(render_png(drawing, size))
    else:
        file.write_text(drawing, encoding="utf-8")
    print(out)


group.command("sheet", epilog=design_sheet.EXAMPLES)(design_sheet.sheet)
group.command("models", epilog=design_models.EXAMPLES)(design_models.models)
group.add_typer(clearance.group, name="clear")
