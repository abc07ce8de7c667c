"""Compiled poolings against NumPy's, which is their plain twin, however the work is shared out."""

import numpy as np
import pytest
from drawn import assert_close, values
from hypothesis import given, strategies as st

from adim.engines import compiled, settings, vectorised
from adim.engines.compiled import maximum_gradient, mean_gradient, pooling, shares
from adim.geometry import pool_window

PLANS = pooling._plan, maximum_gradient._plan, mean_gradient._plan


@pytest.fixture(autouse=True)
def _forgotten():
    before = settings.get_num_threads()
    yield
    settings.set_num_threads(before)
    forget()


def forget():
    for plan in PLANS:
        plan.cache_clear()


@pytest.fixture(params=["large tasks", "small tasks"])
def _tasks(request, monkeypatch):
    if request.param == "small tasks":
        monkeypatch.setattr(shares, "_LEAST", 64)
        for room in (pooling, maximum_gradient, mean_gradient):
            monkeypatch.setattr(room, "_MOST", 512)
    settings.set_num_threads(3)
    forget()


SHAPES = [(2, 9, 11), (1, 8, 16), (5, 7, 7), (1, 1, 40)]
WINDOWS = [
    (2, {}),
    (2, {"ceil_mode": True, "padding": "same"}),
    (3, {"strides": 2}),
    (3, {"strides": 2, "padding": 1}),
    (3, {"strides": 1, "padding": "same_lower"}),
    (3, {"strides": (1, 3), "padding": ((1, 0), (2, 1)), "ceil_mode": True}),
    ((5, 4), {"strides": (4, 2), "padding": ((4, 2), (0, 3))}),
    (8, {"padding": "same"}),
    ((1, 9), {"padding": "same", "strides": 1}),
    (1, {"strides": 2}),
]


def cases(dilated):
    """Yield shapes and windows that fit them, among them windows over whole images."""
    for shape in SHAPES:
        for size, attributes in [*WINDOWS, (shape[1:], {}), *dilated]:
            try:
                yield shape, pool_window(shape[1:], size, **attributes)
            except ValueError:  # too large for this image
                continue


DILATED = [(3, {"dilation_rate": 2, "strides": 1, "padding": 1}), ((2, 3), {"dilation_rate": (3, 1), "strides": 2})]


def with_lost(x, seed):
    """Return numbers with some NaN and infinities among them."""
    rng = np.random.default_rng(seed)
    for special in (np.nan, np.inf, -np.inf):
        x[rng.random(x.shape) < 0.02] = special
    return x


@pytest.mark.usefixtures("_tasks")
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("channels", [1, 8, 24, 131])
def test_the_maximum_and_its_gradient_are_those_of_numpy(channels, dtype):
    for seed, (shape, window) in enumerate(cases(DILATED)):
        for ties in (False, True):
            x = values((*shape, channels), seed, dtype, ties=ties)
            x = x if ties else with_lost(x, seed)
            y = vectorised.max_pool2d(x, window)
            np.testing.assert_array_equal(compiled.max_pool2d(x, window), y, strict=True)
            grad = values(y.shape, seed, dtype, ties=True)  # of whole numbers, whose sums are exact
            for all_ties in (False, True):
                expected = vectorised.max_pool2d_backward(grad, x, y, window, all_ties=all_ties)
                dx = compiled.max_pool2d_backward(grad, x, y, window, all_ties=all_ties)
                np.testing.assert_array_equal(dx, expected, strict=True, err_msg=str((shape, window)))


@pytest.mark.usefixtures("_tasks")
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("channels", [1, 8, 24, 131])
def test_the_mean_and_its_gradient_are_those_of_numpy(channels, dtype):
    for seed, (shape, window) in enumerate(cases([])):
        x = values((*shape, channels), seed, dtype)
        for count_include_pad in (False, True):
            y = vectorised.avg_pool2d(x, window, count_include_pad=count_include_pad)
            assert_close(compiled.avg_pool2d(x, window, count_include_pad=count_include_pad), y)
            expected = vectorised.avg_pool2d_backward(y, window, count_include_pad=count_include_pad)
            assert_close(compiled.avg_pool2d_backward(y, window, count_include_pad=count_include_pad), expected)


@pytest.mark.parametrize("attributes", [{"strides": 2}, {"strides": 1, "padding": 1}, {"strides": 3}])
def test_the_number_of_threads_changes_no_bit(monkeypatch, attributes):
    monkeypatch.setattr(shares, "_LEAST", 64)
    x = np.round(values((3, 19, 17, 20), 0, np.float32), 1)  # with ties
    window = pool_window(x.shape[1:3], 3, **attributes)
    results = []
    for count in (1, 2, 5):
        settings.set_num_threads(count)
        forget()
        y, z = compiled.max_pool2d(x, window), compiled.avg_pool2d(x, window, count_include_pad=True)
        dx = compiled.max_pool2d_backward(z, x, y, window, all_ties=False)
        dz = compiled.avg_pool2d_backward(z, window, count_include_pad=True)
        results.append([array.tobytes() for array in (y, z, dx, dz)])
    assert results[0] == results[1] == results[2]


def test_large_means_of_float32_do_not_drift():
    x = np.full((1, 1000, 1000, 3), 0.1, np.float32)
    mean = compiled.avg_pool2d(x, pool_window((1000, 1000), 1000), count_include_pad=False)
    np.testing.assert_allclose(mean, 0.1, rtol=1e-5)


def test_a_mean_of_equal_numbers_is_that_number():
    x = np.full((1, 9, 9, 5), 0.1)
    window = pool_window((9, 9), 3, strides=1, padding=1)
    np.testing.assert_allclose(compiled.avg_pool2d(x, window, count_include_pad=False), 0.1, rtol=3e-16)


# -- how work is shared out


@given(st.integers(1, 9), st.integers(1, 40), st.integers(1, 200), st.integers(1, 8), st.integers(0, 10**7))
def test_every_row_of_every_channel_has_exactly_one_task(images, rows, channels, count, size):
    made = shares.shares(images, rows, channels, size=size, count=count, block=16, most=1 << 16)
    done = np.zeros((images, rows, channels), int)
    for task in range(made.tasks):
        rest, part = divmod(task, made.parts)
        number, band = divmod(rest, made.bands)
        image, row, channel = (
            number * made.images_per_task,
            band * made.rows_per_task,
            part * made.channels_per_task,
        )
        done[
            image : image + made.images_per_task,
            row : row + made.rows_per_task,
            channel : channel + made.channels_per_task,
        ] += 1
    assert (done == 1).all()
    assert made.channels_per_task % 16 == 0
