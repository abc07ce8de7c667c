"""A depthwise convolution's forward pass and its input gradient: each channel is filtered by itself.

A row of the output is cut into `segments`, and those into tiles of some pixels. For one vector of channels a tile stays
in registers while all taps pass by, each of which is loaded once and multiplied with all pixels of the tile. The
input gradient is the same walk over the output's gradient, in the phases that `phases` explains. Padding is met by no
tap, so nothing is padded.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from adim.arrays import FloatArray, Shape
from adim.engines.compiled import library, memory, multiplied, shares, threads
from adim.engines.compiled.channels import Vectors, accumulators, vectors_for
from adim.engines.compiled.phases import Phase, forward_phases, gradient_phases
from adim.engines.compiled.records import Layout, Row, address
from adim.engines.compiled.segments import segments
from adim.engines.compiled.tile import tiles_along
from adim.geometry import Window

_MOST = 1 << 20  # bytes of a task
_PIXELS = 8  # of a tile at the most
_WRITTEN_OUT = 3  # so many taps of a row have code of their own

FIELDS = Layout(
    *shares.FIELDS,  # rows are those of the target
    "source_image",  # bytes from image to image, row to row
    "target_image",
    "target_row",
    "row_table",
    "segments",  # how many, and the address of their records
    "segment_table",
    "multiplier",
    "source_numbers",  # of a row, before channels are repeated
    "target_numbers",  # of a row, after they are summed up
    "source_row",  # bytes of a row where channels are repeated
    "scratch_size",  # of each thread
    "backward",
)

CALL = Layout("plan", "source", "target", "kernel", "bias", "relu", "scratch")

ROW = Layout("taps", "count", "first", "end")
"""A row of the target: the address of its taps, how many rows of taps there are, and which rows of the source they
touch."""

TAP = Layout("source", "kernel")
"""Bytes to the pixels that a tap meets, from the start of an image or a row, and to its filter."""

SEGMENT = Layout(
    "source",  # bytes from the start of a row to the segment
    "target",
    "source_step",  # bytes from pixel to pixel
    "target_step",
    "taps",  # address
    "count",
    "wide_tiles",
    "wide",  # code
    "wide_pixels",
    "narrow_tiles",
    "narrow",
)
"""A segment of every row."""


class Kernel(NamedTuple):
    """Which kernel: one of these is one piece of machine code.

    Attributes
    ----------
    vectors : Vectors
        The channels.
    pixels : int
        Of a tile.
    taps : int
        In a row, where they are written out; 0 where not.
    """

    vectors: Vectors
    pixels: int
    taps: int

    @property
    def name(self) -> str:
        """The name of its code."""
        return f"depthwise_{self.pixels}_{self.taps}_{self.vectors.name}"

    def address(self) -> int:
        """Return the address of its code."""
        return library.address(self.name, lambda module: _write_row(module, self))


class Plan(NamedTuple):
    """All that can be known before the arrays are."""

    record: Row
    code: int
    tasks: int
    scratch: int  # bytes for each thread
    keep: list[Row]  # what the record points to


def forward(x: FloatArray, kernel: FloatArray, bias: FloatArray | None, window: Window, *, relu: bool) -> FloatArray:
    """Return the correlation of ``x (m, H, W, C)`` with ``kernel (fh, fw, 1, F)``, plus bias: (m, n_H, n_W, F)."""
    y = memory.empty((len(x), *window.output, kernel.shape[3]), x.dtype)
    if not y.size or not x.size:
        y[...] = 0 if bias is None else bias
        return np.maximum(y, 0, out=y) if relu else y
    return _run(x, kernel, bias, y, window, relu=relu, backward=False)


def input_gradient(grad: FloatArray, kernel: FloatArray, window: Window) -> FloatArray:
    """Return the gradient at the input, (m, H, W, C), for ``grad (m, n_H, n_W, F)``."""
    dx = memory.empty((len(grad), window.height.size, window.width.size, window.groups), grad.dtype)
    if not dx.size or not grad.size:
        dx[...] = 0
        return dx
    return _run(grad, kernel, None, dx, window, relu=False, backward=True)


def _run(
    source: FloatArray,
    kernel: FloatArray,
    bias: FloatArray | None,
    target: FloatArray,
    window: Window,
    *,
    relu: bool,
    backward: bool,
) -> FloatArray:
    pool = threads.pool()
    plan = _plan(source.shape, kernel.shape, window, source.itemsize, pool.count, backward)
    _room, scratch = memory.scratch(plan.scratch * pool.count) if plan.scratch else (None, 0)
    call = CALL.call(
        address(plan.record),
        address(source),
        address(target),
        address(kernel),
        0 if bias is None else address(bias),
        relu,
        scratch,
    )
    pool.run(plan.code, call, plan.tasks, plan, source, kernel, bias, target)
    return target


@lru_cache(maxsize=512)
def _plan(source: Shape, kernel: Shape, window: Window, size: int, count: int, backward: bool) -> Plan:
    m, height, width, _ = source
    _, fw, _, filters = kernel
    multiplier = filters // window.groups
    pixel = filters * size
    target_height, target_width = (window.height.size, window.width.size) if backward else window.output
    phases = gradient_phases if backward else forward_phases
    vectors = vectors_for(filters, size)
    rows, keep = _rows(phases(window.height), height, target_height, width * pixel, fw * pixel)
    table, kept = _segments(phases(window.width), width, pixel, vectors)
    share = shares.shares(
        m,
        target_height,
        filters,
        size=m * (height * width + target_height * target_width) * pixel,
        count=count,
        block=max(vectors.lanes, 64 // size) if multiplier == 1 else filters,
        most=_MOST,
    )
    first, end = rows[:, ROW.place["first"]], rows[:, ROW.place["end"]]
    per_task = share.rows_per_task
    most_rows = max(end[min(i + per_task, len(rows)) - 1] - first[i] for i in range(0, len(rows), per_task))
    scratch = 0
    if multiplier > 1:
        scratch = memory.whole_lines((target_width if backward else most_rows * width) * pixel)
    record = FIELDS.record(
        **share.fields(),
        source_image=height * width * (pixel if backward else pixel // multiplier),
        target_image=target_height * target_width * (pixel // multiplier if backward else pixel),
        target_row=target_width * (pixel // multiplier if backward else pixel),
        row_table=address(rows),
        segments=len(table),
        segment_table=address(table),
        multiplier=multiplier,
        source_numbers=width * filters // multiplier,
        target_numbers=target_width * filters // multiplier,
        source_row=width * pixel,
        scratch_size=scratch,
        backward=int(backward),
    )
    name = f"depthwise_f{8 * size}"
    code = library.address(name, lambda module: _write(module, name, size))
    return Plan(record, code, share.tasks, scratch, [rows, table, *keep, *kept])


def _rows(phases: list[Phase], height: int, rows: int, source_row: int, kernel_row: int) -> tuple[Row, list[Row]]:
    """Return a record for each row of the target: (rows, 4), and what they point to."""
    table = np.zeros((rows, len(ROW.names)), np.int64)
    taps: list[tuple[int, int]] = []
    for phase in phases:
        for segment in segments(phase, height):
            for q in range(segment.first, segment.end):
                met = phase.taps[segment.begin : segment.stop]
                start = q * phase.stride
                reach = (start + phase.taps[0][1], start + phase.taps[-1][1] + 1) if phase.taps else (0, 0)
                first, end = (min(max(row, 0), height) for row in reach)  # never falls from row to row
                table[phase.start + phase.step * q] = len(taps), len(met), first, end
                taps += [((start + offset) * source_row, tap * kernel_row) for tap, offset in met]
    entries = np.array(taps or [(0, 0)], np.int64)
    table[:, 0] = address(entries) + TAP.size * table[:, 0]
    return table, [entries]


def _segments(phases: list[Phase], width: int, pixel: int, vectors: Vectors) -> tuple[Row, list[Row]]:
    """Return the records of all segments of a row, and what they point to."""
    records, keep = [], []
    for phase in phases:
        for segment in segments(phase, width):
            met = phase.taps[segment.begin : segment.stop]
            taps = np.array([(offset * pixel, tap * pixel) for tap, offset in met] or [(0, 0)], np.int64)
            keep.append(taps)
            most = min(_PIXELS, accumulators() // vectors.unroll)
            wide, narrow, wide_tiles, narrow_tiles = tiles_along(segment.end - segment.first, most)
            written_out = len(met) if len(met) <= _WRITTEN_OUT else 0

            records.append(
                SEGMENT.record(
                    source=segment.first * phase.stride * pixel,
                    target=(phase.start + phase.step * segment.first) * pixel,
                    source_step=phase.stride * pixel,
                    target_step=phase.step * pixel,
                    taps=address(taps),
                    count=len(met),
                    wide_tiles=wide_tiles,
                    wide=Kernel(vectors, wide, written_out).address(),
                    wide_pixels=wide,
                    narrow_tiles=narrow_tiles,
                    narrow=Kernel(vectors, narrow, written_out).address() if narrow_tiles else 0,
                )
            )
    return np.stack(records), keep


def _write(module: Any, name: str, size: int) -> None:
    """Write the loop nest, ``depthwise(where, task, thread)``."""
    from adim.engines.compiled.language import F32, F64, Function  # noqa: PLC0415 - only to compile

    scalar = F32 if size == 4 else F64
    f = Function(module, name, ["where", "task", "thread"])
    call = CALL.read(f, f.where)
    r = FIELDS.read(f, call.plan)
    share = shares.Share(f, r, f.task)
    aside = share.first_channel * size
    scratch = call.scratch + f.thread * r.scratch_size
    repeats = (r.multiplier > 1) & r.backward.equals(0)
    sums_up = (r.multiplier > 1) & r.backward.differs(0)
    bias = f.select(call.bias.differs(0), call.bias + aside, 0)

    with f.loop(share.first_image, share.end_image) as image:
        direct = call.source + image * r.source_image
        first = f.load(r.row_table + share.first_row * ROW.size + 8 * ROW.place["first"])
        end = f.load(r.row_table + (share.end_row - 1) * ROW.size + 8 * ROW.place["end"])
        with f.when(repeats):
            start = direct + first * r.source_numbers * size
            multiplied.repeat(f, start, scratch, (end - first) * r.source_numbers, r.multiplier, scalar)
        source = f.select(repeats, scratch - first * r.source_row, direct)
        with f.loop(share.first_row, share.end_row) as number:
            row = ROW.read(f, r.row_table + number * ROW.size)
            place = call.target + image * r.target_image + number * r.target_row
            target = f.select(sums_up, scratch, place)
            with f.loop(0, r.segments) as which:
                at = r.segment_table + which * SEGMENT.size
                segment = SEGMENT.read(f, at)
                start, goal = source + segment.source + aside, target + segment.target + aside
                told = [call.kernel + aside, bias, row.taps, row.count, at, share.channels, call.relu]
                with f.when(segment.wide_tiles > 0):
                    f.call(segment.wide, [start, goal, *told, segment.wide_tiles])
                with f.when(segment.narrow_tiles > 0):
                    done = segment.wide_tiles * segment.wide_pixels
                    f.call(
                        segment.narrow,
                        [
                            start + done * segment.source_step,
                            goal + done * segment.target_step,
                            *told,
                            segment.narrow_tiles,
                        ],
                    )
            with f.when(sums_up):
                multiplied.sum_up(f, target, place, r.target_numbers, r.multiplier, scalar)
    f.finish()


def _write_row(module: Any, kernel: Kernel) -> None:
    """Write ``row(source, target, kernel, bias, rows, rows_count, segment, channels, relu, tiles)``."""
    from adim.engines.compiled.language import Function  # noqa: PLC0415 - only to compile

    vectors, pixels, written_out = kernel
    _, vec = vectors.types()
    names = ["source", "target", "kernel", "bias", "rows", "row_count", "segment", "channels", "relu", "tiles"]
    f = Function(module, kernel.name, names)
    r = SEGMENT.read(f, f.segment)
    taps = [TAP.read(f, r.taps + TAP.size * j) for j in range(written_out)]
    with f.loop(0, f.tiles) as tile:
        corner, target = f.source + tile * pixels * r.source_step, f.target + tile * pixels * r.target_step

        def filter_tile(offset: Any, count: int, mask: Any, *, corner: Any = corner, target: Any = target) -> None:
            sums = [[f.variable(f.zero(vec)) for _ in range(count)] for _ in range(pixels)]
            with f.when(f.bias.differs(0)):
                biases = [f.load(f.bias + offset + v * vectors.bytes, vec, mask=mask) for v in range(count)]
                for pixel in sums:
                    for total, value in zip(pixel, biases, strict=True):
                        total.set(value)

            def multiply(source: Any, weights: Any) -> None:
                weight = [f.load(weights + v * vectors.bytes, vec, mask=mask) for v in range(count)]
                for number, pixel in enumerate(sums):
                    at = source + r.source_step * number
                    for v, total in enumerate(pixel):
                        cell = f.load(at + v * vectors.bytes, vec, mask=mask)
                        total.set(f.fma(cell, weight[v], total.value))

            with f.loop(0, f.row_count) as i:
                row = TAP.read(f, f.rows + i * TAP.size)
                source, weights = corner + row.source + offset, f.kernel + row.kernel + offset
                for tap in taps:
                    multiply(source + tap.source, weights + tap.kernel)
                if not written_out:
                    with f.loop(0, r.count) as j:
                        tap = TAP.read(f, r.taps + j * TAP.size)
                        multiply(source + tap.source, weights + tap.kernel)

            with f.when(f.relu.differs(0)):
                for pixel in sums:
                    for total in pixel:
                        total.set(f.select(total.value < 0.0, f.zero(vec), total.value))
            for number, pixel in enumerate(sums):
                for v, total in enumerate(pixel):
                    f.store(total.value, target + r.target_step * number + offset + v * vectors.bytes, mask=mask)

        vectors.walk(f, f.channels, filter_tile)
    f.finish()
