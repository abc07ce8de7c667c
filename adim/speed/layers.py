"""Convolution layers of each kind that people use, each of their passes alone."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import NamedTuple

import numpy as np

from adim import ops
from adim.geometry import window
from adim.speed.measurement import Measurement
from adim.speed.timing import interleave


class Layer(NamedTuple):
    """A convolution with "same" padding, and the images that it is given.

    Attributes
    ----------
    name : str
        What is special about it.
    images : (int, int, int, int)
        ``(m, H, W, C)``.
    filters, taps, stride, groups : int
        As in `adim.ops.conv2d`; alike in height and width.
    """

    name: str
    images: tuple[int, int, int, int]
    filters: int
    taps: int
    stride: int = 1
    groups: int = 1

    @property
    def kernel(self) -> tuple[int, int, int, int]:
        """``(fh, fw, C / groups, F)``."""
        return self.taps, self.taps, self.images[3] // self.groups, self.filters

    @property
    def output(self) -> tuple[int, int, int, int]:
        """``(m, n_H, n_W, F)``."""
        m, H, W, _ = self.images
        return m, *window((H, W), self.taps, strides=self.stride, padding="same").output, self.filters

    @property
    def flops(self) -> int:
        """Operations of one pass, a multiplication and an addition counted as two; the same for all three."""
        return 2 * prod(self.output[:3]) * prod(self.kernel)

    def __str__(self) -> str:
        stride = f"/{self.stride}" if self.stride > 1 else ""
        groups = f" g{self.groups}" if self.groups > 1 else ""
        return f"{'x'.join(map(str, self.images))}, {self.filters} of {self.taps}x{self.taps}{stride}{groups}"


LAYERS = (
    Layer("3x3", (8, 56, 56, 64), 64, 3),
    Layer("3x3, small images", (32, 14, 14, 128), 128, 3),
    Layer("3x3, every second place", (8, 56, 56, 64), 128, 3, stride=2),
    Layer("1x1", (8, 28, 28, 256), 64, 1),
    Layer("depthwise", (8, 56, 56, 64), 64, 3, groups=64),
    Layer("few channels", (64, 64, 64, 3), 8, 4),
    Layer("a single small image", (1, 8, 8, 16), 16, 3),
)
"""What `measure_layers` measures."""


def measure_layers(dtype: str = "float32", *, seconds: float = 0.3) -> Iterator[Measurement]:
    """Measure the three passes of each of `LAYERS`, one after the other.

    Parameters
    ----------
    dtype : {"float32", "float64"}
        What is computed in.
    seconds : float
        How long each pass is timed.
    """
    for layer in LAYERS:
        rng = np.random.default_rng(0)
        shapes = layer.images, layer.kernel, (layer.filters,), layer.output
        x, kernel, bias, grad = (rng.standard_normal(shape, np.dtype(dtype)) for shape in shapes)
        how = {"strides": layer.stride, "padding": "same", "groups": layer.groups}
        passes = {
            "forward": lambda x=x, kernel=kernel, bias=bias, how=how: ops.conv2d(x, kernel, bias, **how),
            "input gradient": lambda x=x, kernel=kernel, grad=grad, how=how: ops.conv2d_input_gradient(
                grad, kernel, x.shape, **how
            ),
            "weight gradient": lambda x=x, kernel=kernel, grad=grad, how=how: ops.conv2d_kernel_gradient(
                grad, x, kernel.shape, **how
            ),
        }
        traffic = (x.size + kernel.size + grad.size) * x.itemsize
        for part, timing in interleave(passes, seconds=seconds).items():
            yield Measurement(layer.name, str(layer), part, timing, layer.flops / 1e9, "GFLOP", traffic)
