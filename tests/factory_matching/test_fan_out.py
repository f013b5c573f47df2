"""Who matches: the same result from one process and from Ray tasks on this machine, also when one of them is killed."""

import os
import signal
import sys
from functools import wraps

import pytest

from bench.market import make_market
from factory_matching.assignment.feasible import check
from factory_matching.assignment.match_in_groups import match_in_groups, price_group
from factory_matching.assignment.match_many import match_many, open_market
from factory_matching.assignment.partition import cut
from factory_matching.assignment.price import HEATS
from factory_matching.fan_out import LocalCrew, RayCrew, choose_matcher, share_cores
from factory_matching.weights import MatchWeights
from models.cluster import Engine
from models.errors import InvalidInput, WorkersLost

WEIGHTS = MatchWeights()
GROUPS = 4


@pytest.fixture(scope="module")
def market():
    demands, supply = make_market(600, 6_000, 3.0, seed=5)
    opened = open_market(demands, supply, WEIGHTS)
    assert len(cut(opened.asked, opened.shelf, opened.makers, GROUPS).coupled) > 20
    return demands, supply


@pytest.fixture(scope="module")
def alone(market):
    result = match_in_groups(*market, WEIGHTS, GROUPS, LocalCrew(1))
    check(*market, result)
    return result


class Deadly:
    """A crew whose tasks kill their own process in the third round, so many of them."""

    def __init__(self, crew, folder, times):
        self.crew, self.folder, self.times, self.threads = crew, folder, times, crew.threads

    def keep(self, value):
        return self.crew.keep(value)

    def each(self, step, calls):
        folder, times = self.folder, self.times

        @wraps(step)
        def die_or_do(*given):
            if given[3] == HEATS[2] and len(list(folder.iterdir())) < times:
                (folder / str(os.getpid())).touch()
                os.kill(os.getpid(), signal.SIGKILL)
            return step(*given)

        return self.crew.each(die_or_do if step is price_group else step, calls)


def test_threads_of_one_process_give_the_same_result(market, alone):
    assert choose_matcher(groups=GROUPS)(*market, WEIGHTS, None) == alone


def test_two_ray_workers_give_the_same_result_and_one_killed_in_the_middle_changes_nothing(market, alone, tmp_path):
    pytest.importorskip("ray")
    with RayCrew(GROUPS, workers=2) as crew:
        assert match_in_groups(*market, WEIGHTS, GROUPS, crew) == alone
        assert match_in_groups(*market, WEIGHTS, GROUPS, Deadly(crew, tmp_path, 1)) == alone
        assert list(tmp_path.iterdir())
        impatient = RayCrew(GROUPS, retries=0)  # the same cluster
        with pytest.raises(WorkersLost, match="a group of the matching was lost: "):
            match_in_groups(*market, WEIGHTS, GROUPS, Deadly(impatient, tmp_path, 99))


def test_one_group_in_this_process_is_the_whole_market_at_once():
    assert choose_matcher() is match_many


def test_ray_without_groups_and_ray_that_is_not_installed_are_one_line(monkeypatch):
    with pytest.raises(InvalidInput, match=r"set matching\.groups above 1"):
        choose_matcher(Engine.RAY)
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(InvalidInput, match=r"matching\.engine is ray, which is not installed"):
        choose_matcher(Engine.RAY, 4)


@pytest.mark.parametrize(("cores", "groups", "threads"), [([2], 4, 1), ([8, 8], 4, 4), ([2, 16], 2, 2), ([0, 4], 4, 1)])
def test_tasks_share_out_the_cores_of_the_cluster(cores, groups, threads):
    assert share_cores(cores, groups) == threads


def test_a_cluster_without_cores_is_refused():
    with pytest.raises(InvalidInput, match="no cores to match with"):
        share_cores([0], 4)
