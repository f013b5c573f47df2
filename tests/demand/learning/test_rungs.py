import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demand.learning.rungs import RungOutcome, RungWeights, fit_rungs
from models.batch import Rung

TRUE = np.array([0.001, 0.03, 0.4, 4.0, 7.0])


def simulated(seed: int, listings: int) -> list[RungOutcome]:
    """Synthetic listings; each person orders in lots of four, if at all."""
    chance = np.random.default_rng(seed)
    people = chance.poisson(np.array([800, 60, 25, 15, 8]) * chance.gamma(2, 0.5, (listings, 1)))
    return [RungOutcome(tuple(int(one) for one in row), int(4 * chance.poisson(row @ TRUE / 4))) for row in people]


def test_with_nothing_sold_the_usual_weights_rise_with_the_ladder():
    fitted = fit_rungs([])
    units = [weight.units for weight in fitted.weights]
    assert units == sorted(units)
    assert [weight.rung for weight in fitted.weights] == list(Rung)
    assert all(weight.low < weight.units < weight.high and weight.people == 0 for weight in fitted.weights)


def test_the_weights_that_made_the_sales_are_found():
    inside = np.zeros(5)
    for seed in range(40):
        fitted = fit_rungs(simulated(seed, 80))
        inside += [weight.low <= true <= weight.high for weight, true in zip(fitted.weights, TRUE, strict=True)]
    assert fitted.dispersion == pytest.approx(4, rel=0.35)
    assert inside[2:].min() >= 30, inside  # 90% intervals of 40 samples, three rungs that carry the units


def test_people_who_never_bought_weigh_little():
    fitted = fit_rungs([RungOutcome((900, 80, 40, 20, 10), 0)] * 30)
    before = fit_rungs([])
    for now, usual in zip(fitted.weights, before.weights, strict=True):
        assert now.high < usual.units


@settings(max_examples=20, deadline=None)
@given(st.randoms())
def test_the_order_of_listings_does_not_matter(chance):
    outcomes = simulated(3, 12)
    one = fit_rungs(outcomes)
    chance.shuffle(outcomes)
    other = fit_rungs(outcomes)
    assert [w.units for w in one.weights] == pytest.approx([w.units for w in other.weights], rel=1e-3)


def test_weights_survive_json():
    fitted = fit_rungs(simulated(1, 5))
    assert RungWeights.from_json(fitted.to_json()) == fitted


@pytest.mark.parametrize(("people", "units"), [((1, 2), 3), ((1, 2, 3, 4, -1), 3), ((0,) * 5, -1)])
def test_impossible_outcomes_cannot_be_built(people, units):
    with pytest.raises(ValueError):
        RungOutcome(people, units)
