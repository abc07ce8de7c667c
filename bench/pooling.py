"""Our side of a pooling: its windows, its arrays, and its four parts."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from adim import ops
from adim.arrays import FloatArray
from adim.geometry import pool_window
from bench.contest import Side, Sides

PARTS = ("max forward", "max backward", "mean forward", "mean backward")


class Pool(NamedTuple):
    """Images and the windows over them.

    Attributes
    ----------
    images : (int, int, int, int)
        ``(m, H, W, C)``.
    size, stride, pad : int
        Of the windows, alike in height and width; without a size, one window is the whole image.
    """

    images: tuple[int, int, int, int]
    size: int | None = None
    stride: int = 1
    pad: int = 0

    @property
    def output_shape(self) -> tuple[int, ...]:
        """``(m, n_H, n_W, C)``; ``(m, C)`` where whole images are pooled."""
        m, H, W, C = self.images
        if self.size is None:
            return m, C
        return m, *pool_window((H, W), self.size, strides=self.stride, padding=self.pad).output, C

    def __str__(self) -> str:
        images = "x".join(map(str, self.images))
        windows = f"{self.size}x{self.size}/{self.stride}" if self.size else "whole images"
        return f"{images}, {windows}"


class Arrays(NamedTuple):
    """What a pooling computes with."""

    x: FloatArray  # (m, H, W, C)
    y: FloatArray  # the maxima, in the output's shape
    grad: FloatArray  # in the output's shape


def draw(pool: Pool, dtype: str, *, seed: int = 0) -> Arrays:
    """Draw a pooling's arrays from the normal distribution."""
    rng = np.random.default_rng(seed)
    x, grad = (rng.standard_normal(shape, np.dtype(dtype)) for shape in (pool.images, pool.output_shape))
    y = ops.global_max_pool2d(x) if pool.size is None else ops.max_pool2d(x, **_windows(pool))
    return Arrays(x, y, grad)


def ours(pool: Pool, arrays: Arrays, *, engine: str) -> Sides:
    """Return our side of each part."""
    x, y, grad = arrays
    if pool.size is None:
        calls = (
            lambda: ops.global_max_pool2d(x, engine=engine),
            lambda: ops.global_max_pool2d_backward(grad, x, y, engine=engine),
            lambda: ops.global_avg_pool2d(x, engine=engine),
            lambda: ops.global_avg_pool2d_backward(grad, x.shape, engine=engine),
        )
    else:
        windows = _windows(pool) | {"engine": engine}
        calls = (
            lambda: ops.max_pool2d(x, **windows),
            lambda: ops.max_pool2d_backward(grad, x, y, **windows),
            lambda: ops.avg_pool2d(x, **windows),
            lambda: ops.avg_pool2d_backward(grad, x.shape, **windows),
        )
    return {part: Side(call, lambda result: (result,)) for part, call in zip(PARTS, calls, strict=True)}


def _windows(pool: Pool) -> dict[str, Any]:
    return {"pool_size": pool.size, "strides": pool.stride, "padding": pool.pad}
