"""A depthwise convolution's kernel gradient: each tap's products of image and gradient, summed over all outputs.

The outputs are parted into rectangles whose windows have the same taps on pixels: the middle, the sides, the corners,
so nothing needs to be padded. For one vector of channels the sums of up to 3 x 3 taps stay in registers while the
pixels of a rectangle pass by, a few rows of it at a time, so that the sums are short; then they are added to those of
the task. At the end the tasks' sums are added up in order. No sum depends on which thread had which task.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise, product
from typing import Any, NamedTuple

import numpy as np

from adim.arrays import FloatArray, Shape
from adim.engines.compiled import library, memory, multiplied, shares, threads
from adim.engines.compiled.channels import Vectors, accumulators, vectors_for
from adim.engines.compiled.phases import forward_phases
from adim.engines.compiled.records import Layout, Row, address
from adim.engines.compiled.segments import segments
from adim.geometry import Window

_MOST = 4 << 20  # bytes of a task, for the same reason as...
_SHORT = 128  # ...pixels whose products are summed up at once: long sums of float32 drift
_TILE = 3  # taps along each axis whose sums are in registers

FIELDS = Layout(
    *shares.FIELDS,  # rows are those of the output
    "source_image",  # bytes from image to image
    "source_row",  # bytes of a row where channels are repeated
    "grad_image",
    "rectangles",  # how many rows of them, and the address of their records
    "rectangle_table",
    "images_at_once",
    "rows_at_once",
    "sums_size",  # bytes of a task's sums
    "stride",
    "before",
    "extent",
    "height",
    "multiplier",
    "source_numbers",  # of a row, before channels are repeated
    "scratch_size",  # of each thread
)

CALL = Layout("plan", "source", "grad", "sums", "scratch")

ROWS = Layout("first", "end", "jobs", "count")
"""Rows of the output whose windows have the same rows of taps on pixels, and what is to be done in each."""

JOB = Layout(
    "code",
    "source",  # bytes from an image's start to the first pixel that is met, for row 0 of the output
    "source_row",  # bytes between pixels for outputs one row, one pixel, one image apart
    "source_step",
    "source_image",
    "tap_row",  # and for taps
    "tap_column",
    "grad",
    "grad_row",
    "grad_step",
    "grad_image",
    "pixels",  # in a row
    "sums",  # bytes to those of the first tap
    "sums_row",
    "sums_column",
    "bias_sums",
)
"""Taps that are summed up over a rectangle."""


class Kernel(NamedTuple):
    """Which kernel: one of these is one piece of machine code.

    Attributes
    ----------
    vectors : Vectors
        The channels.
    rows, columns : int
        The taps.
    bias : bool
        Whether the gradient itself is summed up too.
    """

    vectors: Vectors
    rows: int
    columns: int
    bias: bool

    @property
    def name(self) -> str:
        """The name of its code."""
        return f"depthwise_gradient_{self.rows}x{self.columns}{'_bias' * self.bias}_{self.vectors.name}"

    def address(self) -> int:
        """Return the address of its code."""
        return library.address(self.name, lambda module: _write_job(module, self))


class Plan(NamedTuple):
    """All that can be known before the arrays are."""

    record: Row
    code: int
    tasks: int
    scratch: int  # bytes for each thread
    keep: list[Row]  # what the record points to


def kernel_gradient(grad: FloatArray, x: FloatArray, window: Window) -> tuple[FloatArray, FloatArray]:
    """Return the gradients of kernel and bias for ``grad (m, n_H, n_W, F)``, ``x (m, H, W, C)``."""
    fh, fw = window.taps
    filters = grad.shape[3]
    if not grad.size or not x.size:
        return np.zeros((fh, fw, 1, filters), grad.dtype), grad.sum((0, 1, 2))
    pool = threads.pool()
    plan = _plan(x.shape, filters, window, x.itemsize, pool.count)
    sums = np.zeros((plan.tasks, fh * fw + 1, filters), grad.dtype)
    scratch = np.empty(plan.scratch * pool.count, np.uint8) if plan.scratch else sums
    call = CALL.call(address(plan.record), address(x), address(grad), address(sums), address(scratch))
    pool.run(plan.code, call, plan.tasks)
    total = sums.sum(0) if plan.tasks > 1 else sums[0]  # (fh * fw + 1, F)
    return total[:-1].reshape(fh, fw, 1, filters), total[-1].copy()


@lru_cache(maxsize=512)
def _plan(x: Shape, filters: int, window: Window, size: int, count: int) -> Plan:
    m, height, width, channels = x
    down, across = window.height, window.width
    fh, fw = window.taps
    multiplier = filters // channels
    pixel = filters * size
    vectors = vectors_for(filters, size)
    share = shares.shares(
        m,
        down.output,
        filters,
        size=m * (height * width + down.output * across.output) * pixel,
        count=count,
        block=filters,
        most=_MOST,
    )
    images_at_once = max(1, _SHORT // (down.output * across.output)) if multiplier == 1 else 1
    rows_phase, columns_phase = forward_phases(down)[0], forward_phases(across)[0]
    records, tables = [], []
    for rows in segments(rows_phase, height):
        jobs = []
        for columns in segments(columns_phase, width):
            tiles = list(product(_tiles(rows.begin, rows.stop), _tiles(columns.begin, columns.stop))) or [
                ((0, 0), (0, 0))
            ]
            for number, ((top, bottom), (left, right)) in enumerate(tiles):
                shape = bottom - top, right - left
                unroll = vectors.unroll
                while unroll > 1 and unroll * max(1, shape[0] * shape[1]) > accumulators() + 2:
                    unroll //= 2
                kernel = Kernel(vectors._replace(unroll=unroll), *shape, number == 0)
                first_row = top * down.dilation - down.before
                first_column = columns.first * across.stride + left * across.dilation - across.before
                jobs.append(
                    JOB.record(
                        code=kernel.address(),
                        source=(first_row * width + first_column) * pixel,
                        source_row=down.stride * width * pixel,
                        source_step=across.stride * pixel,
                        source_image=height * width * pixel,
                        tap_row=down.dilation * width * pixel,
                        tap_column=across.dilation * pixel,
                        grad=columns.first * pixel,
                        grad_row=across.output * pixel,
                        grad_step=pixel,
                        grad_image=down.output * across.output * pixel,
                        pixels=columns.end - columns.first,
                        sums=(top * fw + left) * pixel,
                        sums_row=fw * pixel,
                        sums_column=pixel,
                        bias_sums=fh * fw * pixel,
                    )
                )
        tables.append(np.stack(jobs))
        records.append(ROWS.record(first=rows.first, end=rows.end, jobs=address(tables[-1]), count=len(jobs)))
    rectangles = np.stack(records)
    scratch = 0
    if multiplier > 1:
        rows_needed = min((share.rows_per_task - 1) * down.stride + down.extent, height)
        scratch = memory.whole_lines(rows_needed * width * pixel)
    record = FIELDS.record(
        **share.fields(),
        source_image=height * width * channels * size,
        source_row=width * pixel,
        grad_image=down.output * across.output * pixel,
        rectangles=len(rectangles),
        rectangle_table=address(rectangles),
        images_at_once=images_at_once,
        rows_at_once=max(1, _SHORT // across.output),
        sums_size=(fh * fw + 1) * pixel,
        stride=down.stride,
        before=down.before,
        extent=down.extent,
        height=height,
        multiplier=multiplier,
        source_numbers=width * channels,
        scratch_size=scratch,
    )
    name = f"depthwise_gradient_f{8 * size}"
    code = library.address(name, lambda module: _write(module, name, size))
    return Plan(record, code, share.tasks, scratch, [rectangles, *tables])


def _tiles(begin: int, stop: int) -> list[tuple[int, int]]:
    """Cut taps into tiles, as few as possible and as equal as possible."""
    tiles = -(-(stop - begin) // _TILE)
    bounds = [begin + (stop - begin) * tile // tiles for tile in range(tiles + 1)] if tiles else []
    return list(pairwise(bounds))


def _write(module: Any, name: str, size: int) -> None:
    """Write the loop nest, ``depthwise_gradient(where, task, thread)``."""
    from adim.engines.compiled.language import F32, F64, Function  # noqa: PLC0415 - only to compile

    f = Function(module, name, ["where", "task", "thread"])
    call = CALL.read(f, f.where)
    r = FIELDS.read(f, call.plan)
    share = shares.Share(f, r, f.task)
    scratch = call.scratch + f.thread * r.scratch_size
    sums = call.sums + f.task * r.sums_size
    repeats = r.multiplier > 1

    def row_of(output_row: Any) -> Any:  # of the source, that a window begins with
        return f.smaller(f.larger(output_row * r.stride - r.before, 0), r.height)

    with f.loop(share.first_image, share.end_image, r.images_at_once) as image:
        images = f.smaller(r.images_at_once, share.end_image - image)
        direct = call.source + image * r.source_image
        first = row_of(share.first_row)
        with f.when(repeats):
            last = f.smaller(f.larger((share.end_row - 1) * r.stride - r.before + r.extent, 0), r.height)
            start = direct + first * r.source_numbers * size
            numbers = f.larger(last - first, 0) * r.source_numbers
            multiplied.repeat(f, start, scratch, numbers, r.multiplier, F32 if size == 4 else F64)
        source = f.select(repeats, scratch - first * r.source_row, direct)
        grad = call.grad + image * r.grad_image
        with f.loop(0, r.rectangles) as which:
            rows = ROWS.read(f, r.rectangle_table + which * ROWS.size)
            first_row, end_row = f.larger(rows.first, share.first_row), f.smaller(rows.end, share.end_row)
            with f.loop(first_row, end_row, r.rows_at_once) as row, f.loop(0, rows.count) as number:
                at = rows.jobs + number * JOB.size
                job = JOB.read(f, at)
                f.call(
                    job.code,
                    [
                        source + job.source + row * job.source_row,
                        grad + job.grad + row * job.grad_row,
                        sums,
                        images,
                        f.smaller(r.rows_at_once, end_row - row),
                        at,
                        r.channels,
                    ],
                )
    f.finish()


def _write_job(module: Any, kernel: Kernel) -> None:
    """Write ``job(source, grad, sums, images, rows, job, channels)``."""
    from adim.engines.compiled.language import Function  # noqa: PLC0415 - only to compile

    vectors, rows, columns, bias = kernel
    _, vec = vectors.types()
    f = Function(module, kernel.name, ["source", "grad", "sums", "images", "rows", "job", "channels"])
    r = JOB.read(f, f.job)

    def sum_products(offset: Any, count: int, mask: Any) -> None:
        taps = [[[f.variable(f.zero(vec)) for _ in range(count)] for _ in range(columns)] for _ in range(rows)]
        grads = [f.variable(f.zero(vec)) for _ in range(count)] if bias else []
        with f.loop(0, f.images) as image, f.loop(0, f.rows) as row:
            source = f.variable(f.source + image * r.source_image + row * r.source_row + offset)
            grad = f.variable(f.grad + image * r.grad_image + row * r.grad_row + offset)
            with f.loop(0, r.pixels):
                right = [f.load(grad.value + v * vectors.bytes, vec, mask=mask) for v in range(count)]
                for i, row_of_taps in enumerate(taps):
                    for j, sums in enumerate(row_of_taps):
                        place = source.value + r.tap_row * i + r.tap_column * j
                        for v, total in enumerate(sums):
                            left = f.load(place + v * vectors.bytes, vec, mask=mask)
                            total.set(f.fma(left, right[v], total.value))
                for total, value in zip(grads, right, strict=False):
                    total += value
                source += r.source_step
                grad += r.grad_step

        def keep(totals: list[Any], place: Any) -> None:
            for v, total in enumerate(totals):
                at = place + offset + v * vectors.bytes
                f.store(f.load(at, vec, mask=mask) + total.value, at, mask=mask)

        for i, row_of_taps in enumerate(taps):
            for j, sums in enumerate(row_of_taps):
                keep(sums, f.sums + r.sums + r.sums_row * i + r.sums_column * j)
        keep(grads, f.sums + r.bias_sums)

    vectors.walk(f, f.channels, sum_products)
    f.finish()
