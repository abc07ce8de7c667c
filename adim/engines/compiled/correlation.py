"""A convolution's forward pass and its input gradient, which are one thing: a correlation with the register tile.

The forward pass correlates the images with the filters. The input gradient correlates the output's gradient with the
filters turned round, their two channel axes exchanged; for a stride of s, pixels whose positions leave the same rest
modulo s meet the same taps, so each such *phase* is a correlation of stride 1 of its own that writes every s-th pixel.
A `Phase` is one axis of one, and from there on nothing knows which pass it is.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from adim.arrays import FloatArray, Shape
from adim.engines.compiled import bands, library, memory, packing, threads
from adim.engines.compiled.panels import Panel, panels
from adim.engines.compiled.phases import forward_phases, gradient_phases, side_by_side
from adim.engines.compiled.places import Cut, Matrix, Place, cut, places
from adim.engines.compiled.processor import tile_for
from adim.engines.compiled.records import Layout, Row, address
from adim.engines.compiled.tile import ADD, RELU, WALK, TileKernel, tiles_along, walk_record
from adim.engines.compiled.watch import check
from adim.geometry import Window

_PANEL_BYTES = 256 << 10  # of filters, so that they stay in a second-level cache beside a band
_NARROWEST = 3  # pixels of a row, several of which go into a tile

FIELDS = Layout(
    *bands.FIELDS,
    "phase_tasks",  # the same in all records: tasks of each
    "bands",
    "parts",  # into which the blocks of a group are parted among tasks
    "groups",
    "group_source",  # bytes from one group's channels to the next one's
    "group_target",
    "blocks",  # of the tile's width, in a group's columns
    "block_bytes",  # from block to block in the target
    "source_offset",  # bytes from the arrays' start to where the phase begins
    "target_offset",
    "panel_offset",
    "panel_bytes",  # of a block of packed filters
    "packing",  # code that packs a block when it is met; 0 where all are packed before, or read in place
    "packing_plan",
    "packing_place",  # bytes from the start of a thread's scratch: what the code is told, and a line later its block
    "chunks",  # into which a panel's runs are parted, one after the other
    "chunk_bytes",
    "chunk_runs",
    "last_chunk_runs",
    "walks",  # address of a table of records, one for each chunk
    "target_image",  # bytes from image to image, from row to row
    "target_row",
    "a_row",
    "c_row",
    "wide_tiles",  # along a row of the output: how many tiles, of how many rows; and as many narrow ones
    "wide_rows",
    "narrow_tiles",
    "narrow_rows",
    "wide",  # code of the tiles, and that for a group's last block
    "narrow",
    "wide_last",
    "narrow_last",
    "folds",  # rows of the output that a tile has, where several fit; 1 where they do not
    "folded",  # address of a table of codes: for 1 row and so on, each for all blocks and for the last
)

CALL = Layout("plan", "source", "target", "filters", "scratch", "bias", "relu", "not_finite")


class Plan(NamedTuple):
    """All that can be known before the arrays are."""

    record: int  # address of a table of records, one for each phase
    code: int
    tasks: int
    scratch: int  # bytes for each thread
    packed: int  # bytes of all filters that are packed beforehand
    packings: list[packing.Plan]  # none where the filters are read in place, or packed when they are met
    keep: list[Row]  # what the records point to


def forward(x: FloatArray, kernel: FloatArray, bias: FloatArray | None, window: Window, *, relu: bool) -> FloatArray:
    """Return the correlation of ``x (m, H, W, C)`` with ``kernel (fh, fw, C / G, F)``, plus bias."""
    y = memory.empty((len(x), *window.output, kernel.shape[3]), x.dtype)
    if not y.size or not x.size:
        with np.errstate(invalid="ignore"):  # windows of nothing but padding: zeros, times what may be infinite
            y[...] = (kernel * 0).sum((0, 1, 2)) + (0 if bias is None else bias)
        return np.maximum(y, 0, out=y) if relu else y
    plan = _plan(x.shape, kernel.shape, window, x.itemsize, threads.pool().count, backward=False)
    return _run(plan, x, kernel, bias, y, relu=relu)


def input_gradient(grad: FloatArray, kernel: FloatArray, window: Window) -> FloatArray:
    """Return the gradient at the input, (m, H, W, C), for ``grad (m, n_H, n_W, F)``.

    Raises
    ------
    NotFiniteError
        If not all of the kernel is finite.
    """
    channels = kernel.shape[2] * window.groups
    dx = memory.empty((len(grad), window.height.size, window.width.size, channels), grad.dtype)
    if not dx.size or not grad.size:
        dx[...] = 0
        return dx
    plan = _plan(grad.shape, kernel.shape, window, grad.itemsize, threads.pool().count, backward=True)
    return _run(plan, grad, kernel, None, dx, relu=False)


def _run(
    plan: Plan, source: FloatArray, kernel: FloatArray, bias: FloatArray | None, target: FloatArray, *, relu: bool
) -> FloatArray:
    pool = threads.pool()
    packed = 0
    if plan.packed or plan.scratch:
        _room, packed = memory.scratch(plan.packed + plan.scratch * pool.count)
    for packing_plan in plan.packings:
        packing.run(packing_plan, kernel, packed)
    call = CALL.call(
        plan.record,
        address(source),
        address(target),
        packed if plan.packings else address(kernel),
        packed + plan.packed,
        0 if bias is None else address(bias),
        relu,
        0,
    )
    pool.run(plan.code, call, plan.tasks, plan, source, kernel, bias, target)
    check(call)
    return target


@lru_cache(maxsize=512)
def _plan(source: Shape, kernel: Shape, window: Window, size: int, count: int, *, backward: bool) -> Plan:
    """Work out a correlation of arrays of these shapes; `size` is the bytes of a number, `count` that of threads."""
    groups = window.groups
    taken, given = kernel[2], kernel[3] // groups  # channels of a group
    if backward:
        taken, given = given, taken
    target = (window.height.size, window.width.size) if backward else window.output
    phases_of = gradient_phases if backward else forward_phases
    phases = list(product(phases_of(window.height), phases_of(window.width)))
    matrix = Matrix(taken, given, groups, tile_for(given, size), size, count)
    where = places(source, target, phases, matrix)
    cuts = [cut(place, matrix) for place in where]
    filters = panels(kernel, where, cuts, matrix, backward=backward, phases=len(phases))
    rows, keep = [], []
    for place, parted, panel in zip(where, cuts, filters.of_places, strict=True):
        record, kept = _record(place, parted, matrix, panel)
        rows.append(record)
        keep += kept
    tasks = max(row["bands"] * row["parts"] for row in rows)
    scratch = max(row["scratch_size"] for row in rows)  # threads may be in different phases
    table = np.stack([FIELDS.record(**row | {"phase_tasks": tasks, "scratch_size": scratch}) for row in rows])
    code = library.address("correlation", _write)
    return Plan(address(table), code, tasks * len(rows), scratch, filters.bytes, filters.packings, [*keep, table])


def _record(place: Place, parted: Cut, matrix: Matrix, panel: Panel) -> tuple[dict[str, int], list[Row]]:
    taken, given, groups, tile, size, _ = matrix
    _, _, (_, target_width), source_bytes, target_bytes, rows, columns = place
    band, parts = parted
    pixel, target_pixel = taken * groups * size, given * groups * size
    blocks = -(-given // tile.columns)

    pitch = band.row_pitch
    joined = groups == 1 and len(columns.taps) > 1 and side_by_side(columns.taps) and band.pixel_pitch == pixel
    length = taken * (len(columns.taps) if joined else 1)
    starts = [offset for _, offset in columns.taps][: 1 if joined else None]
    offsets = [(i + band.top) * pitch + (j + band.left) * band.pixel_pitch for _, i in rows.taps for j in starts]
    runs = np.array(offsets, np.int64)
    run_bytes = length * panel.row
    chunk_runs = max(1, min(len(runs), _PANEL_BYTES // (length * tile.columns * size)))
    chunks = max(1, -(-len(runs) // chunk_runs))
    chunk_runs = -(-len(runs) // chunks)
    wide, narrow, wide_tiles, narrow_tiles = tiles_along(columns.output, tile.rows)
    a_row = columns.stride * band.pixel_pitch
    c_row = columns.step * target_pixel
    walks = np.stack(
        [
            walk_record(
                offsets=address(runs) + 8 * chunk * chunk_runs,
                length=length,
                a_row=a_row,
                a_step=size,
                b_step=panel.row,
                c_row=c_row,
                columns=given - (blocks - 1) * tile.columns,
                a_fold=rows.stride * pitch,
                c_fold=rows.step * target_width * target_pixel,
                ahead=0 if band.copies else wide * a_row,
                ahead_step=0 if band.copies else memory.LINE,
            )
            for chunk in range(chunks)
        ]
    )
    masked = given % tile.columns != 0
    folds = max(1, tile.rows // columns.output) if columns.output >= _NARROWEST else 1

    def code(height: int, *, masked: bool, fold: int = 0) -> int:
        return TileKernel(size, height, tile.vectors, tile.lanes, masked, rows_adjacent=False, fold=fold).address()

    folded = np.zeros((folds, 2), np.int64)
    for count in {rest or folds for rest in band.rests(folds)} - {1}:
        folded[count - 1] = [code(count * columns.output, masked=here, fold=columns.output) for here in (False, masked)]
    folded[0] = code(wide, masked=False), code(wide, masked=masked)

    scratch = band.fields()["scratch_size"]
    return {
        **band.fields(),
        "scratch_size": scratch + (memory.LINE + memory.whole_lines(panel.block) if panel.packing else 0),
        "source_offset": source_bytes,
        "target_offset": target_bytes + (rows.start * target_width + columns.start) * target_pixel,
        "bands": band.bands,
        "parts": parts,
        "groups": groups,
        "group_source": taken * size,
        "group_target": given * size,
        "blocks": blocks,
        "block_bytes": tile.columns * size,
        "panel_offset": panel.offset,
        "panel_bytes": panel.block,
        "packing": panel.packing.code if panel.packing else 0,
        "packing_plan": panel.packing.record if panel.packing else 0,
        "packing_place": scratch,
        "chunks": chunks,
        "chunk_bytes": chunk_runs * run_bytes,
        "chunk_runs": chunk_runs,
        "last_chunk_runs": len(runs) - (chunks - 1) * chunk_runs,
        "walks": address(walks),
        "target_image": place.target[0] * target_width * target_pixel,
        "target_row": rows.step * target_width * target_pixel,
        "a_row": a_row,
        "c_row": c_row,
        "wide_tiles": wide_tiles,
        "wide_rows": wide,
        "narrow_tiles": narrow_tiles,
        "narrow_rows": narrow,
        "wide": code(wide, masked=False),
        "narrow": code(narrow, masked=False) if narrow_tiles else 0,
        "wide_last": code(wide, masked=masked),
        "narrow_last": code(narrow, masked=masked) if narrow_tiles else 0,
        "folds": folds,
        "folded": address(folded),
    }, [runs, walks, folded, *(panel.packing.keep if panel.packing else ())]


def _write(module: Any) -> None:
    """Write the loop nest, ``correlation(records, task, thread)``."""
    from adim.engines.compiled.language import Function  # noqa: PLC0415 - only to compile

    f = Function(module, "correlation", ["where", "task", "thread"])
    call = CALL.read(f, f.where)
    first = FIELDS.read(f, call.plan)
    r = FIELDS.read(f, call.plan + f.task // first.phase_tasks * FIELDS.size)
    filters, target = call.filters + r.panel_offset, call.target + r.target_offset
    scratch = call.scratch + f.thread * r.scratch_size
    task = f.task % first.phase_tasks
    number, part = task // r.parts, task % r.parts
    with f.when(number < r.bands):
        band = bands.Band(f, r, number, call.source + r.source_offset, scratch)
        first_block, end_block = r.blocks * part // r.parts, r.blocks * (part + 1) // r.parts
        with f.loop(0, r.groups) as group, f.loop(first_block, end_block) as block:
            last = block.equals(r.blocks - 1)
            wide, narrow = f.select(last, r.wide_last, r.wide), f.select(last, r.narrow_last, r.narrow)
            panel = f.variable(filters + (group * r.blocks + block) * r.panel_bytes)
            with f.when(r.packing.differs(0)):
                room = scratch + r.packing_place
                panel.set(room + memory.LINE)
                not_finite = packing.pack(
                    f,
                    r.packing,
                    r.packing_plan,
                    kernel=call.filters,
                    block=group * r.blocks + block,
                    block_bytes=r.panel_bytes,
                    target=panel.value,
                    room=room,
                )
                with f.when(not_finite.differs(0)):
                    f.store(not_finite, CALL.at(f.where, "not_finite"))
            columns = group * r.group_target + block * r.block_bytes
            bias = f.select(call.bias.differs(0), call.bias + columns, 0)
            with f.loop(0, r.chunks) as chunk:
                ends = chunk.equals(r.chunks - 1)
                mode = (
                    (f.select(ends, r.last_chunk_runs, r.chunk_runs) << 8)
                    + f.select(chunk.equals(0), 0, ADD)
                    + f.select(ends & call.relu.differs(0), RELU, 0)
                )
                bias_now = f.select(chunk.equals(0), bias, 0)
                right, walk = panel.value + chunk * r.chunk_bytes, r.walks + chunk * WALK.size
                with f.loop(0, band.images) as image, f.loop(0, band.rows, r.folds) as row:
                    a = f.variable(
                        band.base
                        + image * band.image_pitch
                        + row * r.row_stride * band.row_pitch
                        + group * r.group_source
                    )
                    c = f.variable(
                        target
                        + (band.first_image + image) * r.target_image
                        + (band.first_row + row) * r.target_row
                        + columns
                    )
                    with f.either(r.folds > 1) as (several, one):
                        with several:
                            count = f.smaller(r.folds, band.rows - row)
                            place = r.folded + (count * 2 - f.select(last, 1, 2)) * 8
                            f.call(f.load(place), [a.value, right, c.value, bias_now, mode, walk])
                        with one:
                            for tiles, rows, code in (
                                (r.wide_tiles, r.wide_rows, wide),
                                (r.narrow_tiles, r.narrow_rows, narrow),
                            ):
                                with f.loop(0, tiles):
                                    f.call(code, [a.value, right, c.value, bias_now, mode, walk])
                                    a += r.a_row * rows
                                    c += r.c_row * rows
    f.finish()
