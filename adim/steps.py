"""The eight functions of "Convolutional Neural Networks: Step by Step", in plain loops.

This file is the textbook. Each function stands as its formula does, one loop for each index, so that a reader can
follow a number from the input to the output; and each is the judge of its fast twin in `adim.blocks`. A judge shares no
code with the accused: nothing here imports anything but NumPy and Python's own library.

Arrays are channels-last: a batch of activations is ``(m, n_H, n_W, n_C)``, examples by rows by columns by channels.
Filters are ``(f, f, n_C_prev, n_C)``, biases ``(1, 1, 1, n_C)``. ``Z`` is a layer's output before the activation
function, and ``dX`` the gradient of the cost with respect to ``X``. float32 and float64 are kept; integers are computed
with as floats, small ones (8 and 16 bits) as float32. No function modifies its arguments.

What counts as a valid call is settled below the eight, in the ``accept_`` functions, whose messages say what was
expected, what came and what to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from numbers import Integral
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = [
    "conv_backward",
    "conv_forward",
    "conv_single_step",
    "create_mask_from_window",
    "distribute_value",
    "pool_backward",
    "pool_forward",
    "zero_pad",
]

Array: TypeAlias = npt.NDArray[Any]
HParameters: TypeAlias = Mapping[str, int]
ConvCache: TypeAlias = tuple[Array, Array, Array, HParameters]
PoolCache: TypeAlias = tuple[Array, HParameters]


def zero_pad(X: npt.ArrayLike, pad: int) -> Array:
    """Put a frame of zeros, `pad` pixels wide, around every image of a batch.

    Parameters
    ----------
    X : array_like of shape (m, n_H, n_W, n_C)
        A batch of images.
    pad : int
        The width of the frame, 0 or more, on all four sides.

    Returns
    -------
    ndarray of shape (m, n_H + 2 pad, n_W + 2 pad, n_C)
        A new array.

    Raises
    ------
    ValueError, TypeError
        If `X` has not four axes of numbers, or `pad` is no integer of at least 0.

    Examples
    --------
    >>> zero_pad(np.full((1, 1, 2, 1), 7.0), 1)[0, :, :, 0]
    array([[0., 0., 0., 0.],
           [0., 7., 7., 0.],
           [0., 0., 0., 0.]])
    """
    X, pad = accept_zero_pad(X, pad)
    return np.pad(X.astype(_dtype(X), copy=False), ((0, 0), (pad, pad), (pad, pad), (0, 0)))


def conv_single_step(a_slice_prev: npt.ArrayLike, W: npt.ArrayLike, b: npt.ArrayLike) -> Any:
    """Apply one filter to one window: multiply entry by entry, add up, add the bias once.

    Parameters
    ----------
    a_slice_prev : array_like of shape (f, f, n_C_prev)
        The window, a piece of the input.
    W : array_like of shape (f, f, n_C_prev)
        One filter.
    b : array_like of shape (1, 1, 1)
        Its bias.

    Returns
    -------
    numpy.float32 or numpy.float64
        ``sum(a_slice_prev * W) + b``, one entry of ``Z``.

    Raises
    ------
    ValueError, TypeError
        If window and filter differ in shape, or `b` is not one number.

    Examples
    --------
    >>> window = np.array([[[1.0], [2.0]], [[3.0], [4.0]]])
    >>> print(conv_single_step(window, np.ones((2, 2, 1)), np.full((1, 1, 1), 0.5)))
    10.5
    """
    a_slice_prev, W, b = accept_single_step(a_slice_prev, W, b)
    s = a_slice_prev.astype(_dtype(a_slice_prev, W, b), copy=False) * W
    return np.sum(s) + b[0, 0, 0].astype(s.dtype)


def conv_forward(
    A_prev: npt.ArrayLike, W: npt.ArrayLike, b: npt.ArrayLike, hparameters: HParameters
) -> tuple[Array, ConvCache]:
    """Move every filter over every image: the forward pass of a convolution.

    ``Z[i, h, w, c]`` is `conv_single_step` of filter ``c`` on the window of example ``i`` whose upper left corner is
    ``(h * stride, w * stride)`` in the padded image. There are as many windows as fit::

        n_H = floor((n_H_prev + 2 pad - f) / stride) + 1        and n_W alike

    Parameters
    ----------
    A_prev : array_like of shape (m, n_H_prev, n_W_prev, n_C_prev)
        The activations of the layer before.
    W : array_like of shape (f, f, n_C_prev, n_C)
        The filters.
    b : array_like of shape (1, 1, 1, n_C)
        The biases.
    hparameters : dict
        ``"stride"``, 1 or more, and ``"pad"``, 0 or more.

    Returns
    -------
    Z : ndarray of shape (m, n_H, n_W, n_C)
        The layer's output, before the activation function.
    cache : tuple
        ``(A_prev, W, b, hparameters)``, for `conv_backward`.

    Raises
    ------
    ValueError, TypeError
        If shapes do not fit each other, a filter is not square or larger than the padded image, or a hyperparameter
        is missing or no such integer.

    Examples
    --------
    >>> A_prev = np.arange(9.0).reshape(1, 3, 3, 1)
    >>> Z, cache = conv_forward(A_prev, np.ones((2, 2, 1, 1)), np.zeros((1, 1, 1, 1)), {"stride": 1, "pad": 0})
    >>> Z[0, :, :, 0]
    array([[ 8., 12.],
           [20., 24.]])
    """
    A_prev, W, b, stride, pad = accept_conv(A_prev, W, b, hparameters)
    m, n_H_prev, n_W_prev, _ = A_prev.shape
    f, _, _, n_C = W.shape
    n_H = (n_H_prev + 2 * pad - f) // stride + 1
    n_W = (n_W_prev + 2 * pad - f) // stride + 1

    A_prev_pad = zero_pad(A_prev, pad)
    Z = np.zeros((m, n_H, n_W, n_C), _dtype(A_prev, W, b))
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                vert_start = h * stride
                vert_end = vert_start + f
                horiz_start = w * stride
                horiz_end = horiz_start + f
                a_slice_prev = A_prev_pad[i, vert_start:vert_end, horiz_start:horiz_end, :]  # (f, f, n_C_prev)
                for c in range(n_C):
                    Z[i, h, w, c] = conv_single_step(a_slice_prev, W[:, :, :, c], b[:, :, :, c])
    return Z, (A_prev, W, b, hparameters)


def conv_backward(dZ: npt.ArrayLike, cache: ConvCache) -> tuple[Array, Array, Array]:
    """Carry the gradient of the cost back through a convolution.

    Each ``Z[i, h, w, c]`` is a sum of products, so its gradient goes to both factors of each product and to the bias.
    An entry that took part in several windows collects from all of them::

        dA_prev_pad[i, window] += W[:, :, :, c] * dZ[i, h, w, c]
        dW[:, :, :, c]         += a_slice_prev  * dZ[i, h, w, c]
        db[:, :, :, c]         += dZ[i, h, w, c]

    Parameters
    ----------
    dZ : array_like of shape (m, n_H, n_W, n_C)
        The gradient with respect to the output of `conv_forward`.
    cache : tuple
        What `conv_forward` returned beside that output.

    Returns
    -------
    dA_prev : ndarray of shape (m, n_H_prev, n_W_prev, n_C_prev)
    dW : ndarray of shape (f, f, n_C_prev, n_C)
    db : ndarray of shape (1, 1, 1, n_C)

    Raises
    ------
    ValueError, TypeError
        If the cache is not that of a convolution, or `dZ` has not the shape of its output.

    Examples
    --------
    >>> A_prev, W, b = np.ones((1, 3, 3, 1)), np.ones((2, 2, 1, 1)), np.zeros((1, 1, 1, 1))
    >>> Z, cache = conv_forward(A_prev, W, b, {"stride": 1, "pad": 0})
    >>> dA_prev, dW, db = conv_backward(np.ones_like(Z), cache)
    >>> dA_prev[0, :, :, 0]
    array([[1., 2., 1.],
           [2., 4., 2.],
           [1., 2., 1.]])
    """
    dZ, A_prev, W, b, stride, pad = accept_conv_backward(dZ, cache)
    _, n_H_prev, n_W_prev, _ = A_prev.shape
    f = W.shape[0]
    m, n_H, n_W, n_C = dZ.shape

    dtype = _dtype(dZ, A_prev, W, b)
    dZ, W = dZ.astype(dtype, copy=False), W.astype(dtype, copy=False)
    A_prev_pad = zero_pad(A_prev, pad)
    dA_prev_pad = np.zeros(A_prev_pad.shape, dtype)
    dW = np.zeros(W.shape, dtype)
    db = np.zeros(b.shape, dtype)
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                vert_start = h * stride
                vert_end = vert_start + f
                horiz_start = w * stride
                horiz_end = horiz_start + f
                a_slice_prev = A_prev_pad[i, vert_start:vert_end, horiz_start:horiz_end, :]  # (f, f, n_C_prev)
                for c in range(n_C):
                    dA_prev_pad[i, vert_start:vert_end, horiz_start:horiz_end, :] += W[:, :, :, c] * dZ[i, h, w, c]
                    dW[:, :, :, c] += a_slice_prev * dZ[i, h, w, c]
                    db[:, :, :, c] += dZ[i, h, w, c]
    dA_prev = dA_prev_pad[:, pad : pad + n_H_prev, pad : pad + n_W_prev, :]
    return dA_prev, dW, db


def pool_forward(A_prev: npt.ArrayLike, hparameters: HParameters, mode: str = "max") -> tuple[Array, PoolCache]:
    """Summarise every window of every channel by its maximum or its mean.

    Parameters
    ----------
    A_prev : array_like of shape (m, n_H_prev, n_W_prev, n_C)
        The activations of the layer before.
    hparameters : dict
        ``"f"``, the window's side, and ``"stride"``, both 1 or more.
    mode : {"max", "average"}
        What a window is summarised by.

    Returns
    -------
    A : ndarray of shape (m, n_H, n_W, n_C)
        With ``n_H = floor((n_H_prev - f) / stride) + 1``, and ``n_W`` alike.
    cache : tuple
        ``(A_prev, hparameters)``, for `pool_backward`.

    Raises
    ------
    ValueError, TypeError
        If `A_prev` has not four axes of numbers, the window is larger than the image, the mode is unknown, or a
        hyperparameter is missing or no such integer.

    Examples
    --------
    >>> A, cache = pool_forward(np.arange(16.0).reshape(1, 4, 4, 1), {"f": 2, "stride": 2})
    >>> A[0, :, :, 0]
    array([[ 5.,  7.],
           [13., 15.]])
    """
    A_prev, f, stride = accept_pool(A_prev, hparameters, mode)
    m, n_H_prev, n_W_prev, n_C = A_prev.shape
    n_H = (n_H_prev - f) // stride + 1
    n_W = (n_W_prev - f) // stride + 1

    A = np.zeros((m, n_H, n_W, n_C), _dtype(A_prev))
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                vert_start = h * stride
                vert_end = vert_start + f
                horiz_start = w * stride
                horiz_end = horiz_start + f
                for c in range(n_C):
                    a_prev_slice = A_prev[i, vert_start:vert_end, horiz_start:horiz_end, c]  # (f, f)
                    if mode == "max":
                        A[i, h, w, c] = np.max(a_prev_slice)
                    else:
                        A[i, h, w, c] = np.mean(a_prev_slice, dtype=A.dtype)
    return A, (A_prev, hparameters)


def create_mask_from_window(x: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Mark where a window has its maximum: True at every entry that equals it, so at every tie.

    Parameters
    ----------
    x : array_like
        The window, not empty.

    Returns
    -------
    ndarray of bool, shaped as `x`

    Raises
    ------
    ValueError, TypeError
        If `x` is empty or does not hold numbers.

    Examples
    --------
    >>> create_mask_from_window(np.array([[1.0, 3.0], [3.0, 2.0]]))
    array([[False,  True],
           [ True, False]])
    """
    x = accept_window(x)
    return np.asarray(x == np.max(x))


def distribute_value(dz: npt.ArrayLike, shape: tuple[int, int]) -> Array:
    """Spread a mean's gradient evenly over the window that the mean was taken of.

    Parameters
    ----------
    dz : scalar
        The gradient with respect to the mean.
    shape : (int, int)
        The window's ``(n_H, n_W)``.

    Returns
    -------
    ndarray of that shape
        Every entry is ``dz / (n_H n_W)``.

    Raises
    ------
    ValueError, TypeError
        If `dz` is not one number, or `shape` not two integers of at least 1.

    Examples
    --------
    >>> distribute_value(2, (2, 2))
    array([[0.5, 0.5],
           [0.5, 0.5]])
    """
    dz, n_H, n_W = accept_distribute(dz, shape)
    average = dz.astype(_dtype(dz), copy=False) / (n_H * n_W)
    return np.full((n_H, n_W), average)


def pool_backward(dA: npt.ArrayLike, cache: PoolCache, mode: str = "max") -> Array:
    """Carry the gradient of the cost back through a pooling.

    A maximum passes its gradient to the entries that it was equal to, to every tie; a mean spreads it evenly::

        dA_prev[i, window, c] += create_mask_from_window(a_prev_slice) * dA[i, h, w, c]         (max)
        dA_prev[i, window, c] += distribute_value(dA[i, h, w, c], (f, f))                       (average)

    Parameters
    ----------
    dA : array_like of shape (m, n_H, n_W, n_C)
        The gradient with respect to the output of `pool_forward`.
    cache : tuple
        What `pool_forward` returned beside that output.
    mode : {"max", "average"}
        The mode of the forward pass.

    Returns
    -------
    ndarray of shape (m, n_H_prev, n_W_prev, n_C)
        ``dA_prev``.

    Raises
    ------
    ValueError, TypeError
        If the cache is not that of a pooling, the mode is unknown, or `dA` has not the shape of the output.

    Examples
    --------
    >>> A, cache = pool_forward(np.arange(4.0).reshape(1, 2, 2, 1), {"f": 2, "stride": 1})
    >>> pool_backward(np.full_like(A, 8.0), cache)[0, :, :, 0]
    array([[0., 0.],
           [0., 8.]])
    >>> pool_backward(np.full_like(A, 8.0), cache, mode="average")[0, :, :, 0]
    array([[2., 2.],
           [2., 2.]])
    """
    dA, A_prev, f, stride = accept_pool_backward(dA, cache, mode)
    m, n_H, n_W, n_C = dA.shape

    dtype = _dtype(dA, A_prev)
    dA, A_prev = dA.astype(dtype, copy=False), A_prev.astype(dtype, copy=False)
    dA_prev = np.zeros(A_prev.shape, dtype)
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                vert_start = h * stride
                vert_end = vert_start + f
                horiz_start = w * stride
                horiz_end = horiz_start + f
                for c in range(n_C):
                    if mode == "max":
                        a_prev_slice = A_prev[i, vert_start:vert_end, horiz_start:horiz_end, c]  # (f, f)
                        mask = create_mask_from_window(a_prev_slice)
                        routed = np.where(mask, dA[i, h, w, c], 0)  # mask * dA, where 0 * infinity is 0
                        dA_prev[i, vert_start:vert_end, horiz_start:horiz_end, c] += routed
                    else:
                        share = distribute_value(dA[i, h, w, c], (f, f))
                        dA_prev[i, vert_start:vert_end, horiz_start:horiz_end, c] += share
    return dA_prev


# What a valid call is. `adim.blocks` stands behind the same doors: they settle what may come in, not what comes out.

_CONV = {"stride": 1, "pad": 0}  # the hyperparameters of each kind of layer, with the least value of each
_POOL = {"f": 1, "stride": 1}


def accept_zero_pad(X: npt.ArrayLike, pad: int) -> tuple[Array, int]:
    """Return X as an array and pad as an int, or say what is wrong with them."""
    return _batch("X", X), _integer("pad", pad, at_least=0)


def accept_single_step(a_slice_prev: npt.ArrayLike, W: npt.ArrayLike, b: npt.ArrayLike) -> tuple[Array, Array, Array]:
    """Return window, filter and bias as arrays of shapes (f, f, n_C_prev) twice and (1, 1, 1), or say what is wrong."""
    a_slice_prev, W, b = _array("a_slice_prev", a_slice_prev), _array("W", W), _array("b", b)
    if W.ndim != 3 or W.shape[0] != W.shape[1]:
        raise ValueError(f"W must be one square filter, of shape (f, f, n_C_prev); got shape {W.shape}")
    if a_slice_prev.shape != W.shape:
        raise ValueError(
            f"a_slice_prev and W must have the same shape (f, f, n_C_prev); "
            f"got a_slice_prev {a_slice_prev.shape} and W {W.shape}"
        )
    if b.shape != (1, 1, 1):
        raise ValueError(f"b must be one number, of shape (1, 1, 1); got shape {b.shape}. Take b[:, :, :, c]")
    return a_slice_prev, W, b


def accept_conv(
    A_prev: npt.ArrayLike, W: npt.ArrayLike, b: npt.ArrayLike, hparameters: HParameters
) -> tuple[Array, Array, Array, int, int]:
    """Return A_prev, W and b as arrays that fit each other, stride and pad; or say what is wrong with them."""
    stride, pad = _hyperparameters(hparameters, _CONV)
    A_prev, W, b = _batch("A_prev", A_prev), _array("W", W), _array("b", b)
    if W.ndim != 4:
        raise ValueError(f"W must have 4 axes, (f, f, n_C_prev, n_C); got shape {W.shape}")
    f_H, f_W, n_C_prev, n_C = W.shape
    if f_H != f_W or f_H == 0:
        raise ValueError(
            f"W must hold square filters, (f, f, n_C_prev, n_C); got shape {W.shape}. "
            f"For rectangular filters use adim.ops.conv2d"
        )
    if A_prev.shape[3] != n_C_prev:
        raise ValueError(
            f"the filters must have as many channels as the images: A_prev {A_prev.shape} has {A_prev.shape[3]} "
            f"(its last axis), W {W.shape} has {n_C_prev} (its third axis)"
        )
    if b.shape != (1, 1, 1, n_C):
        raise ValueError(
            f"b must hold one bias a filter, in shape {(1, 1, 1, n_C)} for W {W.shape}; got shape {b.shape}"
            + (". Use b.reshape(1, 1, 1, -1)" if b.size == n_C else "")
        )
    _fits("filter", f_H, A_prev, pad)
    return A_prev, W, b, stride, pad


def accept_conv_backward(dZ: npt.ArrayLike, cache: ConvCache) -> tuple[Array, Array, Array, Array, int, int]:
    """Return dZ and what the cache of `conv_forward` holds, or say what is wrong with them."""
    A_prev, W, b, hparameters = _cache(cache, ("A_prev", "W", "b", "hparameters"), "conv_forward")
    A_prev, W, b, stride, pad = accept_conv(A_prev, W, b, hparameters)
    dZ = _gradient("dZ", dZ, A_prev, W.shape[0], stride, pad, W.shape[3])
    return dZ, A_prev, W, b, stride, pad


def accept_pool(A_prev: npt.ArrayLike, hparameters: HParameters, mode: str) -> tuple[Array, int, int]:
    """Return A_prev as an array, f and stride; or say what is wrong with them or with the mode."""
    f, stride = _hyperparameters(hparameters, _POOL)
    if not isinstance(mode, str) or mode not in ("max", "average"):
        raise ValueError(f'mode must be "max" or "average"; got {mode!r}')
    A_prev = _batch("A_prev", A_prev)
    _fits("window", f, A_prev, 0)
    return A_prev, f, stride


def accept_window(x: npt.ArrayLike) -> Array:
    """Return a window that has a maximum, or say what is wrong with it."""
    x = _array("x", x)
    if x.size == 0:
        raise ValueError(f"x must be a window with at least one entry; got shape {x.shape}")
    return x


def accept_distribute(dz: npt.ArrayLike, shape: tuple[int, int]) -> tuple[Array, int, int]:
    """Return dz as an array of no axes, n_H and n_W; or say what is wrong with them."""
    dz = _array("dz", dz)
    if dz.size != 1:
        raise ValueError(f"dz must be one number; got shape {dz.shape}. Distribute one entry of dA at a time")
    if not isinstance(shape, (tuple, list)) or len(shape) != 2:
        raise ValueError(f"shape must be the window's (n_H, n_W); got {shape!r}")
    n_H, n_W = (_integer(f"shape[{axis}]", n, at_least=1) for axis, n in enumerate(shape))
    return dz.reshape(()), n_H, n_W


def accept_pool_backward(dA: npt.ArrayLike, cache: PoolCache, mode: str) -> tuple[Array, Array, int, int]:
    """Return dA and what the cache of `pool_forward` holds, or say what is wrong with them."""
    A_prev, hparameters = _cache(cache, ("A_prev", "hparameters"), "pool_forward")
    A_prev, f, stride = accept_pool(A_prev, hparameters, mode)
    dA = _gradient("dA", dA, A_prev, f, stride, 0, A_prev.shape[3])
    return dA, A_prev, f, stride


def _dtype(*arrays: Array) -> np.dtype[Any]:
    """float32 where it holds what NumPy's promotion asks for, as it does for small integers; float64 elsewhere."""
    promoted = np.result_type(np.float32, *(array.dtype for array in arrays))
    return np.dtype(np.float32 if promoted == np.float32 else np.float64)


def _array(name: str, value: npt.ArrayLike) -> Array:
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise TypeError(f"{name} must be an array whose rows are equally long; got {value!r:.80}") from error
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{name} must hold real numbers (floats or integers); got dtype {array.dtype}")
    return array


def _batch(name: str, value: npt.ArrayLike) -> Array:
    array = _array(name, value)
    if array.ndim != 4:
        hint = f". For one image use {name}[np.newaxis]" if array.ndim == 3 else ""
        raise ValueError(f"{name} must have 4 axes, (m, n_H, n_W, n_C); got shape {array.shape}{hint}")
    return array


def _integer(name: str, value: Any, at_least: int) -> int:
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Integral):
        raise TypeError(f"{name} must be an integer; got {value!r} ({type(value).__name__})")
    if value < at_least:
        raise ValueError(f"{name} must be at least {at_least}; got {value}")
    return int(value)


def _hyperparameters(hparameters: HParameters, expected: Mapping[str, int]) -> tuple[int, int]:
    if not isinstance(hparameters, Mapping):
        raise TypeError(
            f"hparameters must be a dict with the keys {_listed(expected)}; got {type(hparameters).__name__}"
        )
    for key in expected:
        if key not in hparameters:
            similar = get_close_matches(key, [k for k in hparameters if isinstance(k, str)], n=1, cutoff=0.5)
            meant = f" (is {similar[0]!r} misspelt?)" if similar else ""
            raise ValueError(f"hparameters must have the key {key!r}; it has {_listed(hparameters) or 'none'}{meant}")
    first, second = (_integer(f'hparameters["{key}"]', hparameters[key], low) for key, low in expected.items())
    return first, second


def _listed(keys: Mapping[str, Any]) -> str:
    return ", ".join(repr(key) for key in keys)


def _fits(what: str, f: int, A_prev: Array, pad: int) -> None:
    n_H, n_W = A_prev.shape[1] + 2 * pad, A_prev.shape[2] + 2 * pad
    if f > min(n_H, n_W):
        padded = f", {n_H} x {n_W} after padding by {pad}" if pad else ""
        raise ValueError(
            f"the {f} x {f} {what} is larger than the image: A_prev has shape {A_prev.shape}{padded}. "
            f"Use a smaller {what} or larger images"
        )


def _cache(cache: Any, holds: tuple[str, ...], maker: str) -> Any:
    if not isinstance(cache, (tuple, list)):
        raise TypeError(f"cache must be the tuple that {maker} returned; got {type(cache).__name__}")
    if len(cache) != len(holds):
        raise ValueError(
            f"cache must be what {maker} returned, ({', '.join(holds)}); got a tuple of {len(cache)}. "
            f"Is it the cache of another function?"
        )
    return cache


def _gradient(name: str, value: npt.ArrayLike, A_prev: Array, f: int, stride: int, pad: int, n_C: int) -> Array:
    gradient = _batch(name, value)
    m, n_H_prev, n_W_prev, _ = A_prev.shape
    n_H, n_W = ((n + 2 * pad - f) // stride + 1 for n in (n_H_prev, n_W_prev))
    if gradient.shape != (m, n_H, n_W, n_C):
        raise ValueError(
            f"{name} must have the shape of the forward pass's output, {(m, n_H, n_W, n_C)}, "
            f"for A_prev {A_prev.shape}; got shape {gradient.shape}"
        )
    return gradient
