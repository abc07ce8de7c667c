"""Every way through the loop nests: layers large enough to be parted, with a look at the plan that they are.

`tests/ops` draws arrays so small that one task does all. Here the budgets that part the work are made small instead, so
that layers of a few kilobytes take the ways of large ones.
"""

import numpy as np
import pytest
from drawn import FLOATS, assert_close, values
from hypothesis import HealthCheck, assume, given, settings as profile, strategies as st

from adim.engines import compiled, settings, vectorised
from adim.engines.compiled import correlation, kernel_gradient, panels, places, threads
from adim.engines.compiled.processor import tile_for
from adim.geometry import window

PLANS = correlation._plan, kernel_gradient._plan
LANES = tile_for(64, 8).columns  # of a tile, for float64


@pytest.fixture(scope="module", params=[1, 3], ids=["one thread", "three threads"])
def count(request):
    """Make all budgets small, and run on so many threads."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (places, kernel_gradient):
            patch.setattr(module, "_BAND_BYTES", 1500)
            patch.setattr(module, "_TASK_FLOPS", 1000)
        patch.setattr(places, "_BAND_WINDOWS", (2, 1 << 30))
        patch.setattr(kernel_gradient, "_BAND_WINDOWS", (3, 30))
        patch.setattr(correlation, "_PANEL_BYTES", 24 * LANES * 8)
        patch.setattr(settings, "_precision", "exact")
        patch.setattr(settings, "_num_threads", request.param)
        for plan in PLANS:
            plan.cache_clear()
        yield request.param
    for plan in PLANS:
        plan.cache_clear()
    threads.pool()


def forward(x, filters, around, count):
    """Return the records of a forward pass, as dicts."""
    return _records(x, filters, around, count, backward=False)


def backward(x, filters, around, count):
    """Return those of an input gradient, one for each phase."""
    return _records(x, filters, around, count, backward=True)


def _records(x, filters, around, count, *, backward):
    kernel = (*around.taps, x[3] // around.groups, filters)
    source = (x[0], *around.output, filters) if backward else x
    plan = correlation._plan(source, kernel, around, 8, count, backward=backward)
    return [dict(zip(correlation.FIELDS.names, row, strict=True)) for row in plan.keep[-1].tolist()]


def of_kernel(x, filters, around, count):
    """Return that of a kernel gradient."""
    plan = kernel_gradient._plan(x, filters, around, 8, count)
    return [dict(zip(kernel_gradient.FIELDS.names, plan.keep[0].tolist(), strict=True))]


WAYS = {  # what the plan must say, and a layer: x, filters, taps, attributes
    "several bands an image": (
        lambda of: of(forward)["bands_per_image"] > 1 < of(of_kernel)["bands_per_image"],
        ((2, 20, 12, 5), 7, (3, 3), {"padding": "same"}),
    ),
    "several images a band": (
        lambda of: of(of_kernel)["images_per_band"] > 1,
        ((9, 3, 3, 3), 7, (2, 2), {}),
    ),
    "a last band of fewer images": (
        lambda of: of(of_kernel)["images"] % of(of_kernel)["images_per_band"] > 0,
        ((10, 3, 3, 3), 7, (2, 2), {"padding": "same"}),
    ),
    "a last band of fewer rows": (
        lambda of: of(of_kernel)["rows"] % of(of_kernel)["rows_per_band"] > 0,
        ((1, 17, 4, 2), 7, (3, 3), {"padding": "same"}),
    ),
    "several chunks of runs": (
        lambda of: of(forward)["chunks"] > 1 and of(forward)["last_chunk_runs"] < of(forward)["chunk_runs"],
        ((1, 8, 8, 3), 64, (5, 4), {"padding": "same"}),
    ),
    "rows read where they lie": (
        lambda of: not of(forward)["copies"],
        ((2, 9, 9, 5), 7, (3, 3), {"strides": 2}),
    ),
    "windows that leave out rows and columns": (
        lambda of: len(of(backward, None)) == 12 and of(of_kernel)["copies"],
        ((2, 11, 10, 5), 7, (3, 2), {"strides": (3, 4), "padding": ((1, 0), (0, 1))}),
    ),
    "pixels kept apart": (
        lambda of: of(forward)["pixels"] > 0 < of(of_kernel)["pixels"],
        ((2, 6, 7, 256), 9, (3, 3), {"padding": "same"}),
    ),
    "pixels kept apart, some left out": (
        lambda of: of(forward)["pixel_step"] == 2 * of(forward)["pixel"],
        ((2, 7, 13, 256), 9, (1, 1), {"strides": 2}),
    ),
    "blocks parted among tasks": (
        lambda of: of(forward)["parts"] > 1,
        ((1, 1, 9, 5), 5 * LANES + 3, (1, 3), {"padding": "same"}),
    ),
    "groups of several blocks": (
        lambda of: of(forward)["blocks"] > 1 < of(of_kernel)["blocks"] and of(forward)["groups"] == 2,
        ((2, 9, 8, 6), 2 * (2 * LANES + 3), (3, 3), {"groups": 2, "padding": "same"}),
    ),
    "narrow rows, several in a tile": (
        lambda of: of(forward)["folds"] > 1 < of(backward)["folds"],
        ((2, 7, 3, 5), 3 * LANES + 1, (3, 3), {"padding": "same"}),
    ),
    "blocks packed when they are met": (
        lambda of: of(forward)["packing"] > 0 < of(backward)["packing"],
        ((1, 1, 30, 5), 256, (1, 3), {"padding": "same"}),
    ),
    "windows beside the image, on its left": (
        lambda of: of(forward)["zero_left"] == of(forward)["copy_pitch"] > 0 == of(forward)["copied"],
        ((2, 9, 1, 40), 16, (2, 1), {"strides": (1, 3), "padding": ((1, 1), (2, 0))}),
    ),
    "windows of several taps beside the image": (
        lambda of: of(of_kernel)["copied"] >= 0,
        ((2, 5, 2, 8), 9, (1, 2), {"strides": (1, 7), "padding": ((0, 0), (4, 12))}),
    ),
    "phases": (
        lambda of: len(of(backward, None)) == 6,
        ((2, 11, 10, 5), 7, (4, 3), {"strides": (2, 3), "padding": 1}),
    ),
    "phases without taps": (
        lambda of: len(of(backward, None)) == 9 and of(backward, -1)["last_chunk_runs"] == 0,
        ((2, 11, 10, 5), 7, (2, 2), {"strides": 3}),
    ),
    "dilation": (
        lambda of: of(of_kernel)["units"] == 9,
        ((2, 11, 10, 5), 7, (3, 3), {"dilation_rate": 2, "padding": "same"}),
    ),
    "pixels without neighbours, and a rest": (
        lambda of: len(of(forward, None)) == 2,
        ((1, 5, 173, 5), 7, (1, 1), {}),
    ),
    "a prime number of pixels": (
        lambda of: of(of_kernel)["images"] == 1,
        ((1, 1, 509, 5), 7, (1, 1), {}),
    ),
}
FOR_ONE_THREAD = ("a last band of fewer images", "a last band of fewer rows", "several images a band")
FOR_SEVERAL = ("blocks parted among tasks",)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("way", WAYS)
def test_the_way_is_taken_and_right(count, way, dtype):
    taken, (shape, filters, taps, attributes) = WAYS[way]
    around = window(shape[1:3], taps, **attributes)

    def of(kind, number=0):
        records = kind(shape, filters, around, count)
        return records if number is None else records[number]

    if way not in (FOR_ONE_THREAD if count > 1 else FOR_SEVERAL):
        assert taken(of)
    check(shape, filters, around, dtype)


def check(shape, filters, around, dtype, seed=0):
    """Compare every pass with NumPy's engine, in float64."""
    x = values(shape, seed, dtype)
    kernel = values((*around.taps, shape[3] // around.groups, filters), seed + 1, dtype)
    bias, grad = values(filters, seed + 2, dtype), values((len(x), *around.output, filters), seed + 3, dtype)
    exact_x, exact_kernel, exact_bias, exact_grad = (array.astype(float) for array in (x, kernel, bias, grad))
    y = vectorised.conv2d(exact_x, exact_kernel, exact_bias, around)
    assert_close(compiled.conv2d(x, kernel, bias, around), y)
    assert_close(correlation.forward(x, kernel, None, around, relu=True), np.maximum(y - exact_bias, 0))
    dx = vectorised.conv2d_input_gradient(exact_grad, exact_kernel, around)
    assert_close(compiled.conv2d_input_gradient(grad, kernel, around), dx)
    expected = vectorised.conv2d_kernel_gradient(exact_grad, exact_x, around)
    for gradient, right in zip(compiled.conv2d_kernel_gradient(grad, x, around), expected, strict=True):
        assert_close(gradient, right)


def with_blocks(count):
    """Return a number of filters that makes so many blocks."""
    return next(n for n in range(LANES, 99 * LANES) if -(-n // tile_for(n, 8).columns) == count)


def test_bands_or_blocks_of_the_kernel_gradient_are_parted_among_tasks(count, monkeypatch):
    around = window((20, 12), 3, padding="same")
    shape, filters = (2, 20, 12, 5), with_blocks(4)
    (record,) = of_kernel(shape, filters, around, count)
    assert (record["parts"], record["block_parts"]) == (count, 1)
    monkeypatch.setattr(kernel_gradient, "_PARTIAL_BYTES", 1)
    kernel_gradient._plan.cache_clear()
    (record,) = of_kernel(shape, filters, around, count)
    assert (record["parts"], record["block_parts"]) == (1, count)
    check(shape, filters, around, np.float64)
    kernel_gradient._plan.cache_clear()


def test_blocks_are_parted_where_images_are_small_beside_the_kernel(count):
    around = window((5, 4), 3, padding="same")
    shape, filters = (3, 5, 4, 5), with_blocks(2 * count)
    (record,) = of_kernel(shape, filters, around, count)
    assert (record["parts"], record["block_parts"]) == (1, count)
    check(shape, filters, around, np.float64)


@pytest.mark.parametrize("worth", [True, False])
def test_filters_are_read_in_place_or_packed(count, monkeypatch, worth):
    around = window((9, 8), (2, 3), padding="same")
    shape, filters = (2, 9, 8, 5), 2 * LANES + 1
    monkeypatch.setattr(panels, "_worth_reading_in_place", lambda *_: worth)
    correlation._plan.cache_clear()
    plan = correlation._plan(shape, (2, 3, 5, filters), around, 8, count, backward=False)
    assert bool(plan.packings) is not worth
    check(shape, filters, around, np.float64)
    correlation._plan.cache_clear()


sizes, few, pads = st.integers(1, 24), st.integers(1, 4), st.integers(0, 5)


@st.composite
def layers(draw):
    """Draw a layer: shape, filters, window."""
    groups = draw(st.sampled_from([1, 1, 1, 2, 3]))
    shape = draw(st.integers(1, 7)), draw(sizes), draw(sizes), groups * draw(st.integers(1, 40))
    filters = groups * draw(st.integers(1, 3 * LANES))
    taps, dilation, strides = (draw(st.tuples(few, few)) for _ in range(3))
    padding = draw(st.sampled_from(["same", "valid", "same_lower"]) | st.tuples(*[st.tuples(pads, pads)] * 2))
    spans = [(n - 1) * d + 1 for n, d in zip(taps, dilation, strict=True)]
    sides = padding if isinstance(padding, tuple) else ((0, 0), (0, 0))
    fits = all(s <= n + sum(side) for s, n, side in zip(spans, shape[1:3], sides, strict=True))
    assume(fits or padding in ("same", "same_lower"))
    around = window(shape[1:3], taps, strides=strides, padding=padding, dilation_rate=dilation, groups=groups)
    return shape, filters, around


@profile(suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(layers(), st.integers(0, 1000))
def test_any_layer(count, layer, seed):
    check(*layer, np.float64, seed)
