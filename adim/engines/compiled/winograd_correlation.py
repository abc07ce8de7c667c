"""Forward pass and input gradient by Winograd's filtering: see `adim.engines.compiled.winograd`.

A task takes some tiles of the batch through all steps, so what lies between the steps stays in its core's cache::

    values[point, tile, channel]    the tiles' pixels at the 36 points
    sums[point, tile, filter]       for a block of filters: matrix products with the filters at the points
    target                          sums back to pixels, plus bias, rectified

The filters at their points, ``[point, block, channel, filter]``, are worked out first. Where they would need much room,
some of the filters' blocks are taken through everything before the next ones.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from adim.arrays import FloatArray, Shape
from adim.engines.compiled import library, memory, packing, patches, threads
from adim.engines.compiled.processor import Tile, tile_for
from adim.engines.compiled.records import Layout, Row, address
from adim.engines.compiled.tile import TileKernel, walk_record
from adim.engines.compiled.watch import Watch, check
from adim.engines.compiled.winograd import (
    OUTPUT,
    POINTS,
    TAPS,
    both_ways,
    filter_points,
    input_points,
    output_pixels,
    point_pitch,
)
from adim.geometry import Window

_FILTER_BYTES = 5 << 20, 10 << 20  # that filters at their points may have: on one thread, on several

FIELDS = Layout(
    *patches.FIELDS,
    "total",  # tiles of the batch
    "tiles",  # of a task
    "channels",  # vectors of channels of the source
    "blocks",  # of the tile's width, among the target's channels
    "first_column",  # bytes before the first of these blocks in a pixel of the target
    "last_vectors",  # of the last block
    "point_filters",  # bytes from point to point of the filters
    "block_filters",  # from block to block
    "scratch_size",
    "values_pitch",  # bytes from point to point
    "sums",  # bytes from the start of the scratch
    "sums_pitch",
    "patch",
    "walk",
    "code",
    "code_last",
    "code_rows",
    "target_height",
    "target_width",
    "target_pixel",
)

CALL = Layout("plan", "source", "target", "filters", "scratch", "bias", "relu", "not_finite")

FILTER_FIELDS = Layout("depth", "pieces", "blocks")

FILTER_CALL = Layout("plan", "packed", "filters")


class Part(NamedTuple):
    """Some of the filters' blocks: addresses of records, and the tasks of the filters' transform."""

    record: int
    packing: packing.Plan
    transform: int
    transforms: int


class Plan(NamedTuple):
    """What follows from shapes."""

    parts: list[Part]
    code: int
    filter_code: int
    tasks: int
    packed: int  # bytes
    filters: int
    scratch: int  # of each thread
    keep: list[Row]


def suits(source: Shape, kernel: Shape, window: Window, size: int) -> bool:
    """Return whether this way is open to a layer, and faster than the direct one."""
    height, width, groups = window
    for axis in (height, width):
        if axis.taps != TAPS or axis.stride != 1 or axis.dilation != 1 or axis.before > TAPS - 1:
            return False
    lanes = tile_for(32, size).lanes
    channels, filters = kernel[2:]
    if groups != 1 or channels % lanes or filters % lanes or not channels or not filters:
        return False
    tiles = source[0] * -(-height.output // OUTPUT) * -(-width.output // OUTPUT)
    direct = 2 * 9 * source[0] * height.output * width.output * channels * filters
    # measured: a pixel's transforms cost as much as 20 multiplications and additions, a filter's as much as 400, and
    # what is done one after the other, instead of at once, as much as a million
    transforms = 600 * tiles * (channels + filters) + 800 * channels * filters + 2_000_000
    winograd = 2 * 36 * tiles * channels * filters + transforms
    return winograd < 0.9 * direct


def forward(x: FloatArray, kernel: FloatArray, bias: FloatArray | None, window: Window, *, relu: bool) -> FloatArray:
    """Return the correlation of ``x (m, H, W, C)`` with ``kernel (3, 3, C, F)``, plus bias.

    Raises
    ------
    NotFiniteError
        If there are numbers on the way, or in the result before the bias is added, that are not finite.
    """
    y = memory.empty((len(x), *window.output, kernel.shape[3]), x.dtype)
    plan = _plan(x.shape, kernel.shape, window, x.itemsize, threads.pool().count, backward=False)
    return _run(plan, x, kernel, bias, y, relu=relu)


def input_gradient(grad: FloatArray, kernel: FloatArray, window: Window) -> FloatArray:
    """Return the gradient at the input, (m, H, W, C), for ``grad (m, n_H, n_W, F)``; raises as `forward` does."""
    dx = memory.empty((len(grad), window.height.size, window.width.size, kernel.shape[2]), grad.dtype)
    plan = _plan(grad.shape, kernel.shape, window, grad.itemsize, threads.pool().count, backward=True)
    return _run(plan, grad, kernel, None, dx, relu=False)


def _run(
    plan: Plan, source: FloatArray, kernel: FloatArray, bias: FloatArray | None, target: FloatArray, *, relu: bool
) -> FloatArray:
    pool = threads.pool()
    _room, packed = memory.scratch(plan.packed + plan.filters + plan.scratch * pool.count)
    filters, scratch = packed + plan.packed, packed + plan.packed + plan.filters
    for part in plan.parts:
        packing.run(part.packing, kernel, packed)
        pool.run(plan.filter_code, FILTER_CALL.call(part.transform, packed, filters), part.transforms, plan)
        biases = 0 if bias is None else address(bias)
        call = CALL.call(part.record, address(source), address(target), filters, scratch, biases, relu, 0)
        pool.run(plan.code, call, plan.tasks, plan, source, kernel, bias, target)
        check(call)
    return target


@lru_cache(maxsize=512)
def _plan(source: Shape, kernel: Shape, window: Window, size: int, count: int, *, backward: bool) -> Plan:
    m, height, width, taken = source
    given = kernel[2] if backward else kernel[3]
    if backward:
        target_height, target_width = window.height.size, window.width.size
        top, left = (TAPS - 1 - axis.before for axis in window[:2])
        taps = list(product(reversed(range(TAPS)), reversed(range(TAPS))))
    else:
        target_height, target_width = window.output
        top, left = window.height.before, window.width.before
        taps = list(product(range(TAPS), range(TAPS)))
    tile = tile_for(given, size)
    rows, columns = -(-target_height // OUTPUT), -(-target_width // OUTPUT)
    total = m * rows * columns
    code_rows, tiles = _tiles_of_a_task(total, tile.rows, count)

    blocks = -(-given // tile.columns)
    block_filters = taken * tile.columns * size
    at_once = max(1, min(blocks, _FILTER_BYTES[count > 1] // (POINTS**2 * block_filters)))
    values_pitch = point_pitch(tiles * taken * size)
    sums_pitch = point_pitch(tiles * tile.columns * size)
    sums = POINTS**2 * values_pitch
    patch = sums + POINTS**2 * sums_pitch
    scratch = patch + POINTS**2 * max(taken, tile.columns) * size
    offset = np.zeros(1, np.int64)
    walk = walk_record(
        offsets=address(offset),
        length=taken,
        a_row=taken * size,
        a_step=size,
        b_step=tile.columns * size,
        c_row=tile.columns * size,
        columns=given - (blocks - 1) * tile.columns,
    )
    masked = given % tile.columns != 0
    codes = [
        TileKernel(size, code_rows, tile.vectors, tile.lanes, last, rows_adjacent=False) for last in (False, masked)
    ]
    parts, keep = [], [walk, offset]
    for first in range(0, blocks, at_once):
        some = min(at_once, blocks - first)
        ends = first + some == blocks
        record = FIELDS.record(
            **patches.fields(height, width, taken * size, rows, columns, OUTPUT, top, left),
            total=total,
            tiles=tiles,
            channels=taken // tile.lanes,
            blocks=some,
            first_column=first * tile.columns * size,
            last_vectors=(given - (blocks - 1) * tile.columns) // tile.lanes if ends else tile.vectors,
            point_filters=some * block_filters,
            block_filters=block_filters,
            scratch_size=scratch,
            values_pitch=values_pitch,
            sums=sums,
            sums_pitch=sums_pitch,
            patch=patch,
            walk=address(walk),
            code=codes[0].address(),
            code_last=codes[1].address() if ends else codes[0].address(),
            code_rows=code_rows,
            target_height=target_height,
            target_width=target_width,
            target_pixel=given * size,
        )
        packed = packing.plan(kernel, tuple(taps), 1, tile, size, transposed=backward, first_block=first, blocks=some)
        pieces = max(1, min(taken, 4 * count // some))
        transform = FILTER_FIELDS.record(depth=taken, pieces=pieces, blocks=some)
        parts.append(Part(address(record), packed, address(transform), some * pieces))
        keep += [record, transform]
    suffix = f"f{8 * size}_{tile.vectors}x{tile.lanes}"
    name, filter_name = f"winograd_correlation_{suffix}", f"winograd_filters_{suffix}"
    return Plan(
        parts,
        library.address(name, lambda module: _write(module, name, tile, size)),
        library.address(filter_name, lambda module: _write_filters(module, filter_name, tile, size)),
        -(-total // tiles),
        memory.whole_lines(TAPS**2 * block_filters * at_once),
        memory.whole_lines(POINTS**2 * block_filters * at_once),
        memory.whole_lines(scratch),
        keep,
    )


def _tiles_of_a_task(total: int, most_rows: int, count: int) -> tuple[int, int]:
    """Choose the rows of the register tile, and how many tiles a task takes, so that little is left over."""
    best, least = (1, 1), float("inf")
    for rows in range(max(1, most_rows // 2), most_rows + 1):
        for times in (1, 2, 3):
            tiles = rows * times
            tasks = -(-total // tiles)
            cost = -(-tasks // count) * tiles * (1 + 2 / rows + 1 / times)  # short tiles and tasks cost extra
            if cost < least:
                best, least = (rows, tiles), cost
    return best


def _write_filters(module: Any, name: str, tile: Tile, size: int) -> None:
    """Write the filters' transform, ``winograd_filters(record, task, thread)``; a task is a piece of a block."""
    from adim.engines.compiled.language import F32, F64, Function, vector  # noqa: PLC0415 - only to compile

    f = Function(module, name, ["where", "task", "thread"])
    call = FILTER_CALL.read(f, f.where)
    r = FILTER_FIELDS.read(f, call.plan)
    vec = vector(F32 if size == 4 else F64, tile.lanes)
    row = tile.columns * size
    block, piece = f.task // r.pieces, f.task % r.pieces
    panel = r.depth * row
    with f.loop(r.depth * piece // r.pieces, r.depth * (piece + 1) // r.pieces) as deep:
        for v in range(tile.vectors):
            within = deep * row + v * tile.lanes * size
            packed, points = call.packed + block * panel * TAPS**2 + within, call.filters + block * panel + within
            taps = [[f.load(packed + panel * (i * TAPS + j), vec) for j in range(TAPS)] for i in range(TAPS)]
            for number, value in enumerate(both_ways(f, filter_points, taps)):
                f.store(value, points + panel * r.blocks * number)
    f.finish()


def _write(module: Any, name: str, tile: Tile, size: int) -> None:
    """Write the loop nest, ``winograd_correlation(record, task, thread)``."""
    from adim.engines.compiled.language import F32, F64, Function, vector  # noqa: PLC0415 - only to compile

    f = Function(module, name, ["where", "task", "thread"])
    call = CALL.read(f, f.where)
    r = FIELDS.read(f, call.plan)
    vec = vector(F32 if size == 4 else F64, tile.lanes)
    lane_bytes = tile.lanes * size
    values = call.scratch + f.thread * r.scratch_size
    sums, scratch_patch = values + r.sums, values + r.patch
    shape = patches.Shape(call.source, r.height, r.width, r.pixel, r.top, r.left)
    watch = Watch(f, vec)
    first = f.task * r.tiles
    count = f.smaller(r.tiles, r.total - first)

    with f.loop(0, count) as number:
        patch = patches.Patch(f, patches.Place(r, first + number), shape, POINTS, scratch_patch)
        channels = r.channels * lane_bytes
        with f.loop(0, channels, lane_bytes) as channel:
            square = [[f.load(patch.at(i, j) + channel, vec) for j in range(POINTS)] for i in range(POINTS)]
            target = f.variable(values + number * channels + channel)
            for value in both_ways(f, input_points, square):
                f.store(value, target.value)
                target += r.values_pitch
    with f.when(count < r.tiles), f.loop(0, POINTS**2) as point:
        used = count * r.channels * lane_bytes
        f.clear(values + point * r.values_pitch + used, r.tiles * r.channels * lane_bytes - used)

    with f.loop(0, r.blocks) as block:
        last = block.equals(r.blocks - 1)
        code = f.select(last, r.code_last, r.code)
        with f.loop(0, POINTS**2) as point:
            right = call.filters + point * r.point_filters + block * r.block_filters
            with f.loop(0, r.tiles, r.code_rows) as row:
                f.call(
                    code,
                    [
                        values + point * r.values_pitch + row * r.channels * lane_bytes,
                        right,
                        sums + point * r.sums_pitch + row * (tile.columns * size),
                        f.constant(0),
                        f.constant(1 << 8),
                        r.walk,
                    ],
                )
        vectors = f.select(last, r.last_vectors, tile.vectors)
        with f.loop(0, count) as number:
            place = patches.Place(r, first + number)
            top, left = place.row, place.column
            whole = (top + OUTPUT <= r.target_height) & (left + OUTPUT <= r.target_width)
            column = r.first_column + block * (tile.columns * size)
            pitch = r.target_width * r.target_pixel
            target = (
                call.target + ((place.image * r.target_height + top) * r.target_width + left) * r.target_pixel + column
            )
            base = f.select(whole, target, scratch_patch)
            row_pitch = f.select(whole, pitch, OUTPUT * tile.columns * size)
            pixel = f.select(whole, r.target_pixel, tile.columns * size)
            with f.loop(0, vectors * lane_bytes, lane_bytes) as v:
                source = f.variable(sums + number * (tile.columns * size) + v)
                square = []
                for _ in range(POINTS):
                    square.append([])
                    for _ in range(POINTS):
                        square[-1].append(f.load(source.value, vec))
                        source += r.sums_pitch
                bias = f.variable(f.zero(vec))
                with f.when(call.bias.differs(0)):
                    bias.set(f.load(call.bias + column + v, vec))
                pixels = both_ways(f, output_pixels, square)
                watch.see(pixels)
                for number_of_pixel, value in enumerate(pixels):
                    down, right_by = divmod(number_of_pixel, OUTPUT)
                    biased = value + bias.value
                    negative = (biased < 0.0) & f.all_lanes(call.relu.differs(0), tile.lanes)
                    f.store(f.select(negative, f.zero(vec), biased), base + row_pitch * down + pixel * right_by + v)
            with (
                f.unless(whole),
                f.loop(0, f.smaller(OUTPUT, r.target_height - top)) as i,
                f.loop(0, f.smaller(OUTPUT, r.target_width - left)) as j,
            ):
                f.copy(
                    scratch_patch + (i * OUTPUT + j) * (tile.columns * size),
                    target + i * pitch + j * r.target_pixel,
                    vectors * lane_bytes,
                )
    watch.note(CALL.at(f.where, "not_finite"))
    f.finish()
