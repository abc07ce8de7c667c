"""The gradients of maximum and average pooling at the input.

A maximum sends its gradient to the cell that it came from: the walk goes over the outputs, as forwards, and each finds
its cell again. A task owns some rows of the input and writes no others; where windows overlap it clears its rows, adds
to them while they are in the cache, and looks at windows that begin in another task's rows too. So no cell has two
writers, and what is added to it comes in one order, whoever has which task.

A mean sends the same to all its cells: the walk goes over the rows of the input. What the windows over a row send to
it is added up once, window by window, and then handed out to the cells along the row.
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any, NamedTuple

import numpy as np

from adim.arrays import FloatArray, Shape
from adim.engines.compiled import library, shares, threads
from adim.engines.compiled.channels import Vectors, vectors_for
from adim.engines.compiled.pooling import ENTRY, Plan, run, table
from adim.engines.compiled.records import Layout, Row, address
from adim.geometry import Axis, Window

_MOST = 192 << 10  # bytes of a task, which shall stay in the cache

MAXIMUM = Layout(
    *shares.FIELDS,  # rows are those of the output
    "source",  # x, and so the gradient at it, the target
    "target",
    "source_image",  # bytes from image to image, row to row, pixel to pixel
    "source_row",
    "pixel",
    "height",  # of the input
    "before",  # rows of padding
    "stride",
    "dilation",
    "lead",  # how many windows before a row's own one may reach into it
    "row_step",  # bytes from cell to cell of a window
    "column_step",
    "output",  # the maxima, and the gradient at them
    "grad",
    "output_image",
    "output_row",
    "columns",
    "row_table",
    "column_table",
    "clears",  # whether there are cells that no window or more than one may write
)

MEAN = Layout(
    *shares.FIELDS,  # rows are those of the input
    "grad",
    "grad_image",
    "grad_row",
    "pixel",
    "grad_columns",
    "target",
    "target_image",
    "target_row",
    "columns",
    "row_table",  # of each row of the input: which windows cover it
    "column_table",
    "row_divisors",  # entries of the windows
    "column_divisors",
    "scratch",
    "scratch_size",
)


class MaximumKernel(NamedTuple):
    """Which kernel for maxima: one of these is one piece of machine code.

    Attributes
    ----------
    vectors : Vectors
        The channels.
    all_ties : bool
        Whether all cells that equal the maximum receive its gradient; else the first.
    adds : bool
        Whether windows overlap.
    """

    vectors: Vectors
    all_ties: bool
    adds: bool

    @property
    def name(self) -> str:
        """The name of its code."""
        return f"maximum_gradient{'_all' * self.all_ties}{'_adds' * self.adds}_{self.vectors.name}"


def maximum_gradient(
    grad: FloatArray, x: FloatArray, y: FloatArray, window: Window, *, all_ties: bool
) -> FloatArray:
    """Return the gradient at ``x (m, H, W, C)`` for ``grad, y (m, n_H, n_W, C)``."""
    dx = np.empty(x.shape, x.dtype)
    if not grad.size:
        dx[...] = 0
        return dx
    plan = _maximum_plan(x.shape, window, x.itemsize, threads.get_num_threads(), all_ties)
    run(plan, MAXIMUM, source=x, target=dx, output=y, grad=grad)
    return dx


def mean_gradient(grad: FloatArray, window: Window, *, count_include_pad: bool) -> FloatArray:
    """Return the gradient at the input, (m, H, W, C), for ``grad (m, n_H, n_W, C)``."""
    dx = np.empty((len(grad), window.height.size, window.width.size, grad.shape[3]), grad.dtype)
    if not grad.size:
        dx[...] = 0
        return dx
    plan = _mean_plan(grad.shape, window, grad.itemsize, threads.get_num_threads(), count_include_pad)
    run(plan, MEAN, grad=grad, target=dx)
    return dx


# -- maxima


@lru_cache(maxsize=512)
def _maximum_plan(x: Shape, window: Window, size: int, count: int, all_ties: bool) -> Plan:
    m, height, width, channels = x
    down, across = window.height, window.width
    pixel = channels * size
    rows = table(down, width * pixel, count_include_pad=False)
    columns = table(across, pixel, count_include_pad=False)
    vectors = vectors_for(channels, size)
    share = shares.shares(
        m,
        down.output,
        channels,
        size=2 * m * (height * width + down.output * across.output) * pixel,
        count=count,
        block=vectors.lanes * vectors.unroll,
        most=_MOST,
    )
    adds = any(axis.output > 1 and axis.stride < axis.extent for axis in (down, across))
    whole = all(
        axis.output == 1 and axis.before == 0 and axis.dilation == 1 and axis.taps >= axis.size
        or axis.stride == axis.taps and axis.dilation == 1 and axis.reach >= axis.size + axis.before
        for axis in (down, across)
    )
    record = MAXIMUM.record(
        **share.fields(),
        source=0,
        target=0,
        source_image=height * width * pixel,
        source_row=width * pixel,
        pixel=pixel,
        height=height,
        before=down.before,
        stride=down.stride,
        dilation=down.dilation,
        lead=(down.extent - 1) // down.stride,
        row_step=down.dilation * width * pixel,
        column_step=across.dilation * pixel,
        output=0,
        grad=0,
        output_image=down.output * across.output * pixel,
        output_row=across.output * pixel,
        columns=across.output,
        row_table=address(rows),
        column_table=address(columns),
        clears=int(adds or not whole),
    )
    kernel = MaximumKernel(vectors, all_ties, adds)
    code = library.address(kernel.name, lambda module: _write_maximum(module, kernel))
    return Plan(record, code, share.tasks, 0, (rows, columns))


def _write_maximum(module: Any, kernel: MaximumKernel) -> None:
    """Write ``maximum_gradient(record, task, thread)``."""
    from adim.engines.compiled.language import Function  # noqa: PLC0415 - only to compile

    vectors, all_ties, adds = kernel
    _, vec = vectors.types()
    f = Function(module, kernel.name, ["record", "task", "thread"])
    r = MAXIMUM.read(f, f.record)
    share = shares.Share(f, r, f.task)
    aside = share.first_channel * vectors.size
    nothing = f.zero(vec)

    def first_row_of(output_row: Any) -> Any:  # of the input, that this one, and no row before it, owns
        begins = f.smaller(f.larger(output_row * r.stride - r.before, 0), r.height)
        return f.select(output_row.equals(0), 0, f.select(output_row >= r.rows, r.height, begins))

    low, high = first_row_of(share.first_row), first_row_of(share.end_row)

    def clear(image: Any) -> None:
        start, size = r.target + image * r.source_image + low * r.source_row, (high - low) * r.source_row
        with f.either(r.parts.equals(1)) as (whole, part):
            with whole:
                f.clear(start, size)
            with part, f.loop(0, size, r.pixel) as place:
                f.clear(start + place + aside, share.channels * vectors.size)

    with f.loop(share.first_image, share.end_image) as image:
        with f.when(r.clears.differs(0)):
            clear(image)
        first = f.larger(share.first_row - r.lead, 0) if adds else share.first_row
        with f.loop(first, share.end_row) as row:
            down = ENTRY.read(f, r.row_table + row * ENTRY.size)
            begin, end = f.constant(0), down.count  # of the window's rows, those that this task owns
            if adds:
                top = down.offset // r.source_row

                def rows_before(limit: Any, top: Any, most: Any) -> Any:
                    return f.smaller((f.larger(limit - top, 0) + r.dilation - 1) // r.dilation, most)

                begin, end = rows_before(low, top, down.count), rows_before(high, top, down.count)
            source = image * r.source_image + down.offset + aside
            outputs = image * r.output_image + row * r.output_row + aside
            with f.loop(0, r.columns) as column:
                across = ENTRY.read(f, r.column_table + column * ENTRY.size)

                def hand_out(
                    offset: Any, count: int, mask: Any, *, corner: Any, output: Any, across: Any, begin: Any, end: Any
                ) -> None:
                    highest = [f.load(r.output + output + offset + v * vectors.bytes, vec, mask=mask) for v in range(count)]
                    grads = [
                        f.variable(f.load(r.grad + output + offset + v * vectors.bytes, vec, mask=mask))
                        for v in range(count)
                    ]

                    def look(rows: tuple[Any, Any], *, stores: bool) -> None:
                        with f.loop(*rows) as i, f.loop(0, across) as j:
                            place = corner + offset + i * r.row_step + j * r.column_step
                            for v in range(count):
                                cell = f.load(r.source + place + v * vectors.bytes, vec, mask=mask)
                                hit = cell.equals(highest[v])
                                if not all_ties:
                                    hit = hit | f.unordered(cell, cell)
                                grad = grads[v].value
                                if stores:
                                    target = r.target + place + v * vectors.bytes
                                    given = f.select(hit, grad, nothing)
                                    if adds:
                                        given = f.load(target, vec, mask=mask) + given
                                    f.store(given, target, mask=mask)
                                if not all_ties:
                                    grads[v].set(f.select(hit, nothing, grad))  # is given once

                    if adds and not all_ties:
                        look((0, begin), stores=False)
                    look((begin, end), stores=True)

                vectors.walk(
                    f,
                    share.channels,
                    partial(
                        hand_out,
                        corner=source + across.offset,
                        output=outputs + column * r.pixel,
                        across=across.count,
                        begin=begin,
                        end=end,
                    ),
                )
    f.finish()


# -- means


CELL = Layout("first", "count")
"""An entry of a table: which windows cover a cell, along one axis."""


@lru_cache(maxsize=512)
def _mean_plan(grad: Shape, window: Window, size: int, count: int, count_include_pad: bool) -> Plan:
    m, _, _, channels = grad
    down, across = window.height, window.width
    pixel = channels * size
    tables = _cells(down), _cells(across)
    divisors = [table(axis, 0, count_include_pad=count_include_pad) for axis in (down, across)]
    vectors = vectors_for(channels, size)
    share = shares.shares(
        m,
        down.size,
        channels,
        size=m * (down.size * across.size + down.output * across.output) * pixel,
        count=count,
        block=vectors.lanes * vectors.unroll,
        most=_MOST,
    )
    scratch = -(-across.output * pixel // 64) * 64
    record = MEAN.record(
        **share.fields(),
        grad=0,
        grad_image=down.output * across.output * pixel,
        grad_row=across.output * pixel,
        pixel=pixel,
        grad_columns=across.output,
        target=0,
        target_image=down.size * across.size * pixel,
        target_row=across.size * pixel,
        columns=across.size,
        row_table=address(tables[0]),
        column_table=address(tables[1]),
        row_divisors=address(divisors[0]),
        column_divisors=address(divisors[1]),
        scratch=0,
        scratch_size=scratch,
    )
    name = f"mean_gradient_{vectors.name}"
    code = library.address(name, lambda module: _write_mean(module, name, vectors))
    return Plan(record, code, share.tasks, scratch, (*tables, *divisors))


def _cells(axis: Axis) -> Row:
    """Return an entry for each cell along an axis: (size, 2)."""
    cells = np.arange(axis.size) + axis.before
    first = -(np.minimum(axis.taps - 1 - cells, 0) // axis.stride)
    end = np.minimum(cells // axis.stride + 1, axis.output)
    return np.stack([first, np.maximum(end - first, 0)], 1)


def _write_mean(module: Any, name: str, vectors: Vectors) -> None:
    """Write ``mean_gradient(record, task, thread)``."""
    from adim.engines.compiled.language import F64, Function  # noqa: PLC0415 - only to compile

    scalar, vec = vectors.types()
    f = Function(module, name, ["record", "task", "thread"])
    r = MEAN.read(f, f.record)
    share = shares.Share(f, r, f.task)
    aside = share.first_channel * vectors.size
    scratch = r.scratch + f.thread * r.scratch_size + aside

    def divisor(entries: Any, window: Any) -> Any:
        return f.load(entries + window * ENTRY.size + 8 * ENTRY.place["divisor"], F64)

    def add_up(image: Any, rows: Any) -> None:
        """Add up what windows one above the other send to each row that they cover."""
        start = r.grad + image * r.grad_image + rows.first * r.grad_row + aside
        with f.loop(0, r.grad_columns) as column:

            def add(offset: Any, count: int, mask: Any) -> None:
                totals = [f.variable(f.zero(vec)) for _ in range(count)]
                with f.loop(0, rows.count) as i:
                    each = divisor(r.row_divisors, rows.first + i) * divisor(r.column_divisors, column)
                    each = f.splat(f.convert(each, scalar), vectors.lanes)
                    source = start + i * r.grad_row + column * r.pixel + offset
                    for v, total in enumerate(totals):
                        total += f.load(source + v * vectors.bytes, vec, mask=mask) / each
                for v, total in enumerate(totals):
                    f.store(total.value, scratch + column * r.pixel + offset + v * vectors.bytes, mask=mask)

            vectors.walk(f, share.channels, add)

    with f.loop(share.first_image, share.end_image) as image:
        last = f.variable(-1), f.variable(-1)  # the windows that were added up
        with f.loop(share.first_row, share.end_row) as row:
            rows = CELL.read(f, r.row_table + row * CELL.size)
            with f.when(rows.first.differs(last[0].value) | rows.count.differs(last[1].value)):
                add_up(image, rows)
                last[0].set(rows.first)
                last[1].set(rows.count)
            target_row = r.target + image * r.target_image + row * r.target_row + aside
            with f.loop(0, r.columns) as column:
                across = CELL.read(f, r.column_table + column * CELL.size)
                source, target = scratch + across.first * r.pixel, target_row + column * r.pixel

                def copy(offset: Any, count: int, mask: Any, *, source: Any = source, target: Any = target) -> None:
                    for v in range(count):
                        place = offset + v * vectors.bytes
                        f.store(f.load(source + place, vec, mask=mask), target + place, mask=mask)

                def add(
                    offset: Any, count: int, mask: Any, *, source: Any = source, target: Any = target, across: Any = across
                ) -> None:
                    totals = [f.variable(f.zero(vec)) for _ in range(count)]
                    with f.loop(0, across.count) as j:
                        for v, total in enumerate(totals):
                            total += f.load(source + j * r.pixel + offset + v * vectors.bytes, vec, mask=mask)
                    for v, total in enumerate(totals):
                        f.store(total.value, target + offset + v * vectors.bytes, mask=mask)

                with f.either(across.count.equals(1)) as (alone, several):
                    with alone:
                        vectors.walk(f, share.channels, copy)
                    with several:
                        vectors.walk(f, share.channels, add)
    f.finish()
