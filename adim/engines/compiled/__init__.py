"""The compiled engine: kernels written in Python, compiled by LLVM for the processor at hand.

`language` is what kernels are written in, `library` compiles and keeps them, `threads` runs them, `processor` has the
numbers that depend on the machine. Each of the other rooms is one loop nest: what it computes, the record that tells
it how, and the plan that fills the record from shapes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache

import numpy as np

from adim.arrays import FloatArray, Shape
from adim.engines import settings, vectorised
from adim.engines.compiled import (
    correlation,
    depthwise,
    depthwise_gradient,
    folding,
    kernel_gradient,
    maximum_gradient,
    mean_gradient,
    memory,
    normalization,
    pooling,
    probabilities,
    rectifier,
    rescaling,
    updates,
    winograd_correlation,
    winograd_gradient,
)
from adim.engines.compiled.watch import NotFiniteError
from adim.engines.moments import Moments
from adim.engines.rules import Rule
from adim.geometry import Window, window as make_window


def conv2d(x: FloatArray, kernel: FloatArray, bias: FloatArray, window: Window, *, relu: bool = False) -> FloatArray:
    """Return the convolution of `x`, plus `bias`; see `Engine.conv2d`."""
    x, kernel, bias = map(np.ascontiguousarray, (x, kernel, bias))
    way = _way(x.shape, kernel.shape, window, x.itemsize, settings.get_precision())
    if way == "depthwise":
        return depthwise.forward(x, kernel, bias, window, relu=relu)
    if way == "winograd":
        with suppress(NotFiniteError):
            return winograd_correlation.forward(x, kernel, bias, window, relu=relu)
    return correlation.forward(x, kernel, bias, window, relu=relu)


def conv2d_input_gradient(grad: FloatArray, kernel: FloatArray, window: Window) -> FloatArray:
    """Return the gradient of a convolution's input; see `Engine.conv2d_input_gradient`."""
    grad, kernel = np.ascontiguousarray(grad), np.ascontiguousarray(kernel)
    way = _way(grad.shape, kernel.shape, window, grad.itemsize, settings.get_precision())
    if way == "depthwise":
        return depthwise.input_gradient(grad, kernel, window)
    if way == "winograd":
        with suppress(NotFiniteError):
            return winograd_correlation.input_gradient(grad, kernel, window)
    with suppress(NotFiniteError):
        return correlation.input_gradient(grad, kernel, window)
    return vectorised.conv2d_input_gradient(grad, kernel, window)


def conv2d_kernel_gradient(grad: FloatArray, x: FloatArray, window: Window) -> tuple[FloatArray, FloatArray]:
    """Return the gradients of a convolution's kernel and bias; see `Engine.conv2d_kernel_gradient`."""
    grad, x = np.ascontiguousarray(grad), np.ascontiguousarray(x)
    shape = (*window.taps, x.shape[3] // window.groups, grad.shape[3])
    way = _way(x.shape, shape, window, x.itemsize, settings.get_precision())
    if way == "depthwise":
        return depthwise_gradient.kernel_gradient(grad, x, window)
    if way == "winograd":
        with suppress(NotFiniteError):
            return winograd_gradient.kernel_gradient(grad, x, window)
    return kernel_gradient.kernel_gradient(grad, x, window)


def max_pool2d(x: FloatArray, window: Window) -> FloatArray:
    """Return the maximum of each window; see `Engine.max_pool2d`."""
    return pooling.maximum(np.ascontiguousarray(x), window)


def max_pool2d_backward(
    grad: FloatArray, x: FloatArray, y: FloatArray, window: Window, *, all_ties: bool
) -> FloatArray:
    """Return the gradient of a maximum pooling's input; see `Engine.max_pool2d_backward`."""
    grad, x, y = map(np.ascontiguousarray, (grad, x, y))
    return maximum_gradient.gradient(grad, x, y, window, all_ties=all_ties)


def avg_pool2d(x: FloatArray, window: Window, *, count_include_pad: bool) -> FloatArray:
    """Return the mean of each window; see `Engine.avg_pool2d`."""
    return pooling.mean(np.ascontiguousarray(x), window, count_include_pad=count_include_pad)


def avg_pool2d_backward(grad: FloatArray, window: Window, *, count_include_pad: bool) -> FloatArray:
    """Return the gradient of an average pooling's input; see `Engine.avg_pool2d_backward`."""
    return mean_gradient.gradient(np.ascontiguousarray(grad), window, count_include_pad=count_include_pad)


def dense(x: FloatArray, kernel: FloatArray, bias: FloatArray, *, relu: bool = False) -> FloatArray:
    """Return ``x @ kernel + bias``: images of one pixel; see `Engine.dense`."""
    return conv2d(_pixels(x), kernel[np.newaxis, np.newaxis], bias, _PIXEL, relu=relu)[:, 0, 0]


def dense_input_gradient(grad: FloatArray, kernel: FloatArray) -> FloatArray:
    """Return the gradient of a dense product's input; see `Engine.dense_input_gradient`."""
    return conv2d_input_gradient(_pixels(grad), kernel[np.newaxis, np.newaxis], _PIXEL)[:, 0, 0]


def dense_kernel_gradient(grad: FloatArray, x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the gradients of a dense product's kernel and bias; see `Engine.dense_kernel_gradient`."""
    dkernel, dbias = conv2d_kernel_gradient(_pixels(grad), _pixels(x), _PIXEL)
    return dkernel[0, 0], dbias


def relu(x: FloatArray) -> FloatArray:
    """Return the rectifier's output; see `Engine.relu`."""
    return rectifier.forward(x)


def relu_backward(grad: FloatArray, y: FloatArray) -> FloatArray:
    """Return the gradient of the rectifier's input; see `Engine.relu_backward`."""
    return rectifier.backward(grad, y)


def softmax(x: FloatArray, out: FloatArray | None = None) -> FloatArray:
    """Return the softmax along the last axis; see `Engine.softmax`."""
    lies_badly = out is not None and not (out.flags.c_contiguous and (out is x or not np.may_share_memory(x, out)))
    if not x.size or lies_badly:
        return vectorised.softmax(x, out)
    y = memory.empty(x.shape, x.dtype) if out is None else out
    probabilities.forward(np.ascontiguousarray(x), y)
    return y


def add(arrays: Sequence[FloatArray], *, relu: bool = False) -> FloatArray:
    """Return the sum of the arrays; see `Engine.add`."""
    return rectifier.add(arrays, relu=relu)


def rescale(x: FloatArray, scale: float, offset: float) -> FloatArray:
    """Return ``x * scale + offset``; see `Engine.rescale`."""
    return rescaling.forward(x, scale, offset)


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
    if not _is_ordinary(x, scale):
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
    backward = normalization.backward if _is_ordinary(x, scale) else vectorised.batch_normalization_backward
    return backward(
        grad, x, scale, offset, epsilon, moments, of_batch=of_batch, relu=relu, input_gradient=input_gradient
    )


def fold_normalization(
    kernel: FloatArray,
    bias: FloatArray | None,
    mean: FloatArray,
    variance: FloatArray,
    scale: FloatArray,
    offset: FloatArray,
    epsilon: float,
) -> tuple[FloatArray, FloatArray]:
    """Return the kernel and the bias that do what follows as well; see `Engine.fold_normalization`."""
    return folding.fold(kernel, bias, mean, variance, scale, offset, epsilon)


def update(
    rule: Rule,
    parameters: Sequence[FloatArray],
    gradients: Sequence[FloatArray],
    states: Sequence[FloatArray],
    scales: Sequence[float],
) -> None:
    """Take an optimiser's step; see `Engine.update`."""
    updates.update(rule, parameters, gradients, states, scales)


def _is_ordinary(x: FloatArray, scale: FloatArray) -> bool:
    """Return whether a normalisation can be written as a factor and a shift, which an infinite scale cannot."""
    return x.size > 0 and math.isfinite(scale.sum())


@lru_cache(maxsize=4096)
def _way(source: Shape, kernel: Shape, window: Window, size: int, precision: str) -> str:
    """Return how a convolution's pass is computed: "depthwise", "winograd" or "direct"."""
    if kernel[2] == 1 and window.groups > 1:
        return "depthwise"
    if precision == "fast" and winograd_correlation.suits(source, kernel, window, size):
        return "winograd"
    return "direct"


_PIXEL = make_window((1, 1), 1)


def _pixels(rows: FloatArray) -> FloatArray:
    """(n, channels) -> (n, 1, 1, channels)."""
    return rows[:, np.newaxis, np.newaxis]
