"""Filters, packed as the tile reads them: block by block of its width, row after row, the last block filled with zeros.

The forward pass copies rows of the kernel; the input gradient also exchanges the kernel's two channel axes.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from adim.arrays import FloatArray, Shape
from adim.engines.compiled import library, threads
from adim.engines.compiled.processor import Tile
from adim.engines.compiled.records import Layout, Row, address
from adim.engines.compiled.watch import Watch, check

FIELDS = Layout(
    "taps",
    "offsets",  # address of each tap's bytes from the kernel's start
    "blocks",  # in a group
    "last_columns",  # of a group's last block; all others are as wide as the tile
    "depth",  # rows of a tap
    "step",  # bytes from row to row in the kernel; transposed, from column to column
    "block_bytes",  # from block to block in the kernel
    "group_bytes",  # and from group to group
)

CALL = Layout("plan", "kernel", "packed", "not_finite")


class Plan(NamedTuple):
    """What follows from a kernel's shape."""

    record: int  # its address
    code: int
    tasks: int
    keep: tuple[Row, Row]


@lru_cache(maxsize=512)
def plan(
    kernel: Shape,
    taps: tuple[tuple[int, int], ...],
    groups: int,
    tile: Tile,
    size: int,
    *,
    transposed: bool,
    first_block: int = 0,
    blocks: int | None = None,
) -> Plan:
    """Work out how a kernel ``(fh, fw, C / G, F)`` is packed.

    Parameters
    ----------
    kernel : (fh, fw, C / G, F)
        Its shape.
    taps : tuple of (int, int)
        Which taps, in which order.
    groups : int
        G.
    tile : Tile
        What they are packed for.
    size : int
        Bytes of a number.
    transposed : bool
        Whether the kernel's input channels become the columns.
    first_block, blocks : int
        Which blocks of the tile's width, and how many; all if left out.
    """
    _, fw, channels, filters = kernel
    per_group = filters // groups
    wide, deep = (channels, per_group) if transposed else (per_group, channels)
    row, columns = filters * size, tile.columns
    offsets = np.array([(i * fw + j) * channels * row for i, j in taps], np.int64)
    wide -= first_block * columns
    if blocks is None or wide < blocks * columns:
        blocks = -(-wide // columns)
    else:
        wide = blocks * columns
    block_bytes = columns * (row if transposed else size)
    offsets += first_block * block_bytes
    record = FIELDS.record(
        taps=len(taps),
        offsets=address(offsets),
        blocks=blocks,
        last_columns=wide - (blocks - 1) * columns,
        depth=deep,
        step=row,
        block_bytes=block_bytes,
        group_bytes=per_group * size,
    )
    name = f"packing{'_transposed' * transposed}_f{8 * size}_{tile.vectors}x{tile.lanes}"
    write = _write_transposed if transposed else _write
    code = library.address(name, lambda module: write(module, name, tile, size))
    return Plan(address(record), code, blocks * groups, (record, offsets))


def run(made: Plan, kernel: FloatArray, packed: int) -> None:
    """Pack a kernel to an address; if transposed, raise NotFiniteError unless all of it is finite."""
    call = CALL.call(made.record, address(kernel), packed, 0)
    threads.pool().run(made.code, call, made.tasks, made, kernel)
    check(call)


def pack(f: Any, code: Any, record: Any, *, kernel: Any, block: Any, block_bytes: Any, target: Any, room: Any) -> Any:
    """Write code that packs one block to an address; return what is 0 if, transposed, all of it is finite.

    `code` and `record` are those of a plan, and `room` is the address of 64 bytes.
    """
    for name, value in zip(CALL.names, (record, kernel, target - block * block_bytes, f.constant(0)), strict=True):
        f.store(value, CALL.at(room, name))
    f.call(code, [room, block, f.constant(0)])
    return f.load(CALL.at(room, "not_finite"))


def _write(module: Any, name: str, tile: Tile, size: int) -> None:
    """Write ``packing(record, task, thread)``; a task is a block."""
    from adim.engines.compiled.language import F32, F64, Function, vector  # noqa: PLC0415 - only to compile

    vec = vector(F32 if size == 4 else F64, tile.lanes)
    f = Function(module, name, ["where", "task", "thread"])
    call = CALL.read(f, f.where)
    r = FIELDS.read(f, call.plan)
    group, block = f.task // r.blocks, f.task % r.blocks
    width = f.select(block.equals(r.blocks - 1), r.last_columns, tile.columns) * size
    target = f.variable(call.packed + f.task * r.taps * r.depth * (tile.columns * size))
    with f.loop(0, r.taps) as tap:
        start = call.kernel + f.load(r.offsets + tap * 8) + group * r.group_bytes + block * r.block_bytes
        with f.loop(0, r.depth) as deep:
            source = start + deep * r.step
            with f.either(width.equals(tile.columns * size)) as (whole, partly):
                with whole:
                    for v in range(tile.vectors):
                        place = v * tile.lanes * size
                        f.store(f.load(source + place, vec), target.value + place)
                with partly:
                    f.copy(source, target.value, width)
                    f.clear(target.value + width, tile.columns * size - width)
            target += tile.columns * size
    f.finish()


def _write_transposed(module: Any, name: str, tile: Tile, size: int) -> None:
    """Write ``packing_transposed(record, task, thread)``: squares of numbers are turned over in registers."""
    from adim.engines.compiled.language import F32, F64, Function, vector  # noqa: PLC0415 - only to compile

    scalar, lanes = F32 if size == 4 else F64, tile.lanes
    vec = vector(scalar, lanes)
    f = Function(module, name, ["where", "task", "thread"])
    call = CALL.read(f, f.where)
    r = FIELDS.read(f, call.plan)
    group, block = f.task // r.blocks, f.task % r.blocks
    columns = f.select(block.equals(r.blocks - 1), r.last_columns, tile.columns)
    row = tile.columns * size
    squares = r.depth // lanes * lanes
    watch, watch_rest = Watch(f, vec), Watch(f, scalar)
    with f.loop(0, r.taps) as tap:
        source = call.kernel + f.load(r.offsets + tap * 8) + group * r.group_bytes + block * r.block_bytes
        target = call.packed + (f.task * r.taps + tap) * r.depth * row
        for v in range(tile.vectors):
            first = v * lanes
            with f.either(columns >= first + lanes) as (whole, partly):
                with whole:
                    with f.loop(0, squares, lanes) as deep:
                        turned = f.transpose(
                            [f.load(source + r.step * (first + i) + deep * size, vec) for i in range(lanes)]
                        )
                        watch.see(turned)
                        for i, numbers in enumerate(turned):
                            f.store(numbers, target + (deep + i) * row + first * size)
                    with f.loop(squares, r.depth) as deep, f.loop(first, first + lanes) as column:
                        number = f.load(source + r.step * column + deep * size, scalar)
                        watch_rest.see([number])
                        f.store(number, target + deep * row + column * size)
                with partly, f.loop(0, r.depth) as deep, f.loop(first, first + lanes) as column:
                    place = target + deep * row + column * size
                    with f.either(column < columns) as (inside, outside):
                        with inside:
                            number = f.load(source + r.step * column + deep * size, scalar)
                            watch_rest.see([number])
                            f.store(number, place)
                        with outside:
                            f.store(f.zero(scalar), place)
    for one in (watch, watch_rest):
        one.note(CALL.at(f.where, "not_finite"))
    f.finish()
