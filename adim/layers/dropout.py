"""Dropout: a layer that forgets at random while it learns."""

from __future__ import annotations

from typing import Unpack

import numpy as np

from adim.arrays import FloatArray, Shape
from adim.configs import number
from adim.layers.arguments import generator
from adim.layers.base import Gradients, Layer, LayerArguments


class Dropout(Layer):
    """While training, set a share of the numbers to 0 and enlarge the others, so that the mean stays.

    Parameters
    ----------
    rate : float
        Which share, at least 0 and below 1.
    **common
        The arguments of every `Layer`.

    Notes
    -----
    What is kept is divided by ``1 - rate`` at once, so that nothing is left to do when the network is used. The layer
    draws from the network's generator and needs no seed of its own.

    References
    ----------
    Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", JMLR 15 (2014).

    Examples
    --------
    >>> y, _ = Dropout(0.5).forward(np.ones((1, 6)), training=True, rng=np.random.default_rng(0))
    >>> y
    array([[2., 2., 2., 0., 0., 0.]])
    """

    def __init__(self, rate: float, **common: Unpack[LayerArguments]) -> None:
        super().__init__(**common)
        self.rate = number("rate", rate, at_least=0, below=1)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape."""
        return input_shape

    def forward(
        self, x: FloatArray, *, training: bool = False, rng: np.random.Generator | None = None
    ) -> tuple[FloatArray, FloatArray | None]:
        """Return the output, and where a number was kept; see `Layer.forward`."""
        if not training or self.rate == 0:
            return x, None
        # float32 draws, whatever the input: the same numbers are kept in float64, and drawn in half the time.
        kept = generator(rng).random(x.shape, dtype=np.float32) >= self.rate
        return self._apply(kept, x), kept

    def backward(
        self,
        grad: FloatArray,
        cache: FloatArray | None,
        *,
        input_gradient: bool = True,  # noqa: ARG002 - it costs next to nothing
    ) -> tuple[FloatArray, Gradients]:
        """Return the gradient at the input; see `Layer.backward`."""
        return (grad if cache is None else self._apply(cache, grad)), {}

    def _apply(self, kept: FloatArray, x: FloatArray) -> FloatArray:
        y: FloatArray = x * kept
        y /= 1 - self.rate
        return y
