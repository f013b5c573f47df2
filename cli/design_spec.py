"""`demandloom design spec` and `design words`: specs of a trend, and what a spec may say."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.output import AsJson, AsOf, day_or_today, print_json, print_table, say

if TYPE_CHECKING:
    from models.garment import GarmentSpec

SPEC_EXAMPLES = (
    "Examples: demandloom design spec --trend 军大衣 --n 20 --seed 7 --json > specs.json ; "
    'demandloom design spec --trend "olive military greatcoat, double-breasted, brass buttons"'
)
WORDS_EXAMPLES = "Examples: demandloom design words ; demandloom design words colour --json"


def spec(
    trend: Annotated[str, typer.Option(help="A detected trend's phrase, or words of the lexicon in zh or en.")],
    n: Annotated[int, typer.Option(help="How many specs.", min=1, max=2000)] = 20,
    seed: Annotated[int, typer.Option(help="The same gives the same specs.", min=0)] = 7,
    as_of: AsOf = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON list that draw and sheet accept.")] = False,
) -> None:
    """Specs that follow a trend: every value it names comes up, no two are alike."""
    from cli.asked import meaning_for
    from configs.load_lexicon import load_lexicon
    from design_gen.asked import describe
    from design_gen.coverage import coverage
    from design_gen.spec import specs_for

    lexicon = load_lexicon()
    asked = meaning_for(trend, day_or_today(as_of), lexicon)
    specs = specs_for(asked.meaning, n, seed, lexicon.colour)
    shown = coverage(asked.meaning, specs)
    say(f"{asked.source}: {describe(asked.meaning)}")
    say(f"{len(specs)} specs, the two likest {shown.least_distance:.3f} apart (0 alike, 1 wholly unlike)")
    if len(specs) < n:
        say(f"the meaning leaves no more than {len(specs)} that differ")
    if shown.missing:
        say(f"not shown for want of specs: {describe(shown.missing)}")
    if shown.impossible:
        say(f"nothing that it names can have: {describe(shown.impossible)}")
    if as_json:
        print_json([one.to_json() for one in specs])
    else:
        print_table("Specs", ("#", "design", "details", "second", "trim"), _rows(specs, lexicon.label))


def _rows(specs: "Sequence[GarmentSpec]", label: Callable[[str, str, str], str]) -> list[tuple[Any, ...]]:
    from design_gen.sheet import details_of, name_of

    rows: list[tuple[Any, ...]] = []
    for number, one in enumerate(specs, 1):
        second = label("colour", one.pattern.second.name, "en") if one.pattern.second else ""
        rows.append((number, name_of(one, label, "en"), details_of(one, label, "en"), second, one.trim.value))
    return rows


def words(
    kind: Annotated[str | None, typer.Argument(help="Only this attribute, such as colour. [default: all]")] = None,
    as_json: AsJson = False,
) -> None:
    """The words that a spec may use, with their names in Chinese and English; colours with sRGB and CIELAB."""
    from configs.load_lexicon import load_lexicon
    from models.errors import NotFound
    from models.lexicon import ATTRIBUTES, TermKind

    kinds = [TermKind.COLOUR, *ATTRIBUTES]
    if kind is not None and kind not in kinds:
        raise NotFound(f"attribute of a spec ({', '.join(kinds)})", kind[:40])
    lexicon = load_lexicon()
    rows = []
    for name in kinds if kind is None else [TermKind(kind)]:
        for term in lexicon.of_kind(name):
            row: dict[str, Any] = {"attribute": name.value, "key": term.key}
            row |= {"zh": term.label("zh"), "en": term.label("en")}
            if name is TermKind.COLOUR:
                colour = lexicon.colour(term.key)
                row |= {"hex": colour.hex, "lab": [round(value, 1) for value in colour.lab]}
            rows.append(row)
    if as_json:
        print_json(rows)
        return
    columns = ("attribute", "key", "zh", "en", "hex", "lab")
    print_table("Words", columns, [[_cell(row.get(column)) for column in columns] for row in rows])


def _cell(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value or "")
