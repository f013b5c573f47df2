"""Rules of learning that both kinds of nets share."""

import pytest
import torch
from torch import nn

from design_gen.learner import Learner, in_use, schedule


def taught(steps: int) -> Learner[nn.Sequential]:
    torch.manual_seed(0)
    learner = Learner(nn.Sequential(nn.Conv2d(2, 4, 3), nn.BatchNorm2d(4)), 1e-2)
    go_on(learner, steps)
    return learner


def go_on(learner, steps):
    for step in range(learner.steps, learner.steps + steps):
        pictures = torch.randn(3, 2, 8, 8, generator=torch.Generator().manual_seed(step))
        learner.step(learner.net(pictures).square().mean(), 1.0)


def test_going_on_from_a_state_ends_where_learning_without_a_pause_does():
    paused = taught(3)
    later = taught(0)
    later.restore(paused.state())
    go_on(later, 4)
    straight = taught(7)
    assert later.steps == straight.steps == 7
    for name, value in straight.state()["mean"].items():
        assert torch.equal(value, later.mean[name]), name


def test_the_mean_lies_between_the_start_and_the_end_and_changes_nothing_of_the_net():
    learner = taught(0)
    start = learner.net[0].weight.detach().clone()
    go_on(learner, 6)
    mean, now = learner.averaged()[0].weight, learner.net[0].weight
    assert 0 < (mean - start).norm() < (now - start).norm()
    assert learner.net.training


def test_biases_and_scales_are_not_decayed():
    learner = taught(0)
    assert [group["weight_decay"] for group in learner.optimiser.param_groups] == [1e-3, 0.0]
    assert all(parameter.dim() <= 1 for parameter in learner.optimiser.param_groups[1]["params"])


@pytest.mark.parametrize(
    ("part", "steps", "hold", "factor"),
    [(0.0, 0, 0.5, 0.01), (0.3, 100, 0.5, 1.0), (0.75, 500, 0.5, 0.5), (0.5, 500, 0.0, 0.5), (1.0, 500, 0.5, 0.01)],
)
def test_the_learning_rate_rises_holds_and_falls(part, steps, hold, factor):
    assert schedule(part, steps, 100, hold) == pytest.approx(factor)


@pytest.mark.parametrize(("part", "used"), [(0.0, 60), (0.3, 530), (0.6, 1000), (1.0, 1000)])
def test_pictures_join_while_they_are_drawn_and_all_are_in_use_before_the_end(part, used):
    assert in_use(1000, part, 0.6) == used
