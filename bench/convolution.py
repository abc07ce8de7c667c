"""Our side of a convolution layer: its arrays, and its three passes."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from adim import ops
from adim.arrays import FloatArray
from bench.contest import Side, Sides
from bench.shapes import Layer

PASSES = ("forward", "input gradient", "weight gradient")
"""What a layer does in a training step; the bias takes part in the first and the last."""


class Arrays(NamedTuple):
    """What a layer computes with."""

    x: FloatArray  # (m, H, W, C)
    kernel: FloatArray  # (fh, fw, C / groups, F)
    bias: FloatArray  # (F,)
    grad: FloatArray  # (m, n_H, n_W, F)


def draw(layer: Layer, dtype: str, *, seed: int = 0) -> Arrays:
    """Draw a layer's arrays from the normal distribution."""
    rng = np.random.default_rng(seed)
    shapes = (layer.input_shape, layer.kernel_shape, (layer.filters,), layer.output_shape)
    return Arrays(*(rng.standard_normal(shape, np.dtype(dtype)) for shape in shapes))


def ours(layer: Layer, arrays: Arrays, *, engine: str) -> Sides:
    """Return our side of each pass."""
    x, kernel, bias, grad = arrays
    attributes: dict[str, Any] = {
        "strides": layer.strides,
        "padding": layer.padding,
        "groups": layer.groups,
        "engine": engine,
    }
    return {
        "forward": Side(lambda: ops.conv2d(x, kernel, bias, **attributes), lambda y: (y,)),
        "input gradient": Side(
            lambda: ops.conv2d_input_gradient(grad, kernel, x.shape, **attributes), lambda dx: (dx,)
        ),
        "weight gradient": Side(
            lambda: ops.conv2d_kernel_gradient(grad, x, kernel.shape, **attributes), lambda gradients: gradients
        ),
    }
