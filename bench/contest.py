"""A contest: several sides do the same work; they are compared first, and timed only if they agree.

A time for a wrong result means nothing, so there is no way to get one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from adim.arrays import FloatArray
from bench.timing import Timing, interleave

OURS = "adim"
"""The name of our side; all others are peers."""

TOLERANCES = {"float32": 1e-4, "float64": 1e-12}
"""How far results may lie apart, in parts of the largest magnitude: room for sums of a million terms in another order,
and none for a term that is missing or rounded to fewer bits."""


class Side(NamedTuple):
    """Who takes part.

    Attributes
    ----------
    run : callable
        Does the work, and nothing else.
    arrays : callable
        Turns what `run` returned into arrays that can be compared with another side's.
    """

    run: Callable[[], Any]
    arrays: Callable[[Any], tuple[FloatArray, ...]]


class Outcome(NamedTuple):
    """What a contest gave.

    Attributes
    ----------
    timings : dict of str to Timing
        By side.
    difference : float or None
        How far the results lay apart, in parts of the largest magnitude; None if there was no peer.
    """

    timings: dict[str, Timing]
    difference: float | None

    @property
    def best_peer(self) -> str | None:
        """The fastest side that is not ours."""
        peers = [side for side in self.timings if side != OURS]
        return min(peers, key=lambda side: self.timings[side].median, default=None)

    @property
    def ratio(self) -> float | None:
        """The best peer's median over ours: above 1 we are faster."""
        return self.timings[self.best_peer].median / self.timings[OURS].median if self.best_peer else None


class Disagreement(Exception):  # noqa: N818 - it is no error of the program, and is caught under its name
    """Two sides did the same work and got different results."""


def hold(sides: Mapping[str, Side], *, tolerance: float, seconds: float, rounds: int = 5) -> Outcome:
    """Compare what the sides get, then time them.

    Parameters
    ----------
    sides : mapping of str to Side
        One of them is `OURS`.
    tolerance : float
        See `TOLERANCES`.
    seconds, rounds
        As for `bench.timing.interleave`.

    Raises
    ------
    Disagreement
        If a peer's result is not ours.
    """
    results = {name: side.arrays(side.run()) for name, side in sides.items()}
    ours = results.pop(OURS)
    differences = {name: difference(ours, theirs) for name, theirs in results.items()}
    for name, found in differences.items():
        if not found <= tolerance:  # NaN disagrees too
            raise Disagreement(
                f"{OURS} and {name} differ by {found:.1e} of the largest magnitude; rounding explains {tolerance:.0e}"
            )
    del results, ours
    timings = interleave({name: side.run for name, side in sides.items()}, seconds=seconds, rounds=rounds)
    return Outcome(timings, max(differences.values(), default=None))


def difference(ours: tuple[FloatArray, ...], theirs: tuple[FloatArray, ...]) -> float:
    """Return the largest difference of two results, in parts of the largest magnitude of the array it is found in.

    Infinity if the shapes or dtypes differ.

    Examples
    --------
    >>> difference((np.array([1.0, 4.0]),), (np.array([1.0, 5.0]),))
    0.2
    """
    found = [_difference(a, b) for a, b in zip(ours, theirs, strict=True)]
    return float(np.max(found))  # unlike max(), lets NaN through


def _difference(a: FloatArray, b: FloatArray) -> float:
    if a.shape != b.shape or a.dtype != b.dtype:
        return np.inf
    largest = np.max(np.abs(b), initial=0)
    return float(np.max(np.abs(a - b), initial=0) / (largest or 1))
