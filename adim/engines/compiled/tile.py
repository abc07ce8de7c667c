"""The register tile: the one micro-kernel of every matrix-like pass.

A tile is a block C of `rows` x `columns` accumulators that stays in registers while a long product runs past it::

    C[r, :] (+)= bias[:] + sum over s < runs, i < length of
                 A[offsets[s] + r * a_row + i * a_step] * B[s * length + i, :]

A is read number by number and broadcast, B vector by vector. In channels-last layout a filter's row over a window is a
run of numbers side by side, so a convolution needs no matrix of windows: the offsets say where its runs lie. What A and
B are tells the passes apart:

    pass             a row of the tile      a step               a run
    forward          an output pixel        a channel of a tap   a row of the filter
    input gradient   an input pixel         a filter of a tap    a row of the filter
    kernel gradient  a channel of a tap     an output pixel      a row of the output
    dense            an example             an input             the example

Assumed, and checked nowhere: every address lies within its array; B's rows lie one after the other over all runs.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from adim.engines.compiled import library
from adim.engines.compiled.records import Layout, Row

WALK = Layout(
    "offsets", "length", "a_row", "a_step", "b_step", "c_row", "columns", "a_fold", "c_fold", "ahead", "ahead_step"
)
"""What stays the same from tile to tile: the address of the runs' offsets, the length of a run, the strides, how many
of the tile's columns there are, the strides from fold to fold, and what is to be brought near meanwhile: from how many
bytes after the tile's A on, and how many bytes farther with each step."""

_LEFT_OUT = dict.fromkeys(("a_fold", "c_fold", "ahead", "ahead_step"), 0)

ADD, RELU = 1, 2
"""The mode's bits: add to what C holds; replace what is negative by 0. Above them, from bit 8 on: how many runs."""


class TileKernel(NamedTuple):
    """Which tile: one of these is one piece of machine code.

    Attributes
    ----------
    size : int
        Bytes of a number: 4 or 8.
    rows, vectors, lanes : int
        The tile.
    masked : bool
        Whether vectors may reach beyond the matrix, and must not touch what lies there.
    rows_adjacent : bool
        Whether A's rows lie side by side (kernel gradient), or else its steps.
    fold : int
        If not 0, so many rows make a fold: the tile then has several rows of pixels of a narrow image.
    """

    size: int
    rows: int
    vectors: int
    lanes: int
    masked: bool
    rows_adjacent: bool
    fold: int = 0

    @property
    def name(self) -> str:
        """The name of its code."""
        return (
            f"tile_f{8 * self.size}_{self.rows}x{self.vectors}x{self.lanes}"
            f"{'_masked' * self.masked}{'_adjacent' * self.rows_adjacent}{f'_by_{self.fold}' if self.fold else ''}"
        )

    def address(self) -> int:
        """Return the address of its code, ``tile(a, b, c, bias, mode, walk)``."""
        return library.address(self.name, lambda module: _write(module, self))


def walk_record(**fields: int) -> Row:
    """Return a `WALK`: of a tile without folds, where their strides are left out, to which nothing is brought near."""
    return WALK.record(**_LEFT_OUT | fields)


def tiles_along(count: int, most: int) -> tuple[int, int, int, int]:
    """Cut a row into as few tiles as possible, as equal as possible: their two heights, and how many of each."""
    tiles = max(1, -(-count // most))
    wide = -(-count // tiles)
    narrow_tiles = tiles * wide - count
    return wide, wide - 1, tiles - narrow_tiles, narrow_tiles


def _write(module: Any, kernel: TileKernel) -> None:
    from adim.engines.compiled.language import F32, F64, Function, vector  # noqa: PLC0415 - only to compile

    size, rows, vectors, lanes, masked, rows_adjacent, fold = kernel
    scalar = F32 if size == 4 else F64
    vec = vector(scalar, lanes)
    f = Function(module, kernel.name, ["a", "b", "c", "bias", "mode", "walk"])
    walk = WALK.read(f, f.walk)
    masks = [f.first_lanes(walk.columns - v * lanes, lanes) if masked else None for v in range(vectors)]

    accumulators = [[f.variable(f.zero(vec)) for _ in range(vectors)] for _ in range(rows)]
    b = f.variable(f.b)
    ahead = f.variable(f.a + walk.ahead)
    a_row = f.constant(size) if rows_adjacent else walk.a_row
    a_step = walk.a_step if rows_adjacent else f.constant(size)
    within = [a_row * row for row in range(min(rows, 4))]  # rows are reached in fours, which x86 can address
    places = [divmod(row, fold or rows) for row in range(rows)]  # in which fold, and which row there
    with f.loop(0, f.mode >> 8) as run:
        start = f.a + f.load(walk.offsets + run * 8)
        fours = {
            (number, row): f.variable(start + walk.a_fold * number + a_row * row)
            for number, row in places
            if row % 4 == 0
        }
        with f.loop(0, walk.length):
            right = [f.load(b.value + v * lanes * size, vec, mask=masks[v]) for v in range(vectors)]
            for row, (number, within_fold) in enumerate(places):
                four = fours[number, within_fold // 4 * 4]
                left = f.splat(f.load(four.value + within[within_fold % 4], scalar), lanes)
                for v in range(vectors):
                    accumulators[row][v].set(f.fma(left, right[v], accumulators[row][v].value))
            f.prefetch(ahead.value)
            ahead += walk.ahead_step
            for four in fours.values():
                four += a_step
            b += walk.b_step

    for_each = [(row, v) for row in range(rows) for v in range(vectors)]
    with f.when(f.bias.differs(0)):
        biases = [f.load(f.bias + v * lanes * size, vec, mask=masks[v]) for v in range(vectors)]
        for row, v in for_each:
            accumulators[row][v] += biases[v]
    targets = [f.c + walk.c_fold * number + walk.c_row * row for number, row in places]
    with f.when((f.mode & f.constant(ADD)).differs(0)):
        for row, v in for_each:
            accumulators[row][v] += f.load(targets[row] + v * lanes * size, vec, mask=masks[v])
    with f.when((f.mode & f.constant(RELU)).differs(0)):
        for row, v in for_each:
            value = accumulators[row][v].value
            accumulators[row][v].set(f.select(value < 0.0, f.zero(vec), value))
    for row, v in for_each:
        f.store(accumulators[row][v].value, targets[row] + v * lanes * size, mask=masks[v])
    f.finish()


def plain(
    a: npt.NDArray[Any],
    b: npt.NDArray[Any],
    c: npt.NDArray[Any],
    *,
    offsets: npt.NDArray[np.int64],
    length: int,
    a_row: int,
    a_step: int,
) -> None:
    """Do in loops what the tile does; strides count numbers. ``b (runs * length, columns)``, ``c (rows, columns)``."""
    for r in range(len(c)):
        for s, offset in enumerate(offsets):
            for i in range(length):
                c[r] += a[offset + r * a_row + i * a_step] * b[s * length + i]
