"""How listings stand in one segment: what was counted, how much of it still speaks, what is believed. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from demand.exposure.belief import Belief, Reals, discount, level

_FIGURES = ("counted", "did", "even", "seen", "kept", "rate")


@dataclass(frozen=True, slots=True)
class Standing:
    """Figures by listing; `counted` clean viewers and `did` converted ones in all.

    `even` are the viewers weighted by the level of their period, `seen` and `kept` the viewers and conversions of which
    older ones weigh less, `rate` the expected rate.
    """

    counted: Reals
    did: Reals
    even: Reals
    seen: Reals
    kept: Reals
    rate: Reals

    @staticmethod
    def new(rate: Reals) -> "Standing":
        """Before anybody came."""
        nobody = np.zeros_like(rate)
        return Standing(nobody, nobody, nobody, nobody, nobody, rate)

    def aligned(self, listing_ids: Sequence[int], wanted: Sequence[int], rate: Reals) -> "Standing":
        """The same for other listings: those known are taken over, others start with `rate`."""
        place = {listing: index for index, listing in enumerate(listing_ids)}
        known = [(index, place[listing]) for index, listing in enumerate(wanted) if listing in place]
        fresh = asdict(Standing.new(rate))
        for name in _FIGURES:
            values = fresh[name].copy()
            for index, old in known:
                values[index] = getattr(self, name)[old]
            fresh[name] = values
        return Standing(**fresh)

    def after(self, counted: Reals, did: Reals, days: float, half_life: float, worth: float) -> "Standing":
        """The figures `days` later, when `counted` and `did` are the counts in all; `rate` is still the old one.

        People found out since to be none may make counts fall; what is left never falls below the conversions.
        """
        more, more_did = np.maximum(counted - self.counted, 0.0), np.maximum(did - self.did, 0.0)
        factor = level(more, more_did, self.rate, worth)
        even = self.even + more * factor
        kept = np.minimum(discount(self.kept, self.did, did, days, half_life), did)
        seen = np.maximum(discount(self.seen, self.even, even, days, half_life), kept)
        return Standing(counted, did, even, seen, kept, self.rate)

    def believed(self, belief: Belief) -> "Standing":
        """With the rates of this belief."""
        return Standing(self.counted, self.did, self.even, self.seen, self.kept, belief.mean)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON, rounded to a millionth."""
        return {name: np.round(getattr(self, name), 6).tolist() for name in _FIGURES}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "Standing":
        """Read back what `to_json` wrote."""
        return Standing(**{name: np.array(data[name], dtype=np.float64) for name in _FIGURES})
