"""The gradient of a convolution's kernel by Winograd's filtering: see `adim.engines.compiled.winograd`.

A task takes some tiles of the batch at a time through all steps, and adds what they give to a sum::

    values[point, tile, channel]        the input's tiles at the 36 points
    grads[point, tile, filter]          for a block of filters: the output's gradient at the points
    sums[point, block, channel, filter] matrix products of the two, summed up over all tiles

Then the sums become the gradients of the taps. Tiles are parted among tasks, and each part has sums of its own; where
these would need much room, the filters' blocks are parted instead. The bias's gradient is summed up along the way.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from adim.arrays import FloatArray, Shape
from adim.engines.compiled import library, memory, patches, threads
from adim.engines.compiled.processor import Tile, tile_for
from adim.engines.compiled.records import Layout, Row, address
from adim.engines.compiled.tile import ADD, TileKernel, tiles_along, walk_record
from adim.engines.compiled.watch import Watch, check
from adim.engines.compiled.winograd import (
    OUTPUT,
    POINTS,
    TAPS,
    both_ways,
    filter_taps,
    gradient_points,
    input_points,
    point_pitch,
)
from adim.geometry import Window

_SUM_BYTES = 5 << 20, 10 << 20  # that sums may have: on one thread, on several
_PART_BYTES = 3 << 20  # and where every thread has sums of its own
_VALUE_BYTES = 640 << 10  # of tiles at the points, which should stay in a second-level cache

FIELDS = Layout(
    *patches.FIELDS,
    "total",  # tiles of the batch
    "tiles",  # taken at a time
    "parts",  # of the tiles
    "block_parts",  # of the blocks
    "channels",  # vectors of channels of the input
    "blocks",  # of the tile's width, among the filters
    "first_column",  # bytes before the first of these blocks in a pixel of the gradient
    "last_vectors",
    "grad_height",
    "grad_width",
    "grad_pixel",
    "scratch_size",
    "values_pitch",
    "grads",  # bytes from the start of the scratch
    "grads_pitch",
    "patch",
    "part_sums",  # bytes from part to part of the sums
    "point_sums",  # from point to point
    "block_sums",  # from block to block
    "part_bias",  # bytes from part to part of the bias's gradient, in float64
    "walk",
    "wide_tiles",
    "wide_rows",
    "narrow_tiles",
    "narrow_rows",
    "wide",
    "narrow",
)

CALL = Layout("plan", "source", "grad", "scratch", "sums", "bias")

FINISH = Layout(
    "parts",
    "part_sums",
    "point_sums",
    "block_sums",
    "blocks",
    "pieces",
    "channels",
    "last_vectors",
    "kernel_offset",  # bytes from the gradient's start to the first of these blocks
    "kernel_channel",  # bytes from channel to channel
)

FINISH_CALL = Layout("plan", "sums", "kernel", "not_finite")


class Plan(NamedTuple):
    """What follows from shapes."""

    records: list[tuple[int, int, int]]  # for each part of the filters: what to do, how to finish, tasks of that
    code: int
    finish_code: int
    tasks: int
    parts: int
    scratch: int
    sums: int
    keep: list[Row]


def kernel_gradient(grad: FloatArray, x: FloatArray, window: Window) -> tuple[FloatArray, FloatArray]:
    """Return the gradients of the kernel, (3, 3, C, F), and the bias, (F,).

    Raises
    ------
    NotFiniteError
        If there are numbers on the way, or in the kernel's gradient, that are not finite.
    """
    pool = threads.pool()
    plan = _plan(x.shape, grad.shape[3], window, x.itemsize, pool.count)
    dkernel = np.empty((TAPS, TAPS, x.shape[3], grad.shape[3]), x.dtype)
    bias_parts = np.empty((plan.parts, grad.shape[3]), np.float64)
    _room, scratch = memory.scratch(plan.scratch * pool.count + plan.sums)
    sums = scratch + plan.scratch * pool.count
    for record, finish, finish_tasks in plan.records:
        call = CALL.call(record, address(x), address(grad), scratch, sums, address(bias_parts))
        pool.run(plan.code, call, plan.tasks)
        call = FINISH_CALL.call(finish, sums, address(dkernel), 0)
        pool.run(plan.finish_code, call, finish_tasks)
        check(call)
    return dkernel, (bias_parts[0] if plan.parts == 1 else bias_parts.sum(0)).astype(x.dtype, copy=False)


@lru_cache(maxsize=512)
def _plan(x: Shape, filters: int, window: Window, size: int, count: int) -> Plan:
    m, height, width, channels = x
    out_height, out_width = window.output
    tile = tile_for(filters, size)
    rows, columns = -(-out_height // OUTPUT), -(-out_width // OUTPUT)
    total = m * rows * columns

    blocks = -(-filters // tile.columns)
    block_sums = channels * tile.columns * size
    part_bytes = POINTS**2 * block_sums * blocks
    parts = min(count, total) if part_bytes <= _PART_BYTES else 1
    at_once = max(1, min(blocks, _SUM_BYTES[count > 1] // (POINTS**2 * block_sums)))
    block_parts = min(at_once, count) if parts == 1 else 1
    most = max(16, min(64, _VALUE_BYTES // (POINTS**2 * channels * size)))
    of_part = -(-total // parts)
    tiles = -(-of_part // -(-of_part // most))

    values_pitch, grads_pitch = point_pitch(tiles * channels * size), point_pitch(tiles * tile.columns * size)
    grads = POINTS**2 * values_pitch
    patch = grads + POINTS**2 * grads_pitch
    scratch = memory.whole_lines(patch + POINTS**2 * max(channels * size, filters * size))
    offset = np.zeros(1, np.int64)
    walk = walk_record(
        offsets=address(offset),
        length=tiles,
        a_row=size,
        a_step=channels * size,
        b_step=tile.columns * size,
        c_row=tile.columns * size,
        columns=tile.columns,
    )
    wide, narrow, wide_tiles, narrow_tiles = tiles_along(channels, tile.rows)

    def code(rows_of_tile: int) -> int:
        return TileKernel(size, rows_of_tile, tile.vectors, tile.lanes, masked=False, rows_adjacent=True).address()

    records, keep = [], [walk, offset]
    for first in range(0, blocks, at_once):
        some = min(at_once, blocks - first)
        ends = first + some == blocks
        last_vectors = (filters - (blocks - 1) * tile.columns) // tile.lanes if ends else tile.vectors
        point_sums = some * block_sums
        record = FIELDS.record(
            **patches.fields(
                height, width, channels * size, rows, columns, OUTPUT, window.height.before, window.width.before
            ),
            total=total,
            tiles=tiles,
            parts=parts,
            block_parts=block_parts,
            channels=channels // tile.lanes,
            blocks=some,
            first_column=first * tile.columns * size,
            last_vectors=last_vectors,
            grad_height=out_height,
            grad_width=out_width,
            grad_pixel=filters * size,
            scratch_size=scratch,
            values_pitch=values_pitch,
            grads=grads,
            grads_pitch=grads_pitch,
            patch=patch,
            part_sums=POINTS**2 * point_sums,
            point_sums=point_sums,
            block_sums=block_sums,
            part_bias=8 * filters,
            walk=address(walk),
            wide_tiles=wide_tiles,
            wide_rows=wide,
            narrow_tiles=narrow_tiles,
            narrow_rows=narrow,
            wide=code(wide),
            narrow=code(narrow) if narrow_tiles else 0,
        )
        pieces = max(1, min(channels, 4 * count // some))
        finish = FINISH.record(
            parts=parts,
            part_sums=POINTS**2 * point_sums,
            point_sums=point_sums,
            block_sums=block_sums,
            blocks=some,
            pieces=pieces,
            channels=channels,
            last_vectors=last_vectors,
            kernel_offset=first * tile.columns * size,
            kernel_channel=filters * size,
        )
        records.append((address(record), address(finish), some * pieces))
        keep += [record, finish]
    suffix = f"f{8 * size}_{tile.vectors}x{tile.lanes}"
    name, finish_name = f"winograd_gradient_{suffix}", f"winograd_taps_{suffix}"
    return Plan(
        records,
        library.address(name, lambda module: _write(module, name, tile, size)),
        library.address(finish_name, lambda module: _write_finish(module, finish_name, tile, size)),
        parts * block_parts,
        parts,
        scratch,
        parts * POINTS**2 * block_sums * at_once,
        keep,
    )


def _write(module: Any, name: str, tile: Tile, size: int) -> None:
    """Write the loop nest, ``winograd_gradient(record, task, thread)``."""
    from adim.engines.compiled.language import F32, F64, Function, vector  # noqa: PLC0415 - only to compile

    f = Function(module, name, ["where", "task", "thread"])
    call = CALL.read(f, f.where)
    r = FIELDS.read(f, call.plan)
    vec = vector(F32 if size == 4 else F64, tile.lanes)
    lane_bytes, row = tile.lanes * size, tile.columns * size
    part, block_part = f.task // r.block_parts, f.task % r.block_parts
    first_block, end_block = r.blocks * block_part // r.block_parts, r.blocks * (block_part + 1) // r.block_parts
    first_tile, end_tile = r.total * part // r.parts, r.total * (part + 1) // r.parts
    values = call.scratch + f.thread * r.scratch_size
    grads, scratch_patch = values + r.grads, values + r.patch
    channels = r.channels * lane_bytes
    shape = patches.Shape(call.source, r.height, r.width, r.pixel, r.top, r.left)
    grad_shape = patches.Shape(call.grad, r.grad_height, r.grad_width, r.grad_pixel, f.constant(0), f.constant(0))
    with f.loop(first_tile, end_tile, r.tiles) as first:
        count = f.smaller(r.tiles, end_tile - first)
        begins = first.equals(first_tile)
        with f.loop(0, count) as number:
            patch = patches.Patch(f, patches.Place(r, first + number), shape, POINTS, scratch_patch)
            with f.loop(0, channels, lane_bytes) as channel:
                square = [[f.load(patch.at(i, j) + channel, vec) for j in range(POINTS)] for i in range(POINTS)]
                target = f.variable(values + number * channels + channel)
                for value in both_ways(f, input_points, square):
                    f.store(value, target.value)
                    target += r.values_pitch
        with f.when(count < r.tiles), f.loop(0, POINTS**2) as point:
            unused = r.tiles - count
            f.clear(values + point * r.values_pitch + count * channels, unused * channels)
            f.clear(grads + point * r.grads_pitch + count * row, unused * row)

        with f.loop(first_block, end_block) as block:
            last = block.equals(r.blocks - 1)
            vectors = f.select(last, r.last_vectors, tile.vectors)
            column = r.first_column + block * row
            with f.loop(0, vectors * lane_bytes, lane_bytes) as v:
                bias = call.bias + part * r.part_bias + (column + v) // size * 8
                total = f.variable(f.zero(vector(F64, tile.lanes)))
                with f.loop(0, count) as number:
                    place = patches.Place(r, first + number)
                    patch = patches.Patch(f, place, grad_shape, OUTPUT, scratch_patch, column + v, lane_bytes)
                    square = [[f.load(patch.at(i, j), vec) for j in range(OUTPUT)] for i in range(OUTPUT)]
                    row_sums = [pixels[0] + pixels[1] + pixels[2] + pixels[3] for pixels in square]
                    total += f.convert(row_sums[0] + row_sums[1] + row_sums[2] + row_sums[3], total.type)
                    target = f.variable(grads + number * row + v)
                    for value in both_ways(f, gradient_points, square):
                        f.store(value, target.value)
                        target += r.grads_pitch
                with f.when(first > first_tile):
                    total += f.load(bias, total.type)
                f.store(total.value, bias)
            mode = f.constant(1 << 8) + f.select(begins, 0, ADD)
            with f.loop(0, POINTS**2) as point:
                a = f.variable(values + point * r.values_pitch)
                c = f.variable(call.sums + part * r.part_sums + point * r.point_sums + block * r.block_sums)
                right = grads + point * r.grads_pitch
                for tiles, rows, code in (
                    (r.wide_tiles, r.wide_rows, r.wide),
                    (r.narrow_tiles, r.narrow_rows, r.narrow),
                ):
                    with f.loop(0, tiles):
                        f.call(code, [a.value, right, c.value, f.constant(0), mode, r.walk])
                        a += rows * size
                        c += rows * row
    f.finish()


def _write_finish(module: Any, name: str, tile: Tile, size: int) -> None:
    """Write what makes taps of sums, ``winograd_taps(record, task, thread)``; a task is a piece of a block."""
    from adim.engines.compiled.language import F32, F64, Function, vector  # noqa: PLC0415 - only to compile

    f = Function(module, name, ["where", "task", "thread"])
    call = FINISH_CALL.read(f, f.where)
    r = FINISH.read(f, call.plan)
    vec = vector(F32 if size == 4 else F64, tile.lanes)
    lane_bytes, row = tile.lanes * size, tile.columns * size
    block, piece = f.task // r.pieces, f.task % r.pieces
    vectors = f.select(block.equals(r.blocks - 1), r.last_vectors, tile.vectors)
    watch = Watch(f, vec)
    with (
        f.loop(r.channels * piece // r.pieces, r.channels * (piece + 1) // r.pieces) as channel,
        f.loop(0, vectors * lane_bytes, lane_bytes) as v,
    ):
        sums = call.sums + block * r.block_sums + channel * row + v
        with f.loop(1, r.parts) as part, f.loop(0, POINTS**2) as point:
            place = sums + point * r.point_sums
            f.store(f.load(place, vec) + f.load(place + part * r.part_sums, vec), place)
        square = [[f.load(sums + r.point_sums * (i * POINTS + j), vec) for j in range(POINTS)] for i in range(POINTS)]
        target = call.kernel + r.kernel_offset + channel * r.kernel_channel + block * row + v
        taps = both_ways(f, filter_taps, square)
        watch.see(taps)
        for number, value in enumerate(taps):
            f.store(value, target + r.channels * r.kernel_channel * number)
    watch.note(FINISH_CALL.at(f.where, "not_finite"))
    f.finish()
