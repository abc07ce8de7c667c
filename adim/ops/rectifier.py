"""The rectifier, forward and back."""

from __future__ import annotations

import numpy.typing as npt

from adim.arrays import FloatArray, floating
from adim.engines import choose


def relu(x: npt.ArrayLike, *, engine: str = "auto") -> FloatArray:
    """Return ``max(x, 0)``, number by number; NaN stays.

    Parameters
    ----------
    x : array_like
        Of any shape.
    engine : str
        Who computes; see `adim.set_engine`.

    Returns
    -------
    ndarray of x's shape

    Raises
    ------
    TypeError
        If `x` does not hold real numbers.

    Examples
    --------
    >>> relu([-2.0, 3.0])
    array([0., 3.])
    """
    (x,) = floating(x=x)
    return choose(engine, x.size).relu(x)


def relu_backward(grad: npt.ArrayLike, y: npt.ArrayLike, *, engine: str = "auto") -> FloatArray:
    """Return the gradient of the cost with respect to the input of `relu`.

    Parameters
    ----------
    grad : array_like
        The gradient with respect to the output.
    y : array_like
        The output of the forward pass, of grad's shape.
    engine : str
        Who computes; see `adim.set_engine`.

    Returns
    -------
    ndarray of grad's shape

    Raises
    ------
    TypeError
        If an array does not hold real numbers.
    ValueError
        If the shapes differ.

    Examples
    --------
    >>> relu_backward([10.0, 10.0], y=[0.0, 3.0])
    array([ 0., 10.])
    """
    grad, y = floating(grad=grad, y=y)
    if grad.shape != y.shape:
        raise ValueError(f"grad must have the shape of the forward pass's output, {y.shape}; got {grad.shape}")
    return choose(engine, grad.size).relu_backward(grad, y)
