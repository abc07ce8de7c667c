"""Layers that bring numbers into a range in which networks learn well."""

from __future__ import annotations

from typing import Any, NamedTuple, Unpack

import numpy as np
import numpy.typing as npt

from adim import initializers, ops
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
        return ops.rescale(x, self.scale, self.offset), None

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
    variance: FloatArray  # (n_C,)
    of_batch: bool
    relu: bool


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
        relu: bool = False,
    ) -> tuple[FloatArray, _Normalized]:
        """Return the output and the cache; see `Layer.forward`. In training it also moves the averages."""
        of_batch = training and self.trainable
        if of_batch:
            y, mean, variance = ops.normalize_batch(x, relu=relu, **self._arguments)
            self._move("moving_mean", mean)
            self._move("moving_variance", variance)
        else:
            mean, variance = self.state["moving_mean"], self.state["moving_variance"]
            y = ops.batch_normalization(x, mean, variance, relu=relu, **self._arguments)
        return y, _Normalized(x, mean, variance, of_batch, relu)

    def backward(
        self, grad: FloatArray, cache: _Normalized, *, input_gradient: bool = True
    ) -> tuple[FloatArray | None, Gradients]:
        """Return the gradients at the input, gamma and beta; see `Layer.backward`."""
        x, mean, variance, of_batch, relu = cache
        dx, dgamma, dbeta = ops.batch_normalization_backward(
            grad, x, mean, variance, of_batch=of_batch, relu=relu, input_gradient=input_gradient, **self._arguments
        )
        gradients = {"gamma": dgamma, "beta": dbeta}
        return dx, {name: gradients[name] for name in self.parameters}

    @property
    def moving(self) -> dict[str, Any]:
        """What it does out of training, in the words of `ops.fold_normalization`."""
        return {
            "mean": self.state["moving_mean"],
            "variance": self.state["moving_variance"],
            **self._arguments,
        }

    @property
    def _arguments(self) -> dict[str, Any]:
        """What the normalised input becomes, in the words of `adim.ops`."""
        scale, offset = self.parameters.get("gamma"), self.parameters.get("beta")
        return {"scale": scale, "offset": offset, "epsilon": self.epsilon}

    def _move(self, average: str, towards: FloatArray) -> None:
        self.state[average] *= self.momentum
        self.state[average] += (1 - self.momentum) * towards
