"""Layers that move numbers and change none: flatten, reshape, pad, crop."""

# ruff: noqa: ARG002 - the arguments of the layer's contract; not every layer needs them all
from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np

from adim.arrays import FloatArray, Shape
from adim.geometry import integer
from adim.layers.arguments import channels_last, image, sides
from adim.layers.base import Gradients, Layer, LayerArguments


class _Reshaping(Layer):
    """What flattening and reshaping share: the numbers stay in their order."""

    def forward(
        self, x: FloatArray, *, training: bool = False, rng: np.random.Generator | None = None
    ) -> tuple[FloatArray, Shape]:
        """Return the same numbers in another shape, and the shape that they had."""
        return x.reshape(len(x), *self.compute_output_shape(x.shape[1:])), x.shape

    def backward(self, grad: FloatArray, cache: Shape, *, input_gradient: bool = True) -> tuple[FloatArray, Gradients]:
        """Return the gradient in the input's shape."""
        return grad.reshape(cache), {}


class Flatten(_Reshaping):
    """One vector an example, its numbers row by row: ``(m, n_H, n_W, n_C) -> (m, n_H * n_W * n_C)``.

    Parameters
    ----------
    data_format : {"channels_last"}, optional
        Taken for Keras's sake; there is no other layout.
    **common
        The arguments of every `Layer`.

    Examples
    --------
    >>> Flatten().compute_output_shape((4, 4, 16))
    (256,)
    """

    def __init__(self, data_format: str | None = None, **common: Unpack[LayerArguments]) -> None:
        super().__init__(**common)
        self.data_format = channels_last(data_format)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Return the product of the lengths."""
        return (math.prod(input_shape),)


class Reshape(_Reshaping):
    """The same numbers, row by row, in another shape.

    Parameters
    ----------
    target_shape : tuple of int
        The shape of one example, without the batch axis. One length may be -1: whatever remains.
    **common
        The arguments of every `Layer`.

    Examples
    --------
    >>> Reshape((-1, 2, 2)).compute_output_shape((12,))
    (3, 2, 2)
    """

    def __init__(self, target_shape: Sequence[int], **common: Unpack[LayerArguments]) -> None:
        super().__init__(**common)
        if not isinstance(target_shape, (tuple, list)):
            raise TypeError(f"target_shape must be a tuple of integers such as (4, 4, 16); got {target_shape!r:.80}")
        if sum(n == -1 for n in target_shape) > 1:
            raise ValueError(f"only one length of target_shape may be -1; got {tuple(target_shape)}")
        self.target_shape = tuple(-1 if n == -1 else integer("target_shape", n, at_least=1) for n in target_shape)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Return the target shape, every length known."""
        size = math.prod(input_shape)
        known = math.prod(n for n in self.target_shape if n != -1)
        if (size % known if -1 in self.target_shape else size != known) != 0:
            raise ValueError(
                f"target_shape {self.target_shape} has no room for exactly the {size} numbers of shape {input_shape}"
            )
        return tuple(size // known if n == -1 else n for n in self.target_shape)


class ZeroPadding2D(Layer):
    """Rows and columns of zeros around every image.

    Parameters
    ----------
    padding : int, (int, int) or ((int, int), (int, int)), default 1
        How many on all sides, ``(above and below, left and right)``, or ``((top, bottom), (left, right))``.
    data_format : {"channels_last"}, optional
        Taken for Keras's sake; there is no other layout.
    **common
        The arguments of every `Layer`.

    Examples
    --------
    >>> ZeroPadding2D((3, 3)).compute_output_shape((64, 64, 3))
    (70, 70, 3)
    """

    def __init__(
        self,
        padding: int | Sequence[Any] = (1, 1),
        data_format: str | None = None,
        **common: Unpack[LayerArguments],
    ) -> None:
        super().__init__(**common)
        self.padding = sides("padding", padding)
        self.data_format = channels_last(data_format)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Return the images' shape with the padding."""
        n_H, n_W, n_C = image(input_shape)
        return n_H + sum(self.padding[0]), n_W + sum(self.padding[1]), n_C

    def forward(
        self, x: FloatArray, *, training: bool = False, rng: np.random.Generator | None = None
    ) -> tuple[FloatArray, None]:
        """Return the padded images."""
        y = np.zeros((len(x), *self.compute_output_shape(x.shape[1:])), x.dtype)
        _inside(y, self.padding)[...] = x
        return y, None

    def backward(self, grad: FloatArray, cache: None, *, input_gradient: bool = True) -> tuple[FloatArray, Gradients]:
        """Return the gradient without the padding."""
        return _inside(grad, self.padding), {}


class Cropping2D(Layer):
    """Every image without some rows and columns at its sides.

    Parameters
    ----------
    cropping : int, (int, int) or ((int, int), (int, int)), default 0
        How many on all sides, ``(above and below, left and right)``, or ``((top, bottom), (left, right))``.
    data_format : {"channels_last"}, optional
        Taken for Keras's sake; there is no other layout.
    **common
        The arguments of every `Layer`.

    Examples
    --------
    >>> Cropping2D(((0, 1), (2, 3))).compute_output_shape((64, 64, 3))
    (63, 59, 3)
    """

    def __init__(
        self,
        cropping: int | Sequence[Any] = ((0, 0), (0, 0)),
        data_format: str | None = None,
        **common: Unpack[LayerArguments],
    ) -> None:
        super().__init__(**common)
        self.cropping = sides("cropping", cropping)
        self.data_format = channels_last(data_format)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape of what remains of an image."""
        n_H, n_W, n_C = image(input_shape)
        shape = n_H - sum(self.cropping[0]), n_W - sum(self.cropping[1]), n_C
        if min(shape) < 1:
            raise ValueError(f"cropping {self.cropping} leaves nothing of an image of shape {input_shape}")
        return shape

    def forward(
        self, x: FloatArray, *, training: bool = False, rng: np.random.Generator | None = None
    ) -> tuple[FloatArray, Shape]:
        """Return the cropped images, and the shape that they had."""
        return _inside(x, self.cropping), x.shape

    def backward(self, grad: FloatArray, cache: Shape, *, input_gradient: bool = True) -> tuple[FloatArray, Gradients]:
        """Return the gradient, with zeros where it was cropped."""
        dx = np.zeros(cache, grad.dtype)
        _inside(dx, self.cropping)[...] = grad
        return dx, {}


def _inside(images: FloatArray, border: tuple[tuple[int, int], tuple[int, int]]) -> FloatArray:
    """Return a view of images without their border."""
    (top, bottom), (left, right) = border
    return images[:, top : images.shape[1] - bottom, left : images.shape[2] - right]
