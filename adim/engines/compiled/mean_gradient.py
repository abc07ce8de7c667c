"""The gradient of average pooling at the input.

A mean sends the same to all its cells, so the walk goes over the rows of the input, each of which is written once. What
the windows over a row send to it is added up window by window, once for all the rows that have the same windows, and
then handed out to the cells along the row.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from adim.arrays import FloatArray, Shape
from adim.engines.compiled import library, memory, shares, threads
from adim.engines.compiled.channels import Vectors, vectors_for
from adim.engines.compiled.pooling import ENTRY, Plan, table
from adim.engines.compiled.records import Layout, Row, address
from adim.geometry import Axis, Window

_MOST = 1 << 20  # bytes of a task

FIELDS = Layout(
    *shares.FIELDS,  # rows are those of the input
    "grad_image",
    "grad_row",
    "pixel",
    "grad_columns",
    "target_image",
    "target_row",
    "columns",
    "row_table",  # of each row of the input: which windows cover it
    "column_table",
    "row_divisors",  # entries of the windows
    "column_divisors",
    "scratch_size",  # of each thread
)

CALL = Layout("plan", "grad", "target", "scratch")

CELL = Layout("first", "count")
"""An entry of a table: which windows cover a cell, along one axis."""


def gradient(grad: FloatArray, window: Window, *, count_include_pad: bool) -> FloatArray:
    """Return the gradient at the input, (m, H, W, C), for ``grad (m, n_H, n_W, C)``."""
    dx = memory.empty((len(grad), window.height.size, window.width.size, grad.shape[3]), grad.dtype)
    if not grad.size:
        dx[...] = 0
        return dx
    pool = threads.pool()
    plan = _plan(grad.shape, window, grad.itemsize, pool.count, count_include_pad)
    scratch = np.empty(pool.count * plan.record[FIELDS.place["scratch_size"]], np.uint8)
    call = CALL.call(address(plan.record), address(grad), address(dx), address(scratch))
    pool.run(plan.code, call, plan.tasks)
    return dx


@lru_cache(maxsize=512)
def _plan(grad: Shape, window: Window, size: int, count: int, count_include_pad: bool) -> Plan:
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
        block=max(vectors.lanes, 64 // size),
        most=_MOST,
    )
    scratch = memory.whole_lines(across.output * pixel)
    record = FIELDS.record(
        **share.fields(),
        grad_image=down.output * across.output * pixel,
        grad_row=across.output * pixel,
        pixel=pixel,
        grad_columns=across.output,
        target_image=down.size * across.size * pixel,
        target_row=across.size * pixel,
        columns=across.size,
        row_table=address(tables[0]),
        column_table=address(tables[1]),
        row_divisors=address(divisors[0]),
        column_divisors=address(divisors[1]),
        scratch_size=scratch,
    )
    name = f"mean_gradient_{vectors.name}"
    code = library.address(name, lambda module: _write(module, name, vectors))
    return Plan(record, code, share.tasks, (*tables, *divisors))


def _cells(axis: Axis) -> Row:
    """Return an entry for each cell along an axis: (size, 2)."""
    cells = np.arange(axis.size) + axis.before
    first = -(np.minimum(axis.taps - 1 - cells, 0) // axis.stride)
    end = np.minimum(cells // axis.stride + 1, axis.output)
    return np.stack([first, np.maximum(end - first, 0)], 1)


def _write(module: Any, name: str, vectors: Vectors) -> None:
    """Write ``mean_gradient(where, task, thread)``."""
    from adim.engines.compiled.language import F64, Function  # noqa: PLC0415 - only to compile

    scalar, vec = vectors.types()
    f = Function(module, name, ["where", "task", "thread"])
    call = CALL.read(f, f.where)
    r = FIELDS.read(f, call.plan)
    share = shares.Share(f, r, f.task)
    aside = share.first_channel * vectors.size
    scratch = call.scratch + f.thread * r.scratch_size + aside

    def divisor(entries: Any, window: Any) -> Any:
        return f.load(entries + window * ENTRY.size + 8 * ENTRY.place["divisor"], F64)

    def add_up(image: Any, rows: Any) -> None:
        """Add up what windows one above the other send to each row that they cover."""
        start = call.grad + image * r.grad_image + rows.first * r.grad_row + aside
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
            target_row = call.target + image * r.target_image + row * r.target_row + aside
            with f.loop(0, r.columns) as column:
                across = CELL.read(f, r.column_table + column * CELL.size)
                source, target = scratch + across.first * r.pixel, target_row + column * r.pixel

                def copy(offset: Any, count: int, mask: Any, *, source: Any = source, target: Any = target) -> None:
                    for v in range(count):
                        place = offset + v * vectors.bytes
                        f.store(f.load(source + place, vec, mask=mask), target + place, mask=mask)

                def add(
                    offset: Any,
                    count: int,
                    mask: Any,
                    *,
                    source: Any = source,
                    target: Any = target,
                    across: Any = across,
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
