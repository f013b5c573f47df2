"""Very many demands in groups of categories, side by side: the same answer whoever computes the groups, and where."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np

from factory_matching.assignment.arrays import Floats, Small
from factory_matching.assignment.coupling import Wishes, common_prices, everything, share_out
from factory_matching.assignment.fill import nothing_given
from factory_matching.assignment.join import Made, all_prices, mend, put_together
from factory_matching.assignment.match_many import Progress, Tries, give, open_market
from factory_matching.assignment.partition import Submarket, cut, submarket
from factory_matching.assignment.price import (
    HEATS,
    Priced,
    Pricing,
    Rows,
    by_due,
    first_round,
    next_round,
    soft_load,
    value,
    worth,
)
from factory_matching.assignment.retrieve import Prices, retrieve
from factory_matching.demand import OpenDemand, Supply
from factory_matching.result import MatchResult
from factory_matching.weights import MatchWeights


class Crew(Protocol):
    """Whoever computes the groups. Steps are pure, so that one may be done again when whoever did it is lost."""

    @property
    def threads(self) -> int:
        """Threads of each call."""

    def keep(self, value: object) -> Any:
        """Put a value where calls find it; what comes back stands for it as an argument."""

    def each(self, step: Callable[..., tuple[Any, Any]], calls: Sequence[tuple[Any, ...]]) -> list[tuple[Any, Any]]:
        """A step's answers in the order of the calls: the first stays where it was made, the second comes here."""


def match_in_groups(
    demands: Sequence[OpenDemand],
    supply: Supply,
    weights: MatchWeights,
    groups: int,
    crew: Crew,
    progress: Progress | None = None,
) -> MatchResult:
    """As `match_many`, in at most `groups` groups of categories, which meet only at factories that several have.

    After each round of prices the time of these is shared out anew; when all is placed, the demands that want it are
    placed better in the whole market. In the end a factory's time has one price in all groups, so that their bounds
    add up to the Lagrangian bound of the whole market, which holds whatever the prices are (see price.py).
    """
    tell = progress or (lambda step, done, total: None)
    market = open_market(demands, supply, weights)
    asked, shelf, makers = market.asked, market.shelf, market.makers
    whole = cut(asked, shelf, makers, groups)
    kept = [crew.keep(submarket(asked, shelf, makers, whole, group)) for group in whole.groups]
    wishes, states = [], [None] * len(kept)
    shares = everything(whole, makers.made_by)
    for round_, heat in enumerate(HEATS):
        own = zip(kept, states, shares, strict=True)
        said = crew.each(price_group, [(*given, heat, crew.threads) for given in own])
        states, wishes = [state for state, _ in said], [wish for _, wish in said]
        shares = share_out(whole, makers.made_by, wishes)
        tell("prices", round_ + 1, len(HEATS))
    common = common_prices(whole, makers.made_by.shape[1], wishes)
    prices = [common[group.coupled] for group in whole.groups]
    tries = [_share_of_tries(len(group.demands), len(asked.units)) for group in whole.groups]
    last = zip(kept, states, shares, prices, tries, strict=True)
    made = [answer for _, answer in crew.each(place_group, [(*given, crew.threads) for given in last])]
    tell("groups", len(made), len(made))
    bound = sum(one.net for one in made) - float((common * makers.made_by[whole.coupled]).sum())
    together, found = put_together(whole, asked, shelf, makers, made)
    priced = Priced(all_prices(whole, makers, made, common), max(bound, 0.0), found)
    given = mend(whole, asked, shelf, makers, priced, together)
    return market.say(given, priced, f"priced in {len(kept)} groups")


def price_group(
    market: Submarket, before: Pricing | None, share: Small, heat: float, threads: int
) -> tuple[Pricing, Wishes]:
    """A round of prices with the group's share of its coupled factories, and what it wishes of these then."""
    asked, shelf, makers = market.asked, market.shelf, market.makers
    at = before or first_round(asked, shelf, makers, threads)
    at = next_round(at, heat, asked, shelf, makers, _limits(market, share), threads)
    load, warmth = soft_load(asked, shelf, at.known, at.prices.row, at.rows, at.scale * heat)
    load[0], warmth[0] = 0.0, 0.0  # of factories without a row
    rows = at.prices.row[market.coupled]
    wanted = load[rows]
    warm = np.where(warmth[rows] > 0, warmth[rows] / np.maximum(wanted.sum(axis=1), 1e-9), heat)
    return at, Wishes(at.rows.price[rows], wanted, warm)


def place_group(
    market: Submarket, at: Pricing, share: Small, common: Floats, tries: Tries, threads: int
) -> tuple[None, Made]:
    """Place the group's demands within its share, by its prices and the common ones, and certify these."""
    asked, shelf, makers = market.asked, market.shelf, market.makers
    own = ~np.isin(at.rows.factory, market.coupled)
    own[0] = True  # nobody's row
    place = at.prices.row.copy()
    place[market.coupled] = len(at.rows.price) + np.arange(len(market.coupled))
    prices = Prices(place, by_due(np.concatenate([at.rows.price, common])))
    _, reduced = retrieve(asked, shelf, makers, prices, 1, threads)
    rows = Rows(at.rows.factory[own], at.rows.price[own])
    net = value(asked, reduced) - worth(rows, makers)
    given = nothing_given(asked, makers)._replace(left=_limits(market, share))
    given = give(asked, shelf, makers, Priced(prices, 0.0, at.known), given, lambda step, done, total: None, tries)
    return None, Made(given.row, given.units, given.cost, at.known, rows, net)


def _share_of_tries(demands: int, of: int) -> Tries:
    """Together all groups try as often as one market does."""
    return Tries(*(tries * demands // of for tries in Tries()))


def _limits(market: Submarket, share: Small) -> Small:
    limits = market.makers.made_by.copy()
    limits[market.coupled] = share
    return limits
