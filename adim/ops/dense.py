"""The fully connected layer's product, forward and back."""

from __future__ import annotations

from math import prod

import numpy.typing as npt

from adim.arrays import FloatArray, axes, floating
from adim.engines import choose
from adim.ops.bias import for_filters, keyword


def dense(
    x: npt.ArrayLike,
    kernel: npt.ArrayLike,
    bias: npt.ArrayLike | None = None,
    *,
    relu: bool = False,
    engine: str = "auto",
) -> FloatArray:
    """Return ``x @ kernel + bias``.

    Parameters
    ----------
    x : array_like of shape (..., n_in)
        Leading axes are kept.
    kernel : array_like of shape (n_in, n_out)
    bias : array_like of shape (n_out,), optional
    relu : bool
        Whether the rectifier follows: ``max(y, 0)`` is returned for y.
    engine : str
        Who computes; see `adim.set_engine`.

    Returns
    -------
    ndarray of shape (..., n_out)

    Raises
    ------
    TypeError
        If an array does not hold real numbers.
    ValueError
        If shapes do not fit.

    Examples
    --------
    >>> dense(np.array([[1.0, 2.0]]), np.array([[1.0, 0.0], [0.0, 10.0]]), np.array([0.5, 0.5]))
    array([[ 1.5, 20.5]])
    """
    x, kernel, *given = floating(x=x, kernel=kernel, **keyword(bias))
    _check(x, kernel)
    biases = for_filters(given, kernel, kernel.shape[1])
    return (
        choose(engine, x.size * kernel.shape[1])
        .dense(_rows(x), kernel, biases, relu=relu)
        .reshape(*x.shape[:-1], kernel.shape[1])
    )


def dense_backward(
    grad: npt.ArrayLike,
    x: npt.ArrayLike,
    kernel: npt.ArrayLike,
    *,
    engine: str = "auto",
    input_gradient: bool = True,
) -> tuple[FloatArray | None, FloatArray, FloatArray]:
    """Return the gradients of the cost with respect to all that `dense` took.

    Parameters
    ----------
    grad : array_like of shape (..., n_out)
        The gradient with respect to the output.
    x : array_like of shape (..., n_in)
        The input of the forward pass.
    kernel : array_like of shape (n_in, n_out)
        Its weights.
    engine : str
        Who computes; see `adim.set_engine`.
    input_gradient : bool
        Whether `dx` is wanted.

    Returns
    -------
    dx : ndarray of shape (..., n_in), or None
    dkernel : ndarray of shape (n_in, n_out)
    dbias : ndarray of shape (n_out,)

    Raises
    ------
    TypeError, ValueError
        As for `dense`; also if `grad` has not the shape of the forward pass's output.

    Examples
    --------
    >>> dx, dkernel, dbias = dense_backward(np.ones((1, 1)), np.array([[2.0, 3.0]]), np.array([[5.0], [7.0]]))
    >>> dx, dkernel.ravel(), dbias
    (array([[5., 7.]]), array([2., 3.]), array([1.]))
    """
    grad, x, kernel = floating(grad=grad, x=x, kernel=kernel)
    _check(x, kernel)
    if grad.shape != (*x.shape[:-1], kernel.shape[1]):
        raise ValueError(
            f"grad must have the shape of the forward pass's output, {(*x.shape[:-1], kernel.shape[1])}; "
            f"got {grad.shape}"
        )
    chosen = choose(engine, 2 * x.size * kernel.shape[1])
    dx = chosen.dense_input_gradient(_rows(grad), kernel).reshape(x.shape) if input_gradient else None
    return dx, *chosen.dense_kernel_gradient(_rows(grad), _rows(x))


def _check(x: FloatArray, kernel: FloatArray) -> None:
    axes("kernel", kernel.shape, "(n_in, n_out)")
    if x.ndim < 1 or x.shape[-1] != kernel.shape[0]:
        raise ValueError(
            f"the last axis of x must be as long as the first of the kernel, (n_in, n_out); "
            f"got x {x.shape} and kernel {kernel.shape}"
        )


def _rows(x: FloatArray) -> FloatArray:
    """(..., n) -> (rows, n)."""
    return x if x.ndim == 2 else x.reshape(prod(x.shape[:-1]), x.shape[-1])
