"""The register tile against its loops: all widths that this machine has, masked or not, whichever way A lies."""

import ctypes
from itertools import product

import numpy as np
import pytest

from adim.engines.compiled import tile
from adim.engines.compiled.processor import instruction_set
from adim.engines.compiled.records import address
from adim.engines.compiled.tile import ADD, RELU, TileKernel, walk_record

SHAPES = [
    (size, rows, vectors, bits // (8 * size))
    for size in (4, 8)
    for bits in instruction_set().bits
    for vectors, most in instruction_set().rows.items()
    for rows in {most, most - 1 if bits == instruction_set().bits[0] else most, min(most, 5), 1}
]
SENTINEL = 777.0


def whole(rng, shape, dtype):
    """Return small whole numbers, whose sums are exact in any order."""
    return rng.integers(-4, 5, shape).astype(dtype)


def run(kernel, a, b, c, bias, mode, **walk):
    """Call the tile; `a`, `b` and `c` are (array, offset in numbers), and strides count numbers."""
    offsets = walk.pop("offsets") * kernel.size
    strides = {name: stride * (1 if name in ("length", "columns") else kernel.size) for name, stride in walk.items()}
    record = walk_record(**strides, offsets=address(offsets))
    places = [address(array) + offset * kernel.size for array, offset in (a, b, c)]
    code = ctypes.CFUNCTYPE(None, *[ctypes.c_int64] * 6)(kernel.address())
    code(*places, 0 if bias is None else address(bias), mode + (len(offsets) << 8), address(record))


@pytest.mark.parametrize(("size", "rows", "vectors", "lanes"), sorted(SHAPES))
def test_the_tile_is_its_loops(size, rows, vectors, lanes):
    dtype, rng = np.dtype(f"f{size}"), np.random.default_rng(rows)
    for masked, adjacent in product((False, True), repeat=2):
        kernel = TileKernel(size, rows, vectors, lanes, masked and lanes > 1, adjacent)
        whole_row = vectors * lanes
        for columns in {whole_row - lanes + 1, whole_row - 1, whole_row} if kernel.masked else {whole_row}:
            if columns <= whole_row - lanes:
                continue
            length, offsets = 5, np.array([40, 0, 23], np.int64)
            a_row, a_step = (1, rows + 2) if adjacent else (length + 3, 1)
            a = whole(rng, 41 + a_row * rows + a_step * length, dtype)
            b_step = whole_row + 3
            b = np.full((len(offsets) * length, b_step), SENTINEL, dtype)
            b[:, :columns] = whole(rng, (len(b), columns), dtype)
            bias = np.full(whole_row, SENTINEL, dtype)
            bias[:columns] = whole(rng, columns, dtype)
            for mode, biased in product((0, ADD, RELU, ADD | RELU), (False, True)):
                c = np.full((rows + 2, whole_row + 5), SENTINEL, dtype)
                inner = c[1:-1, 2 : columns + 2]
                if mode & ADD:
                    inner[...] = whole(rng, inner.shape, dtype)
                expected = c.copy()
                right = inner.copy() if mode & ADD else np.zeros_like(inner)
                if biased:
                    right += bias[:columns]
                tile.plain(a, b[:, :columns], right, offsets=offsets, length=length, a_row=a_row, a_step=a_step)
                expected[1:-1, 2 : columns + 2] = np.maximum(right, 0) if mode & RELU else right
                run(
                    kernel,
                    (a, 0),
                    (b, 0),
                    (c, c.shape[1] + 2),
                    bias if biased else None,
                    mode,
                    offsets=offsets,
                    length=length,
                    a_row=a_row,
                    a_step=a_step,
                    b_step=b_step,
                    c_row=c.shape[1],
                    columns=columns,
                )
                np.testing.assert_array_equal(c, expected)  # what lies around C with it


@pytest.mark.parametrize("runs", [0, 1])
def test_no_runs_give_zeros_and_rectifying_keeps_nan(runs):
    kernel = TileKernel(8, 2, 1, 2, masked=False, rows_adjacent=False)
    a, b, c = np.array([np.nan, -1.0]), np.ones((1, 2)), np.full((2, 2), SENTINEL)
    strides = {"length": 1, "a_row": 1, "a_step": 1, "b_step": 2, "c_row": 2, "columns": 2}
    run(kernel, (a, 0), (b, 0), (c, 0), None, RELU, offsets=np.zeros(runs, np.int64), **strides)
    np.testing.assert_array_equal(c, [[np.nan] * 2, [0.0] * 2] if runs else np.zeros((2, 2)))
