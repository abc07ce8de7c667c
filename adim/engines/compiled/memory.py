"""Room for results, which begins where a line of the cache begins, and is used again where it is large.

NumPy promises 16 bytes. A vector of 64 bytes would then always lie in two lines of the cache, and loading and storing
it would take twice as long: here, and in the layer that reads the result. Little arrays are not worth the trouble.

What is fresh from the operating system comes page by page, each cleared at its first touch, and that costs about as
much as what a layer then does with it. A network needs arrays of the same sizes at every step: so the memory of large
arrays that nobody holds any more is kept, and given to the next array of that size.
"""

from __future__ import annotations

import math
import mmap
import weakref
from collections import deque

import numpy as np
import numpy.typing as npt

from adim.arrays import FloatArray, Shape
from adim.engines.compiled.recording import current
from adim.engines.compiled.records import address

LINE = 64
"""Bytes of a cache's line."""

_LITTLE = 16 << 10
_LARGE = 1 << 20
_KEPT = 1 << 28  # bytes that may lie idle

_idle: dict[int, list[mmap.mmap]] = {}  # by size
_lent: dict[int, tuple[weakref.ref[FloatArray], mmap.mmap]] = {}  # by the reference's id
_returned: deque[weakref.ref[FloatArray]] = deque()  # references to arrays that nobody holds any more


def empty(shape: Shape, dtype: npt.DTypeLike) -> FloatArray:
    """Return a new array whose numbers are yet to be written.

    Examples
    --------
    >>> empty((300, 50), np.float32).ctypes.data % 64
    0
    """
    array = _empty(shape, dtype)
    if (recording := current()) is not None:
        recording.made.append(array)
    return array


def _empty(shape: Shape, dtype: npt.DTypeLike) -> FloatArray:
    size = math.prod(shape) * np.dtype(dtype).itemsize
    if size < _LITTLE:
        return np.empty(shape, dtype)
    if size < _LARGE:
        room = np.empty(size + LINE, np.uint8)
        return np.ndarray(shape, dtype, room, -address(room) % LINE)
    _take_back()
    try:
        memory = _idle[size].pop()
    except LookupError:
        memory = _fresh(size)
    array: FloatArray = np.ndarray(shape, dtype, memory)
    # Every view of it refers to this array, and not past it to the memory, which is none: see PyArray_SetBaseObject.
    # What is called when it goes is no Python code, in which a Ctrl-C would be lost.
    lent = weakref.ref(array, _returned.append)
    _lent[id(lent)] = lent, memory
    return array


def scratch(size: int) -> tuple[FloatArray, int]:
    """Return room for so many bytes, for the jobs that come next, and the address of its first whole line."""
    recording = current()
    if recording is None or recording.scratch.size < size + LINE:
        room = empty((size + LINE,), np.uint8)
    else:
        room = recording.scratch
    return room, address(room) + -address(room) % LINE


def whole_lines(size: int) -> int:
    """Return how many bytes the lines have that hold so many.

    Examples
    --------
    >>> whole_lines(64), whole_lines(65)
    (64, 128)
    """
    return -(-size // LINE) * LINE


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


def _take_back() -> None:
    """Let the memory of arrays that have gone lie idle."""
    while _returned:
        try:
            _, memory = _lent.pop(id(_returned.popleft()))
        except LookupError:  # another thread was faster
            return
        _idle.setdefault(len(memory), []).append(memory)
