"""The softmax."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from adim.arrays import FloatArray, floating
from adim.engines import choose


def softmax(x: npt.ArrayLike, *, out: FloatArray | None = None, engine: str = "auto") -> FloatArray:
    """Return ``exp(x) / sum(exp(x))`` along the last axis: scores to probabilities.

    Parameters
    ----------
    x : array_like of shape (..., C)
    out : ndarray of shape (..., C), optional
        What the result is written into, of its dtype; it may be `x`.
    engine : str
        Who computes; see `adim.set_engine`.

    Returns
    -------
    ndarray of x's shape

    Raises
    ------
    TypeError
        If `x` does not hold real numbers, or `out` is no array.
    ValueError
        If `x` is a single number, or `out` does not fit or is not to be written into.

    Examples
    --------
    >>> softmax([[0.0, 0.0, 0.0, 0.0]])
    array([[0.25, 0.25, 0.25, 0.25]])
    """
    (x,) = floating(x=x)
    if x.ndim == 0:
        raise ValueError(f"x must have an axis along which its numbers become probabilities; got the single number {x}")
    if out is not None:
        _check(out, x)
    return choose(engine, 8 * x.size).softmax(x, out)


def _check(out: FloatArray, x: FloatArray) -> None:
    if not isinstance(out, np.ndarray):
        raise TypeError(f"out must be an array; got {out!r:.80}")
    if out.shape != x.shape or out.dtype != x.dtype:
        raise ValueError(f"out must be of x's shape and dtype, {x.shape} {x.dtype}; got {out.shape} {out.dtype}")
    if not out.flags.writeable:
        raise ValueError("out must be writeable")
