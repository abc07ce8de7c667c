"""The compiled engine: kernels written in Python, compiled by LLVM for the processor at hand.

`language` is what kernels are written in, `library` compiles and keeps them, `threads` runs them, `processor` has the
numbers that depend on the machine. Each of the other rooms is one loop nest: what it computes, the record that tells
it how, and the plan that fills the record from shapes.
"""

from __future__ import annotations

from contextlib import suppress

import numpy as np

from adim.arrays import FloatArray, Shape
from adim.engines import settings, vectorised
from adim.engines.compiled import correlation, kernel_gradient, winograd_correlation, winograd_gradient
from adim.engines.compiled.watch import NotFiniteError
from adim.geometry import Window, window as make_window


def conv2d(x: FloatArray, kernel: FloatArray, bias: FloatArray, window: Window) -> FloatArray:
    """Return the convolution of `x`, plus `bias`; see `Engine.conv2d`."""
    x, kernel, bias = map(np.ascontiguousarray, (x, kernel, bias))
    if _winograd(x.shape, kernel.shape, window, x.itemsize):
        with suppress(NotFiniteError):
            return winograd_correlation.forward(x, kernel, bias, window, relu=False)
    return correlation.forward(x, kernel, bias, window, relu=False)


def conv2d_input_gradient(grad: FloatArray, kernel: FloatArray, window: Window) -> FloatArray:
    """Return the gradient of a convolution's input; see `Engine.conv2d_input_gradient`."""
    grad, kernel = np.ascontiguousarray(grad), np.ascontiguousarray(kernel)
    if _winograd(grad.shape, kernel.shape, window, grad.itemsize):
        with suppress(NotFiniteError):
            return winograd_correlation.input_gradient(grad, kernel, window)
    with suppress(NotFiniteError):
        return correlation.input_gradient(grad, kernel, window)
    return vectorised.conv2d_input_gradient(grad, kernel, window)


def conv2d_kernel_gradient(grad: FloatArray, x: FloatArray, window: Window) -> tuple[FloatArray, FloatArray]:
    """Return the gradients of a convolution's kernel and bias; see `Engine.conv2d_kernel_gradient`."""
    grad, x = np.ascontiguousarray(grad), np.ascontiguousarray(x)
    shape = (*window.taps, x.shape[3] // window.groups, grad.shape[3])
    if _winograd(x.shape, shape, window, x.itemsize):
        with suppress(NotFiniteError):
            return winograd_gradient.kernel_gradient(grad, x, window)
    return kernel_gradient.kernel_gradient(grad, x, window)


max_pool2d = vectorised.max_pool2d
max_pool2d_backward = vectorised.max_pool2d_backward
avg_pool2d = vectorised.avg_pool2d
avg_pool2d_backward = vectorised.avg_pool2d_backward


def dense(x: FloatArray, kernel: FloatArray, bias: FloatArray) -> FloatArray:
    """Return ``x @ kernel + bias``: images of one pixel; see `Engine.dense`."""
    return conv2d(_pixels(x), kernel[np.newaxis, np.newaxis], bias, _PIXEL)[:, 0, 0]


def dense_input_gradient(grad: FloatArray, kernel: FloatArray) -> FloatArray:
    """Return the gradient of a dense product's input; see `Engine.dense_input_gradient`."""
    return conv2d_input_gradient(_pixels(grad), kernel[np.newaxis, np.newaxis], _PIXEL)[:, 0, 0]


def dense_kernel_gradient(grad: FloatArray, x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the gradients of a dense product's kernel and bias; see `Engine.dense_kernel_gradient`."""
    dkernel, dbias = conv2d_kernel_gradient(_pixels(grad), _pixels(x), _PIXEL)
    return dkernel[0, 0], dbias


def _winograd(source: Shape, kernel: Shape, window: Window, size: int) -> bool:
    return settings.get_precision() == "fast" and winograd_correlation.suits(source, kernel, window, size)


_PIXEL = make_window((1, 1), 1)


def _pixels(rows: FloatArray) -> FloatArray:
    """(n, channels) -> (n, 1, 1, channels)."""
    return rows[:, np.newaxis, np.newaxis]
