import numpy as np
import pytest

from demand.learning.lift import ArmResult, measure_lift


def arm(batch, treated, *converted, viewers=1_000):
    return [ArmResult(batch, treated, viewers, one) for one in converted]


@pytest.mark.parametrize(
    "results",
    [
        [],
        arm(1, True, 20, 30, 40, 50, 60),
        [*arm(1, True, 20, 30, 40, 50, 60), *arm(1, False, 20, 20, 30, 40)],
        [*arm(1, True, 20, 30, 40, 50, 60), *arm(2, False, 20, 20, 30, 40, 50)],  # never in the same batch
        [*arm(1, True, *[2] * 9, viewers=99), *arm(1, False, *[1] * 9, viewers=99)],
    ],
)
def test_with_too_little_nothing_is_said(results):
    lift = measure_lift(results)
    assert not lift.known
    assert lift.low is lift.high is lift.control_rate is None


def test_the_difference_is_taken_inside_batches():
    """A batch that sold better in all and had more treated designs does not look like a success of learning."""
    results = [
        *arm(1, True, *[20, 22, 18, 20, 21, 19]), *arm(1, False, *[20, 19, 21]),
        *arm(2, True, *[80, 82, 78, 80, 79, 81, 80, 80]), *arm(2, False, *[80, 81]),
    ]  # fmt: skip
    lift = measure_lift(results)
    assert (lift.treated, lift.control) == (14, 5)
    assert lift.difference == pytest.approx(0, abs=0.001)
    assert lift.low < 0 < lift.high


def test_nine_of_ten_intervals_hold_the_true_lift():
    chance, inside, trials = np.random.default_rng(2), 0, 300
    for _ in range(trials):
        results = []
        for batch in range(6):
            level = chance.uniform(0.01, 0.03)
            for treated, count in ((True, 18), (False, 2)):
                rates = np.clip(chance.normal(level + 0.004 * treated, 0.006, count), 0.0005, 1)
                results += [ArmResult(batch, treated, 1_000, int(chance.binomial(1_000, rate))) for rate in rates]
        lift = measure_lift(results)
        inside += lift.low <= 0.004 <= lift.high
    assert 0.9 * trials <= inside <= 0.99 * trials
