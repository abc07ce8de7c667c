"""The gradient of a convolution's kernel, with the register tile: channels of the input times filters, pixel by pixel.

For every tap, the gradient is a product of two matrices that are both long and narrow: the pixels under the tap, and
the pixels of the output's gradient. The tile's rows are channels (of all taps of a filter's row, where these lie side
by side), its columns filters, and it runs along the pixels of a band. What a band gives is added to what the bands
before it gave; so no sum of float32 is long. Bands are parted among tasks, and each part has a sum of its own; the
parts are added up at the end, in their order. Where the kernel is too large for that, its filters are parted instead.

The gradient of the bias is summed up while the output's gradient is laid out for the tile.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from adim.arrays import FloatArray, Shape
from adim.engines.compiled import bands, library, memory, threads
from adim.engines.compiled.phases import forward_phases, side_by_side
from adim.engines.compiled.processor import Tile, tile_for
from adim.engines.compiled.records import Layout, Row, address
from adim.engines.compiled.tile import ADD, TileKernel, tiles_along, walk_record
from adim.geometry import Window

_BAND_BYTES = 192 << 10  # of the input, so that it stays in a second-level cache beside...
_BAND_WINDOWS = 256, 1024  # ...as many pixels of the gradient; with fewer, sums would be added to too often
_PARTIAL_BYTES = 2 << 20  # that a part's own sum may have
_TASK_FLOPS = 400_000  # what a task should at least be worth

FIELDS = Layout(
    *bands.FIELDS,
    "bands",
    "parts",  # of the bands
    "block_parts",  # of the blocks
    "groups",
    "group_source",  # bytes from one group's channels to the next one's
    "group_grad",  # and of its filters
    "blocks",  # of the tile's width, in a group's filters
    "block_bytes",
    "last_columns",  # of a group's last block
    "grad_row",  # bytes from row to row, all images' rows being counted on
    "grad_pixel",
    "grad_columns",  # pixels of a row
    "laid_out",  # where a block of a band's gradient is laid out, in a thread's scratch
    "units",  # runs of channels that lie side by side
    "unit_offsets",  # address of where each begins, in a window
    "unit_bytes",  # of each in the kernel's gradient
    "run_walk",  # address of what the tile is told
    "partial_bytes",  # of a part's sum
    "part_bias",  # bytes from part to part of the bias's gradient, in float64
    "a_row",
    "c_row",
    "wide_tiles",
    "wide_rows",
    "narrow_tiles",
    "narrow_rows",
    "wide",
    "narrow",
    "wide_last",
    "narrow_last",
)

CALL = Layout("plan", "source", "grad", "scratch", "sums", "bias")


class Plan(NamedTuple):
    """What follows from shapes."""

    record: int  # its address
    code: int
    tasks: int
    parts: int
    scratch: int  # bytes for each thread
    partial: int  # bytes of a part's sum
    keep: list[Row]  # what the record points to


def kernel_gradient(grad: FloatArray, x: FloatArray, window: Window) -> tuple[FloatArray, FloatArray]:
    """Return the gradients of the kernel, (fh, fw, C / G, F), and the bias, (F,)."""
    filters = grad.shape[3]
    shape = (*window.taps, x.shape[3] // window.groups, filters)
    dkernel = np.empty(shape, x.dtype)
    if not grad.size or not x.size:
        with np.errstate(invalid="ignore"):  # windows of nothing but padding: zeros, times what may be infinite
            dkernel[...] = (grad * 0).sum((0, 1, 2))
        return dkernel, grad.sum((0, 1, 2))
    pool = threads.pool()
    plan = _plan(x.shape, filters, window, x.itemsize, pool.count)
    bias_parts = np.empty((plan.parts, filters), np.float64)
    room, scratch = memory.scratch(plan.scratch * pool.count + (plan.parts > 1) * plan.parts * plan.partial)
    sums = scratch + plan.scratch * pool.count if plan.parts > 1 else address(dkernel)
    call = CALL.call(plan.record, address(x), address(grad), scratch, sums, address(bias_parts))
    pool.run(plan.code, call, plan.tasks)
    if plan.parts > 1:
        parts = np.ndarray((plan.parts, plan.partial // x.itemsize), x.dtype, room, sums - address(room))
        parts[:, : dkernel.size].sum(0, out=dkernel.reshape(-1))
        return dkernel, bias_parts.sum(0).astype(x.dtype)
    return dkernel, bias_parts[0].astype(x.dtype, copy=False)


@lru_cache(maxsize=512)
def _plan(x: Shape, filters: int, window: Window, size: int, count: int) -> Plan:
    """Work out the gradient for images of this shape; `size` is the bytes of a number, `count` that of threads."""
    (rows,), (columns,) = forward_phases(window.height), forward_phases(window.width)
    m, height, width, channels = x
    groups = window.groups
    taken, given = channels // groups, filters // groups
    pixel = channels * size
    flops = 2 * m * rows.output * columns.output * len(rows.taps) * len(columns.taps) * taken * filters
    pointwise = rows.taps == columns.taps == ((0, 0),) and rows.stride == columns.stride == 1
    if pointwise and (rows.output, columns.output) == (height, width):
        m, height, width = _flat(m, height, width)
        rows, columns = rows._replace(output=height), columns._replace(output=width)
    tile = tile_for(given, size)
    band = bands.Bands(m, height, width, pixel, rows, columns, most=_BAND_BYTES, windows=_BAND_WINDOWS)

    partial = memory.whole_lines(len(rows.taps) * len(columns.taps) * taken * filters * size)
    blocks = -(-given // tile.columns)
    tasks = max(1, min(count, flops // _TASK_FLOPS))
    with_sums = max(1, min(tasks, flops // (2 * _TASK_FLOPS))) if partial <= _PARTIAL_BYTES else 1
    band.split(with_sums)
    parts = min(band.bands, with_sums)
    if blocks % tasks == 0 and m * height * width * pixel * band.copies < 2 * partial:
        parts = 1  # to copy the images for each part of the blocks costs less than to add up the parts' sums
    block_parts = min(blocks, max(1, tasks // parts))

    joined = groups == 1 and side_by_side(columns.taps) and band.pixel_pitch == pixel
    length = taken * (len(columns.taps) if joined else 1)
    starts = [offset for _, offset in columns.taps][: 1 if joined else None]
    units = np.array(
        [(i + band.top) * band.row_pitch + (j + band.left) * band.pixel_pitch for _, i in rows.taps for j in starts],
        np.int64,
    )
    runs = np.array(band.row_offsets(), np.int64)
    last_columns = given - (blocks - 1) * tile.columns
    laid_out = memory.whole_lines(band.fields()["scratch_size"])
    scratch = laid_out + memory.whole_lines(len(runs) * columns.output * tile.columns * size)
    walk = walk_record(
        offsets=address(runs),
        length=columns.output,
        a_row=size,
        a_step=columns.stride * band.pixel_pitch,
        b_step=tile.columns * size,
        c_row=filters * size,
        columns=last_columns,
    )
    wide, narrow, wide_tiles, narrow_tiles = tiles_along(length, tile.rows)
    masked = last_columns != tile.columns

    def code(height: int, *, masked: bool) -> int:
        return TileKernel(size, height, tile.vectors, tile.lanes, masked, rows_adjacent=True).address()

    record = FIELDS.record(
        **band.fields() | {"scratch_size": scratch},
        bands=band.bands,
        parts=parts,
        block_parts=block_parts,
        groups=groups,
        group_source=taken * size,
        group_grad=given * size,
        blocks=blocks,
        block_bytes=tile.columns * size,
        last_columns=last_columns,
        grad_row=columns.output * filters * size,
        grad_pixel=filters * size,
        grad_columns=columns.output,
        laid_out=laid_out,
        units=len(units),
        unit_offsets=address(units),
        unit_bytes=length * filters * size,
        run_walk=address(walk),
        partial_bytes=partial,
        part_bias=8 * filters,
        a_row=size,
        c_row=filters * size,
        wide_tiles=wide_tiles,
        wide_rows=wide,
        narrow_tiles=narrow_tiles,
        narrow_rows=narrow,
        wide=code(wide, masked=False),
        narrow=code(narrow, masked=False) if narrow_tiles else 0,
        wide_last=code(wide, masked=masked),
        narrow_last=code(narrow, masked=masked) if narrow_tiles else 0,
    )
    name = f"kernel_gradient_f{8 * size}_{tile.vectors}x{tile.lanes}"
    code_address = library.address(name, lambda module: _write(module, name, tile, size))
    keep = [record, units, runs, walk]
    return Plan(address(record), code_address, parts * block_parts, parts, scratch, partial, keep)


def _flat(m: int, height: int, width: int) -> tuple[int, int, int]:
    """Give pixels that have no neighbours rows of a length that suits the tile: (images, rows, columns)."""
    pixels = m * height * width
    best = max(n for n in range(1, min(pixels, 256) + 1) if pixels % n == 0)
    if best < 64 <= pixels:
        best = min(pixels, 4096) if pixels <= 4096 else width
    return pixels // best, 1, best


def _write(module: Any, name: str, tile: Tile, size: int) -> None:
    """Write the loop nest, ``kernel_gradient(record, task, thread)``."""
    from adim.engines.compiled.language import F32, F64, Function, vector  # noqa: PLC0415 - only to compile

    f = Function(module, name, ["where", "task", "thread"])
    call = CALL.read(f, f.where)
    r = FIELDS.read(f, call.plan)
    vec = vector(F32 if size == 4 else F64, tile.lanes)
    lane_bytes = tile.lanes * size
    part, block_part = f.task // r.block_parts, f.task % r.block_parts
    first_block, end_block = r.blocks * block_part // r.block_parts, r.blocks * (block_part + 1) // r.block_parts
    first_band, end_band = r.bands * part // r.parts, r.bands * (part + 1) // r.parts
    total = call.sums + part * r.partial_bytes
    scratch = call.scratch + f.thread * r.scratch_size
    right = scratch + r.laid_out
    with f.loop(first_band, end_band) as number:
        band = bands.Band(f, r, number, call.source, scratch)
        begins = number.equals(first_band)
        grad = call.grad + (band.first_image * r.rows + band.first_row) * r.grad_row
        runs = band.images * band.rows
        mode = (runs << 8) + f.select(begins, 0, ADD)
        with f.loop(0, r.groups) as group, f.loop(first_block, end_block) as block:
            last = block.equals(r.blocks - 1)
            wide, narrow = f.select(last, r.wide_last, r.wide), f.select(last, r.narrow_last, r.narrow)
            columns = group * r.group_grad + block * r.block_bytes

            # lay the gradient out, and sum it up
            in_block = f.select(last, r.last_columns, tile.columns)
            masks = [f.first_lanes(in_block - v * tile.lanes, tile.lanes) for v in range(tile.vectors)]
            sums = [f.variable(f.zero(vector(F64, tile.lanes))) for _ in masks]
            with f.loop(0, runs * r.grad_columns) as pixel:
                for v, mask in enumerate(masks):
                    numbers = f.load(grad + pixel * r.grad_pixel + columns + v * lane_bytes, vec, mask=mask)
                    f.store(numbers, right + pixel * r.block_bytes + v * lane_bytes)
                    sums[v] += f.convert(numbers, sums[v].type)
            for v, mask in enumerate(masks):
                place = call.bias + part * r.part_bias + (columns // size + v * tile.lanes) * 8
                with f.when(number > first_band):
                    sums[v] += f.load(place, sums[v].type, mask=mask)
                f.store(sums[v].value, place, mask=mask)

            with f.loop(0, r.units) as unit:
                a = f.variable(band.base + f.load(r.unit_offsets + unit * 8) + group * r.group_source)
                c = f.variable(total + unit * r.unit_bytes + columns)
                for tiles, rows, code in ((r.wide_tiles, r.wide_rows, wide), (r.narrow_tiles, r.narrow_rows, narrow)):
                    with f.loop(0, tiles):
                        f.call(code, [a.value, right, c.value, f.constant(0), mode, r.run_walk])
                        a += r.a_row * rows
                        c += r.c_row * rows
    f.finish()
