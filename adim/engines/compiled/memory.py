"""Memory for large arrays, used again: a network needs arrays of the same sizes at every step.

What is fresh from the operating system comes page by page, each handed over and cleared at its first touch, and that
costs about as much as what a layer then does with it. So memory of arrays that nobody holds any more is kept, and
given to the next array of that size. It begins at a page, so that no vector lies across two lines of the cache.
"""

from __future__ import annotations

import math
import mmap
import weakref
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from adim.arrays import FloatArray, Shape

_LARGE = 1 << 20  # bytes from which on it matters
_KEPT = 1 << 30  # bytes that may lie idle

_idle: dict[int, list[mmap.mmap]] = {}  # by size
_lent: dict[int, weakref.ref[FloatArray]] = {}  # a reference that is itself let go of calls nobody


def empty(shape: Shape, dtype: npt.DTypeLike) -> FloatArray:
    """Return an array of any numbers, as ``np.empty`` does."""
    size = math.prod(shape) * np.dtype(dtype).itemsize
    if size < _LARGE:
        return np.empty(shape, dtype)
    try:
        memory = _idle[size].pop()
    except LookupError:
        memory = _fresh(size)
    array: FloatArray = np.ndarray(shape, dtype, memory)
    # NumPy makes every view refer to this array, and not to the memory, since that is no array.
    lent = weakref.ref(array, partial(_take_back, memory))
    _lent[id(lent)] = lent
    return array


def _fresh(size: int) -> mmap.mmap:
    idle = sum(known * len(memories) for known, memories in list(_idle.items()))
    if idle + size > _KEPT:
        _idle.clear()
    if not hasattr(mmap, "MAP_PRIVATE"):
        return mmap.mmap(-1, size)
    memory = mmap.mmap(-1, size, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)  # a forked process gets a copy
    if hasattr(mmap, "MADV_HUGEPAGE"):
        memory.madvise(mmap.MADV_HUGEPAGE)
    return memory


def _take_back(memory: mmap.mmap, lent: weakref.ref[Any]) -> None:
    del _lent[id(lent)]
    _idle.setdefault(len(memory), []).append(memory)
