"""Room for results, which begins where a line of the cache begins.

NumPy promises 16 bytes. A vector of 64 bytes would then always lie in two lines of the cache, and loading and storing
it would take twice as long: here, and in the layer that reads the result. Little arrays are not worth the trouble.
"""

from __future__ import annotations

from math import prod

import numpy as np

from adim.arrays import FloatArray, Shape
from adim.engines.compiled.records import address

_LINE = 64  # bytes
_LITTLE = 32 << 10


def empty(shape: Shape, dtype: np.dtype[np.floating]) -> FloatArray:
    """Return a new array whose numbers are yet to be written.

    Examples
    --------
    >>> empty((300, 50), np.dtype(np.float32)).ctypes.data % 64
    0
    """
    size = prod(shape) * dtype.itemsize
    if size < _LITTLE:
        return np.empty(shape, dtype)
    room = np.empty(size + _LINE, np.uint8)
    return np.ndarray(shape, dtype, room, -address(room) % _LINE)
