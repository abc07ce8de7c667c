"""Phases, and the tiles that cover them, against counting; all small geometries."""

from collections import Counter
from itertools import pairwise, product

import pytest

from adim.engines.compiled import processor
from adim.engines.compiled.phases import forward_phases, gradient_phases, side_by_side
from adim.engines.compiled.tile import tiles_along
from adim.geometry import window

GEOMETRIES = [
    (size, taps, stride, dilation, before, after)
    for size, taps, stride, dilation, before, after in product(
        range(1, 8), range(1, 5), range(1, 4), range(1, 4), range(4), (0, 1, 3)
    )
    if size + before + after >= (taps - 1) * dilation + 1
]


def axis_of(size, taps, stride, dilation, before, after):
    padding = ((before, after), (0, 0))
    return window((size, 1), (taps, 1), strides=(stride, 1), dilation_rate=(dilation, 1), padding=padding).height


def products(phases, source_size):
    """Count every (target, source, tap) that phases name, apart from sources that are padding."""
    return Counter(
        (phase.start + phase.step * q, source, tap)
        for phase in phases
        for q in range(phase.output)
        for tap, offset in phase.taps
        if 0 <= (source := q * phase.stride + offset) < source_size
    )


def test_phases_name_every_product_once():
    for geometry in GEOMETRIES:
        axis = axis_of(*geometry)
        size, taps, stride, dilation, before, _ = geometry
        expected = Counter(
            (q, pixel, tap)
            for q in range(axis.output)
            for tap in range(taps)
            if 0 <= (pixel := q * stride + tap * dilation - before) < size
        )
        assert products(forward_phases(axis), size) == expected, geometry
        turned = Counter((pixel, q, tap) for q, pixel, tap in expected)
        assert products(gradient_phases(axis), axis.output) == turned, geometry


def test_phases_cover_every_pixel_once_and_list_their_taps_in_order():
    for geometry in GEOMETRIES:
        axis = axis_of(*geometry)
        for phases, size in ((forward_phases(axis), axis.output), (gradient_phases(axis), axis.size)):
            covered = Counter(phase.start + phase.step * q for phase in phases for q in range(phase.output))
            assert covered == Counter(range(size)), geometry
            for phase in phases:
                assert all(a[1] < b[1] for a, b in pairwise(phase.taps)), geometry


def test_side_by_side():
    assert side_by_side(())
    assert side_by_side(((3, 5),))
    assert side_by_side(((0, -1), (1, 0), (2, 1)))
    assert not side_by_side(((0, 0), (1, 2)))


@pytest.mark.parametrize("most", [1, 2, 5, 14])
def test_tiles_cover_a_row_and_differ_by_at_most_one(most):
    for count in range(1, 200):
        wide, narrow, wide_tiles, narrow_tiles = tiles_along(count, most)
        assert wide * wide_tiles + narrow * narrow_tiles == count
        assert 0 <= narrow == wide - 1 < wide <= most
        assert wide_tiles > 0
        assert wide_tiles + narrow_tiles == -(-count // most)
        assert narrow > 0 or narrow_tiles == 0


REGISTERS = {"avx512": 32, "avx2": 16, "sse": 16, "neon": 32}


@pytest.mark.parametrize("row", processor.INSTRUCTION_SETS, ids=lambda row: row.name)
def test_tiles_fit_into_the_registers_and_suit_the_columns(row, monkeypatch):
    monkeypatch.setattr(processor, "instruction_set", lambda: row)
    for vectors, rows in row.rows.items():
        assert rows * vectors + vectors + 1 <= REGISTERS[row.name]  # accumulators, vectors of B, and a number of A
    for size, columns in product((4, 8), [*range(1, 130), 512, 1000]):
        tile = processor.tile_for(columns, size)
        assert tile.rows == row.rows[tile.vectors]
        assert tile.lanes * 8 * size in row.bits
        idle = -columns % tile.columns
        assert idle < tile.columns
        assert idle <= columns or tile.vectors == 1  # no tile is wider than need be
    widest = row.bits[0] // 32
    assert processor.tile_for(64 * widest, 4).lanes == widest
