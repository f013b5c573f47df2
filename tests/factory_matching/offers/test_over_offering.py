import numpy as np
import pytest
from scipy.special import expit

from factory_matching.offers.likelihood import PastAnswer, Question, fit_answers
from factory_matching.offers.over_offering import Candidate, PlanPart, plan_over_offering
from factory_matching.offers.reliability import look_back, reliability
from models.errors import InvalidInput


def simulated_history(answers, seed=3, factories=60):
    """Factories differ, a higher price and more time help, size hinders."""
    rng = np.random.default_rng(seed)
    moods = rng.normal(0.6, 0.9, factories)
    found = []
    for _ in range(answers):
        factory = int(rng.integers(factories))
        question = Question(factory, float(rng.choice([0, 0, 0, 0.03])), float(rng.uniform(0, 20)), float(rng.random()))
        says = moods[factory] + 8 * question.price_over + 0.06 * question.slack_days - 1.2 * question.size
        found.append(PastAnswer(question, bool(rng.random() < expit(says))))
    return found


def question(factory=1, **changes):
    return Question(**{"factory": factory, "price_over": 0.0, "slack_days": 5.0, "size": 0.3, **changes})


def part(units, first, *standbys, accepted=False):
    return PlanPart(units, one(first), accepted, tuple(one(factory) for factory in standbys))


def one(factory):
    return Candidate(question(factory), f"F{factory}", "90.00")


def test_stated_probabilities_come_true_on_simulated_history():
    table = look_back(simulated_history(4_000), first=300, every=100)
    assert sum(row.offers for row in table) == 3_700
    assert table[-1].stated - table[0].stated > 0.25  # it tells likely from unlikely
    for row in table:
        assert abs(row.came_true - row.stated) <= row.allowed + 0.03, table


def test_a_reliability_table_shows_an_overconfident_model():
    rng = np.random.default_rng(1)
    stated = rng.uniform(0.8, 0.99, 2_000)
    table = reliability(stated.tolist(), (rng.random(2_000) < stated - 0.3).tolist())
    assert all(row.stated - row.came_true > row.allowed for row in table)


def test_the_fit_finds_the_directions_it_was_made_with():
    weights = dict(zip(("all", "price", "slack", "size"), fit_answers(simulated_history(4_000)).weights, strict=True))
    assert weights["price"] > 0
    assert 0.3 < weights["slack"] < 0.9  # 0.6 for ten days
    assert -1.6 < weights["size"] < -0.8


def test_few_answers_leave_a_wide_interval_and_many_a_narrow_one():
    none, few, many = (fit_answers(simulated_history(n)).chance(question()) for n in (0, 20, 4_000))
    assert none.low < 0.55 < 0.85 < none.high
    assert none.high - none.low > few.high - few.low > many.high - many.low
    assert many.high - many.low < 0.25


def test_a_factory_that_always_declines_is_believed_slowly():
    history = [PastAnswer(question(factory=n % 20), accepted=True) for n in range(100)]
    shares = []
    for declined in (0, 1, 4, 16):
        own = [PastAnswer(question(factory=99), accepted=False)] * declined
        shares.append(fit_answers(history + own).chance(question(factory=99)).share)
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0.8
    assert shares[1] > 0.4  # one no is no habit
    assert shares[3] < 0.2


def test_more_standbys_never_look_worse_and_the_fewest_that_suffice_are_taken():
    model = fit_answers(simulated_history(400))
    plan = plan_over_offering([part(60, 1, 3, 4, 5, 6), part(40, 2, 3, 7, 8)], 100, 5, model, 0.8, seed=1)
    assert list(plan.by_standbys) == sorted(plan.by_standbys)
    assert plan.reached
    assert plan.standbys > 0
    assert plan.by_standbys[plan.standbys - 1] < 0.8


def test_no_factory_stands_by_twice_or_for_a_part_it_has():
    model = fit_answers([])
    plan = plan_over_offering([part(60, 1, 2, 3, 4, 5), part(40, 2, 1, 3, 4)], 100, 9, model, 0.999, seed=1)
    standing = [one.code for own in plan.parts for one, _ in own.standbys]
    assert len(standing) == len(set(standing))
    assert not set(standing) & {"F1", "F2"}


def test_answers_that_cannot_be_waited_for_do_not_count():
    model = fit_answers(simulated_history(400))
    parts = [part(100, 1, 3, 4, 5)]
    assert len(plan_over_offering(parts, 100, 1, model, 0.99, seed=1).by_standbys) == 1
    assert plan_over_offering(parts, 100, 0, model, 0.99, seed=1).probability == 0.0


def test_what_is_accepted_is_certain():
    plan = plan_over_offering([part(100, 1, 2, accepted=True)], 100, 3, fit_answers([]), 0.9, seed=1)
    assert (plan.probability, plan.standbys, plan.reached) == (1.0, 0, True)


def test_the_same_seed_gives_the_same_plan():
    model = fit_answers(simulated_history(50))
    plans = [plan_over_offering([part(100, 1, 2, 3)], 100, 3, model, 0.9, seed) for seed in (1, 1, 2)]
    assert plans[0] == plans[1]
    assert plans[0].by_standbys != plans[2].by_standbys


@pytest.mark.parametrize(("wanted", "target"), [(99, 0.9), (100, 1.0), (100, 0.0)])
def test_parts_add_up_and_the_target_is_a_probability(wanted, target):
    with pytest.raises(InvalidInput):
        plan_over_offering([part(100, 1)], wanted, 2, fit_answers([]), target, seed=1)
