"""Medians of calls that take turns.

A machine drifts: its clock, its caches and its other users change from one second to the next. Two sides that are
timed one after the other are timed on two machines. Here they take turns, in an order that is reversed every round,
and what hits one side hits the other.

Before a turn the machine settles, since the threads of a library stay awake for a while and look for more work after
its last call (up to 40 ms for ONNX Runtime, 30 for OpenBLAS), on the very processors that the next side needs. A first
call that is not timed then wakes the side's own threads and fills the caches.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple, TypeAlias

Call: TypeAlias = Callable[[], Any]

_SETTLE = 0.08  # seconds
_SHORT = 0.1  # seconds, of which nobody complains
_FEW = 3  # rounds: the least that tells an outlier


class Timing(NamedTuple):
    """How long a call took, in seconds: the median and the quartiles of so many calls."""

    median: float
    low: float
    high: float
    calls: int

    @classmethod
    def of(cls, durations: Sequence[float]) -> Timing:
        """Sum up two or more durations."""
        low, median, high = statistics.quantiles(durations, n=4, method="inclusive")
        return cls(median, low, high, len(durations))


def interleave(
    calls: Mapping[str, Call],
    *,
    seconds: float,
    rounds: int = 5,
    setting: Callable[[str], AbstractContextManager[object]] = nullcontext,
) -> dict[str, Timing]:
    """Time calls that take turns.

    Parameters
    ----------
    calls : mapping of str to callable
        What is timed, by name.
    seconds : float
        How long each is timed, in all. A call that takes longer than its share of a round is made once a round.
    rounds : int
        How many turns each gets, 2 or more. Where these would take ten times as long as they should, since single
        calls take so long, 3 must do.
    setting : callable, optional
        Called with the name of whose turn it is; the turn takes place within what it returns.

    Examples
    --------
    >>> times = interleave({"short": lambda: sum(range(10)), "long": lambda: sum(range(10_000))}, seconds=0.01)
    >>> times["short"].median < times["long"].median
    True
    """
    durations: dict[str, list[float]] = {name: [] for name in calls}
    order = list(calls)
    begin, patience = time.perf_counter(), 10 * max(seconds, _SHORT) * len(order)
    for turn in range(rounds):
        if turn >= _FEW and time.perf_counter() - begin > patience:
            break
        for name in order:
            with setting(name):
                _take_turn(calls[name], durations[name], seconds / rounds)
        order.reverse()
    return {name: Timing.of(measured) for name, measured in durations.items()}


def _take_turn(call: Call, durations: list[float], seconds: float) -> None:
    time.sleep(_SETTLE)
    if not durations or durations[-1] < seconds:  # a longer call has time enough to warm up by itself
        call()
    begin = time.perf_counter()
    while True:
        start = time.perf_counter()
        call()
        stop = time.perf_counter()
        durations.append(stop - start)
        if stop - begin >= seconds:
            return
