"""Layers where branches meet. They take lists: of shapes, of arrays."""

# ruff: noqa: ARG002 - the arguments of the layer's contract; these layers need few of them
from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack

import numpy as np

from adim import ops
from adim.arrays import FloatArray, Shape
from adim.layers.arguments import example_axis
from adim.layers.base import Gradients, Layer, LayerArguments


class Add(Layer):
    """The sum of several inputs of one shape: the shortcut of a residual network.

    Parameters
    ----------
    **common
        The arguments of every `Layer`.

    Examples
    --------
    >>> Add().forward([np.array([[1.0, 2.0]]), np.array([[10.0, 20.0]])])[0]
    array([[11., 22.]])
    """

    takes_list = True

    def compute_output_shape(self, input_shape: Sequence[Shape]) -> Shape:
        """Return the one shape that all inputs have."""
        _check_several(input_shape)
        if len(set(input_shape)) > 1:
            raise ValueError("all inputs of Add must have the same shape")
        return input_shape[0]

    def forward(
        self,
        x: Sequence[FloatArray],
        *,
        training: bool = False,
        rng: np.random.Generator | None = None,
        relu: bool = False,
    ) -> tuple[FloatArray, tuple[int, FloatArray | None]]:
        """Return the sum; of how many, and the sum again if it was rectified."""
        y = ops.add(x, relu=relu)
        return y, (len(x), y if relu else None)

    def backward(
        self, grad: FloatArray, cache: tuple[int, FloatArray | None], *, input_gradient: bool = True
    ) -> tuple[list[FloatArray], Gradients]:
        """Return the gradient once for every input: one array, not copies."""
        count, y = cache
        return [grad if y is None else ops.relu_backward(grad, y)] * count, {}


class Concatenate(Layer):
    """Several inputs side by side along one axis.

    Parameters
    ----------
    axis : int, default -1
        The axis, counted with the batch axis: -1 puts the channels of images together.
    **common
        The arguments of every `Layer`.

    Examples
    --------
    >>> Concatenate().forward([np.array([[1.0]]), np.array([[2.0, 3.0]])])[0]
    array([[1., 2., 3.]])
    """

    takes_list = True

    def __init__(self, axis: int = -1, **common: Unpack[LayerArguments]) -> None:
        super().__init__(**common)
        self.axis = example_axis(axis)

    def compute_output_shape(self, input_shape: Sequence[Shape]) -> Shape:
        """Return the inputs' shape, with their lengths along the axis added up."""
        _check_several(input_shape)
        first = input_shape[0]
        if self.axis > len(first):
            raise ValueError(f"axis must be -1 or from 1 to {len(first)}; got {self.axis}")
        i = len(first) - 1 if self.axis == -1 else self.axis - 1
        if any(len(shape) != len(first) for shape in input_shape) or len({s[:i] + s[i + 1 :] for s in input_shape}) > 1:
            raise ValueError(f"the inputs of Concatenate may differ along axis {self.axis} only")
        return (*first[:i], sum(shape[i] for shape in input_shape), *first[i + 1 :])

    def forward(
        self, x: Sequence[FloatArray], *, training: bool = False, rng: np.random.Generator | None = None
    ) -> tuple[FloatArray, list[int]]:
        """Return one array, and the lengths of its parts."""
        return np.concatenate(x, axis=self.axis), [part.shape[self.axis] for part in x]

    def backward(
        self, grad: FloatArray, cache: list[int], *, input_gradient: bool = True
    ) -> tuple[list[FloatArray], Gradients]:
        """Return each input's part of the gradient."""
        return np.split(grad, np.cumsum(cache[:-1]), axis=self.axis), {}


def _check_several(shapes: Sequence[Shape]) -> None:
    if len(shapes) < 2:
        raise ValueError(f"a list of at least two inputs was expected, got {len(shapes)}: call it as Add()([a, b])")
