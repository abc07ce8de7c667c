"""The compiled engine: kernels written in Python, compiled by LLVM for the processor at hand.

`language` is what kernels are written in, `library` compiles and keeps them, `threads` runs them, `processor` has the
numbers that depend on the machine. Each of the other rooms is one loop nest: what it computes, the record that tells
it how, and the plan that fills the record from shapes.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from adim.arrays import FloatArray
from adim.engines import vectorised
from adim.engines.compiled import correlation, normalization, rectifier, updates
from adim.engines.moments import Moments
from adim.engines.rules import Rule
from adim.geometry import Window


def conv2d(x: FloatArray, kernel: FloatArray, bias: FloatArray, window: Window, *, relu: bool = False) -> FloatArray:
    """Return the convolution of `x`, plus `bias`; see `Engine.conv2d`."""
    x, kernel, bias = map(np.ascontiguousarray, (x, kernel, bias))
    return correlation.forward(x, kernel, bias, window, relu=relu)


def conv2d_input_gradient(grad: FloatArray, kernel: FloatArray, window: Window) -> FloatArray:
    """Return the gradient of a convolution's input; see `Engine.conv2d_input_gradient`."""
    return correlation.input_gradient(np.ascontiguousarray(grad), np.ascontiguousarray(kernel), window)


conv2d_kernel_gradient = vectorised.conv2d_kernel_gradient
max_pool2d = vectorised.max_pool2d
max_pool2d_backward = vectorised.max_pool2d_backward
avg_pool2d = vectorised.avg_pool2d
avg_pool2d_backward = vectorised.avg_pool2d_backward
dense = vectorised.dense
dense_input_gradient = vectorised.dense_input_gradient
dense_kernel_gradient = vectorised.dense_kernel_gradient


def relu(x: FloatArray) -> FloatArray:
    """Return the rectifier's output; see `Engine.relu`."""
    return rectifier.forward(x)


def relu_backward(grad: FloatArray, y: FloatArray) -> FloatArray:
    """Return the gradient of the rectifier's input; see `Engine.relu_backward`."""
    return rectifier.backward(grad, y)


def add(arrays: Sequence[FloatArray], *, relu: bool = False) -> FloatArray:
    """Return the sum of the arrays; see `Engine.add`."""
    return rectifier.add(arrays, relu=relu)


def batch_normalization(
    x: FloatArray,
    scale: FloatArray,
    offset: FloatArray,
    epsilon: float,
    moments: Moments | None = None,
    *,
    relu: bool = False,
) -> tuple[FloatArray, Moments]:
    """Return `x` normalised, and by which moments; see `Engine.batch_normalization`."""
    if not x.size:
        return vectorised.batch_normalization(x, scale, offset, epsilon, moments, relu=relu)
    return normalization.forward(x, scale, offset, epsilon, moments, relu=relu)


def batch_normalization_backward(
    grad: FloatArray,
    x: FloatArray,
    scale: FloatArray,
    offset: FloatArray,
    epsilon: float,
    moments: Moments,
    *,
    of_batch: bool,
    relu: bool = False,
    input_gradient: bool = True,
) -> tuple[FloatArray | None, FloatArray, FloatArray]:
    """Return the gradients of batch normalisation; see `Engine.batch_normalization_backward`."""
    backward = normalization.backward if x.size else vectorised.batch_normalization_backward
    return backward(
        grad, x, scale, offset, epsilon, moments, of_batch=of_batch, relu=relu, input_gradient=input_gradient
    )


def update(
    rule: Rule,
    parameters: Sequence[FloatArray],
    gradients: Sequence[FloatArray],
    states: Sequence[FloatArray],
    scales: Sequence[float],
) -> None:
    """Take an optimiser's step; see `Engine.update`."""
    updates.update(rule, parameters, gradients, states, scales)
