"""What the machine could do: the two lines under which every speed lies (Williams, Waterman and Patterson, 2009).

A computation of so many operations for each byte that it moves is held up by the multipliers or by the memory. How fast
these are is measured here as it is reached in practice: by the matrix products of NumPy's BLAS, and by copies of arrays
that no cache can hold.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

_SIDES = (512, 1024, 1536)  # of the matrices: one of them suits any BLAS
_BYTES = 2**27  # of the arrays that are copied


class Roof(NamedTuple):
    """The best that was seen.

    Attributes
    ----------
    peak : float
        Floating-point operations a second, in units of 10**9; a multiplication and an addition are two.
    bandwidth : float
        Bytes a second that were read or written, in units of 10**9.
    """

    peak: float
    bandwidth: float

    def at(self, intensity: float) -> float:
        """Return the most GFLOP/s for so many operations a byte.

        Examples
        --------
        >>> roof = Roof(peak=100.0, bandwidth=10.0)
        >>> roof.at(2.0), roof.at(50.0)
        (20.0, 100.0)
        """
        return min(self.peak, self.bandwidth * intensity)


def measure_roof(dtype: npt.DTypeLike = np.float32, *, threads: int = 1, seconds: float = 0.3) -> Roof:
    """Measure the roof for numbers of this type.

    Parameters
    ----------
    dtype : {"float32", "float64"}
        The type of the numbers.
    threads : int
        How many threads copy. How many multiply is BLAS's own affair; see `adim.speed.limited`.
    seconds : float
        How long each kind of work is repeated; the best of all calls counts.
    """
    rng = np.random.default_rng(0)
    speeds = []
    for side in _SIDES:
        a, b = (rng.random((side, side)).astype(dtype) for _ in range(2))
        out = np.empty_like(a)
        best = _best(partial(np.matmul, a, b, out=out), seconds / len(_SIDES))
        speeds.append(2 * side**3 / best / 1e9)
    source, target = np.ones(_BYTES, np.uint8), np.zeros(_BYTES, np.uint8)
    pieces = list(zip(np.array_split(source, threads), np.array_split(target, threads), strict=True))
    with ThreadPoolExecutor(threads) as pool:
        best = _best(lambda: list(pool.map(lambda piece: np.copyto(piece[1], piece[0]), pieces)), seconds)
    return Roof(max(speeds), 2 * _BYTES / best / 1e9)


def _best(call: Callable[[], Any], seconds: float) -> float:
    """Return how long the shortest call took, and call at least twice."""
    durations: list[float] = []
    end = time.perf_counter() + seconds
    while len(durations) < 2 or time.perf_counter() < end:
        start = time.perf_counter()
        call()
        durations.append(time.perf_counter() - start)
    return min(durations)
