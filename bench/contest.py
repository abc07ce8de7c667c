"""A contest: several sides do the same work; they are compared first, and timed only if they agree.

A time for a wrong result means nothing, so there is no way to get one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from adim.arrays import FloatArray
from adim.speed.timing import Timing, interleave

OURS = "adim"
"""The name of our side; all others are peers."""

_ROUNDING = {"float32": 1e-4, "float64": 1e-12}


Arrays: TypeAlias = tuple[FloatArray, ...]
"""What a side got."""

Measure: TypeAlias = Callable[[Arrays, Arrays], float]
"""How far two sides' arrays lie apart: `difference`, or `distance`."""


class Side(NamedTuple):
    """Who takes part.

    Attributes
    ----------
    run : callable
        Does the work, and nothing else.
    arrays : callable
        Turns what `run` returned into arrays that can be compared with another side's.
    trial : callable, optional
        Called in the place of `run` when results are compared: what `run` changes, it restores.
    """

    run: Callable[[], Any]
    arrays: Callable[[Any], Arrays]
    trial: Callable[[], Any] | None = None


Sides: TypeAlias = dict[str, Side]
"""What one contestant does in each part of some work, by the name of the part."""


class Outcome(NamedTuple):
    """What a contest gave.

    Attributes
    ----------
    timings : dict of str to Timing
        By side.
    difference : float or None
        How far the results lay apart; None if there was no peer.
    """

    timings: dict[str, Timing]
    difference: float | None

    @property
    def peers(self) -> list[str]:
        """The names of all peers that took part, each once however many sides it had: the first words of theirs."""
        return list(dict.fromkeys(side.split()[0] for side in self.timings if side != OURS))

    def best(self, peer: str | None = None) -> str | None:
        """Return the fastest side of a peer, or of all peers; None if it did not take part."""
        sides = [side for side in self.timings if side != OURS and peer in (None, side.split()[0])]
        return min(sides, key=lambda side: self.timings[side].median, default=None)

    def ratio(self, peer: str | None = None) -> float | None:
        """Return the best side's median over ours, above 1 where we are faster; see `best`."""
        best = self.best(peer)
        return self.timings[best].median / self.timings[OURS].median if best else None


class Disagreement(Exception):  # noqa: N818 - it is no error of the program, and is caught under its name
    """Two sides did the same work and got different results."""


class Tolerance(NamedTuple):
    """How far results may lie apart, and how that is measured."""

    limit: float
    measure: Measure


def hold(
    sides: Mapping[str, Side],
    *,
    tolerance: Tolerance,
    seconds: float,
    rounds: int = 5,
    setting: Callable[[str], AbstractContextManager[object]] = nullcontext,
) -> Outcome:
    """Compare what the sides get, then time them.

    Parameters
    ----------
    sides : mapping of str to Side
        One of them is `OURS`.
    tolerance : Tolerance
        See `rounding`.
    seconds, rounds, setting
        As for `adim.speed.interleave`.

    Raises
    ------
    Disagreement
        If a peer's result is not ours.
    """
    results = {}
    for name, side in sides.items():
        with setting(name):
            results[name] = side.arrays((side.trial or side.run)())
    ours = results.pop(OURS)
    limit, measure = tolerance
    differences = {name: measure(ours, theirs) for name, theirs in results.items()}
    for name, found in differences.items():
        if not found <= limit:  # NaN disagrees too
            raise Disagreement(
                f"{OURS} and {name} differ by {found:.1e} of the {_SIZES[measure]}; rounding explains {limit:.0e}"
            )
    del results, ours
    calls = {name: side.run for name, side in sides.items()}
    timings = interleave(calls, seconds=seconds, rounds=rounds, setting=setting)
    return Outcome(timings, max(differences.values(), default=None))


def difference(ours: Arrays, theirs: Arrays) -> float:
    """Return the largest difference of two results, in parts of the largest magnitude of the array it is found in.

    Infinity if the shapes or dtypes differ.

    Examples
    --------
    >>> difference((np.array([1.0, 4.0]),), (np.array([1.0, 5.0]),))
    0.2
    """
    return _farthest(lambda array: float(np.max(np.abs(array), initial=0)), ours, theirs)


def distance(ours: Arrays, theirs: Arrays) -> float:
    """Return the Euclidean distance of two results, in parts of the norm of the array it is found in.

    For results in which rounding may change single numbers by much, and all together by little. Infinity if the
    shapes or dtypes differ.

    Examples
    --------
    >>> distance((np.array([3.0, 4.0]),), (np.array([3.0, 4.5]),)) < 0.1
    True
    """
    return _farthest(lambda array: float(np.linalg.norm(array)), ours, theirs)


def _farthest(size: Callable[[FloatArray], float], ours: Arrays, theirs: Arrays) -> float:
    found = [
        size(a - b) / (size(b) or 1) if a.shape == b.shape and a.dtype == b.dtype else np.inf
        for a, b in zip(ours, theirs, strict=True)
    ]
    return float(np.max(found))  # unlike max(), lets NaN through


def rounding(dtype: str) -> Tolerance:
    """Return how far results of this dtype may lie apart, in parts of the largest magnitude.

    There is room for sums of a million terms in another order, and none for a term that is missing or rounded to fewer
    bits.
    """
    return Tolerance(_ROUNDING[dtype], difference)


_SIZES: dict[Measure, str] = {difference: "largest magnitude", distance: "norm"}
