"""A linear map of all numbers."""

from __future__ import annotations

from math import isfinite
from numbers import Real
from typing import Any

import numpy.typing as npt

from adim.arrays import FloatArray, floating
from adim.engines import choose


def rescale(x: npt.ArrayLike, scale: float, offset: float = 0.0, *, engine: str = "auto") -> FloatArray:
    """Return ``x * scale + offset``.

    Parameters
    ----------
    x : array_like
        Of any shape.
    scale, offset : float
        They do not decide the result's dtype.
    engine : str
        Who computes; see `adim.set_engine`.

    Returns
    -------
    ndarray of x's shape

    Raises
    ------
    TypeError
        If `x` does not hold real numbers, or `scale` or `offset` is none.
    ValueError
        If one of these is not finite.

    Examples
    --------
    >>> rescale([0, 51, 255], 1 / 255, -1.0)
    array([-1. , -0.8,  0. ])
    """
    (x,) = floating(x=x)
    return choose(engine, x.size).rescale(x, _finite("scale", scale), _finite("offset", offset))


def _finite(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a number; got {value!r:.80}")
    if not isfinite(value):
        raise ValueError(f"{name} must be finite; got {value}")
    return float(value)
