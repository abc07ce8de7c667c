"""Packed filters and copied bands, each against its twin in NumPy."""

import ctypes
from itertools import product

import numpy as np
import pytest
from drawn import values
from llvmlite import ir

from adim.engines.compiled import bands, library, packing
from adim.engines.compiled.language import Function
from adim.engines.compiled.phases import forward_phases, gradient_phases
from adim.engines.compiled.processor import Tile, instruction_set
from adim.engines.compiled.records import Layout, address
from adim.engines.compiled.watch import NotFiniteError
from adim.geometry import window


def plain_packing(kernel, taps, groups, columns, *, transposed, first_block=0, blocks=None):
    """(fh, fw, C / G, F) -> (G, blocks, taps, depth, columns), the last block filled up with zeros."""
    per_group = kernel.shape[3] // groups
    packed = []
    for group in range(groups):
        filters = kernel[..., group * per_group : (group + 1) * per_group]
        matrix = np.stack([filters[i, j].T if transposed else filters[i, j] for i, j in taps])  # (taps, depth, wide)
        for start in range(first_block * columns, matrix.shape[2], columns)[:blocks]:
            block = matrix[..., start : start + columns]
            packed.append(np.pad(block, ((0, 0), (0, 0), (0, columns - block.shape[2]))))
    return np.stack(packed)


TILES = [(vectors, bits) for vectors in (1, 2, 3) for bits in instruction_set().bits]
FILTERS = [  # kernel, groups: whole blocks, tails of every kind, narrower than a vector, several groups
    ((2, 3, 5, 64), 1),
    ((3, 3, 33, 67), 1),
    ((1, 2, 3, 7), 1),
    ((2, 1, 17, 1), 1),
    ((2, 2, 19, 3 * 37), 3),
    ((1, 1, 1, 8), 8),
]


def pack(made, kernel, like):
    """Return what is packed, and whether all of it is finite."""
    room = np.full(like.size + 2, 7, kernel.dtype)
    try:
        packing.run(made, kernel, address(room) + kernel.itemsize)
        finite = True
    except NotFiniteError:
        finite = False
    assert room[0] == room[-1] == 7
    return room[1:-1].reshape(like.shape), finite


@pytest.mark.parametrize(("vectors", "bits"), TILES)
@pytest.mark.parametrize("size", [4, 8])
@pytest.mark.parametrize("transposed", [False, True])
def test_filters_are_packed_block_by_block(vectors, bits, size, transposed):
    tile = Tile(4, vectors, bits // (8 * size))
    for shape, groups in FILTERS:
        kernel = values(shape, 0, np.dtype(f"f{size}"))
        every_tap = tuple(np.ndindex(shape[:2]))
        for taps in {every_tap, every_tap[::-1], every_tap[::2]}:
            expected = plain_packing(kernel, taps, groups, tile.columns, transposed=transposed)
            made = packing.plan(shape, taps, groups, tile, size, transposed=transposed)
            packed, finite = pack(made, kernel, expected)
            assert finite
            np.testing.assert_array_equal(packed, expected)


@pytest.mark.parametrize("transposed", [False, True])
def test_some_of_the_blocks(transposed):
    tile = Tile(4, 1, instruction_set().bits[0] // 32)
    kernel = values((3, 2, 67, 67), 0, np.float32)
    taps = tuple(np.ndindex(3, 2))
    for first, count in product(range(4), (1, 2, 9)):
        some = {"transposed": transposed, "first_block": first, "blocks": count}
        expected = plain_packing(kernel, taps, 1, tile.columns, **some)
        packed, _ = pack(packing.plan(kernel.shape, taps, 1, tile, 4, **some), kernel, expected)
        np.testing.assert_array_equal(packed, expected)


def test_what_is_not_finite_is_noted_wherever_it_stands():
    tile = Tile(4, 2, instruction_set().bits[0] // 32)
    kernel = values((2, 1, 35, 67), 0, np.float32)
    taps = tuple(np.ndindex(2, 1))
    made = packing.plan(kernel.shape, taps, 1, tile, 4, transposed=True)
    like = plain_packing(kernel, taps, 1, tile.columns, transposed=True)
    for channel, a_filter in product((0, 31, 32, 34), (0, 63, 64, 66)):
        for bad in (np.nan, np.inf, -np.inf):
            spoiled = kernel.copy()
            spoiled[1, 0, channel, a_filter] = bad
            assert not pack(made, spoiled, like)[1]
    assert pack(made, kernel, like)[1]


# -- bands

PROBE = Layout(*bands.FIELDS)
CALL = Layout("record", "source", "scratch", "found")


def _write(module):
    """Write ``band(call, number)``, which makes a band and tells where it is."""
    f = Function(module, "band", ["where", "number"])
    call = CALL.read(f, f.where)
    band = bands.Band(f, PROBE.read(f, call.record), f.number, call.source, call.scratch)
    found = [band.first_image, band.images, band.first_row, band.rows, band.base, band.image_pitch, band.row_pitch]
    for place, value in enumerate(found):
        f.store(value, call.found + 8 * place)
    f.finish()


@pytest.fixture(scope="module")
def make_band():
    """Compile the probe, and keep it out of the cache."""
    module = ir.Module("band")
    _write(module)
    return ctypes.CFUNCTYPE(None, *[ctypes.c_int64] * 2)(library._load("band", library.compile_module(str(module))))


IMAGES = [  # batch, taps, attributes
    ((3, 9, 7, 2), (3, 3), {"padding": "same"}),
    ((2, 9, 7, 2), (3, 3), {}),
    ((2, 9, 11, 3), (3, 3), {"strides": 2}),
    ((2, 9, 11, 3), (3, 2), {"strides": (3, 2), "padding": ((2, 5), (1, 0))}),
    ((2, 9, 11, 1), (2, 3), {"dilation_rate": (3, 2), "padding": ((0, 4), (6, 1))}),
    ((2, 5, 6, 256), (1, 1), {"strides": 2}),  # pixels whose distance crowds the cache
    ((2, 6, 9, 256), (3, 3), {"padding": "same"}),
    ((1, 4, 4, 2), (4, 4), {"padding": 3}),
    ((5, 1, 1, 3), (1, 1), {}),
]


@pytest.mark.parametrize("most", [1, 400, 3000, 1 << 20])
@pytest.mark.parametrize(("shape", "taps", "attributes"), IMAGES)
@pytest.mark.parametrize("backward", [False, True])
def test_bands_show_every_window_once_with_zeros_around_the_image(make_band, shape, taps, attributes, most, backward):
    around = window(shape[1:3], taps, **attributes)
    if backward:
        shape = (shape[0], *around.output, shape[3])
    x = values(shape, 0)
    phases_of = gradient_phases if backward else forward_phases
    for rows, columns in product(phases_of(around.height), phases_of(around.width)):
        if rows.taps and columns.taps:
            parted = bands.Bands(*shape[:3], shape[3] * 8, rows, columns, most=most, windows=(1, 1 << 20))
            parted.split(3)
            seen = see(make_band, parted, x, rows, columns)
            offsets = [(i, j) for _, i in rows.taps for _, j in columns.taps]
            for (image, row, column), pixels in seen.items():
                for (i, j), pixel in zip(offsets, pixels, strict=True):
                    h, w = row * rows.stride + i, column * columns.stride + j
                    inside = 0 <= h < shape[1] and 0 <= w < shape[2]
                    np.testing.assert_array_equal(pixel, x[image, h, w] if inside else 0)
            assert sorted(seen) == sorted(product(range(len(x)), range(rows.output), range(columns.output)))


def see(make_band, parted, x, rows, columns):
    """Return the pixels under the taps of each window, by image, row and column, as the bands have them."""
    fields = parted.fields()
    record, found = PROBE.record(**fields), np.zeros(7, np.int64)
    scratch = np.full(fields["scratch_size"] // 8 + 1, np.nan)
    seen = {}
    for number in range(parted.bands):
        scratch[...] = np.nan
        call = CALL.call(address(record), address(x), address(scratch), address(found))
        make_band(call.buffer_info()[0], number)
        first_image, images, first_row, rows_here, base, image_pitch, row_pitch = map(int, found)
        memory = scratch if parted.copies else x.reshape(-1)
        assert np.isnan(scratch[-1])
        for image, row, column in product(range(images), range(rows_here), range(columns.output)):
            start = base + image * image_pitch + row * rows.stride * row_pitch
            start += column * columns.stride * parted.pixel_pitch - address(memory)
            pixels = []
            for (_, i), (_, j) in product(rows.taps, columns.taps):
                place = start + (i + parted.top) * row_pitch + (j + parted.left) * parted.pixel_pitch
                pixels.append(memory[place // 8 :][: x.shape[3]].copy())
            key = (first_image + image, first_row + row, column)
            assert key not in seen
            seen[key] = pixels
        if number == 0 and images == parted.images_per_band and rows_here == parted.rows_per_band:
            steps = [i * image_pitch + h * rows.stride * row_pitch for i in range(images) for h in range(rows_here)]
            assert parted.row_offsets() == steps
    return seen
