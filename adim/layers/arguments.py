"""What several layers ask of their arguments: checked once, at the door, in the same words."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from adim.arrays import Shape
from adim.geometry import integer, pair


def sizes(name: str, value: Sequence[int]) -> Shape:
    """Return a shape without its batch axis as a tuple of positive ints, or say what is wrong with it."""
    if not isinstance(value, (tuple, list)) or len(value) == 0:
        raise TypeError(
            f"{name} must be the lengths of one example's axes, such as (28, 28, 1) or (10,); got {value!r:.80}"
        )
    if None in value:
        raise ValueError(f"{name} must give every length, without the batch axis; got {tuple(value)}")
    return tuple(integer(name, n, at_least=1) for n in value)


def image(shape: Shape) -> tuple[int, int, int]:
    """Return the sizes of one image, ``(n_H, n_W, n_C)``, or say that it is none.

    Examples
    --------
    >>> image((10,))
    Traceback (most recent call last):
    ValueError: expected images of shape (n_H, n_W, n_C), got (10,): put this layer before Flatten and Dense
    """
    if len(shape) != 3:
        raise ValueError(
            f"expected images of shape (n_H, n_W, n_C), got {tuple(shape)}: put this layer before Flatten and Dense"
        )
    return shape[0], shape[1], shape[2]


def sides(name: str, value: int | Sequence[Any]) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return cells at an image's sides, ``((top, bottom), (left, right))``, from one of the ways to say it.

    Examples
    --------
    >>> sides("padding", 1), sides("padding", (1, 2)), sides("padding", ((0, 1), (2, 3)))
    (((1, 1), (1, 1)), ((1, 1), (2, 2)), ((0, 1), (2, 3)))
    """
    if not isinstance(value, (tuple, list)):
        value = (value, value)
    if len(value) != 2:
        raise ValueError(
            f"{name} must be one integer, (height, width) or ((top, bottom), (left, right)); got {value!r:.80}"
        )
    return pair(name, value[0], at_least=0), pair(name, value[1], at_least=0)


def example_axis(axis: int) -> int:
    """Return an axis that is counted with the batch axis, -1 or at least 1, or say what is wrong with it."""
    if axis != -1 and integer("axis", axis, at_least=-sys.maxsize) < 1:
        raise ValueError(f"axis must be -1 (the last) or at least 1, as axis 0 is that of the batch; got {axis}")
    return int(axis)


def border(padding: str) -> str:
    """Return Keras's padding argument in lower case, or say what it may be."""
    if not isinstance(padding, str) or padding.lower() not in ("valid", "same"):
        raise ValueError(
            f'padding must be "valid" or "same"; got {padding!r:.80}. '
            f"For a number of cells, put a ZeroPadding2D layer before this one."
        )
    return padding.lower()


def channels_last(data_format: str | None) -> str:
    """Return Keras's data_format argument, which has one value here."""
    if data_format not in (None, "channels_last"):
        raise ValueError(
            f'data_format must be "channels_last", the only layout here: (m, n_H, n_W, n_C); got {data_format!r:.80}'
        )
    return "channels_last"


def generator(rng: np.random.Generator | None) -> np.random.Generator:
    """Return the generator, or say that one is needed."""
    if rng is None:
        raise ValueError("this layer draws at random while training: pass rng=np.random.default_rng(seed)")
    return rng
