"""Numbers brought into another range: pixels between 0 and 1."""

from __future__ import annotations

import numpy as np

from adim.arrays import FloatArray
from adim.engines.compiled import memory
from adim.engines.compiled.sweeps import Sweep

_SCALE = Sweep("scale", 1, lambda _, x, factor: x * factor, constant=True)
_SHIFT = Sweep("shift", 1, lambda _, x, offset: x + offset, constant=True)


def forward(x: FloatArray, scale: float, offset: float) -> FloatArray:
    """Return ``x * scale + offset``, rounded twice, as NumPy does it."""
    y = memory.empty(x.shape, x.dtype)
    _SCALE.run(y, np.ascontiguousarray(x), constant=scale)
    if offset:
        _SHIFT.run(y, y, constant=offset)
    return y
