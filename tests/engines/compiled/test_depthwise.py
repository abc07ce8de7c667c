"""Compiled depthwise convolutions against NumPy's, which is their plain twin, however the work is shared out."""

import numpy as np
import pytest
from drawn import values

from adim.engines import compiled, settings, vectorised
from adim.engines.compiled import depthwise, depthwise_gradient, shares
from adim.engines.compiled.phases import forward_phases, gradient_phases
from adim.engines.compiled.segments import segments
from adim.geometry import window as make_window

PLANS = depthwise._plan, depthwise_gradient._plan


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
        monkeypatch.setattr(depthwise_gradient, "_SHORT", 5)
        for room in (depthwise, depthwise_gradient):
            monkeypatch.setattr(room, "_MOST", 2048)
    settings.set_num_threads(3)
    forget()


SHAPES = [(2, 9, 11), (1, 20, 6), (5, 3, 3), (1, 1, 40)]
WINDOWS = [
    (3, {"padding": 1}),
    (3, {"padding": "same", "strides": 2}),
    (3, {"padding": ((3, 0), (1, 4)), "strides": (2, 1), "dilation_rate": (1, 2)}),
    ((1, 5), {"padding": 2}),
    ((5, 4), {"padding": ((2, 3), (4, 0)), "strides": 3}),
    (7, {"padding": 3}),
    (1, {"strides": 2}),
    (2, {"padding": "same_lower", "dilation_rate": 2}),
    ((2, 1), {"padding": 4, "strides": 2}),  # windows over padding alone
]


def cases(channels):
    """Yield shapes and windows that fit them."""
    for shape in SHAPES:
        for taps, attributes in WINDOWS:
            try:
                yield (*shape, channels), make_window(shape[1:], taps, groups=channels, **attributes)
            except ValueError:  # too large for this image
                continue


def assert_near(actual, expected):
    assert actual.dtype == expected.dtype
    tolerance = {4: 2e-6, 8: 1e-14}[actual.itemsize]
    np.testing.assert_allclose(actual, expected, rtol=0, atol=tolerance * max(1.0, np.abs(expected).max()))


@pytest.mark.usefixtures("_tasks")
@pytest.mark.parametrize("multiplier", [1, 2, 3])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("channels", [3, 8, 67])
def test_all_three_passes_are_those_of_numpy(channels, dtype, multiplier):
    for seed, (shape, window) in enumerate(cases(channels)):
        x, bias = values(shape, seed, dtype), values(channels * multiplier, seed, dtype)
        kernel = values((*window.taps, 1, channels * multiplier), seed + 1, dtype)
        y = vectorised.conv2d(x, kernel, bias, window)
        assert_near(compiled.conv2d(x, kernel, bias, window), y)
        grad = values(y.shape, seed + 2, dtype)
        expected = vectorised.conv2d_input_gradient(grad, kernel, window)
        assert_near(compiled.conv2d_input_gradient(grad, kernel, window), expected)
        expected = vectorised.conv2d_kernel_gradient(grad, x, window)
        for made, right in zip(compiled.conv2d_kernel_gradient(grad, x, window), expected, strict=True):
            assert_near(made, right)


@pytest.mark.parametrize("multiplier", [1, 2])
def test_what_is_negative_is_replaced_by_0_on_request_and_a_bias_may_be_left_out(multiplier):
    x, kernel = values((2, 6, 7, 5), 0), values((3, 3, 1, 5 * multiplier), 1)
    x[0, 0, 0, 0] = np.nan
    window = make_window((6, 7), 3, padding=1, groups=5)
    y = vectorised.conv2d(x, kernel, np.zeros(5 * multiplier), window)
    np.testing.assert_allclose(depthwise.forward(x, kernel, None, window, relu=False), y, rtol=1e-13, atol=1e-14)
    positive = depthwise.forward(x, kernel, None, window, relu=True)
    np.testing.assert_allclose(positive, np.maximum(y, 0), rtol=1e-13, atol=1e-14)
    assert np.isnan(positive[0, :2, :2, 0]).all()


@pytest.mark.parametrize("multiplier", [1, 2])
def test_nan_and_infinity_meet_no_padding(multiplier):
    x, kernel = np.ones((1, 4, 5, 3)), np.ones((3, 3, 1, 3 * multiplier))
    kernel[0, 0] = np.inf
    x[0, 1, 1, 1] = np.nan
    window = make_window((4, 5), 3, padding=1, groups=3)
    y = vectorised.conv2d(x, kernel, np.zeros(3 * multiplier), window)
    np.testing.assert_array_equal(compiled.conv2d(x, kernel, np.zeros(3 * multiplier), window), y)
    np.testing.assert_array_equal(
        compiled.conv2d_input_gradient(y, kernel, window), vectorised.conv2d_input_gradient(y, kernel, window)
    )
    for made, right in zip(
        compiled.conv2d_kernel_gradient(y, x, window), vectorised.conv2d_kernel_gradient(y, x, window), strict=True
    ):
        np.testing.assert_array_equal(made, right)


@pytest.mark.parametrize("count", [1, 3])
def test_sums_over_large_batches_of_float32_do_not_drift_and_are_the_same_in_every_run(count):
    settings.set_num_threads(count)
    rng = np.random.default_rng(0)
    x, grad = (rng.random((16, 64, 64, 5), np.float32) for _ in range(2))  # positive, so that sums grow
    window = make_window((64, 64), 3, padding=1, groups=5)
    dkernel, dbias = compiled.conv2d_kernel_gradient(grad, x, window)
    exact = vectorised.conv2d_kernel_gradient(grad.astype(float), x.astype(float), window)
    for made, right in zip((dkernel, dbias), exact, strict=True):
        assert np.abs(made - right).max() < 3e-6 * np.abs(right).max()
    again = compiled.conv2d_kernel_gradient(grad, x, window)
    assert (dkernel.tobytes(), dbias.tobytes()) == (again[0].tobytes(), again[1].tobytes())


# -- segments


@pytest.mark.parametrize("phases", [forward_phases, gradient_phases])
def test_segments_name_exactly_the_taps_that_meet_pixels(phases):
    for taps, attributes in WINDOWS:
        axis = make_window((20, 20), taps, **attributes).height
        size = axis.size if phases is forward_phases else axis.output
        for phase in phases(axis):
            found = segments(phase, size)
            assert [q for segment in found for q in range(segment.first, segment.end)] == list(range(phase.output))
            for segment in found:
                for q in range(segment.first, segment.end):
                    met = [tap for tap in phase.taps if 0 <= q * phase.stride + tap[1] < size]
                    assert list(phase.taps[segment.begin : segment.stop]) == met
