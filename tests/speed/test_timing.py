"""Turns and medians, under a clock of our own."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from adim.speed import timing


class Clock:
    """Stands still but for what calls add to it."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def perf_counter(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(timing, "time", clock)
    return clock


def test_sides_take_turns_in_an_order_that_is_reversed_every_round(clock: Clock) -> None:
    log: list[str] = []

    def side(name: str) -> timing.Call:
        def call() -> None:
            log.append(name)
            clock.now += 5

        return call

    timings = timing.interleave({name: side(name) for name in "ABC"}, seconds=1, rounds=3)
    # 5 s are longer than a turn, so after the very first ones nobody is called twice
    assert "".join(log) == "AABBCC" + "CBA" + "ABC"
    assert len(clock.slept) == 9  # the machine settles before every turn
    assert all(found == timing.Timing(median=5, low=5, high=5, calls=3) for found in timings.values())


def test_turns_take_place_within_their_setting(clock: Clock) -> None:
    log: list[str] = []

    @contextmanager
    def setting(name: str) -> Iterator[None]:
        log.append(f"<{name}")
        yield
        log.append(f"{name}>")

    timing.interleave({name: lambda: log.append("call") for name in "AB"}, seconds=0, rounds=2, setting=setting)
    assert "".join(log).replace("call", "") == "<AA><BB><BB><AA>"


@pytest.mark.parametrize(("duration", "calls"), [(0.9, 5), (30.0, 3)])
def test_calls_that_take_long_get_fewer_rounds(clock: Clock, duration: float, calls: int) -> None:
    def call() -> None:
        clock.now += duration

    assert timing.interleave({"only": call}, seconds=1, rounds=5)["only"].calls == calls


def test_first_call_of_every_turn_is_not_timed(clock: Clock) -> None:
    durations = iter([100, 1, 1, 1, 100, 1, 1, 1])  # a turn of 3 s: one call to warm up, three that count

    def call() -> None:
        clock.now += next(durations)

    found = timing.interleave({"only": call}, seconds=6, rounds=2)["only"]
    assert found == timing.Timing(median=1, low=1, high=1, calls=6)


def test_turns_last_as_long_as_asked(clock: Clock) -> None:
    def call() -> None:
        clock.now += 0.25

    found = timing.interleave({"only": call}, seconds=10, rounds=5)["only"]
    assert found.calls == 40


def test_median_and_quartiles_are_those_worked_by_hand() -> None:
    found = timing.Timing.of([9, 1, 3, 5, 1000])
    assert found == timing.Timing(median=5, low=3, high=9, calls=5)
