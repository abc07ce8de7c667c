"""Pooling: what stands for a window of an image, or for a whole one."""

# ruff: noqa: ARG002 - the arguments of the layer's contract; these layers need few of them
from __future__ import annotations

from typing import Any, Unpack

import numpy as np

from adim import ops
from adim.arrays import FloatArray, Shape
from adim.geometry import Pair, pair, pool_window
from adim.layers.arguments import border, channels_last, image
from adim.layers.base import Gradients, Layer, LayerArguments


class _Pooling(Layer):
    """What the poolings share: windows over images."""

    def __init__(
        self,
        pool_size: Pair = (2, 2),
        strides: Pair | None = None,
        padding: str = "valid",
        data_format: str | None = None,
        **common: Unpack[LayerArguments],
    ) -> None:
        super().__init__(**common)
        self.pool_size = pair("pool_size", pool_size)
        self.strides = self.pool_size if strides is None else pair("strides", strides)
        self.padding = border(padding)
        self.data_format = channels_last(data_format)

    @property
    def _windows(self) -> dict[str, Any]:
        """How far apart the windows stand, in the words of `adim.ops` and `adim.geometry`."""
        return {"strides": self.strides, "padding": self.padding}

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Return ``(n_H, n_W, n_C)``."""
        n_H, n_W, n_C = image(input_shape)
        return (*pool_window((n_H, n_W), self.pool_size, **self._windows).output, n_C)


class MaxPooling2D(_Pooling):
    """The largest number of every window; of several, the first one receives the gradient.

    Parameters
    ----------
    pool_size : int or (int, int), default 2
        The window.
    strides : int or (int, int), optional
        The steps from window to window; where they are left out, the windows stand side by side.
    padding : {"valid", "same"}
        None, or as much as gives ``ceil(n / stride)`` outputs for n pixels. What is padded is never the maximum.
    data_format : {"channels_last"}, optional
        Taken for Keras's sake; there is no other layout.
    **common
        The arguments of every `Layer`.

    Examples
    --------
    >>> MaxPooling2D().forward(np.array([[1.0, 2.0], [8.0, 4.0]]).reshape(1, 2, 2, 1))[0].item()
    8.0
    """

    def forward(
        self,
        x: FloatArray,
        *,
        training: bool = False,
        rng: np.random.Generator | None = None,
        relu: bool = False,
    ) -> tuple[FloatArray, tuple[FloatArray, FloatArray, bool]]:
        """Return the maxima; the input, the maxima, and whether they were rectified."""
        y = ops.max_pool2d(x, self.pool_size, **self._windows)
        if relu:
            y = ops.relu(y)
        return y, (x, y, relu)

    def backward(
        self, grad: FloatArray, cache: tuple[FloatArray, FloatArray, bool], *, input_gradient: bool = True
    ) -> tuple[FloatArray | None, Gradients]:
        """Return the gradient at the input."""
        if not input_gradient:
            return None, {}
        x, y, relu = cache
        if relu:
            grad = ops.relu_backward(grad, y)  # and so it matters no more which maxima below 0 have become 0 in y
        return ops.max_pool2d_backward(grad, x, y, self.pool_size, **self._windows), {}


class AveragePooling2D(_Pooling):
    """The mean of every window.

    Parameters
    ----------
    pool_size : int or (int, int), default 2
        The window.
    strides : int or (int, int), optional
        The steps from window to window; where they are left out, the windows stand side by side.
    padding : {"valid", "same"}
        None, or as much as gives ``ceil(n / stride)`` outputs for n pixels. What is padded
        takes no part in a mean.
    data_format : {"channels_last"}, optional
        Taken for Keras's sake; there is no other layout.
    **common
        The arguments of every `Layer`.

    Examples
    --------
    >>> AveragePooling2D().forward(np.array([[1.0, 2.0], [8.0, 4.0]]).reshape(1, 2, 2, 1))[0].item()
    3.75
    """

    def forward(
        self, x: FloatArray, *, training: bool = False, rng: np.random.Generator | None = None
    ) -> tuple[FloatArray, Shape]:
        """Return the means, and the input's shape."""
        return ops.avg_pool2d(x, self.pool_size, **self._windows), x.shape

    def backward(
        self, grad: FloatArray, cache: Shape, *, input_gradient: bool = True
    ) -> tuple[FloatArray | None, Gradients]:
        """Return the gradient at the input."""
        if not input_gradient:
            return None, {}
        return ops.avg_pool2d_backward(grad, cache, self.pool_size, **self._windows), {}


class _GlobalPooling(Layer):
    """What the global poolings share: one number for each channel of an image."""

    def __init__(
        self, data_format: str | None = None, keepdims: bool = False, **common: Unpack[LayerArguments]
    ) -> None:
        super().__init__(**common)
        self.data_format = channels_last(data_format)
        self.keepdims = bool(keepdims)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Return ``(n_C,)``, or ``(1, 1, n_C)``."""
        n_C = image(input_shape)[2]
        return (1, 1, n_C) if self.keepdims else (n_C,)

    def _shaped(self, y: FloatArray) -> FloatArray:
        return y[:, np.newaxis, np.newaxis] if self.keepdims else y  # y is (m, n_C)


class GlobalMaxPooling2D(_GlobalPooling):
    """The largest number of every channel; of several, the first one receives the gradient.

    Parameters
    ----------
    data_format : {"channels_last"}, optional
        Taken for Keras's sake; there is no other layout.
    keepdims : bool, default False
        Whether the output keeps two axes of length 1: (1, 1, n_C) instead of (n_C,).
    **common
        The arguments of every `Layer`.

    Examples
    --------
    >>> GlobalMaxPooling2D().forward(np.arange(8.0).reshape(1, 2, 2, 2))[0]
    array([[6., 7.]])
    """

    def forward(
        self, x: FloatArray, *, training: bool = False, rng: np.random.Generator | None = None
    ) -> tuple[FloatArray, tuple[FloatArray, FloatArray]]:
        """Return the maxima; the input and the maxima."""
        y = ops.global_max_pool2d(x)
        return self._shaped(y), (x, y)

    def backward(
        self, grad: FloatArray, cache: tuple[FloatArray, FloatArray], *, input_gradient: bool = True
    ) -> tuple[FloatArray | None, Gradients]:
        """Return the gradient at the input."""
        if not input_gradient:
            return None, {}
        x, y = cache
        return ops.global_max_pool2d_backward(grad.reshape(y.shape), x, y), {}


class GlobalAveragePooling2D(_GlobalPooling):
    """The mean of every channel.

    Parameters
    ----------
    data_format : {"channels_last"}, optional
        Taken for Keras's sake; there is no other layout.
    keepdims : bool, default False
        Whether the output keeps two axes of length 1: (1, 1, n_C) instead of (n_C,).
    **common
        The arguments of every `Layer`.

    Examples
    --------
    >>> GlobalAveragePooling2D().forward(np.arange(8.0).reshape(1, 2, 2, 2))[0]
    array([[3., 4.]])
    """

    def forward(
        self, x: FloatArray, *, training: bool = False, rng: np.random.Generator | None = None
    ) -> tuple[FloatArray, Shape]:
        """Return the means, and the input's shape."""
        return self._shaped(ops.global_avg_pool2d(x)), x.shape

    def backward(
        self, grad: FloatArray, cache: Shape, *, input_gradient: bool = True
    ) -> tuple[FloatArray | None, Gradients]:
        """Return the gradient at the input."""
        if not input_gradient:
            return None, {}
        return ops.global_avg_pool2d_backward(grad.reshape(cache[0], cache[3]), cache), {}
