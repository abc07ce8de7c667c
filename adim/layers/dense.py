"""The fully connected layer."""

from __future__ import annotations

from typing import Unpack

import numpy as np
import numpy.typing as npt

from adim import initializers, ops
from adim.activations import Activation
from adim.arrays import FloatArray, Shape
from adim.geometry import integer
from adim.initializers import Initializer
from adim.layers.activation import ActivatedLayer
from adim.layers.base import Gradients, LayerArguments


class Dense(ActivatedLayer):
    """Every output is a weighted sum of every input: ``activation(x @ kernel + bias)``.

    Parameters
    ----------
    units : int
        How many outputs.
    activation : str or Activation, optional
        See `adim.activations`.
    use_bias : bool, default True
        Whether a bias is added.
    kernel_initializer, bias_initializer : str or Initializer
        See `adim.initializers`.
    **common
        The arguments of every `Layer`.

    Notes
    -----
    Parameters are ``kernel`` (n_in, units) and ``bias`` (units,). Inputs of more than two axes are summed along the
    last one.

    Examples
    --------
    >>> layer = Dense(6, activation="softmax")
    >>> layer.build((64,), np.random.default_rng(0))
    >>> layer.count_params()
    390
    """

    last_kernel = "kernel"

    def __init__(
        self,
        units: int,
        activation: str | Activation | None = None,
        use_bias: bool = True,
        kernel_initializer: str | Initializer = "glorot_uniform",
        bias_initializer: str | Initializer = "zeros",
        **common: Unpack[LayerArguments],
    ) -> None:
        super().__init__(activation, **common)
        self.units = integer("units", units, at_least=1)
        self.use_bias = bool(use_bias)
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape, the last axis as long as `units`."""
        return (*input_shape[:-1], self.units)

    def create_parameters(self, input_shape: Shape, rng: np.random.Generator, dtype: npt.DTypeLike) -> None:
        """Make the kernel and the bias."""
        self.parameters["kernel"] = self.kernel_initializer((input_shape[-1], self.units), rng, dtype)
        if self.use_bias:
            self.parameters["bias"] = self.bias_initializer((self.units,), rng, dtype)

    def pre_activation(self, x: FloatArray, *, relu: bool) -> tuple[FloatArray, FloatArray]:
        """Return the weighted sums, and the input."""
        return ops.dense(x, self.parameters["kernel"], self.parameters.get("bias"), relu=relu), x

    def pre_activation_backward(
        self, grad: FloatArray, cache: FloatArray, *, input_gradient: bool
    ) -> tuple[FloatArray | None, Gradients]:
        """Return the gradients; see `ActivatedLayer`."""
        dx, dkernel, dbias = ops.dense_backward(grad, cache, self.parameters["kernel"], input_gradient=input_gradient)
        return dx, {"kernel": dkernel, "bias": dbias} if self.use_bias else {"kernel": dkernel}
