"""Layers that bring numbers into a range in which networks learn well."""

from __future__ import annotations

import math
from typing import NamedTuple, Unpack

import numpy as np
import numpy.typing as npt

from adim import initializers
from adim.arrays import FloatArray, Shape
from adim.configs import number
from adim.initializers import Initializer
from adim.layers.arguments import example_axis
from adim.layers.base import Gradients, Layer, LayerArguments


class Rescaling(Layer):
    """``scale * x + offset``: ``Rescaling(1 / 255)`` brings pixels between 0 and 1.

    Parameters
    ----------
    scale : float
        What the input is multiplied by.
    offset : float, default 0
        What is added then.
    **common
        The arguments of every `Layer`.

    Examples
    --------
    >>> Rescaling(1 / 127.5, offset=-1).forward(np.array([[0.0, 255.0]]))[0]
    array([[-1.,  1.]])
    """

    def __init__(self, scale: float, offset: float = 0.0, **common: Unpack[LayerArguments]) -> None:
        super().__init__(**common)
        self.scale = number("scale", scale)
        self.offset = number("offset", offset)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape."""
        return input_shape

    def forward(
        self,
        x: FloatArray,
        *,
        training: bool = False,  # noqa: ARG002 - the same in training
        rng: np.random.Generator | None = None,  # noqa: ARG002 - nothing is random
    ) -> tuple[FloatArray, None]:
        """Return the output; see `Layer.forward`."""
        y: FloatArray = x * self.scale
        y += self.offset
        return y, None

    def backward(
        self,
        grad: FloatArray,
        cache: None,  # noqa: ARG002 - a linear map
        *,
        input_gradient: bool = True,
    ) -> tuple[FloatArray | None, Gradients]:
        """Return the gradient at the input; see `Layer.backward`."""
        return (grad * self.scale if input_gradient else None), {}


class _Normalized(NamedTuple):
    """What batch normalisation's way back needs: the input, not a copy of it, and two numbers a channel."""

    x: FloatArray
    mean: FloatArray  # (n_C,)
    inverse_std: FloatArray  # (n_C,)
    of_batch: bool


class BatchNormalization(Layer):
    """Bring every channel to mean 0 and variance 1, then to a mean (`beta`) and a scale (`gamma`) that are learned.

    ``y = gamma * (x - mean) / sqrt(variance + epsilon) + beta``. While training, mean and variance are those of the
    batch; otherwise moving averages of them take their place. A frozen layer (``trainable=False``) always uses the
    moving averages and leaves them as they are.

    Parameters
    ----------
    axis : int, default -1
        The channels' axis, counted with the batch axis: the last one, so 3 for images.
    momentum : float, default 0.99
        What share of a moving average each batch leaves in place.
    epsilon : float, default 0.001
        Keeps the root away from 0.
    center, scale : bool, default True
        Whether there is a `beta` and a `gamma`.
    beta_initializer, gamma_initializer, moving_mean_initializer, moving_variance_initializer : str or Initializer
        See `adim.initializers`.
    **common
        The arguments of every `Layer`.

    Notes
    -----
    Parameters are ``gamma`` (n_C,) and ``beta`` (n_C,); the state is ``moving_mean`` and ``moving_variance``, (n_C,).

    The batch's mean and variance depend on every x, so the gradient is not just ``gamma / std * grad``. Worked out by
    the chain rule, with n numbers a channel and ``x_hat = (x - mean) / std``, it becomes (Ioffe and Szegedy 2015,
    section 3, simplified)::

        dx = gamma / std * (grad - sum(grad) / n - x_hat * sum(grad * x_hat) / n)

    Mean and variance are found by the corrected two-pass algorithm (Chan, Golub and LeVeque 1983), so that a large
    mean costs few digits, even in float32.

    Examples
    --------
    >>> layer = BatchNormalization()
    >>> layer.build((1,), np.random.default_rng(0))
    >>> y, _ = layer.forward(np.array([[1.0], [3.0]]), training=True)
    >>> y.round(3).ravel()
    array([-1.,  1.])
    """

    def __init__(
        self,
        axis: int = -1,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: str | Initializer = "zeros",
        gamma_initializer: str | Initializer = "ones",
        moving_mean_initializer: str | Initializer = "zeros",
        moving_variance_initializer: str | Initializer = "ones",
        **common: Unpack[LayerArguments],
    ) -> None:
        super().__init__(**common)
        self.axis = example_axis(axis)
        self.momentum = number("momentum", momentum, at_least=0)
        self.epsilon = number("epsilon", epsilon, at_least=0)
        self.center = bool(center)
        self.scale = bool(scale)
        self.beta_initializer = initializers.get(beta_initializer)
        self.gamma_initializer = initializers.get(gamma_initializer)
        self.moving_mean_initializer = initializers.get(moving_mean_initializer)
        self.moving_variance_initializer = initializers.get(moving_variance_initializer)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape."""
        if self.axis not in (-1, len(input_shape)):
            raise ValueError(
                f"axis must be the last one, -1 or {len(input_shape)}: the channels are there; got {self.axis}"
            )
        return input_shape

    def create_parameters(self, input_shape: Shape, rng: np.random.Generator, dtype: npt.DTypeLike) -> None:
        """Make gamma, beta and the moving averages."""
        shape = input_shape[-1:]
        if self.scale:
            self.parameters["gamma"] = self.gamma_initializer(shape, rng, dtype)
        if self.center:
            self.parameters["beta"] = self.beta_initializer(shape, rng, dtype)
        self.state["moving_mean"] = self.moving_mean_initializer(shape, rng, dtype)
        self.state["moving_variance"] = self.moving_variance_initializer(shape, rng, dtype)

    def forward(
        self,
        x: FloatArray,
        *,
        training: bool = False,
        rng: np.random.Generator | None = None,  # noqa: ARG002 - nothing is random
    ) -> tuple[FloatArray, _Normalized]:
        """Return the output and the cache; see `Layer.forward`. In training it also moves the averages."""
        of_batch = training and self.trainable
        rows, n_C = _image_rows(x), x.shape[-1]
        if of_batch:
            n = x.size // n_C
            mean = (_sum(rows, n_C) / n).astype(x.dtype)
            y = rows - _along(rows, mean)
            residue = _sum(y, n_C) / n  # what rounding left of the mean
            variance = _dot(y, y, n_C) / n - residue * residue
            self._move("moving_mean", mean + residue)
            self._move("moving_variance", variance)
        else:
            mean, variance, residue = self.state["moving_mean"], self.state["moving_variance"], np.zeros(n_C)
            y = rows - _along(rows, mean)
        inverse_std = 1 / np.sqrt(variance + self.epsilon)
        factor = self._gamma() * inverse_std
        y *= _along(rows, factor)
        y += _along(rows, self.parameters.get("beta", 0.0) - residue * factor)
        return y.reshape(x.shape), _Normalized(x, mean + residue, inverse_std, of_batch)

    def backward(
        self, grad: FloatArray, cache: _Normalized, *, input_gradient: bool = True
    ) -> tuple[FloatArray | None, Gradients]:
        """Return the gradients at the input, gamma and beta; see `Layer.backward`."""
        x, mean, inverse_std, of_batch = cache
        rows, grad_rows, n_C = _image_rows(x), _image_rows(grad), x.shape[-1]
        dx = rows - _along(rows, mean)
        dgamma = _dot(grad_rows, dx, n_C) * inverse_std  # sum(grad * x_hat)
        dbeta = _sum(grad_rows, n_C)
        gradients = {}
        if self.scale:
            gradients["gamma"] = dgamma.astype(x.dtype)
        if self.center:
            gradients["beta"] = dbeta.astype(x.dtype)
        if not input_gradient:
            return None, gradients
        factor = self._gamma() * inverse_std
        if of_batch:
            n = x.size // n_C
            dx *= _along(rows, -inverse_std * dgamma / n)
            dx += grad_rows
            dx -= _along(rows, dbeta / n)
            dx *= _along(rows, factor)
        else:
            np.multiply(grad_rows, _along(rows, factor), out=dx)
        return dx.reshape(x.shape), gradients

    def _gamma(self) -> FloatArray | float:
        return self.parameters.get("gamma", 1.0)

    def _move(self, average: str, towards: FloatArray) -> None:
        self.state[average] *= self.momentum
        self.state[average] += (1 - self.momentum) * towards


# NumPy's inner loops run along the last axis. A row of pixels with all their channels side by side keeps them long
# where channels are few, and the float32 sums down the columns short; the columns are then added up in float64.


def _image_rows(x: FloatArray) -> FloatArray:
    """(m, n_H, n_W, n_C) -> (m * n_H, n_W * n_C); (m, n_C) stays."""
    split = max(x.ndim - 2, 1)
    return x.reshape(math.prod(x.shape[:split]), math.prod(x.shape[split:]))


def _along(rows: FloatArray, channels: FloatArray) -> FloatArray:
    """Repeat a number for each channel, (n_C,), along a row."""
    return np.tile(channels.astype(rows.dtype), rows.shape[1] // len(channels))


def _sum(rows: FloatArray, n_C: int) -> FloatArray:
    """Return the sum of each channel, (n_C,), in float64."""
    total: FloatArray = rows.sum(axis=0).reshape(-1, n_C).sum(axis=0, dtype=np.float64)
    return total


def _dot(a: FloatArray, b: FloatArray, n_C: int) -> FloatArray:
    """Return the sum of the products of each channel, (n_C,), in float64."""
    total: FloatArray = np.einsum("ij,ij->j", a, b).reshape(-1, n_C).sum(axis=0, dtype=np.float64)
    return total
