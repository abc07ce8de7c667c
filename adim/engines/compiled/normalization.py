"""Batch normalisation: two passes over memory forward, and two back.

The first pass of each finds sums for every channel, the second one makes the result, the rectifier included that often
follows. Pixels lie side by side, channel after channel, so some pixels together make a row that suits the vectors, and
every *column* of such rows belongs to one channel. A task is a block of rows that stays in a core's cache.

Sums of float32 are short, one block each; beyond it they are added up in float64, always in the same order. A variance
is found block by block around the block's own mean, by the corrected two-pass algorithm, and then put together (Chan,
Golub and LeVeque 1983), so that neither a large mean nor a drifting one costs digits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from typing import Any, NamedTuple

import numpy as np

from adim.arrays import FloatArray
from adim.engines.compiled import library, memory, threads
from adim.engines.compiled.records import Layout, address
from adim.engines.compiled.rectifier import passed, rectified
from adim.engines.compiled.sweeps import along, lanes_for
from adim.engines.moments import Moments

_BLOCK_BYTES = 32 << 10  # of a task, which is read twice: the second time from the nearest cache...
_BLOCKS = 256  # ...unless there were more blocks than these, whose sums one thread merges
_MOST_BLOCK_BYTES = 256 << 10
_VECTORS = 4  # of columns that are worked on together

FIELDS = Layout(
    "x",
    "grad",
    "target",  # what the kernel makes
    "constants",  # rows of columns: numbers of their channels
    "pixels",
    "channels",
    "columns",  # numbers of a row
    "rows",
    "rows_per_block",
    "blocks",  # of whole rows; what is left is one more block, of one shorter row
    "last_columns",
    "tasks",  # all blocks
)


def forward(
    x: FloatArray, scale: FloatArray, offset: FloatArray, epsilon: float, moments: Moments | None, *, relu: bool
) -> tuple[FloatArray, Moments]:
    """Return `x`, which is not empty, normalised, and by which moments; see `Engine.batch_normalization`."""
    x = np.ascontiguousarray(x)
    rows = _rows(x.size, x.shape[-1], x.itemsize)
    moments = moments or _moments(rows, x)
    factor = scale * (1 / np.sqrt(moments.variance + epsilon))
    y = memory.empty(x.shape, x.dtype)
    rows.run(_NORMALIZE_RELU if relu else _NORMALIZE, y, x, constants=rows.affine(factor, offset, moments.mean))
    return y, moments


def backward(
    grad: FloatArray,
    x: FloatArray,
    scale: FloatArray,
    offset: FloatArray,
    epsilon: float,
    moments: Moments,
    *,
    of_batch: bool,
    relu: bool,
    input_gradient: bool,
) -> tuple[FloatArray | None, FloatArray, FloatArray]:
    """Return the gradients at `x`, which is not empty, scale and offset; see `Engine.batch_normalization_backward`."""
    grad, x = np.ascontiguousarray(grad), np.ascontiguousarray(x)
    rows = _rows(x.size, x.shape[-1], x.itemsize)
    mean, variance = moments
    inverse_std = 1 / np.sqrt(variance + epsilon)
    factor = scale * inverse_std
    constants = rows.affine(factor, offset, mean)
    sums = rows.run(_SUMS_RELU if relu else _SUMS, rows.partial(2), x, grad, constants)
    doffset, dscale = rows.run(_MERGE, np.empty((2, rows.channels)), sums, tasks=1)
    beyond = mean - constants[0, 0]  # the pass saw x less the mean as x's dtype has it
    dscale = (dscale - beyond * doffset) * inverse_std
    dx = None
    if input_gradient:
        dx = memory.empty(x.shape, x.dtype)
        if of_batch:
            slope = -factor * inverse_std * dscale / rows.pixels
            level = -factor * doffset / rows.pixels - slope * beyond
            constants = np.concatenate((constants, rows.constants(slope, level)))
            rows.run(_DX_RELU if relu else _DX, dx, x, grad, constants)
        else:
            rows.run(_SCALE_RELU if relu else _SCALE, dx, x, grad, constants)
    return dx, dscale.astype(x.dtype), doffset.astype(x.dtype)


class _Rows(NamedTuple):
    """How pixels are cut into rows, and rows into blocks."""

    size: int  # bytes of a number
    pixels: int
    channels: int
    group: int  # pixels of a row
    rows: int
    rows_per_block: int
    blocks: int
    tasks: int

    def run(
        self,
        kernel: _Kernel,
        target: FloatArray,
        x: FloatArray,
        grad: FloatArray | None = None,
        constants: FloatArray | None = None,
        tasks: int | None = None,
    ) -> FloatArray:
        """Run a kernel, for every block if not said otherwise, and return the target."""
        addresses = [0 if array is None else address(array) for array in (x, grad, target, constants)]
        _, pixels, channels, group, rows, rows_per_block, blocks, all_tasks = self
        last_columns = pixels % group * channels
        shape = pixels, channels, group * channels, rows, rows_per_block, blocks, last_columns, all_tasks
        call = FIELDS.call(*addresses, *shape)
        threads.pool().run(kernel.address(self.size), call, all_tasks if tasks is None else tasks)
        return target

    def partial(self, sums: int) -> FloatArray:
        """Return room for so many sums of every column of every block."""
        return np.empty((self.tasks, sums, self.group * self.channels), f"f{self.size}")

    def constants(self, *of_channels: FloatArray) -> FloatArray:
        """Repeat numbers of channels, (C,), along a row: (numbers, group, C)."""
        rows = np.empty((len(of_channels), self.group, self.channels), f"f{self.size}")
        for row, numbers in zip(rows, of_channels, strict=True):
            row[...] = numbers
        return rows

    def affine(self, factor: FloatArray, offset: FloatArray, mean: FloatArray) -> FloatArray:
        """Return the constants of ``(x - mean) * factor + offset``, with a mean that x's dtype can hold."""
        rows = self.constants(mean, factor, offset)
        rows[2] = offset - (mean - rows[0, 0]) * factor
        return rows


@lru_cache(maxsize=512)
def _rows(numbers: int, channels: int, size: int) -> _Rows:
    pixels, lanes = numbers // channels, lanes_for(size)
    fewest = -(-_VECTORS * lanes // channels)
    group = min(range(fewest, 2 * fewest), key=lambda group: (-group * channels % lanes / group, group))
    group = min(group, pixels)
    rows, rest = divmod(pixels, group)
    block = min(max(_BLOCK_BYTES, numbers * size // _BLOCKS), _MOST_BLOCK_BYTES)
    rows_per_block = max(1, block // (group * channels * size))
    blocks = -(-rows // rows_per_block)
    return _Rows(size, pixels, channels, group, rows, rows_per_block, blocks, blocks + (rest > 0))


def _moments(rows: _Rows, x: FloatArray) -> Moments:
    blocks = rows.run(_BLOCK_MOMENTS, rows.partial(3), x)
    return Moments(*rows.run(_MERGE_MOMENTS, np.empty((2, rows.channels)), blocks, tasks=1))


# -- kernels


class _Kernel(NamedTuple):
    """What a task is: a name, and the function that writes it, ``write(f, r, kind)``."""

    name: str
    write: Callable[[Any, Any, _Kind], None]

    def address(self, size: int) -> int:
        name = f"{self.name}_{8 * size}"
        return library.address(name, lambda module: self._write(module, name, size))

    def _write(self, module: Any, name: str, size: int) -> None:
        from adim.engines.compiled.language import F32, F64, Function  # noqa: PLC0415 - only to compile

        f = Function(module, name, ["record", "task", "thread"])
        self.write(f, FIELDS.read(f, f.record), _Kind(size, lanes_for(size), F32 if size == 4 else F64))
        f.finish()


class _Kind(NamedTuple):
    size: int
    lanes: int
    scalar: Any

    @property
    def vector(self) -> Any:
        from adim.engines.compiled.language import vector  # noqa: PLC0415 - only to compile

        return vector(self.scalar, self.lanes)


class _Columns(NamedTuple):
    """Some vectors of columns of a block, as compiled code sees them."""

    f: Any
    r: Any
    kind: _Kind
    column: Any  # the first of them
    start: Any  # bytes before the block's first number there
    rows: Any
    vectors: int
    mask: Any

    def zeros(self) -> list[Any]:
        """Return a variable for each vector."""
        return [self.f.variable(self.f.zero(self.kind.vector)) for _ in range(self.vectors)]

    def load(self, base: Any, place: Any) -> list[Any]:
        """Return the vectors at a place."""
        step = self.kind.lanes * self.kind.size
        return [self.f.load(base + place + v * step, self.kind.vector, mask=self.mask) for v in range(self.vectors)]

    def store(self, values: list[Any], place: Any) -> None:
        """Put the vectors at a place of the target."""
        for v, value in enumerate(values):
            self.f.store(value, self.r.target + place + v * self.kind.lanes * self.kind.size, mask=self.mask)

    def constants(self, count: int) -> Iterator[tuple[Any, ...]]:
        """Return so many constants of each vector."""
        pitch = self.r.columns * self.kind.size
        rows = [self.load(self.r.constants, pitch * row + self.column * self.kind.size) for row in range(count)]
        return zip(*rows, strict=True)

    def store_sums(self, *sums: list[Any]) -> None:
        """Put sums of the block where the target has room for them."""
        for number, variables in enumerate(sums):
            row = (self.f.task * len(sums) + number) * self.r.columns
            self.store([variable.value for variable in variables], (row + self.column) * self.kind.size)

    @contextmanager
    def each_row(self) -> Iterator[Any]:
        """Run the block for every row, with the bytes before it."""
        with self.f.loop(0, self.rows) as row:
            yield self.start + row * self.r.columns * self.kind.size


def _by_columns(body: Callable[[_Columns], None]) -> Callable[[Any, Any, _Kind], None]:
    """Make a kernel of what it does to some vectors of columns: to four at once, and then one by one."""

    def write(f: Any, r: Any, kind: _Kind) -> None:
        is_last = f.task.equals(r.blocks)
        first = f.select(is_last, r.rows, f.task * r.rows_per_block)
        rows = f.select(is_last, 1, f.smaller(r.rows_per_block, r.rows - first))
        columns = f.select(is_last, r.last_columns, r.columns)
        start, step = first * r.columns, _VECTORS * kind.lanes

        def some(column: Any, vectors: int, mask: Any) -> None:
            body(_Columns(f, r, kind, column, (start + column) * kind.size, rows, vectors, mask))

        whole = columns // step * step
        with f.loop(0, whole, step) as column:
            some(column, _VECTORS, None)
        along(f, columns - whole, kind.lanes, lambda index, mask: some(whole + index, 1, mask))

    return write


@_by_columns
def _block_moments(c: _Columns) -> None:
    """Find a block's mean, and the sums of what is above it and of that squared."""
    f, totals, residues, squares = c.f, c.zeros(), c.zeros(), c.zeros()
    with c.each_row() as place:
        for total, x in zip(totals, c.load(c.r.x, place), strict=True):
            total += x
    count = f.floating(c.rows, c.kind.vector)
    for total in totals:
        total.set(total.value / count)
    with c.each_row() as place:
        for mean, residue, square, x in zip(totals, residues, squares, c.load(c.r.x, place), strict=True):
            above = x - mean.value
            residue += above
            square.set(f.fma(above, above, square.value))
    c.store_sums(totals, residues, squares)


def _normalize(c: _Columns, *, relu: bool) -> None:
    constants = list(c.constants(3))
    with c.each_row() as place:
        values = [_normalized(c, x, *of) for x, of in zip(c.load(c.r.x, place), constants, strict=True)]
        c.store([rectified(c.f, value) for value in values] if relu else values, place)


def _sums(c: _Columns, *, relu: bool) -> None:
    """Add up the gradient, and the gradient times x less its mean."""
    constants, totals, products = list(c.constants(3)), c.zeros(), c.zeros()
    with c.each_row() as place:
        loaded = zip(c.load(c.r.x, place), c.load(c.r.grad, place), constants, strict=True)
        for (x, grad, of), total, product in zip(loaded, totals, products, strict=True):
            grad = passed(c.f, grad, _normalized(c, x, *of)) if relu else grad
            total += grad
            product.set(c.f.fma(grad, x - of[0], product.value))
    c.store_sums(totals, products)


def _dx(c: _Columns, *, relu: bool) -> None:
    constants = list(c.constants(5))
    with c.each_row() as place:
        made = []
        for x, grad, of in zip(c.load(c.r.x, place), c.load(c.r.grad, place), constants, strict=True):
            mean, factor, shift, slope, level = of
            grad = passed(c.f, grad, _normalized(c, x, mean, factor, shift)) if relu else grad
            made.append(c.f.fma(grad, factor, c.f.fma(x - mean, slope, level)))
        c.store(made, place)


def _scale(c: _Columns, *, relu: bool) -> None:
    """Do what is left of `_dx` where mean and variance do not depend on x."""
    constants = list(c.constants(3))
    with c.each_row() as place:
        made = []
        for x, grad, of in zip(c.load(c.r.x, place), c.load(c.r.grad, place), constants, strict=True):
            made.append((passed(c.f, grad, _normalized(c, x, *of)) if relu else grad) * of[1])
        c.store(made, place)


def _normalized(c: _Columns, x: Any, mean: Any, factor: Any, shift: Any) -> Any:
    return c.f.fma(x - mean, factor, shift)


# What blocks found comes in as x: (tasks, sums, columns). One thread puts it together, channel by channel.


@contextmanager
def _each_block(f: Any, r: Any, kind: _Kind, sums: int, channel: Any, wide: Any, mask: Any) -> Iterator[Any]:
    """Run the block for every pixel of a row, in every block: with how many rows it has, and its sums as doubles."""
    from adim.engines.compiled.language import vector  # noqa: PLC0415 - only to compile

    narrow = vector(kind.scalar, wide.count)
    with f.loop(0, r.tasks) as block:
        is_last = block.equals(r.blocks)
        rows = f.select(is_last, 1, f.smaller(r.rows_per_block, r.rows - block * r.rows_per_block))
        place = r.x + block * sums * r.columns * kind.size
        with f.loop(0, f.select(is_last, r.last_columns, r.columns), r.channels) as first:
            column = place + (first + channel) * kind.size
            found = [f.load(column + number * r.columns * kind.size, narrow, mask=mask) for number in range(sums)]
            yield (f.floating(rows, wide), *(f.convert(value, wide) for value in found))


def _merge(f: Any, r: Any, kind: _Kind) -> None:
    """Add two sums up."""
    from adim.engines.compiled.language import F64, vector  # noqa: PLC0415 - only to compile

    lanes = lanes_for(8)
    wide = vector(F64, lanes)

    def step(channel: Any, mask: Any) -> None:
        totals = [f.variable(f.zero(wide)) for _ in range(2)]
        with _each_block(f, r, kind, 2, channel, wide, mask) as (_, *found):
            for total, value in zip(totals, found, strict=True):
                total += value
        for number, total in enumerate(totals):
            f.store(total.value, r.target + (r.channels * number + channel) * 8, mask=mask)

    along(f, r.channels, lanes, step)


def _merge_moments(f: Any, r: Any, kind: _Kind) -> None:
    """Put the blocks' moments together.

    With n rows, mean m and variance v each, M = sum(n m) / sum(n) and V = sum(n (v + (m - M)^2)) / sum(n).
    """
    from adim.engines.compiled.language import F64, vector  # noqa: PLC0415 - only to compile

    lanes = lanes_for(8)
    wide = vector(F64, lanes)
    pixels = f.floating(r.pixels, wide)

    def step(channel: Any, mask: Any) -> None:
        total, squares = f.variable(f.zero(wide)), f.variable(f.zero(wide))
        with _each_block(f, r, kind, 3, channel, wide, mask) as (rows, near, residue, _):
            total += f.fma(rows, near, residue)
        mean = total.value / pixels
        with _each_block(f, r, kind, 3, channel, wide, mask) as (rows, near, residue, square):
            beyond = residue / rows
            between = near + beyond - mean
            squares += square - residue * beyond + between * between * rows
        variance = squares.value / pixels
        f.store(mean, r.target + channel * 8, mask=mask)
        f.store(rectified(f, variance), r.target + (r.channels + channel) * 8, mask=mask)  # rounding can make it -0

    along(f, r.channels, lanes, step)


def _with_relu(name: str, body: Callable[..., None]) -> tuple[_Kernel, _Kernel]:
    plain, relu = (_by_columns(partial(body, relu=relu)) for relu in (False, True))
    return _Kernel(name, plain), _Kernel(f"{name}_relu", relu)


_BLOCK_MOMENTS = _Kernel("block_moments", _block_moments)
_MERGE_MOMENTS, _MERGE = _Kernel("merge_moments", _merge_moments), _Kernel("merge_sums", _merge)
_NORMALIZE, _NORMALIZE_RELU = _with_relu("normalize", _normalize)
_SUMS, _SUMS_RELU = _with_relu("normalize_sums", _sums)
_DX, _DX_RELU = _with_relu("normalize_dx", _dx)
_SCALE, _SCALE_RELU = _with_relu("normalize_scale", _scale)
