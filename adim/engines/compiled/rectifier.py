"""The rectifier, forward and back, and the sum of branches that it often follows.

NaN is kept, as NumPy's maximum keeps it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from adim.arrays import FloatArray
from adim.engines.compiled import memory
from adim.engines.compiled.sweeps import Sweep


def rectified(f: Any, value: Any) -> Any:
    """Return compiled code's ``max(value, 0)``."""
    return f.select(value < 0.0, f.zero(value.type), value)


def passed(f: Any, grad: Any, y: Any) -> Any:
    """Return compiled code's ``grad * (y > 0)``."""
    return grad * f.select(y > 0.0, f.constant(1.0, y.type), f.zero(y.type))


_RELU = Sweep("relu", 1, rectified)
_RELU_BACKWARD = Sweep("relu_backward", 2, passed)
_ADD = Sweep("add", 2, lambda _, a, b: a + b)
_ADD_RELU = Sweep("add_relu", 2, lambda f, a, b: rectified(f, a + b))


def forward(x: FloatArray) -> FloatArray:
    """Return ``max(x, 0)``."""
    y = memory.empty(x.shape, x.dtype)
    _RELU.run(y, np.ascontiguousarray(x))
    return y


def backward(grad: FloatArray, y: FloatArray) -> FloatArray:
    """Return ``grad * (y > 0)``."""
    dx = memory.empty(grad.shape, grad.dtype)
    _RELU_BACKWARD.run(dx, np.ascontiguousarray(grad), np.ascontiguousarray(y))
    return dx


def add(arrays: Sequence[FloatArray], *, relu: bool) -> FloatArray:
    """Return the sum of two or more arrays, and what the rectifier makes of it."""
    first, *others = map(np.ascontiguousarray, arrays)
    total = memory.empty(arrays[0].shape, first.dtype)
    for number, other in enumerate(others, 1):
        (_ADD_RELU if relu and number == len(others) else _ADD).run(total, first, other)
        first = total
    return total
