"""Maximum and average pooling: one walk over the outputs, each of which looks at the cells of its window.

What is padded is no cell: tables, a row of numbers for each row and each column of the output, say with which cell a
window begins and how many it has, so nothing is padded and no border is a special case. Windows of the usual sizes
that lie whole inside the image are written out tap by tap.
"""

from __future__ import annotations

from functools import lru_cache, reduce
from math import inf, nan
from operator import or_
from typing import Any, NamedTuple

import numpy as np

from adim.arrays import FloatArray, Shape
from adim.engines.compiled import library, memory, shares, threads
from adim.engines.compiled.channels import Vectors, vectors_for
from adim.engines.compiled.records import Layout, Row, address
from adim.geometry import Axis, Window

_MOST = 1 << 20  # bytes of a task

WRITTEN_OUT = ((2, 2), (3, 3))
"""The windows that have kernels of their own, written out tap by tap."""

ENTRY = Layout("offset", "count", "divisor")
"""An entry of a table: bytes to a window's first cell, how many cells it has along the axis, and by what their sum is
divided, a float64."""

FIELDS = Layout(
    *shares.FIELDS,
    "source_image",  # bytes from image to image
    "row_step",  # from cell to cell of a window, down and across
    "column_step",
    "target_image",  # bytes from image to image, row to row, pixel to pixel
    "target_row",
    "target_pixel",
    "columns",  # of the output
    "row_table",  # addresses of entries
    "column_table",
)

CALL = Layout("plan", "source", "target")


class Kernel(NamedTuple):
    """Which kernel: one of these is one piece of machine code.

    Attributes
    ----------
    vectors : Vectors
        The channels.
    mean : bool
        Whether windows are averaged; else their maximum is taken.
    taps : (int, int)
        Of the windows that are written out; (0, 0) for none.
    abreast : int
        How many cells of other windows are looked at at once.
    """

    vectors: Vectors
    mean: bool
    taps: tuple[int, int]
    abreast: int

    @property
    def name(self) -> str:
        """The name of its code."""
        kind = "mean" if self.mean else "maximum"
        return f"{kind}_{self.taps[0]}x{self.taps[1]}_{self.abreast}_{self.vectors.name}"


class Plan(NamedTuple):
    """All that can be known before the arrays are."""

    record: Row
    code: int
    tasks: int
    keep: tuple[Row, ...]  # what the record points to


def maximum(x: FloatArray, window: Window) -> FloatArray:
    """Return the maximum of each window of ``x (m, H, W, C)``: (m, n_H, n_W, C)."""
    return _forward(x, window, mean=False, count_include_pad=False)


def mean(x: FloatArray, window: Window, *, count_include_pad: bool) -> FloatArray:
    """Return the mean of each window of ``x (m, H, W, C)``: (m, n_H, n_W, C)."""
    return _forward(x, window, mean=True, count_include_pad=count_include_pad)


def _forward(x: FloatArray, window: Window, *, mean: bool, count_include_pad: bool) -> FloatArray:
    y = memory.empty((len(x), *window.output, x.shape[3]), x.dtype)
    if y.size:
        pool = threads.pool()
        plan = _plan(x.shape, window, x.itemsize, pool.count, mean, count_include_pad)
        call = CALL.call(address(plan.record), address(x), address(y))
        pool.run(plan.code, call, plan.tasks, plan, x, y)
    return y


@lru_cache(maxsize=512)
def _plan(x: Shape, window: Window, size: int, count: int, mean: bool, count_include_pad: bool) -> Plan:
    m, height, width, channels = x
    pixel = channels * size
    rows = table(window.height, width * pixel, count_include_pad=count_include_pad)
    columns = table(window.width, pixel, count_include_pad=count_include_pad)
    vectors = vectors_for(channels, size)
    share = shares.shares(
        m,
        window.height.output,
        channels,
        size=m * (height * width + window.height.output * window.width.output) * pixel,
        count=count,
        block=max(vectors.lanes, 64 // size),
        most=_MOST,
    )
    abreast = 4 if window.width.taps >= 8 else 2 if window.width.taps >= 4 else 1
    kernel = Kernel(vectors, mean, window.taps if window.taps in WRITTEN_OUT else (0, 0), abreast)
    record = FIELDS.record(
        **share.fields(),
        source_image=height * width * pixel,
        row_step=window.height.dilation * width * pixel,
        column_step=window.width.dilation * pixel,
        target_image=window.height.output * window.width.output * pixel,
        target_row=window.width.output * pixel,
        target_pixel=pixel,
        columns=window.width.output,
        row_table=address(rows),
        column_table=address(columns),
    )
    code = library.address(kernel.name, lambda module: _write(module, kernel))
    return Plan(record, code, share.tasks, (rows, columns))


def table(axis: Axis, step: int, *, count_include_pad: bool) -> Row:
    """Return an entry for each window along an axis, whose cells lie `step` bytes apart: (output, 3)."""
    starts = np.arange(axis.output) * axis.stride - axis.before
    first = -(np.minimum(starts, 0) // axis.dilation)  # tap
    end = np.minimum((axis.size - 1 - starts) // axis.dilation + 1, axis.taps)
    count = np.maximum(end - first, 0)
    table = np.empty((axis.output, 3), np.int64)
    table[:, 0] = np.where(count > 0, starts + first * axis.dilation, 0) * step
    table[:, 1] = count
    padded = np.minimum(axis.size + axis.after - starts, axis.taps)  # of an average, whose cells are not dilated
    table[:, 2] = np.asarray(padded if count_include_pad else count, np.float64).view(np.int64)
    return table


def _write(module: Any, kernel: Kernel) -> None:
    """Write ``pooling(where, task, thread)``."""
    from adim.engines.compiled.language import F64, Function  # noqa: PLC0415 - only to compile

    vectors, mean, (down_full, across_full), _ = kernel
    scalar, vec = vectors.types()
    f = Function(module, kernel.name, ["where", "task", "thread"])
    call = CALL.read(f, f.where)
    r = FIELDS.read(f, call.plan)
    share = shares.Share(f, r, f.task)
    aside = share.first_channel * vectors.size
    not_a_number = f.constant(nan, vec)

    def join(cells: list[list[Any]]) -> Any:
        """Join rows of cells; for a maximum NaN is looked for apart, in pairs, since a comparison loses it."""
        if mean:
            return _sum([_sum(row) for row in cells])
        flat = [cell for row in cells for cell in row]
        highest = reduce(f.larger, flat)
        if len(flat) == 1:
            return highest
        lost = reduce(or_, [f.unordered(*pair) for pair in zip(flat[::2], [*flat[1::2], *flat[-1:]], strict=False)])
        return f.select(lost, not_a_number, highest)

    def look(source: Any, values: list[list[Any]], mask: Any) -> None:
        """Join cells side by side, from an address on, with what was seen of so many vectors in so many places."""
        for v, abreast in enumerate(values):
            cells = [
                f.load(source + j * r.column_step + v * vectors.bytes, vec, mask=mask) for j in range(len(abreast))
            ]
            if mean:
                for value, cell in zip(abreast, cells, strict=True):
                    value += cell
                continue
            higher = [f.larger(cell, value.value) for value, cell in zip(abreast, cells, strict=True)]
            for j in range(0, len(cells), 2):  # where the former is NaN the latter is taken, which so remains NaN
                lost = f.unordered(cells[j], cells[min(j + 1, len(cells) - 1)])
                higher[j] = f.select(lost, not_a_number, higher[j])
            for value, high in zip(abreast, higher, strict=True):
                value.set(high)

    def loop_over(source: Any, count: int, mask: Any, down: Any, across: Any) -> list[Any]:
        """Join the cells of a window in loops: of a mean row by row, so that no sum is long."""
        start = f.constant(0.0 if mean else -inf, vec)
        totals = [f.variable(start) for _ in range(count)] if mean else []
        values = [[f.variable(start) for _ in range(kernel.abreast)] for _ in range(count)]
        with f.loop(0, down) as i:
            if mean:
                for abreast in values:
                    for value in abreast:
                        value.set(start)
            line = source + i * r.row_step
            blocks = across // kernel.abreast
            if kernel.abreast > 1:
                with f.loop(0, blocks) as block:
                    look(line + block * (r.column_step * kernel.abreast), values, mask)
            with f.loop(blocks * kernel.abreast if kernel.abreast > 1 else 0, across) as j:
                look(line + j * r.column_step, [abreast[:1] for abreast in values], mask)
            for total, abreast in zip(totals, values, strict=False):
                total += _sum([value.value for value in abreast])
        return [total.value for total in totals] or [join([[value.value for value in abreast]]) for abreast in values]

    with f.loop(share.first_image, share.end_image) as image, f.loop(share.first_row, share.end_row) as row:
        down = ENTRY.read(f, r.row_table + row * ENTRY.size)
        top = call.source + image * r.source_image + down.offset + aside
        target_row = call.target + image * r.target_image + row * r.target_row + aside
        with f.loop(0, r.columns) as column:
            across = ENTRY.read(f, r.column_table + column * ENTRY.size)
            source, target = top + across.offset, target_row + column * r.target_pixel

            def keep(values: list[Any], offset: Any, mask: Any) -> None:
                if mean:
                    divisor = f.load(r.row_table + row * ENTRY.size + 16, F64) * f.load(
                        r.column_table + column * ENTRY.size + 16, F64
                    )
                    each = f.splat(f.convert(divisor, scalar), vectors.lanes)
                    values = [value / each for value in values]
                for v, value in enumerate(values):
                    f.store(value, target + offset + v * vectors.bytes, mask=mask)

            def loops(offset: Any, count: int, mask: Any) -> None:
                keep(loop_over(source + offset, count, mask, down.count, across.count), offset, mask)

            def written_out(offset: Any, count: int, mask: Any) -> None:
                joined = []
                for v in range(count):
                    cells = [
                        [
                            f.load(
                                source + offset + v * vectors.bytes + r.row_step * i + r.column_step * j,
                                vec,
                                mask=mask,
                            )
                            for j in range(across_full)
                        ]
                        for i in range(down_full)
                    ]
                    joined.append(join(cells))
                keep(joined, offset, mask)

            if down_full:
                full = down.count.equals(down_full) & across.count.equals(across_full)
                with f.either(full) as (inside, outside):
                    with inside:
                        vectors.walk(f, share.channels, written_out)
                    with outside:
                        vectors.walk(f, share.channels, loops)
            else:
                vectors.walk(f, share.channels, loops)
    f.finish()


def _sum(values: list[Any]) -> Any:
    total = values[0]
    for value in values[1:]:
        total = total + value
    return total
