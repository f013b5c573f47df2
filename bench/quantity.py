"""How good the quantities are: coverage of the 90% interval, and profit against an oracle that knows the demand.

Synthetic listings with the case mix of the study that the method comes from: pre-orders placed so far C ~ negative
binomial (shape 1.2, mean 60), inquiries I ~ 5 + geometric (mean 150), one unit each; conversion r ~ Beta(3, 9),
cancellation c ~ Beta(8, 92), both per listing; unit cost 30 / 24 / 20 / 17 from 30 / 50 / 100 / 300, MOQ 30, price 45,
salvage 5, shortage 4. Delays and cancellations are added: acts come evenly over 7 days before the look; an inquiry
converts after a log-normal delay (sigma 0.8; median 3.9 days, which makes 40% of the outcomes known at the look, as in
that study), a cancellation comes after a log-normal delay (median 6 days, sigma 0.9); goods are delivered 21 days after
the look; inquiries that convert may cancel too. Priors and delays are learned from 300 earlier listings as the
programme learns them: a Weibull is fitted to delays that are log-normal, so that the delays are always misspecified.

In the misspecified scenario the listings' rates are besides logit-normal with two humps, conversion is 10% below that
of the earlier listings, and delays are 25% longer.

The ceiling is the same decision by one who knows the true distributions, and what no method can exceed. Two more
figures are beside the point of the reach: looking a week later, when more outcomes are known, and ordering the first
small batch now and again once it is known who waits (60% of the unserved buyers do). Baselines:
order the committed units (at least the MOQ; nothing below half of it), and a plug-in binomial at the earlier listings'
mean rates. Shares are sums of profits over the oracle's; their 95% intervals and differences are bootstrapped over
listings.

    python -m bench.quantity [--quick] [--seed N]
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt
from scipy import stats

from bench.line import Reach, print_line
from demand.beta import Beta
from demand.learning.beliefs import learn_rate
from demand.learning.followed import Followed
from demand.quantity.delay import coarse_days
from demand.quantity.predict import DRAWS, draw_rates, interval, learn_buyers, predict
from demand.quantity.priors import QuantityPriors
from demand.quantity.profit import Terms, best_quantity
from demand.quantity.rate_prior import RatePrior
from demand.quantity.reorder import first_batch, worth_again
from demand.quantity.wishes import Schedule, Wish, Wishes
from models.interest import Segment
from models.money import PriceBreak, PriceLadder

Whole = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]

WINDOW, DELIVERY = 7.0, 21.0
CONVERTS = Beta(3, 9)
CANCELS = Beta(8, 92)
COSTS = PriceLadder(tuple(PriceBreak(q, Decimal(p)) for q, p in ((30, 30), (50, 24), (100, 20), (300, 17))))
TERMS = Terms(price=45.0, costs=COSTS, salvage=5.0, shortage=4.0)
BUYER = Segment.DOMESTIC_BUSINESS
EARLIER = 300
WAITS = QuantityPriors().waits
REACH = (
    Reach("coverage_90", 0.88, at_least=True),
    Reach("coverage_90", 0.92),
    Reach("coverage_90_misspecified", 0.88, at_least=True),
    Reach("coverage_90_misspecified", 0.92),
    Reach("profit_share_of_oracle", 0.975, at_least=True),
)


@dataclass(frozen=True, slots=True)
class World:
    """The true distributions of one scenario."""

    converts_after: float = 3.9
    """Median days."""
    cancels_after: float = 6.0
    humps: bool = False
    lower: float = 1.0
    """Times the conversion of the earlier listings."""
    waited: float = 0.0
    """Days between the last act and the look."""

    def conversions(self, rng: np.random.Generator, count: int) -> Reals:
        """Rates of listings."""
        if not self.humps:
            return rng.beta(CONVERTS.a, CONVERTS.b, count) * self.lower
        centre = np.where(rng.random(count) < 0.6, -1.6, -0.6)
        return self.lower / (1 + np.exp(-rng.normal(centre, 0.45)))

    def done_converting(self, days: Reals) -> Reals:
        """Share of the converting that have done it after so many days."""
        return np.asarray(stats.lognorm.cdf(days, 0.8, scale=self.converts_after), np.float64)

    def done_cancelling(self, days: Reals) -> Reals:
        """Share of the cancelling that have done it after so many days."""
        return np.asarray(stats.lognorm.cdf(days, 0.9, scale=self.cancels_after), np.float64)


PLAIN = World()
WEEK_LATER = World(waited=7.0)
EARLIER_WORLD = World(humps=True)
BESIDE = World(converts_after=3.9 * 1.25, cancels_after=6.0 * 1.25, humps=True, lower=0.9)


@dataclass(frozen=True, slots=True)
class Case:
    """One listing at the look, and the units wanted at delivery."""

    standing: Reals
    """Ages in days of the pre-orders that stand."""
    cancelled: Reals
    """Days since pre-orders that are cancelled were placed."""
    open: Reals
    """Ages in days of the inquiries not converted."""
    answered: Reals
    """Days since inquiries that converted were made."""
    demand: int


def make_case(world: World, rng: np.random.Generator, placed: int, asked: int, converts: float, cancels: float) -> Case:
    """Let the buyers of one listing act until delivery."""
    age = world.waited + rng.uniform(0, WINDOW, asked)
    delay = np.where(rng.random(asked) < converts, rng.lognormal(np.log(world.converts_after), 0.8, asked), np.inf)
    now, later = delay <= age, (delay > age) & (delay <= age + DELIVERY)
    ordered = np.concatenate(
        [world.waited + rng.uniform(0, WINDOW, placed), (age - delay)[now]]
    )  # days ago; later ones negative
    ordered = np.concatenate([ordered, (age - delay)[later]])
    gone = np.where(
        rng.random(len(ordered)) < cancels, rng.lognormal(np.log(world.cancels_after), 0.9, len(ordered)), np.inf
    )
    known = ordered >= 0
    return Case(
        standing=ordered[known & (gone > ordered)],
        cancelled=ordered[known & (gone <= ordered)],
        open=age[~now],
        answered=age[now],
        demand=int((gone > ordered + DELIVERY).sum()),
    )


def make_cases(world: World, seed: int, listings: int) -> list[Case]:
    """The case mix."""
    rng = np.random.default_rng([seed, 10])
    placed = rng.negative_binomial(1.2, 1.2 / (1.2 + 60), listings)
    asked = rng.negative_binomial(1, 1 / (1 + 150), listings) + 5
    converts, cancels = world.conversions(rng, listings), rng.beta(CANCELS.a, CANCELS.b, listings)
    return [make_case(world, rng, *of) for of in zip(placed, asked, converts, cancels, strict=True)]


def learn(world: World, seed: int) -> tuple[RatePrior, RatePrior]:
    """Priors of converting and cancelling, from earlier listings whose outcomes are all known."""
    rng = np.random.default_rng([seed, 20])
    asked = rng.negative_binomial(1, 1 / (1 + 60), EARLIER) + 5
    placed = rng.negative_binomial(1.2, 1.2 / (1.2 + 60), EARLIER)
    converted = _followed(rng, asked, world.conversions(rng, EARLIER), world.converts_after, 0.8)
    cancelled = _followed(rng, placed, rng.beta(CANCELS.a, CANCELS.b, EARLIER), world.cancels_after, 0.9)
    shipped = QuantityPriors()
    return learn_rate(converted, shipped.converted), learn_rate(cancelled, shipped.cancelled)


def _followed(rng: np.random.Generator, buyers: Whole, rates: Reals, median: float, sigma: float) -> list[Followed]:
    """Buyers of earlier listings, each followed for four weeks."""
    followed, seen = [], WINDOW + DELIVERY
    for listing, (count, rate) in enumerate(zip(buyers, rates, strict=True)):
        days = np.where(rng.random(count) < rate, rng.lognormal(np.log(median), sigma, count), np.inf)
        followed += [Followed(listing, BUYER, min(float(d), seen), bool(d <= seen)) for d in days]
    return followed


def ours(case: Case, converted: RatePrior, cancelled: RatePrior, seed: int) -> Whole:
    """Sorted draws of demand as the programme predicts it."""
    wishes = Wishes(*(_lines(ages) for ages in (case.standing, case.open, case.answered, case.cancelled)))
    buyers = learn_buyers(wishes, Schedule(WINDOW, DELIVERY, 14.0), converted, cancelled)
    return np.sort(predict(buyers, *draw_rates(buyers, seed), seed).total)


def _lines(ages: Reals) -> tuple[Wish, ...]:
    together = Counter(coarse_days(float(age)) for age in ages)
    return tuple(Wish(None, None, 1, count, BUYER, age) for age, count in sorted(together.items()))


_GRID = (np.arange(400) + 0.5) / 400


def ceiling(case: Case, world: World, seed: int) -> Whole:
    """Sorted draws by one who knows the true distributions of the plain scenario."""
    rng = np.random.default_rng([seed, 30])
    asked, standing = _lines(case.open), _lines(case.standing)
    converts = _posterior(CONVERTS, len(case.answered), asked, world.done_converting, rng)
    cancels = _posterior(CANCELS, len(case.cancelled), standing, world.done_cancelling, rng)
    draws = np.zeros(DRAWS, np.int64)
    for line in asked:
        first, last = world.done_converting(np.array([line.age_days, line.age_days + DELIVERY]))
        ends = first + (last - first) * (np.arange(16) + 0.5) / 16
        left = line.age_days + DELIVERY - stats.lognorm.ppf(ends, 0.8, scale=world.converts_after)
        lost = world.done_cancelling(left).mean()
        orders = converts * (last - first) / (1 - converts * first) * (1 - cancels * lost)
        draws += rng.binomial(line.count, orders)
    for line in standing:
        first, last = world.done_cancelling(np.array([line.age_days, line.age_days + DELIVERY]))
        draws += rng.binomial(line.count, 1 - cancels * (last - first) / (1 - cancels * first))
    return np.sort(draws)


def _posterior(
    prior: Beta, happened: int, waiting: Sequence[Wish], done: Callable[[Reals], Reals], rng: np.random.Generator
) -> Reals:
    log = (prior.a - 1 + happened) * np.log(_GRID) + (prior.b - 1) * np.log1p(-_GRID)
    for line in waiting:
        log += line.count * np.log1p(-_GRID * done(np.array([line.age_days])))
    weights = np.exp(log - log.max())
    picked: Reals = rng.choice(_GRID, DRAWS, p=weights / weights.sum())
    return picked


def earned(quantity: int, demand: int) -> float:
    """What making so many earns when so many are wanted; a shortage costs even where nothing is made."""
    sold = min(quantity, demand)
    cost = float(COSTS.unit_price(quantity)) * quantity if quantity else 0.0
    return TERMS.price * sold + TERMS.salvage * (quantity - sold) - cost - TERMS.shortage * (demand - sold)


def twice(draws: Whole, demand: int) -> float:
    """What the first small batch earns together with the re-order that pays best once it is known who waits."""
    first = first_batch(draws, TERMS, WAITS, best_quantity(draws, TERMS)[0])
    waiting = int(max(demand - first, 0) * WAITS) if first else 0
    return earned(first, demand) + float(worth_again(waiting, TERMS)[-1])


def committed_only(case: Case) -> int:
    """The committed units, at least the MOQ, nothing below half of it."""
    standing = len(case.standing)
    return max(COSTS.moq, standing) if standing >= COSTS.moq / 2 else 0


def plug_in(case: Case, converted: RatePrior, cancelled: RatePrior, rng: np.random.Generator) -> Whole:
    """Sorted draws at the earlier listings' mean rates, as if known, and without delays."""
    draws = rng.binomial(len(case.standing), 1 - cancelled.pool.level.mean, DRAWS)
    return np.sort(draws + rng.binomial(len(case.open), converted.pool.level.mean, DRAWS))


METHODS = ("oracle", "ours", "ceiling", "plug_in", "committed_only", "ours_with_reorder")


@dataclass(frozen=True, slots=True)
class Measured:
    """Profits (listings x METHODS), and for each listing whether the demand fell into the interval, and its width."""

    profits: Reals
    inside: Reals
    inside_ceiling: Reals
    width: Reals
    known: float
    """Mean share of the outcomes of inquiries that are known at the look."""


def measure(world: World, earlier: World, listings: int, seed: int, with_ceiling: bool) -> Measured:
    """Every method on the same listings."""
    converted, cancelled = learn(earlier, seed)
    rng = np.random.default_rng([seed, 40])
    profits, inside, width, known = [], [], [], []
    for number, case in enumerate(make_cases(world, seed, listings)):
        demand = ours(case, converted, cancelled, number)
        truth = ceiling(case, world, number) if with_ceiling else demand
        low, high = interval(demand)
        true_low, true_high = interval(truth)
        quantities = [
            best_quantity(np.array([case.demand]), TERMS)[0],
            best_quantity(demand, TERMS)[0],
            best_quantity(truth, TERMS)[0],
            best_quantity(plug_in(case, converted, cancelled, rng), TERMS)[0],
            committed_only(case),
        ]
        profits.append([earned(quantity, case.demand) for quantity in quantities] + [twice(demand, case.demand)])
        inside.append((low <= case.demand <= high, true_low <= case.demand <= true_high))
        width.append(high - low)
        known.append(float(world.done_converting(np.concatenate([case.open, case.answered])).mean()))
        if number % 50 == 49:
            print(f"\r{number + 1:,} of {listings:,} listings", end="", file=sys.stderr)
    print(file=sys.stderr)
    within = np.array(inside, np.float64)
    return Measured(np.array(profits), within[:, 0], within[:, 1], np.array(width, np.float64), float(np.mean(known)))


def share_ci95(profits: Reals, method: str, less: str | None = None) -> list[float]:
    """Bootstrap interval of the share of the oracle's profit, or of the difference of two."""
    rng = np.random.default_rng(0)
    sums = np.array([profits[rng.integers(0, len(profits), len(profits))].sum(axis=0) for _ in range(2000)])
    shares = sums / sums[:, :1]
    of = shares[:, METHODS.index(method)] - (shares[:, METHODS.index(less)] if less else 0)
    return [round(float(end), 4) for end in np.quantile(of, (0.025, 0.975))]


def share(profits: Reals, method: str) -> float:
    """Of the oracle's profit."""
    return round(float(profits[:, METHODS.index(method)].sum() / profits[:, 0].sum()), 4)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print the line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer listings, under 45 s")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    started, listings = time.monotonic(), 300 if asked.quick else 4000
    plain = measure(PLAIN, PLAIN, listings, asked.seed, with_ceiling=True)
    later = measure(WEEK_LATER, PLAIN, listings // 2, asked.seed + 2, with_ceiling=True)
    beside = measure(BESIDE, EARLIER_WORLD, listings, asked.seed + 1, with_ceiling=False)
    measured = {
        "listings": listings,
        "outcomes_known_at_the_look": round(plain.known, 3),
        "coverage_90": round(float(plain.inside.mean()), 4),
        "coverage_90_ci95": _binomial_ci95(plain.inside),
        "coverage_90_misspecified": round(float(beside.inside.mean()), 4),
        "coverage_90_misspecified_ci95": _binomial_ci95(beside.inside),
        "interval_width_units": round(float(plain.width.mean()), 1),
        "profit_share_of_oracle": share(plain.profits, "ours"),
        "profit_share_of_oracle_ci95": share_ci95(plain.profits, "ours"),
        "profit_share_misspecified": share(beside.profits, "ours"),
        "profit_share_misspecified_ci95": share_ci95(beside.profits, "ours"),
        "ceiling_share_of_oracle": share(plain.profits, "ceiling"),
        "ceiling_share_of_oracle_ci95": share_ci95(plain.profits, "ceiling"),
        "share_of_ceiling": round(share(plain.profits, "ours") / share(plain.profits, "ceiling"), 4),
        "with_reorder_share_of_oracle": share(plain.profits, "ours_with_reorder"),
        "with_reorder_share_of_oracle_ci95": share_ci95(plain.profits, "ours_with_reorder"),
        "outcomes_known_a_week_later": round(later.known, 3),
        "profit_share_a_week_later": share(later.profits, "ours"),
        "profit_share_a_week_later_ci95": share_ci95(later.profits, "ours"),
        "ceiling_share_a_week_later": share(later.profits, "ceiling"),
        "coverage_90_a_week_later": round(float(later.inside.mean()), 4),
        "ours_less_ceiling_ci95": share_ci95(plain.profits, "ours", "ceiling"),
        "ours_less_committed_only_ci95": share_ci95(plain.profits, "ours", "committed_only"),
        "ours_less_plug_in_ci95": share_ci95(plain.profits, "ours", "plug_in"),
        "profit_per_listing": {name: round(float(plain.profits[:, i].mean()), 1) for i, name in enumerate(METHODS)},
    }
    baseline = {
        "committed_only_share_of_oracle": share(plain.profits, "committed_only"),
        "plug_in_share_of_oracle": share(plain.profits, "plug_in"),
        "committed_only_share_misspecified": share(beside.profits, "committed_only"),
        "plug_in_share_misspecified": share(beside.profits, "plug_in"),
        "ceiling_coverage_90": round(float(plain.inside_ceiling.mean()), 4),
    }
    return print_line("quantity", asked.seed, time.monotonic() - started, measured, baseline, REACH, asked.quick)


def _binomial_ci95(inside: Reals) -> list[float]:
    mean, error = float(inside.mean()), 1.96 * float(inside.std()) / len(inside) ** 0.5
    return [round(mean - error, 4), round(mean + error, 4)]


if __name__ == "__main__":
    sys.exit(main())
