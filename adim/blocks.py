"""The eight functions of the course at full speed: its signatures, on top of `adim.ops`.

Each gives what its twin in `adim.steps` gives, to rounding, and takes what that one takes: the twins share the doors
in front of them (the ``accept_`` functions) and nothing behind.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from adim import ops, steps
from adim.arrays import FloatArray, floating
from adim.steps import ConvCache, HParameters, PoolCache

__all__ = steps.__all__


def zero_pad(X: npt.ArrayLike, pad: int) -> FloatArray:
    """Put a frame of zeros, `pad` pixels wide, around every image of a batch; see `adim.steps.zero_pad`.

    Examples
    --------
    >>> zero_pad(np.full((1, 1, 1, 1), 7.0), 1)[0, :, :, 0]
    array([[0., 0., 0.],
           [0., 7., 0.],
           [0., 0., 0.]])
    """
    X, pad = steps.accept_zero_pad(X, pad)
    (X,) = floating(X=X)
    m, n_H, n_W, n_C = X.shape
    padded = np.zeros((m, n_H + 2 * pad, n_W + 2 * pad, n_C), X.dtype)
    padded[:, pad : pad + n_H, pad : pad + n_W] = X
    return padded


def conv_single_step(a_slice_prev: npt.ArrayLike, W: npt.ArrayLike, b: npt.ArrayLike) -> Any:
    """Apply one filter to one window, ``sum(a_slice_prev * W) + b``; see `adim.steps.conv_single_step`.

    Examples
    --------
    >>> print(conv_single_step(np.full((2, 2, 1), 3.0), np.ones((2, 2, 1)), np.ones((1, 1, 1))))
    13.0
    """
    a_slice_prev, W, b = steps.accept_single_step(a_slice_prev, W, b)
    a_slice_prev, W, b = floating(a_slice_prev=a_slice_prev, W=W, b=b)
    return np.vdot(a_slice_prev, W) + b[0, 0, 0]


def conv_forward(
    A_prev: npt.ArrayLike, W: npt.ArrayLike, b: npt.ArrayLike, hparameters: HParameters
) -> tuple[FloatArray, ConvCache]:
    """Move every filter over every image; see `adim.steps.conv_forward`.

    Examples
    --------
    >>> A_prev = np.arange(9.0).reshape(1, 3, 3, 1)
    >>> Z, cache = conv_forward(A_prev, np.ones((2, 2, 1, 1)), np.zeros((1, 1, 1, 1)), {"stride": 1, "pad": 0})
    >>> Z[0, :, :, 0]
    array([[ 8., 12.],
           [20., 24.]])
    """
    A_prev, W, b, stride, pad = steps.accept_conv(A_prev, W, b, hparameters)
    Z = ops.conv2d(A_prev, W, b.reshape(-1), strides=stride, padding=pad)
    return Z, (A_prev, W, b, hparameters)


def conv_backward(dZ: npt.ArrayLike, cache: ConvCache) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Carry the gradient of the cost back through a convolution; see `adim.steps.conv_backward`.

    Examples
    --------
    >>> A_prev, W, b = np.ones((1, 3, 3, 1)), np.ones((2, 2, 1, 1)), np.zeros((1, 1, 1, 1))
    >>> Z, cache = conv_forward(A_prev, W, b, {"stride": 1, "pad": 0})
    >>> dA_prev, dW, db = conv_backward(np.ones_like(Z), cache)
    >>> dW[:, :, 0, 0]
    array([[4., 4.],
           [4., 4.]])
    """
    dZ, A_prev, W, b, stride, pad = steps.accept_conv_backward(dZ, cache)
    dZ, A_prev, W, b = floating(dZ=dZ, A_prev=A_prev, W=W, b=b)
    dA_prev, dW, db = ops.conv2d_backward(dZ, A_prev, W, strides=stride, padding=pad)
    return dA_prev, dW, db.reshape(b.shape)


def pool_forward(A_prev: npt.ArrayLike, hparameters: HParameters, mode: str = "max") -> tuple[FloatArray, PoolCache]:
    """Summarise every window of every channel by its maximum or its mean; see `adim.steps.pool_forward`.

    Examples
    --------
    >>> A, cache = pool_forward(np.arange(16.0).reshape(1, 4, 4, 1), {"f": 2, "stride": 2}, mode="average")
    >>> A[0, :, :, 0]
    array([[ 2.5,  4.5],
           [10.5, 12.5]])
    """
    A_prev, f, stride = steps.accept_pool(A_prev, hparameters, mode)
    pool = ops.max_pool2d if mode == "max" else ops.avg_pool2d
    return pool(A_prev, f, strides=stride), (A_prev, hparameters)


def create_mask_from_window(x: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Mark every entry that equals the window's maximum; see `adim.steps.create_mask_from_window`.

    Examples
    --------
    >>> create_mask_from_window(np.array([[1.0, 3.0], [3.0, 2.0]]))
    array([[False,  True],
           [ True, False]])
    """
    x = steps.accept_window(x)
    return np.asarray(x == x.max())


def distribute_value(dz: npt.ArrayLike, shape: tuple[int, int]) -> FloatArray:
    """Spread a mean's gradient evenly over its window; see `adim.steps.distribute_value`.

    Examples
    --------
    >>> distribute_value(2, (2, 2))
    array([[0.5, 0.5],
           [0.5, 0.5]])
    """
    dz, n_H, n_W = steps.accept_distribute(dz, shape)
    (dz,) = floating(dz=dz)
    return np.full((n_H, n_W), dz / (n_H * n_W), dz.dtype)


def pool_backward(dA: npt.ArrayLike, cache: PoolCache, mode: str = "max") -> FloatArray:
    """Carry the gradient of the cost back through a pooling, to every tie; see `adim.steps.pool_backward`.

    Examples
    --------
    >>> A, cache = pool_forward(np.ones((1, 2, 2, 1)), {"f": 2, "stride": 1})
    >>> pool_backward(np.full_like(A, 8.0), cache)[0, :, :, 0]
    array([[8., 8.],
           [8., 8.]])
    """
    dA, A_prev, f, stride = steps.accept_pool_backward(dA, cache, mode)
    dA, A_prev = floating(dA=dA, A_prev=A_prev)
    if mode == "average":
        return ops.avg_pool2d_backward(dA, A_prev.shape, f, strides=stride)
    A = ops.max_pool2d(A_prev, f, strides=stride)
    return ops.max_pool2d_backward(dA, A_prev, A, f, strides=stride, ties="all")
