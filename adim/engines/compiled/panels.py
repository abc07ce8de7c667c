"""Panels: where a correlation's filters lie, block by block of the tile's width, and who packs them there, and when.

All together, where many bands use them. A block that only one band uses is packed when it is met, and then still lies
in the cache; so are blocks of few filters, which are packed sooner than threads have met, and those of so many that
there is no room for all of them. Filters that are used seldom, or lie near each other anyway, are read in place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from adim.arrays import Shape
from adim.engines.compiled import packing
from adim.engines.compiled.memory import whole_lines
from adim.engines.compiled.places import Cut, Matrix, Place

_PACKED_AT_ONCE = 64 << 10  # bytes of filters that each thread packs for itself
_PACKED_BYTES = 7 << 20  # that filters may have when they are packed all together, for each thread


class Panel(NamedTuple):
    """How a place's filters lie."""

    offset: int  # bytes to the first
    block: int  # bytes from block to block, of the tile's width
    row: int  # and from row to row of a block
    packing: packing.Plan | None  # what packs a block when it is met


class Panels(NamedTuple):
    """Who packs filters, and when."""

    of_places: list[Panel]
    packings: list[packing.Plan]  # before everything else
    bytes: int  # that these fill


def panels(
    kernel: Shape, places: Sequence[Place], cuts: Sequence[Cut], matrix: Matrix, *, backward: bool, phases: int
) -> Panels:
    """Decide whether filters are packed at all, and whether all together or each block when it is met."""
    taken, given, groups, tile, size, count = matrix
    taps = [tuple((i, j) for i, _ in place.rows.taps for j, _ in place.columns.taps) for place in places]
    pixels = sum(place.images * place.rows.output * place.columns.output for place in places)
    if not backward and groups == 1 and phases == 1 and _worth_reading_in_place(kernel, size, pixels):
        return Panels([Panel(0, tile.columns * size, given * size, None)] * len(places), [], 0)

    row = tile.columns * size
    blocks = -(-given // tile.columns) * groups

    def plan(taps: tuple[tuple[int, int], ...]) -> packing.Plan:
        return packing.plan(kernel, taps, groups, tile, size, transposed=backward)

    everything = tuple(tap for some in taps[:phases] for tap in some)
    packed = len(everything) * taken * row * blocks
    most = max(cut.band.bands for cut in cuts)
    little = packed <= _PACKED_AT_ONCE and most <= count
    if len(places) == phases and (most == 1 or little or packed > _PACKED_BYTES * count):
        return Panels([Panel(0, len(some) * taken * row, row, plan(some)) for some in taps], [], 0)
    before = [sum(map(len, taps[:number])) if phases > 1 else 0 for number in range(len(places))]
    block = len(everything) * taken * row
    of_places = [Panel(taps_before * taken * row, block, row, None) for taps_before in before]
    return Panels(of_places, [plan(everything)], whole_lines(packed))


def _worth_reading_in_place(kernel: Shape, size: int, pixels: int) -> bool:
    """Whether filters are used too seldom to be packed, or lie near each other anyway."""
    row = kernel[3] * size
    crowded = row % 1024 == 0  # a cache would keep a panel's rows in a few places, and lose them
    return pixels <= 28 or row <= 1024 or (pixels <= 512 and not crowded)
