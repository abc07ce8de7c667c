"""Where a network begins."""

# ruff: noqa: ARG002 - the arguments of the layer's contract; this layer needs almost none
from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack

import numpy as np

from adim.arrays import FloatArray, Shape
from adim.layers.arguments import sizes
from adim.layers.base import Gradients, Layer, LayerArguments, Tensor


class InputLayer(Layer):
    """The first layer: it hands its input on.

    Parameters
    ----------
    shape : tuple of int
        The shape of one example, without the batch axis.
    **common
        The arguments of every `Layer`.
    """

    def __init__(self, shape: Sequence[int], **common: Unpack[LayerArguments]) -> None:
        super().__init__(**common)
        self.shape = sizes("shape", shape)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape."""
        return input_shape

    def forward(
        self, x: FloatArray, *, training: bool = False, rng: np.random.Generator | None = None
    ) -> tuple[FloatArray, None]:
        """Return the input."""
        return x, None

    def backward(self, grad: FloatArray, cache: None, *, input_gradient: bool = True) -> tuple[FloatArray, Gradients]:
        """Return the gradient."""
        return grad, {}


def Input(shape: Sequence[int], *, name: str | None = None) -> Tensor:  # noqa: N802 - Keras's name
    """Return the place where images or vectors come into a network.

    Parameters
    ----------
    shape : tuple of int
        The shape of one example, without the batch axis.
    name : str, optional
        The input's name in summaries and messages.

    Examples
    --------
    >>> Input((64, 64, 3)).shape
    (None, 64, 64, 3)
    """
    layer = InputLayer(shape, name=name)
    return Tensor(layer.shape, layer)
