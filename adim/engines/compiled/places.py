"""Places: where a correlation happens, and how its pixels and channels are cut.

Each phase of a correlation happens at a place. Where every pixel is by itself, as under a 1 x 1 filter, images have no
shape that matters, and their pixels are laid into rows that keep all threads busy alike. A place's pixels are cut into
bands, its channels into blocks of the tile's width; parts of these are shared out where bands alone are too few.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from adim.arrays import Shape
from adim.engines.compiled import bands
from adim.engines.compiled.phases import Phase
from adim.engines.compiled.processor import Tile

_BAND_BYTES = 192 << 10  # of the left matrix, so that it stays in a second-level cache beside a panel of the right one
_BAND_WINDOWS = 96, 1 << 30  # it may have more, if it would have fewer windows than this; for they share the panel
_TASK_FLOPS = 250_000  # what a task should at least be worth
_COPY_USES = 64  # times that a number should be used, at least, once it is copied
_SHORTEST, _LONGEST = 84, 336  # rows that pixels without neighbours are given


class Matrix(NamedTuple):
    """The channels, and how they are cut into tiles."""

    taken: int  # channels of the source in a group
    given: int  # channels of the target in a group
    groups: int
    tile: Tile
    size: int
    threads: int


class Place(NamedTuple):
    """Where a phase happens: in a source and a target of so many images, from so many bytes on."""

    images: int
    source: tuple[int, int]  # (height, width)
    target: tuple[int, int]
    source_bytes: int
    target_bytes: int
    rows: Phase
    columns: Phase


def places(
    images: Shape, target: tuple[int, int], phases: Sequence[tuple[Phase, Phase]], matrix: Matrix
) -> list[Place]:
    """Return where these phases of images ``(m, H, W, C)`` happen, whose results have this height and width."""
    m, height, width, _ = images
    if matrix.groups == 1 and _is_pointwise(phases) and target == (height, width):
        return _flat(m * height * width, matrix)
    return [Place(m, (height, width), target, 0, 0, *phase) for phase in phases]


def _is_pointwise(phases: Sequence[tuple[Phase, Phase]]) -> bool:
    return len(phases) == 1 and all(axis.stride == axis.step == 1 and axis.taps == ((0, 0),) for axis in phases[0])


def _flat(pixels: int, matrix: Matrix) -> list[Place]:
    """Where every pixel is by itself: rows of a length that keeps all threads busy alike, and what remains."""
    taken, given, _, tile, size, count = matrix
    taken_bytes, given_bytes = taken * size, given * size

    def tiles_of_the_busiest(length: int) -> float:
        rows, rest = divmod(pixels, length)
        per_row, of_rest = -(-length // tile.rows), -(-rest // tile.rows)
        if rows == 1 and not rest:  # its blocks are parted instead
            return per_row / min(count, -(-given // tile.columns))
        busy = [0] * count
        for tiles in [per_row] * min(rows, 64) + [of_rest]:
            busy[busy.index(min(busy))] += tiles
        return max(busy) + max(rows - 64, 0) * per_row / count

    length = min(range(min(pixels, _LONGEST), min(pixels, _SHORTEST) - 1, -1), key=tiles_of_the_busiest)
    rows, rest = divmod(pixels, length) if length else (0, 0)
    point = ((0, 0),)
    places = []
    for count, columns, before in ((rows, length, 0), (min(rest, 1), rest, rows * length)):
        if count and columns:
            axes = Phase(0, 1, count, 1, point), Phase(0, 1, columns, 1, point)
            shape = (count, columns)
            places.append(Place(1, shape, shape, before * taken_bytes, before * given_bytes, *axes))
    return places


class Cut(NamedTuple):
    """Into how many bands the pixels of a place are cut, and into how many parts the blocks of its channels."""

    band: bands.Bands
    parts: int


def cut(place: Place, matrix: Matrix) -> Cut:
    """Cut a place so that all threads have work, and each task's pixels stay in a cache."""
    taken, given, groups, tile, size, count = matrix
    images, (height, width), _, _, _, rows, columns = place
    pixel = taken * groups * size
    band = bands.Bands(images, height, width, pixel, rows, columns, most=_BAND_BYTES, windows=_BAND_WINDOWS)
    flops = 2 * images * rows.output * columns.output * len(rows.taps) * len(columns.taps) * taken * given * groups
    blocks = -(-given // tile.columns)
    band.split(min(4 * count, flops // _TASK_FLOPS) if count > 1 else 1)
    wanted = min(4 * count, flops // _TASK_FLOPS) if count > 1 else 1
    if band.copies:  # each part makes a copy of its own, which must be worth it
        wanted = max(min(count, wanted), min(wanted, len(rows.taps) * len(columns.taps) * given // _COPY_USES))
    return Cut(band, min(blocks, -(-wanted // band.bands)) if flops > _TASK_FLOPS else 1)
