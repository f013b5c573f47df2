"""Loaded pipelines: read once, taken in turns, the least used let go first."""

import threading

from design_gen.painting.loaded import Loaded


class Shelf:
    """A Loaded over names whose sizes and whose machine's memory are invented."""

    def __init__(self, most=2, room=100, floor=0):
        self.room, self.reads = room, []
        self.sizes = {}
        self.loaded = Loaded(most, floor, self.free, lambda: None, share=1.0)

    def free(self):
        return self.room - sum(self.sizes[key] for key in self.loaded.held())

    def use(self, key, size=1):
        self.sizes[key] = size
        return self.loaded.use(key, lambda: size, lambda: self.reads.append(key) or key.upper())


def test_each_is_read_once():
    shelf = Shelf()
    for _ in range(3):
        with shelf.use("a") as value:
            assert value == "A"
    assert shelf.reads == ["a"]


def test_the_one_used_longest_ago_makes_room():
    shelf = Shelf(most=2)
    for key in ("a", "b", "a", "c"):
        with shelf.use(key):
            pass
    assert shelf.loaded.held() == ("a", "c")


def test_memory_makes_room_before_numbers_do():
    shelf = Shelf(most=9, room=100)
    for key, size in (("a", 40), ("b", 40), ("c", 60)):
        with shelf.use(key, size):
            pass
    assert shelf.loaded.held() == ("b", "c") or shelf.loaded.held() == ("c",)
    assert shelf.free() >= 0


def test_short_memory_lets_go_of_what_is_not_asked_for():
    shelf = Shelf(most=9, room=100, floor=10)
    for key in ("a", "b"):
        with shelf.use(key, 20):
            pass
    shelf.room = 45
    with shelf.use("b", 20):
        assert shelf.loaded.held() == ("b",)


def test_what_is_at_work_is_never_let_go():
    shelf = Shelf(most=1)
    with shelf.use("a"), shelf.use("b"):
        assert shelf.loaded.held() == ("a", "b")
    shelf.loaded.clear()
    assert shelf.loaded.held() == ()


def test_threads_take_turns_and_read_once():
    shelf = Shelf()
    inside, seen, start = [], [], threading.Barrier(8)

    def work():
        start.wait()
        for _ in range(20):
            with shelf.use("a"):
                inside.append(1)
                seen.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shelf.reads == ["a"]
    assert set(seen) == {1}


def test_a_failed_read_leaves_nothing_and_is_tried_again():
    loaded = Loaded(2, 0, lambda: 100, lambda: None)
    for _ in range(2):
        try:
            with loaded.use("a", lambda: 1, lambda: 1 / 0):
                pass
        except ZeroDivisionError:
            pass
    assert loaded.held() == ()
