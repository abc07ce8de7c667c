"""What a layer does to its sums: the activations, and their derivatives.

Each derivative is written through the activation's *output*. That output is the next layer's input, so it is kept for
the backward pass anyway, and no second array needs to be.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from adim import ops
from adim.arrays import FloatArray


class Activation(NamedTuple):
    """An activation: a name, the function, and its derivative.

    Attributes
    ----------
    name : str
        What it is called in configurations and summaries.
    forward : callable
        ``forward(x, out=None) -> y``, of the shape and dtype of `x`. As with NumPy's own functions, the result is
        written into `out` where one is given; it may be `x` itself.
    backward : callable
        ``backward(grad, y) -> dx``: the gradient at the input, given that at the output ``y = forward(x)``.

    Examples
    --------
    >>> relu.forward(np.array([-2.0, 3.0]))
    array([0., 3.])
    >>> relu.backward(np.array([10.0, 10.0]), y=np.array([0.0, 3.0]))
    array([ 0., 10.])
    """

    name: str
    forward: Callable[..., FloatArray]
    backward: Callable[[FloatArray, FloatArray], FloatArray]


def rectifier(
    name: str, *, max_value: float | None = None, negative_slope: float = 0.0, threshold: float = 0.0
) -> Activation:
    """Return a rectifier: x above `threshold` and up to `max_value`, below it ``negative_slope * (x - threshold)``.

    None of the numbers is negative, and so an output is positive exactly where its input is above the threshold.

    Examples
    --------
    >>> rectifier("relu6", max_value=6).forward(np.array([-1.0, 2.0, 9.0]))
    array([0., 2., 6.])
    """
    if max_value is None and negative_slope == threshold == 0 and name == "relu":
        return relu
    kind = _Rectifier(max_value, negative_slope, threshold)
    return Activation(name, kind.forward, kind.backward)


class _Rectifier(NamedTuple):
    max_value: float | None
    negative_slope: float
    threshold: float

    def forward(self, x: FloatArray, out: FloatArray | None = None) -> FloatArray:
        y: FloatArray
        if self.negative_slope == self.threshold == 0:
            y = np.maximum(x, 0, out=out)
        elif self.threshold == 0:
            y = np.multiply(x, _slopes(x > 0, self.negative_slope, x.dtype), out=out)
        else:
            below = self.negative_slope * (np.minimum(x, self.threshold) - self.threshold) if self.negative_slope else 0
            y = np.where(x <= self.threshold, below, x)
            if out is not None:
                out[...] = y
                y = out
        return y if self.max_value is None else np.minimum(y, self.max_value, out=y)

    def backward(self, grad: FloatArray, y: FloatArray) -> FloatArray:
        dx: FloatArray = grad * _slopes(y > 0, self.negative_slope, grad.dtype)
        if self.max_value is not None:
            dx *= y < self.max_value
        return dx


def _slopes(positive: FloatArray, negative_slope: float, dtype: np.dtype) -> FloatArray:
    """Return 1 where `positive` is true and `negative_slope` elsewhere."""
    if negative_slope == 0:
        return positive
    # A look-up: np.where on signs that no processor can predict takes three times as long.
    return np.array([negative_slope, 1], dtype)[positive.astype(np.intp)]


def _relu(x: FloatArray, out: FloatArray | None = None) -> FloatArray:
    return ops.relu(x) if out is None else np.maximum(x, 0, out=out)


def _linear(x: FloatArray, out: FloatArray | None = None) -> FloatArray:
    if out is None or out is x:
        return x
    out[...] = x
    return out


def _linear_backward(grad: FloatArray, y: FloatArray) -> FloatArray:  # noqa: ARG001 - the contract's arguments
    return grad


def _tanh(x: FloatArray, out: FloatArray | None = None) -> FloatArray:
    y: FloatArray = np.tanh(x, out=out)
    return y


def _tanh_backward(grad: FloatArray, y: FloatArray) -> FloatArray:
    dx: FloatArray = grad * (1 - y * y)
    return dx


def _sigmoid(x: FloatArray, out: FloatArray | None = None) -> FloatArray:
    with np.errstate(over="ignore"):  # exp(-x) of a very negative x is inf, and 1 / (1 + inf) the right 0
        y: FloatArray = np.exp(np.negative(x, out=out), out=out)
    y += 1
    return np.reciprocal(y, out=y)


def _sigmoid_backward(grad: FloatArray, y: FloatArray) -> FloatArray:
    dx: FloatArray = grad * y * (1 - y)
    return dx


def _softmax(x: FloatArray, out: FloatArray | None = None) -> FloatArray:
    return ops.softmax(x, out=out)


def _softmax_over(x: FloatArray, out: FloatArray | None = None, *, axis: int) -> FloatArray:
    y = np.moveaxis(ops.softmax(np.moveaxis(x, axis, -1)), -1, axis)
    return y if out is None else _linear(y, out)


def _softmax_backward(grad: FloatArray, y: FloatArray, axis: int = -1) -> FloatArray:
    # dy_i / dx_j = y_i (delta_ij - y_j)
    dx: FloatArray = grad * y
    dx -= y * dx.sum(axis=axis, keepdims=True)
    return dx


def softmax_over(axis: int) -> Activation:
    """Return the softmax over any axis; `softmax` itself is that over the last."""
    if axis == -1:
        return softmax
    return Activation(
        f"softmax over axis {axis}",
        partial(_softmax_over, axis=axis),
        partial(_softmax_backward, axis=axis),
    )


linear = Activation("linear", _linear, _linear_backward)
relu = Activation("relu", _relu, ops.relu_backward)
leaky_relu = rectifier("leaky_relu", negative_slope=0.2)
sigmoid = Activation("sigmoid", _sigmoid, _sigmoid_backward)
tanh = Activation("tanh", _tanh, _tanh_backward)
softmax = Activation("softmax", _softmax, _softmax_backward)

ACTIVATIONS = {known.name: known for known in (linear, relu, leaky_relu, sigmoid, tanh, softmax)}
"""The activations that have a name in configurations."""


def get(activation: str | Activation | None) -> Activation:
    """Return an activation by its name; an `Activation` passes through, and None is ``linear``.

    Raises
    ------
    ValueError
        If no activation has this name.
    TypeError
        If it is none of the three.

    Examples
    --------
    >>> get("tanh").name, get(None).name
    ('tanh', 'linear')
    """
    if activation is None:
        return linear
    if isinstance(activation, Activation):
        return activation
    if not isinstance(activation, str):
        raise TypeError(
            f"activation must be one of {', '.join(ACTIVATIONS)}, or an adim.activations.Activation; "
            f"got {activation!r:.80}. A layer such as LeakyReLU is added as a layer of its own."
        )
    if activation not in ACTIVATIONS:
        raise ValueError(f"activation must be one of {', '.join(ACTIVATIONS)}; got {activation!r}")
    return ACTIVATIONS[activation]
