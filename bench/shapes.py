"""The layers that are measured: the rows of ``conv_shapes.csv``, from public benchmark suites.

Imports no NumPy, since the command line lists the suites before it chooses how many threads NumPy gets.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from fnmatch import fnmatchcase
from math import prod
from pathlib import Path
from typing import NamedTuple

_TABLE = Path(__file__).with_name("conv_shapes.csv")

DEFAULT_SUITES = (
    "dlai_*",
    "lenet5_mnist",
    "keras_*",
    "mlperf_tiny_*",
    "pytorch_opbench_short",
    "pytorch_opbench_long",
    "deepbench_inference_device",
    "onednn_benchdnn_resnet_50@1",
    "onednn_benchdnn_resnet_50@8",
)
"""The course's layers, small networks as people train them and as small devices run them, large ones as people run
them."""

WIDE_3X3 = "3x3, stride 1, 64 channels or more in and out"
DEPTHWISE = "depthwise 3x3"
TINY = "below 0.1 MFLOP"


class Layer(NamedTuple):
    """A convolution layer and the batch it is given."""

    suite: str
    name: str
    batch: int
    height: int
    width: int
    channels: int
    filters: int
    taps: tuple[int, int]
    strides: tuple[int, int]
    padding: tuple[tuple[int, int], tuple[int, int]]
    """``((top, bottom), (left, right))``"""
    groups: int
    output: tuple[int, int]

    @property
    def input_shape(self) -> tuple[int, int, int, int]:
        """``(m, H, W, C)``."""
        return self.batch, self.height, self.width, self.channels

    @property
    def kernel_shape(self) -> tuple[int, int, int, int]:
        """``(fh, fw, C / groups, F)``."""
        return *self.taps, self.channels // self.groups, self.filters

    @property
    def output_shape(self) -> tuple[int, int, int, int]:
        """``(m, n_H, n_W, F)``."""
        return self.batch, *self.output, self.filters

    @property
    def flops(self) -> int:
        """Operations of one pass, a multiplication and an addition counted as two; the same for all three passes."""
        (fh, fw, channels, filters), (n_H, n_W) = self.kernel_shape, self.output
        return 2 * self.batch * n_H * n_W * fh * fw * channels * filters

    @property
    def elements(self) -> int:
        """How many numbers take part in a pass: input, kernel and output, each once; the same for all three."""
        return prod(self.input_shape) + prod(self.kernel_shape) + prod(self.output_shape)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of layers that it is one of, which a report sums up beside the suites."""
        is_3x3 = self.taps == (3, 3)
        wide = is_3x3 and self.strides == (1, 1) and self.groups == 1 and min(self.channels, self.filters) >= 64
        depthwise = is_3x3 and 1 < self.groups == self.channels
        found = {WIDE_3X3: wide, DEPTHWISE: depthwise, TINY: self.flops < 100_000}
        return tuple(kind for kind, is_one in found.items() if is_one)

    def __str__(self) -> str:
        """As people write it: the input, the filters, and stride and groups where they are not 1."""
        (fh, fw), (sh, sw) = self.taps, self.strides
        stride = "" if sh == sw == 1 else f"/{sh}" if sh == sw else f"/{sh}x{sw}"
        groups = f" g{self.groups}" if self.groups > 1 else ""
        return f"{'x'.join(map(str, self.input_shape))}, {self.filters} of {fh}x{fw}{stride}{groups}"


def load() -> list[Layer]:
    """Return all layers, in the table's order."""
    with _TABLE.open(newline="", encoding="utf-8") as lines:
        return [_layer(row) for row in csv.DictReader(lines)]


def suites() -> list[str]:
    """Return the names of all suites, in the table's order."""
    return list(dict.fromkeys(layer.suite for layer in load()))


def select(patterns: Iterable[str] = DEFAULT_SUITES, *, batch: int | None = None) -> list[Layer]:
    """Return the layers of the suites that match one of the patterns, ``"dlai_*"``.

    Parameters
    ----------
    patterns : iterable of str
        Names of suites, or shell patterns of them. An ``@8`` at the end replaces the batch size of every layer, and
        names a suite of its own.
    batch : int, optional
        Replaces the batch size of every layer of all suites.

    Raises
    ------
    ValueError
        If a pattern matches no suite, or what follows its @ is no batch size.

    Examples
    --------
    >>> [layer.name for layer in select(["lenet5_mnist"])]
    ['c1', 'c3']
    >>> [layer.suite for layer in select(["lenet5_mnist@8"])]
    ['lenet5_mnist@8', 'lenet5_mnist@8']
    """
    everything, chosen = load(), set[Layer]()
    variants = []
    for pattern in patterns:
        name, at, size = pattern.partition("@")
        matching = [layer for layer in everything if fnmatchcase(layer.suite, name)]
        if not matching:
            raise ValueError(f"no suite matches {pattern!r}; there are {', '.join(suites())}")
        if not at:
            chosen.update(matching)
        elif size.isdecimal() and int(size) > 0:
            variants += [layer._replace(suite=f"{layer.suite}@{size}", batch=int(size)) for layer in matching]
        else:
            raise ValueError(f"after @ stands a batch size, as in {name}@8; got {pattern!r}")
    layers = [*(layer for layer in everything if layer in chosen), *dict.fromkeys(variants)]
    return layers if batch is None else [layer._replace(batch=batch) for layer in layers]


def _layer(row: dict[str, str]) -> Layer:
    top, bottom, left, right = map(int, row["pads_top_bottom_left_right"].split("/"))
    return Layer(
        suite=row["suite"],
        name=row["name"],
        batch=int(row["N"]),
        height=int(row["H"]),
        width=int(row["W"]),
        channels=int(row["C"]),
        filters=int(row["F"]),
        taps=(int(row["fh"]), int(row["fw"])),
        strides=(int(row["sh"]), int(row["sw"])),
        padding=((top, bottom), (left, right)),
        groups=int(row["groups"]),
        output=(int(row["OH"]), int(row["OW"])),
    )
