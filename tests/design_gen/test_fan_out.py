"""Work dealt out to painters that may be lost: everything is painted once, in order, whoever is lost."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from design_gen.fan_out import MAX_LOSSES, Lost, choose_painter, deal, local_hands
from design_gen.painting.with_ray import Share, share
from design_gen.side_by_side import side_by_side
from models.cluster import Engine
from models.errors import InvalidInput, PainterLost
from models.generator_setup import GeneratorSetup


class Crew:
    """Painters that square numbers; `fatal` says the how-manieth starts end in a loss, `spare` how many may be hired.

    `order` picks whose piece is done first.
    """

    def __init__(self, fatal=(), spare=99, order=()):
        self.fatal, self.spare, self.order = set(fatal), spare, list(order)
        self.begun, self.at_work, self.hired = [], {}, 0

    def start(self, hand, piece):
        assert hand not in [busy for busy, _, _ in self.at_work.values()], "one piece at a time"
        self.at_work[len(self.begun)] = hand, piece, len(self.begun) in self.fatal
        self.begun.append(piece)
        return len(self.begun) - 1

    def next_done(self, tickets):
        assert set(tickets) == set(self.at_work)
        return sorted(tickets)[(self.order.pop() if self.order else 0) % len(tickets)]

    def answer(self, ticket):
        _, piece, lost = self.at_work.pop(ticket)
        if lost:
            raise Lost("killed")
        return piece * piece

    def replace(self, hand):
        self.hired += 1
        return f"spare {self.hired}" if self.hired <= self.spare else None


@given(
    pieces=st.integers(0, 30),
    hands=st.integers(1, 5),
    fatal=st.sets(st.integers(0, 40), max_size=MAX_LOSSES - 1),
    order=st.lists(st.integers(0, 9), max_size=60),
)
def test_every_piece_is_answered_once_and_in_order_whoever_is_lost(pieces, hands, fatal, order):
    crew = Crew(fatal, order=order)
    seen = []
    names = [f"hand {number}" for number in range(hands)]
    answers, left = deal(range(pieces), names, crew, lambda done, total: seen.append((done, total)))
    assert answers == [piece * piece for piece in range(pieces)]
    assert len(left) == hands
    assert not crew.at_work
    happened = len([one for one in fatal if one < len(crew.begun)])
    assert len(crew.begun) == pieces + happened
    assert not pieces or seen[-1] == (pieces, pieces)


def test_without_room_for_new_ones_those_that_are_left_go_on():
    answers, left = deal([1, 2, 3, 4], ["a", "b", "c"], Crew(fatal=(0, 1), spare=0))
    assert (answers, len(left)) == ([1, 4, 9, 16], 1)


def test_when_nobody_is_left_it_says_so():
    with pytest.raises(PainterLost, match="no painter is left"):
        deal([1, 2, 3], ["a", "b"], Crew(fatal=range(9), spare=0))


def test_a_piece_that_kills_its_painters_is_given_up():
    with pytest.raises(PainterLost, match=f"{MAX_LOSSES} painters were lost over the same pictures: killed"):
        deal([1], ["a"], Crew(fatal=range(99)))


@pytest.mark.parametrize(
    ("model", "threads", "count", "cores", "hands"),
    [
        ("embedded", 0, 0, 2, 2),
        ("embedded", 0, 0, 64, 8),
        ("embedded", 2, 0, 8, 4),
        ("embedded", 16, 0, 8, 1),
        ("embedded", 0, 3, 2, 3),
        ("owner/big", 0, 0, 64, 1),
        ("owner/big", 0, 4, 64, 1),
    ],
)
def test_small_nets_paint_side_by_side_and_big_ones_one_by_one(model, threads, count, cores, hands):
    assert local_hands(GeneratorSetup(model=model, threads=threads), count, cores) == hands


FOUR_CORES, CARD = {"CPU": 4.0}, {"CPU": 16.0, "GPU": 2.0}


@pytest.mark.parametrize(
    ("nodes", "setup", "count", "expected"),
    [
        ([FOUR_CORES], GeneratorSetup(), 0, Share(4, 1, 0)),
        ([FOUR_CORES, FOUR_CORES], GeneratorSetup(threads=2), 0, Share(4, 2, 0)),
        ([FOUR_CORES], GeneratorSetup(), 2, Share(2, 2, 0)),
        ([FOUR_CORES], GeneratorSetup(), 9, Share(9, 1, 0)),
        ([FOUR_CORES, {"CPU": 8.0}], GeneratorSetup(model="owner/big"), 0, Share(3, 4, 0)),
        ([FOUR_CORES, CARD], GeneratorSetup(model="owner/big"), 0, Share(2, 1, 1.0)),
        ([CARD], GeneratorSetup(model="owner/big"), 4, Share(4, 1, 0.5)),
        ([CARD], GeneratorSetup(device="cpu"), 0, Share(16, 1, 0)),
        ([{}, FOUR_CORES], GeneratorSetup(), 0, Share(4, 1, 0)),
    ],
)
def test_a_cluster_is_shared_out_by_cards_or_cores(nodes, setup, count, expected):
    assert share(nodes, setup, count) == expected


def test_a_cluster_without_cores_is_refused():
    with pytest.raises(InvalidInput, match="no cores"):
        share([{}], GeneratorSetup(), 0)


def test_ray_that_is_not_installed_is_one_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(InvalidInput, match=r"not installed: pip install 'demandloom\[ray\]'"):
        choose_painter(GeneratorSetup(), Engine.RAY)


@pytest.mark.parametrize("hands", [1, 3])
def test_side_by_side_keeps_the_order_and_the_first_error(hands):
    assert list(side_by_side(lambda number: number * 2, range(7), hands)) == [0, 2, 4, 6, 8, 10, 12]

    def fail(number):
        if number == 3:
            raise ValueError("three")
        return number

    with pytest.raises(ValueError, match="three"):
        list(side_by_side(fail, range(7), hands))
