from __future__ import annotations

from typing import Literal, TypedDict

import numpy as np
from numpy.typing import NDArray


class ConvParameters(TypedDict):
    stride: int
    pad: int


class PoolParameters(TypedDict):
    f: int
    stride: int


ConvCache = tuple[NDArray, NDArray, NDArray, ConvParameters]
PoolCache = tuple[NDArray, PoolParameters]
Mode = Literal["max", "average"]


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise ValueError(message)


def _side(n: int, f: int, stride: int) -> int:
    _require(f <= n, f"a window of {f} does not fit into {n} pixels")
    _require(stride >= 1, "stride must be positive")
    return (n - f) // stride + 1


def zero_pad(X: NDArray, pad: int) -> NDArray:
    _require(X.ndim == 4, f"expected 4 axes, got {X.ndim}")
    _require(pad >= 0, f"pad must not be negative, got {pad}")
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)), mode="constant", constant_values=(0, 0))


def conv_single_step(a_slice_prev: NDArray, W: NDArray, b: NDArray) -> np.floating:
    _require(a_slice_prev.shape == W.shape, "window and filter differ")
    _require(b.shape == (1, 1, 1), "one bias please")
    return np.inner(a_slice_prev.flatten(), W.flatten()) + b[0, 0, 0]


def conv_forward(
    A_prev: NDArray, W: NDArray, b: NDArray, hparameters: ConvParameters
) -> tuple[NDArray, ConvCache]:
    _require(W.shape[0] == W.shape[1], "filters must be square")
    _require(W.shape[2] == A_prev.shape[3], "channels of image and filter differ")
    _require(b.shape == (1, 1, 1, W.shape[3]), "one bias a filter please")
    stride: int = hparameters["stride"]
    f: int = W.shape[0]
    padded: NDArray = zero_pad(A_prev, hparameters["pad"])
    n_H: int = _side(padded.shape[1], f, stride)
    n_W: int = _side(padded.shape[2], f, stride)
    Z: NDArray = np.zeros((A_prev.shape[0], n_H, n_W, W.shape[3]), dtype=np.float64)
    for index in np.ndindex(Z.shape):
        i, h, w, c = index
        window = padded[i, h * stride : h * stride + f, w * stride : w * stride + f]
        Z[index] = conv_single_step(window, W[..., c], b[..., c])
    return Z, (A_prev, W, b, hparameters)


def conv_backward(dZ: NDArray, cache: ConvCache) -> tuple[NDArray, NDArray, NDArray]:
    A_prev, W, b, hparameters = cache
    stride, pad, f = hparameters["stride"], hparameters["pad"], W.shape[0]
    padded = zero_pad(A_prev, pad)
    expected = (A_prev.shape[0], _side(padded.shape[1], f, stride), _side(padded.shape[2], f, stride), W.shape[3])
    _require(dZ.shape == expected, f"dZ should be {expected}, is {dZ.shape}")
    d_padded = np.zeros(padded.shape)
    dW = np.zeros(W.shape)
    db = np.zeros(b.shape)
    for i, h, w, c in np.ndindex(dZ.shape):
        where = (i, slice(h * stride, h * stride + f), slice(w * stride, w * stride + f))
        gradient = float(dZ[i, h, w, c])
        d_padded[where] += gradient * W[..., c]
        dW[..., c] += gradient * padded[where]
        db[0, 0, 0, c] += gradient
    dA_prev = d_padded[:, pad : d_padded.shape[1] - pad, pad : d_padded.shape[2] - pad]
    _require(dA_prev.shape == A_prev.shape, "the gradient must have the shape of the image")
    return dA_prev, dW, db


def pool_forward(
    A_prev: NDArray, hparameters: PoolParameters, mode: Mode = "max"
) -> tuple[NDArray, PoolCache]:
    _require(mode in ("max", "average"), f"unknown mode {mode!r}")
    f, stride = hparameters["f"], hparameters["stride"]
    n_H, n_W = (_side(n, f, stride) for n in A_prev.shape[1:3])
    A = np.zeros((A_prev.shape[0], n_H, n_W, A_prev.shape[3]))
    for i, h, w, c in np.ndindex(A.shape):
        window = A_prev[i, h * stride : h * stride + f, w * stride : w * stride + f, c]
        A[i, h, w, c] = window.max() if mode == "max" else window.mean()
    return A, (A_prev, hparameters)


def create_mask_from_window(x: NDArray) -> NDArray[np.bool_]:
    _require(x.size > 0, "an empty window has no maximum")
    return np.logical_not(np.less(x, np.max(x)))


def distribute_value(dz: float, shape: tuple[int, int]) -> NDArray:
    n_H, n_W = shape
    _require(n_H > 0 and n_W > 0, "empty window")
    return np.full((n_H, n_W), dz) / (n_H * n_W)


def pool_backward(dA: NDArray, cache: PoolCache, mode: Mode = "max") -> NDArray:
    _require(mode in ("max", "average"), f"unknown mode {mode!r}")
    A_prev, hparameters = cache
    f, stride = hparameters["f"], hparameters["stride"]
    dA_prev = np.zeros(A_prev.shape)
    for i, h, w, c in np.ndindex(dA.shape):
        where = (i, slice(h * stride, h * stride + f), slice(w * stride, w * stride + f), c)
        if mode == "max":
            dA_prev[where] += np.where(create_mask_from_window(A_prev[where]), dA[i, h, w, c], 0.0)
        else:
            dA_prev[where] += distribute_value(dA[i, h, w, c], (f, f))
    return dA_prev
