"""Batch normalisation: by given moments, by the batch's own, and back."""

from __future__ import annotations

from math import isfinite
from numbers import Real
from typing import Any

import numpy as np
import numpy.typing as npt

from adim.arrays import FloatArray, constant, floating
from adim.engines import choose
from adim.engines.moments import Moments
from adim.ops.bias import keyword


def batch_normalization(
    x: npt.ArrayLike,
    mean: npt.ArrayLike,
    variance: npt.ArrayLike,
    *,
    offset: npt.ArrayLike | None = None,
    scale: npt.ArrayLike | None = None,
    epsilon: float = 1e-3,
    relu: bool = False,
    engine: str = "auto",
) -> FloatArray:
    """Return ``scale * (x - mean) / sqrt(variance + epsilon) + offset``, channel by channel.

    Parameters
    ----------
    x : array_like of shape (..., C)
        The images, or any other examples.
    mean, variance : array_like of shape (C,)
        The moments to go by. They do not decide the result's dtype.
    offset, scale : array_like of shape (C,), optional
        0 and 1 where they are left out.
    epsilon : float
        Keeps the root away from 0.
    relu : bool
        Whether the rectifier follows.
    engine : str
        Who computes; see `adim.set_engine`.

    Returns
    -------
    ndarray of x's shape

    Raises
    ------
    TypeError
        If an array does not hold real numbers, or `epsilon` is none.
    ValueError
        If shapes do not fit, or `epsilon` is negative.

    Examples
    --------
    >>> batch_normalization([[1.0], [5.0]], mean=[3.0], variance=[4.0], offset=[10.0], epsilon=0)
    array([[ 9.],
           [11.]])
    """
    x, scale, offset = _admit({"x": x}, scale, offset)
    moments = _moments(mean, variance, x)
    return choose(engine, x.size).batch_normalization(x, scale, offset, _epsilon(epsilon), moments, relu=relu)[0]


def normalize_batch(
    x: npt.ArrayLike,
    *,
    offset: npt.ArrayLike | None = None,
    scale: npt.ArrayLike | None = None,
    epsilon: float = 1e-3,
    relu: bool = False,
    engine: str = "auto",
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return `batch_normalization` by the batch's own moments, and these: what training does.

    Parameters
    ----------
    x, offset, scale, epsilon, relu, engine
        As for `batch_normalization`.

    Returns
    -------
    y : ndarray of x's shape
    mean, variance : ndarray of shape (C,)
        In float64.

    Raises
    ------
    TypeError, ValueError
        As for `batch_normalization`.

    Examples
    --------
    >>> y, mean, variance = normalize_batch([[1.0], [5.0]], epsilon=0)
    >>> y.ravel(), mean, variance
    (array([-1.,  1.]), array([3.]), array([4.]))
    """
    x, scale, offset = _admit({"x": x}, scale, offset)
    y, moments = choose(engine, x.size).batch_normalization(x, scale, offset, _epsilon(epsilon), relu=relu)
    return y, *moments


def batch_normalization_backward(
    grad: npt.ArrayLike,
    x: npt.ArrayLike,
    mean: npt.ArrayLike,
    variance: npt.ArrayLike,
    *,
    of_batch: bool,
    offset: npt.ArrayLike | None = None,
    scale: npt.ArrayLike | None = None,
    epsilon: float = 1e-3,
    relu: bool = False,
    engine: str = "auto",
    input_gradient: bool = True,
) -> tuple[FloatArray | None, FloatArray, FloatArray]:
    """Return the gradients of the cost with respect to what a normalisation took.

    Parameters
    ----------
    grad : array_like of shape (..., C)
        The gradient with respect to the output.
    x : array_like of shape (..., C)
        The input of the forward pass.
    mean, variance : array_like of shape (C,)
        Its moments.
    of_batch : bool
        Whether they are those of `x`, as for `normalize_batch`, and so change with it.
    offset, scale, epsilon, relu, engine
        As for `batch_normalization`.
    input_gradient : bool
        Whether `dx` is wanted.

    Returns
    -------
    dx : ndarray of shape (..., C), or None
    dscale, doffset : ndarray of shape (C,)

    Raises
    ------
    TypeError, ValueError
        As for `batch_normalization`; also if `grad` has not x's shape.

    Examples
    --------
    >>> x = np.array([[1.0], [5.0]])
    >>> _, mean, variance = normalize_batch(x, epsilon=0)
    >>> dx, dscale, doffset = batch_normalization_backward([[1.0], [0.0]], x, mean, variance, of_batch=True, epsilon=0)
    >>> dx.ravel(), dscale, doffset
    (array([0., 0.]), array([-1.]), array([1.]))
    """
    grad, x, scale, offset = _admit({"grad": grad, "x": x}, scale, offset)
    if grad.shape != x.shape:
        raise ValueError(f"grad must have the shape of the forward pass's output, {x.shape}; got {grad.shape}")
    return choose(engine, x.size).batch_normalization_backward(
        grad,
        x,
        scale,
        offset,
        _epsilon(epsilon),
        _moments(mean, variance, x),
        of_batch=of_batch,
        relu=relu,
        input_gradient=input_gradient,
    )


def fold_normalization(
    kernel: npt.ArrayLike,
    bias: npt.ArrayLike | None,
    mean: npt.ArrayLike,
    variance: npt.ArrayLike,
    *,
    offset: npt.ArrayLike | None = None,
    scale: npt.ArrayLike | None = None,
    epsilon: float = 1e-3,
    engine: str = "auto",
) -> tuple[FloatArray, FloatArray]:
    """Return the kernel and the bias of a layer that does what this one and a normalisation after it do.

    Parameters
    ----------
    kernel : array_like of shape (..., C)
        The layer's, whose last axis is the channels of its output.
    bias : array_like of shape (C,) or None
        The layer's.
    mean, variance, offset, scale : array_like of shape (C,)
        As for `batch_normalization`.
    epsilon, engine
        As for `batch_normalization`.

    Returns
    -------
    kernel : ndarray of shape (..., C)
    bias : ndarray of shape (C,)
        Of one dtype, in which all arguments take part.

    Raises
    ------
    TypeError, ValueError
        As for `batch_normalization`.

    Examples
    --------
    >>> kernel, bias = fold_normalization([[1.0], [5.0]], [7.0], mean=[3.0], variance=[4.0], offset=[10.0], epsilon=0)
    >>> kernel.ravel(), bias
    (array([0.5, 2.5]), array([12.]))
    """
    given = {"mean": mean, "variance": variance, **keyword(bias)}
    *arrays, kernel, scale, offset = _admit({**given, "kernel": kernel}, scale, offset)
    for name, array in zip(given, arrays, strict=True):
        _check_channels(name, array, kernel, "kernel")
    mean, variance, *biases = arrays
    return choose(engine, kernel.size).fold_normalization(
        kernel, biases[0] if biases else None, mean, variance, scale, offset, _epsilon(epsilon)
    )


def _admit(
    arrays: dict[str, npt.ArrayLike], scale: npt.ArrayLike | None, offset: npt.ArrayLike | None
) -> list[FloatArray]:
    """Return the arrays, the scale and the offset in one dtype; ones and zeros for what is left out."""
    given = {name: array for name, array in (("scale", scale), ("offset", offset)) if array is not None}
    admitted = floating(**arrays, **given)
    *_, whose = arrays
    x = admitted[len(arrays) - 1]
    if x.ndim < 1:
        raise ValueError(f"{whose} must have an axis of channels; got the single number {x}")
    for name, array in zip(given, admitted[len(arrays) :], strict=True):
        _check_channels(name, array, x, whose)
    if scale is None:
        admitted.insert(len(arrays), constant(1.0, x.shape[-1], x.dtype))
    if offset is None:
        admitted.append(constant(0.0, x.shape[-1], x.dtype))
    return admitted


def _moments(mean: npt.ArrayLike, variance: npt.ArrayLike, x: FloatArray) -> Moments:
    moments = Moments(*(array.astype(np.float64, copy=False) for array in floating(mean=mean, variance=variance)))
    _check_channels("mean", moments.mean, x)
    _check_channels("variance", moments.variance, x)
    return moments


def _check_channels(name: str, array: FloatArray, x: FloatArray, whose: str = "x") -> None:
    if array.shape != x.shape[-1:]:
        raise ValueError(
            f"{name} must have shape {x.shape[-1:]}, one number a channel of {whose} {x.shape}; got shape {array.shape}"
        )


def _epsilon(epsilon: Any) -> float:
    if isinstance(epsilon, bool) or not isinstance(epsilon, Real):
        raise TypeError(f"epsilon must be a number; got {epsilon!r:.80}")
    if not (isfinite(epsilon) and float(epsilon) >= 0):
        raise ValueError(f"epsilon must be at least 0; got {epsilon}")
    return float(epsilon)
