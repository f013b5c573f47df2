"""Ray actors on this machine: the same pictures as in one process, also when one of them is killed."""

import os
import signal
import time

import psutil
import pytest

from design_gen.fan_out import choose_painter
from design_gen.generate import load_generator
from models.attributes import Category
from models.cluster import Engine
from models.errors import InvalidInput
from models.generator_setup import GeneratorSetup
from tests.design_gen.specs import spec_of

ray = pytest.importorskip("ray")
SPECS = [spec_of(category) for category in list(Category)[:6]]
SEEDS = list(range(6))


def label(kind, key, language):
    return key


def actor_processes():
    inside = psutil.Process().children(recursive=True)
    return [one.pid for one in inside if one.is_running() and one.name().startswith("ray::Actor")]


def test_two_actors_paint_what_one_process_paints_and_one_killed_costs_nothing():
    alone = load_generator(GeneratorSetup(threads=1))
    expected = alone.paint(SPECS, alone.prompts(SPECS, SEEDS, label), SEEDS, size=64)
    painter = choose_painter(GeneratorSetup(threads=1), Engine.RAY, count=2)
    try:
        assert painter.hands == 2
        prompts = painter.prompts(SPECS, SEEDS, label)
        before = actor_processes()
        assert len(before) == 2
        seen = []

        def kill_one(done, total):
            seen.append((done, total))
            if done == 1:
                os.kill(before[0], signal.SIGKILL)

        pictures = painter.paint(SPECS, prompts, SEEDS, size=64, progress=kill_one)
        assert [one.image.tobytes() for one in pictures] == [one.image.tobytes() for one in expected]
        assert [one.recipe for one in pictures] == [one.recipe for one in expected]
        assert seen[-1] == (6, 6)
        after = actor_processes()
        assert len(after) == 2
        assert before[0] not in after
        assert painter.straighten(pictures[0], SPECS[0]) == alone.straighten(expected[0], SPECS[0])
        with pytest.raises(InvalidInput, match="picture size 63"):
            painter.paint(SPECS[:1], prompts[:1], SEEDS[:1], size=63)
    finally:
        painter.close()
    assert not ray.is_initialized()
    assert actor_processes() == []


def test_a_cluster_that_is_not_there_is_one_line_and_soon():
    started = time.monotonic()
    with pytest.raises(InvalidInput, match=r"no Ray cluster at 127\.0\.0\.1:1: ") as caught:
        choose_painter(GeneratorSetup(), Engine.RAY, 1, "127.0.0.1:1")
    assert "\n" not in str(caught.value)
    assert time.monotonic() - started < 30
