"""Filters, packed as the tile reads them: block by block of its width, row after row, the last block filled with zeros.

The forward pass copies rows of the kernel; the input gradient also exchanges the kernel's two channel axes.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from adim.arrays import Shape
from adim.engines.compiled import library, threads
from adim.engines.compiled.records import Layout, Row

FIELDS = Layout(
    "kernel",
    "packed",
    "taps",
    "offsets",  # address of each tap's bytes from the kernel's start
    "blocks",  # in a group
    "columns",  # of a block, of the last block, in bytes of a number each
    "last_columns",
    "depth",  # rows of a tap
    "depth_step",  # bytes from row to row in the kernel
    "column_step",  # bytes from column to column
    "group_bytes",  # bytes from group to group in the kernel
)


class Plan(NamedTuple):
    """A record that lacks the addresses, and how many tasks it is."""

    record: Row
    size: int
    tasks: int
    keep: Row


@lru_cache(maxsize=512)
def plan(
    kernel: Shape,
    taps: tuple[tuple[int, int], ...],
    groups: int,
    columns: int,
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
    columns : int
        The tile's width.
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
    row, number = filters * size, size
    offsets = np.array([(i * fw + j) * channels * row for i, j in taps], np.int64)
    wide -= first_block * columns
    if blocks is None or wide < blocks * columns:
        blocks = -(-wide // columns)
    else:
        wide = blocks * columns
    column_step = row if transposed else number
    offsets += first_block * columns * column_step
    record = FIELDS.record(
        kernel=0,
        packed=0,
        taps=len(taps),
        offsets=offsets.__array_interface__["data"][0],
        blocks=blocks,
        columns=columns,
        last_columns=wide - (blocks - 1) * columns,
        depth=deep,
        depth_step=number if transposed else row,
        column_step=column_step,
        group_bytes=per_group * size,
    )
    return Plan(record, size, blocks * groups, offsets)


def run(made: Plan, kernel: int, packed: int) -> None:
    """Pack the kernel at one address to another."""
    record = made.record.copy()
    record[FIELDS.place["kernel"]], record[FIELDS.place["packed"]] = kernel, packed
    name = f"packing_{8 * made.size}"
    code = library.address(name, lambda module: _write(module, name, made.size))
    threads.pool().run(code, int(record.__array_interface__["data"][0]), made.tasks)


def _write(module: Any, name: str, size: int) -> None:
    """Write ``packing(record, task, thread)``; a task is a block."""
    from adim.engines.compiled.language import F32, F64, Function  # noqa: PLC0415 - only to compile

    scalar = F32 if size == 4 else F64
    f = Function(module, name, ["record", "task", "thread"])
    r = FIELDS.read(f, f.record)
    group, block = f.task // r.blocks, f.task % r.blocks
    columns = f.select(block.equals(r.blocks - 1), r.last_columns, r.columns)
    block_bytes = r.columns * size
    target = f.variable(r.packed + f.task * r.taps * r.depth * block_bytes)
    with f.loop(0, r.taps) as tap:
        start = r.kernel + f.load(r.offsets + tap * 8) + group * r.group_bytes + block * r.columns * r.column_step
        with f.loop(0, r.depth) as deep:
            source = start + deep * r.depth_step
            with f.either(r.column_step.equals(size)) as (adjacent, apart):
                with adjacent:
                    f.copy(source, target.value, columns * size)
                with apart, f.loop(0, columns) as column:
                    f.store(f.load(source + column * r.column_step, scalar), target.value + column * size)
            with f.when(columns < r.columns):
                f.clear(target.value + columns * size, block_bytes - columns * size)
            target += block_bytes
    f.finish()
