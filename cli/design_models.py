"""`demandloom design models`: what is configured to paint, what else could, and what of it fits this machine."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.output import AsJson, print_json, say

if TYPE_CHECKING:
    from models.generator_setup import GeneratorSetup

EXAMPLES = (
    "Examples: demandloom design models ; demandloom design models --json ; "
    "demandloom design models --model ~/models/sdxl"
)


def models(
    model: Annotated[str | None, typer.Option(help="Only this one: a folder, or a hub name.")] = None,
    as_json: AsJson = False,
) -> None:
    """Models that can paint: what they support, weigh, need and cost in steps, and whether they fit this machine.

    Nothing is downloaded and no network is asked. Memory is an estimate from the number of weights; for models that
    are not on this machine from their cards (configs/models.toml).
    """
    from configs.load_generator_setup import generator_setup
    from configs.settings import settings

    generation = settings().generation
    setup = generator_setup(generation, model or "")
    ours = [_here(setup, generation.size, "asked for" if model else "configured")]
    if model is None and setup.model != "embedded":
        ours.append(_here(_embedded(setup), generation.size, "embedded"))
    known = [] if model else _known(setup)
    if as_json:
        print_json({"models": ours, "known": known, "estimated": ["needed_bytes", "fits"]})
        return
    print(*(_text(one, one["role"]) for one in ours), sep="\n")
    if known:
        print("\nWell-known models, by their cards:")
        print(*(_text(one, one["state"]) for one in known), sep="\n")
    say("memory is an estimate: weights in the number format used here, and one picture of the size shown")


def _here(setup: "GeneratorSetup", size: int, role: str) -> dict[str, Any]:
    from configs.load_models import load_models
    from design_gen.painting.room import fit_known, fit_setup
    from models.errors import InvalidInput

    try:
        return {"role": role, **fit_setup(setup, size).to_json()}
    except InvalidInput as error:
        # a model that is not here can still be estimated where its card is known
        known = next((one for one in load_models() if one.name == setup.model), None)
        if known is None or "not downloaded" not in str(error):
            return {"role": role, "name": setup.model, "state": str(error), "fits": False, "reason": str(error)}
        return {"role": role, **fit_known(known, setup).to_json()}


def _known(setup: "GeneratorSetup") -> list[dict[str, Any]]:
    from configs.load_models import load_models
    from design_gen.painting.room import fit_known

    return [fit_known(known, setup).to_json() for known in load_models()]


def _embedded(setup: "GeneratorSetup") -> "GeneratorSetup":
    from models.generator_setup import EMBEDDED, GeneratorSetup

    return GeneratorSetup(EMBEDDED, device=setup.device, precision=setup.precision, templates=setup.templates)


def _text(one: dict[str, Any], remark: str) -> str:
    if "pipeline" not in one:
        return f"{one['name']} ({remark})\n  {one['reason']}"
    disk = "" if one["disk_bytes"] is None else f"{_size(one['disk_bytes'])} on disk, "
    steps = f", {one['steps']} steps" if one["steps"] else ""
    supports = ", ".join(one["supports"]) or "-"
    return (
        f"{one['name']} ({remark})\n"
        f"  {one['pipeline']}, prompts of {one['family'] or 'no template'}; supports {supports}\n"
        f"  {disk}{one['reason']} in {one['dtype']}; {one['size']} px{steps}; licence {one['licence'] or 'not said'}"
    )


def _size(count: int) -> str:
    return f"{count / 2**30:.1f} GB" if count >= 2**29 else f"{count / 2**20:.0f} MB"
