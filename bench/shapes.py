"""The layers that are measured: the rows of ``conv_shapes.csv``, from public benchmark suites.

Imports no NumPy, since the command line lists the suites before it chooses how many threads NumPy gets.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

_TABLE = Path(__file__).with_name("conv_shapes.csv")

DEFAULT_SUITES = ("dlai_*", "lenet5_mnist", "keras_*", "pytorch_opbench_short", "onednn_benchdnn_resnet_50")
"""A few minutes' work: the course's layers, small networks as people train them, a large one as people run it."""


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
        Names of suites, or shell patterns of them.
    batch : int, optional
        Replaces the batch size of every layer.

    Raises
    ------
    ValueError
        If a pattern matches no suite.

    Examples
    --------
    >>> [layer.name for layer in select(["lenet5_mnist"])]
    ['c1', 'c3']
    """
    chosen = set()
    for pattern in patterns:
        matching = {suite for suite in suites() if fnmatchcase(suite, pattern)}
        if not matching:
            raise ValueError(f"no suite matches {pattern!r}; there are {', '.join(suites())}")
        chosen |= matching
    layers = [layer for layer in load() if layer.suite in chosen]
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
