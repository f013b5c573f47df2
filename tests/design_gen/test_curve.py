import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from design_gen.cut.curve import Curve, bounds, box, line, oval, scallops, whole

numbers = st.floats(-2_000, 2_000).map(lambda x: round(x, 2))
points = st.tuples(numbers, numbers)
segments = st.lists(st.lists(points, min_size=1, max_size=3).map(tuple), min_size=1, max_size=6).map(tuple)
curves = st.builds(Curve, points, segments)


@given(curves)
def test_walking_back_twice_and_mirroring_twice_change_nothing(curve):
    assert curve.reverse().reverse() == curve
    assert curve.mirror().mirror() == curve


@given(curves)
def test_a_reversed_curve_runs_from_end_to_start_through_the_same_places(curve):
    back = curve.reverse()
    assert (back.start, back.end) == (curve.end, curve.start)
    for p, q in zip(curve.samples(4), reversed(back.samples(4)), strict=True):
        assert math.dist(p, q) < 1e-6


@given(curves, numbers, numbers)
def test_moving_moves_the_bounds(curve, dx, dy):
    left, top, right, bottom = bounds([curve])
    assert bounds([curve.move(dx, dy)]) == pytest.approx((left + dx, top + dy, right + dx, bottom + dy), abs=1e-6)


@given(curves, st.floats(-360, 360))
def test_turning_keeps_lengths(curve, degrees):
    before, after = curve.samples(2), curve.turn(degrees).samples(2)
    assert math.dist(after[0], after[-1]) == pytest.approx(math.dist(before[0], before[-1]), abs=1e-5)


@given(curves)
def test_a_whole_outline_is_symmetrical(curve):
    left, _, right, _ = bounds([whole(curve)])
    assert left == pytest.approx(-right)


def test_joining_closes_the_gap_with_a_line_only_where_there_is_one():
    assert line((0, 0), (1, 0)).join(line((1, 0), (2, 0))) == line((0, 0), (1, 0), (2, 0))
    assert line((0, 0), (1, 0)).join(line((3, 0), (4, 0))) == line((0, 0), (1, 0), (3, 0), (4, 0))


def test_paths_are_written_to_a_tenth_of_a_millimetre():
    curve = Curve((0, 0)).to((10.04, 1)).bend((1, 2), (3, 4)).sweep((1, 1), (2, 2), (3.26, 3))
    assert curve.svg(closed=True) == "M0 0L10 1Q1 2 3 4C1 1 2 2 3.3 3Z"
    assert curve.svg(closed=False)[-1] != "Z"


def test_boxes_ovals_and_scallops_reach_as_far_as_they_say():
    assert bounds([box(1, 2, 30, 40, 5)]) == pytest.approx((1, 2, 31, 42))
    assert bounds([oval(5, 5, 4, 2)]) == pytest.approx((1, 3, 9, 7))
    assert len(scallops((0, 0), (0, 90), 3, 10).segments) == 3
    assert bounds([scallops((0, 0), (0, 90), 3, 10)])[2] == pytest.approx(5)
