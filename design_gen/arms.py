"""Which designs of a batch are drawn with what was learned, and which are left as control. Pure.

The control is what the batch would have been without learning: all its specs are drawn so, and a share of them, chosen
by chance, is kept; the others are drawn anew, tilted. The two arms therefore differ in nothing but the learning.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from design_gen.spec import specs_for
from design_gen.tilt import Tilt
from models.design import SpecArm
from models.garment import Colour, GarmentSpec
from models.learned import LearnedEffects
from models.lexicon import Meaning


@dataclass(frozen=True, slots=True)
class Share:
    """How many designs a trend gets."""

    trend_id: int
    meaning: Meaning
    designs: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """One spec, the trend it is of, and how it was drawn."""

    trend_id: int
    spec: GarmentSpec
    arm: SpecArm
    tilt: Tilt | None = None


def draw_designs(
    shares: Sequence[Share],
    seed: int,
    colour: Callable[[str], Colour],
    makeable: Callable[[GarmentSpec], bool],
    learned: LearnedEffects | None = None,
    control_share: float = 0.0,
) -> list[Drawn]:
    """Specs for each trend's share, all unlike each other, trend after trend; the same arguments give the same specs.

    Without anything learned all are PLAIN. On average `control_share` of the designs are CONTROL.
    """
    plain = _plain(shares, seed, colour, makeable)
    if learned is None:
        return plain
    controls = _choose_controls(plain, seed, control_share)
    held = [one.spec for one in controls]
    drawn: list[Drawn] = []
    for share in shares:
        kept = [one for one in controls if one.trend_id == share.trend_id]
        drawn += kept
        wanted = share.designs - len(kept)
        if wanted < 1:
            continue
        tilts = [Tilt(learned, _tilt_seed(seed, share, number)) for number in range(wanted)]
        fresh = specs_for(
            share.meaning, wanted, seed + share.trend_id, colour, beside=held, makeable=makeable, tilts=tilts
        )
        drawn += [Drawn(share.trend_id, spec, SpecArm.TREATED, tilt) for spec, tilt in zip(fresh, tilts, strict=False)]
        held += fresh
    return drawn


def _plain(
    shares: Sequence[Share],
    seed: int,
    colour: Callable[[str], Colour],
    makeable: Callable[[GarmentSpec], bool],
) -> list[Drawn]:
    drawn: list[Drawn] = []
    for share in shares:
        held = [one.spec for one in drawn]
        fresh = specs_for(share.meaning, share.designs, seed + share.trend_id, colour, beside=held, makeable=makeable)
        drawn += [Drawn(share.trend_id, spec, SpecArm.PLAIN) for spec in fresh]
    return drawn


def _choose_controls(plain: Sequence[Drawn], seed: int, control_share: float) -> list[Drawn]:
    """A share of the specs by chance; what is left of a whole design is rounded by chance too."""
    chance = random.Random(f"control:{seed}")
    count = int(control_share * len(plain) + chance.random())
    chosen = sorted(chance.sample(range(len(plain)), min(count, len(plain))))
    return [Drawn(plain[at].trend_id, plain[at].spec, SpecArm.CONTROL) for at in chosen]


def _tilt_seed(seed: int, share: Share, number: int) -> int:
    return random.Random(f"tilt:{seed}:{share.trend_id}:{number}").getrandbits(31)
