"""How near scores come to the truth, and who is suspended wrongly, on synthetic factories whose true shares are known.

    python -m bench.scorecard --quick

Six categories, each with its own mean; a factory's true share of each measure is Beta-distributed around it (strength
8 for time and quantity, 20 for pieces), levels are normal (standard deviation 0.1); one in twenty is a bad maker, with
means of 0.35 on time, 0.80 good and 0.70 accurate. Factories differ in their orders (geometric, mean 6 a year), of
20-200 pieces each; pieces of one order are alike (Beta of strength 25 around the factory's share). Orders come evenly
over two years; every 14 days of the second all factories are scored and the rule of standings is applied. The truth
does not drift, which is the case in which forgetting only costs.

Beside it, in the same run: plain averages of the same events in the same window, with the mean of all for a measure of
which nothing is known; and the plain rule that suspends whoever's plain score lies below the gate.
"""

import argparse
import json
import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from configs.files import CONFIGS, read_toml
from factory_matching.scorecard.evidence import Events, Evidence, Ints, Reals
from factory_matching.scorecard.rule import LEVELS, MEASURES, Measure, ScoreRule
from factory_matching.scorecard.score import Scores, score_factories
from factory_matching.scorecard.standing import Case, GateRule, judge_standing
from models.factory import FactoryStanding

_MEANS = {
    Measure.ON_TIME: 0.88,
    Measure.FIRST_GOOD: 0.94,
    Measure.QUANTITY: 0.94,
    Measure.RESPONSE: 0.65,
    Measure.PRICE: 0.95,
    Measure.RETURNS: 0.96,
    Measure.DISPUTES: 0.97,
}
_PIECES = frozenset({Measure.FIRST_GOOD, Measure.RETURNS})
_CATEGORIES, _DAYS, _EVERY, _ORDERS = 6, 730, 14, 6.0
_BAD = {Measure.ON_TIME: 0.35, Measure.FIRST_GOOD: 0.80, Measure.QUANTITY: 0.70}
_BAD_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class World:
    """Factories with their true shares, and what happened on which day."""

    category: Ints
    true: dict[Measure, Reals]
    factory: Ints
    day: Reals
    good: dict[Measure, Reals]
    of: dict[Measure, Reals]

    def score(self, rule: ScoreRule) -> Reals:
        """The true score."""
        return sum((rule.weights[m] * self.true[m] for m in MEASURES), np.zeros(len(self.category)))

    def until(self, day: float, rule: ScoreRule) -> Evidence:
        """What is known at the end of a day."""
        age = day - self.day
        seen = (age >= 0) & (age <= rule.window_days)
        events = {m: Events(self.factory[seen], self.good[m][seen], self.of[m][seen], age[seen]) for m in MEASURES}
        orders = np.bincount(self.factory[seen], minlength=len(self.category)).astype(np.int64)
        names = tuple(f"category {number}" for number in range(_CATEGORIES))
        return Evidence(np.arange(len(self.category)), names, self.category, events, orders, orders)


def make_world(factories: int, seed: int) -> World:
    """Draw everybody's truth and two years of events."""
    rng = np.random.default_rng(seed)
    category = rng.integers(0, _CATEGORIES, factories)
    bad = rng.random(factories) < _BAD_SHARE
    true = {m: _draw_true(rng, m, category, bad) for m in MEASURES}
    orders = rng.geometric(1 / (1 + 2 * _ORDERS), factories) - 1
    factory = np.repeat(np.arange(factories), orders)
    day = rng.uniform(0, _DAYS, len(factory))
    good, of = {}, {}
    for m in MEASURES:
        share = true[m][factory]
        of[m] = rng.integers(20, 200, len(factory)).astype(float) if m in _PIECES else np.ones(len(factory))
        if m in LEVELS:
            good[m] = np.clip(rng.normal(share, 0.15), 0, 1)
        else:
            share = np.clip(share, 1e-3, 1 - 1e-3)
            lot = rng.beta(share * 25, (1 - share) * 25) if m in _PIECES else share
            good[m] = rng.binomial(of[m].astype(int), lot).astype(float)
    return World(category, true, factory, day, good, of)


def _draw_true(rng: np.random.Generator, measure: Measure, category: Ints, bad: NDArray[np.bool_]) -> Reals:
    mean = np.clip(_MEANS[measure] + rng.normal(0, 0.02, _CATEGORIES), 0.05, 0.985)[category]
    mean = np.where(bad, _BAD.get(measure, mean), mean)
    if measure in LEVELS:
        return np.clip(rng.normal(mean, 0.1), 0, 1)
    strength = 20.0 if measure in _PIECES else 8.0
    return rng.beta(mean * strength, (1 - mean) * strength)


def plain_scores(scores: Scores, rule: ScoreRule) -> Reals:
    """The same weights over plain averages; the mean of all where nothing is known."""
    total = np.zeros(len(scores.ids))
    for m in MEASURES:
        known = scores.measures[m].events > 0
        usual = float(scores.measures[m].raw[known].mean()) if known.any() else rule.usual[m][0]
        total += rule.weights[m] * np.where(known, scores.measures[m].raw, usual)
    return total


def compare(world: World, rule: ScoreRule) -> dict[str, float]:
    """Errors and rank correlations at the end, for factories with at least one order."""
    evidence = world.until(_DAYS, rule)
    scores = score_factories(evidence, rule)
    # Plain averages are of the window without regard to age.
    plain = plain_scores(score_factories(evidence, replace(rule, half_life_days=1e9)), rule)
    known, truth = evidence.orders > 0, world.score(rule)
    few = known & (evidence.orders <= 3)
    inside = (scores.low <= truth) & (truth <= scores.high)

    def rank(values: Reals, mask: NDArray[np.bool_]) -> float:
        return round(float(stats.spearmanr(values[mask], truth[mask]).statistic), 4)

    def error(values: Reals, mask: NDArray[np.bool_]) -> float:
        return round(float(np.sqrt(((values - truth)[mask] ** 2).mean())), 5)

    return {
        "factories_with_orders": int(known.sum()),
        "rank_shrunk": rank(scores.score, known),
        "rank_plain": rank(plain, known),
        "error_shrunk": error(scores.score, known),
        "error_plain": error(plain, known),
        "error_shrunk_up_to_3_orders": error(scores.score, few),
        "error_plain_up_to_3_orders": error(plain, few),
        "inside_80_percent_interval": round(float(inside[known].mean()), 4),
    }


def walk(world: World, rule: ScoreRule, gates: GateRule) -> dict[str, int]:
    """A year of runs; who was suspended though truly above the upper gate, by our rule and by the plain one."""
    factories = len(world.category)
    standing, moved = [FactoryStanding.ACTIVE] * factories, np.full(factories, -10_000)
    ours, plainly, warned = np.zeros(factories, bool), np.zeros(factories, bool), np.zeros(factories, bool)
    moves = 0
    for day in range(_DAYS // 2, _DAYS, _EVERY):
        evidence = world.until(day, rule)
        scores = score_factories(evidence, rule)
        plain = plain_scores(score_factories(evidence, replace(rule, half_life_days=1e9)), rule)
        plainly |= (plain < gates.warn_below) & (evidence.orders > 0)
        for index in np.flatnonzero((scores.high < gates.warn_below) | (moved > -10_000)):
            since = int(day - moved[index])
            fresh = int(((world.factory == index) & (world.day <= day) & (world.day > moved[index])).sum())
            verdict = judge_standing(_case(scores, evidence, int(index), standing[index], since, fresh), gates)
            if verdict is not None:
                standing[index], moved[index] = verdict.to, day
                moves += 1
                warned[index] |= verdict.to is FactoryStanding.WARNED
                ours[index] |= verdict.to is FactoryStanding.SUSPENDED
    truth = world.score(rule)
    good, bad = truth >= gates.clear_above, truth < gates.warn_below
    many = np.bincount(world.factory, minlength=factories) >= 10
    return {
        "truly_above_upper_gate": int(good.sum()),
        "of_them_suspended": int((ours & good).sum()),
        "of_them_warned": int((warned & good).sum()),
        "of_them_below_gate_plainly": int((plainly & good).sum()),
        "truly_below_gate_with_10_orders": int((bad & many).sum()),
        "of_them_warned_or_suspended": int((warned & bad & many).sum()),
        "of_them_suspended_in_the_year": int((ours & bad & many).sum()),
        "moves": moves,
    }


def _case(scores: Scores, evidence: Evidence, index: int, standing: FactoryStanding, since: int, fresh: int) -> Case:
    known = evidence.orders[index] > 0
    return Case(
        standing=standing,
        days=since,
        by_rule=standing is not FactoryStanding.ACTIVE,
        score=float(scores.score[index]) if known else None,
        low=float(scores.low[index]),
        high=float(scores.high[index]),
        orders=int(evidence.orders[index]),
        fresh=fresh,
    )


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="2,000 factories; otherwise 10,000, and 600,000 scored")
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    table = read_toml(CONFIGS / "scorecard.toml")
    rule, gates = ScoreRule.from_table(table["score"]), GateRule.from_table(table["gates"])
    world = make_world(2_000 if asked.quick else 10_000, asked.seed)
    answer = {"scores": compare(world, rule), "standings": walk(world, rule, gates)}
    if not asked.quick:
        big = make_world(600_000, asked.seed).until(_DAYS, rule)
        started = time.perf_counter()
        score_factories(big, rule)
        answer["size"] = {"factories": len(big.ids), "seconds": round(time.perf_counter() - started, 2)}
    print(json.dumps(answer, indent=2))


if __name__ == "__main__":
    main()
