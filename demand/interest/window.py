"""Where in its window a listing is looked at, and whose first visit counts by then. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from demand.decision.reach import COMING, highest_rate
from models.demand_rule import DemandRule

_DAY = timedelta(days=1)
_PACE_ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Window:
    """One look, in days: how long judged viewers have come and will come; how long commitments have and will."""

    judged: float
    judged_left: float
    open: float
    open_left: float
    over: bool
    """Nobody more will be judged: the listing has closed and the last viewers have had their hours to convert."""

    def viewers_left(self, viewers: int) -> int | None:
        """Most viewers still to be judged if they come as they came (95%, at all looks at once); None on the first day.

        Too few would give up a listing that nobody has had time to see; a day, since nights and mornings differ.
        """
        if self.judged < 1:
            return None
        priors = [share * (self.judged + self.judged_left) for share in COMING]
        return ceil(highest_rate(viewers, self.judged, priors, _PACE_ALPHA) * self.judged_left)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def judged_between(rule: DemandRule, opens_at: datetime, looked_at: datetime) -> tuple[datetime, datetime]:
    """First and last moment at which a viewer may first have come to be judged at this look."""
    since = opens_at + timedelta(days=rule.burn_in_days)
    return since, looked_at - timedelta(hours=rule.maturity_hours)


def window_at(rule: DemandRule, opens_at: datetime, closes_at: datetime, looked_at: datetime) -> Window:
    """The look at `looked_at` of a listing that collects from `opens_at` to `closes_at`."""
    since, matured = judged_between(rule, opens_at, looked_at)
    return Window(
        judged=max(matured - since, timedelta()) / _DAY,
        judged_left=max(closes_at - max(matured, since), timedelta()) / _DAY,
        open=max(looked_at - opens_at, timedelta()) / _DAY,
        open_left=max(closes_at - looked_at, timedelta()) / _DAY,
        over=matured >= closes_at,
    )
