"""The layers, under the names and defaults that Keras gave them."""

from adim.layers.base import Gradients, Layer, Tensor

__all__ = ["Gradients", "Layer", "Tensor"]
