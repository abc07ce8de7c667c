"""NaN, infinity, numbers too large and too small: the same places as in NumPy's engine, whatever way a layer takes."""

import numpy as np
import pytest
from drawn import values

from adim import ops
from adim.engines import compiled, settings
from adim.engines.compiled import correlation, winograd_correlation, winograd_gradient
from adim.engines.compiled.watch import NotFiniteError
from adim.geometry import window

BAD = [np.nan, np.inf, -np.inf, 3e38]  # the last too large for Winograd's sums, not for direct ones
LAYERS = {  # x, kernel, attributes
    "Winograd, same": ((2, 17, 18, 32), (3, 3, 32, 32), {"padding": "same"}),
    "Winograd, valid": ((2, 17, 18, 32), (3, 3, 32, 32), {}),
    "Winograd, wide padding": ((2, 16, 16, 32), (3, 3, 32, 64), {"padding": ((2, 1), (0, 4))}),
    "strides": ((2, 10, 11, 5), (3, 3, 5, 7), {"strides": 2, "padding": "same"}),
    "rows left out": ((2, 10, 10, 5), (3, 3, 5, 7), {"strides": 2}),
    "gaps": ((2, 9, 9, 3), (2, 2, 3, 7), {"strides": 3}),
    "dilation": ((1, 9, 10, 17), (3, 2, 17, 7), {"dilation_rate": 2, "padding": "same"}),
    "groups": ((1, 9, 10, 8), (3, 3, 4, 6), {"groups": 2, "padding": "same"}),
    "pixels": ((2, 9, 10, 32), (1, 1, 32, 33), {}),
}


def all_passes(engine, x, kernel, grad, attributes):
    with np.errstate(all="ignore"):
        y = ops.conv2d(x, kernel, engine=engine, **attributes)
        return [y, *ops.conv2d_backward(grad, x, kernel, engine=engine, **attributes)]


def kinds(array):
    """Tell finite numbers, both infinities and NaN apart."""
    return np.select([np.isnan(array), array == np.inf, array == -np.inf], [3, 2, 1])


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("which", ["x", "kernel", "grad"])
def test_one_number_that_is_not_finite_spoils_what_it_spoils_in_the_other_engine(name, which):
    x_shape, kernel_shape, attributes = LAYERS[name]
    for seed, bad in enumerate(BAD * 3):
        x, kernel = values(x_shape, seed, np.float32), values(kernel_shape, seed + 100, np.float32)
        grad = values(ops.conv2d(x, kernel, engine="vectorised", **attributes).shape, seed + 200, np.float32)
        array = {"x": x, "kernel": kernel, "grad": grad}[which]
        array.flat[np.random.default_rng(seed).integers(array.size)] = bad
        expected = all_passes("vectorised", x, kernel, grad, attributes)
        for result, right in zip(all_passes("compiled", x, kernel, grad, attributes), expected, strict=True):
            np.testing.assert_array_equal(kinds(result), kinds(right))


@pytest.mark.parametrize("place", [(0, 0, 0, 0), (1, 4, 5, 31), (0, 3, 3, 7), (1, 16, 17, 20)])
def test_a_tile_that_winograd_would_spoil_is_computed_directly(place):
    x, kernel = np.ones((2, 17, 18, 32), np.float32), np.ones((3, 3, 32, 32), np.float32)
    grad = x.copy()
    x[place] = grad[place] = np.inf
    around = window((17, 18), 3, padding="same")
    with pytest.raises(NotFiniteError):
        winograd_correlation.forward(x, kernel, None, around, relu=True)
    with pytest.raises(NotFiniteError):
        winograd_correlation.input_gradient(grad, kernel, around)
    with pytest.raises(NotFiniteError):
        winograd_gradient.kernel_gradient(grad, x, around)
    y = compiled.conv2d(x, kernel, np.zeros(32, np.float32), around)
    reached = np.zeros(y.shape, bool)
    image, row, column, _ = place
    reached[image, max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2] = True
    np.testing.assert_array_equal(np.isinf(y), reached)
    assert y.tobytes() == correlation.forward(x, kernel, None, around, relu=False).tobytes()


def test_filters_that_are_not_finite_meet_no_padding_on_their_way_back():
    grad, kernel = np.ones((1, 4, 4, 2)), np.ones((3, 3, 2, 2))
    kernel[0, 0] = np.nan
    around = window((4, 4), 3, padding="same")
    with pytest.raises(NotFiniteError):
        correlation.input_gradient(grad, kernel, around)
    lost = np.zeros((1, 4, 4, 2), bool)
    lost[:, :3, :3] = True  # tap (0, 0) of the windows whose pixel is one further down and to the right
    np.testing.assert_array_equal(np.isnan(compiled.conv2d_input_gradient(grad, kernel, around)), lost)


@pytest.mark.parametrize("precision", settings.PRECISIONS)
@pytest.mark.parametrize(("dtype", "tiny"), [(np.float32, 1e-41), (np.float64, 1e-310)])
def test_denormals_are_not_flushed(monkeypatch, precision, dtype, tiny):
    monkeypatch.setattr(settings, "_precision", precision)
    ones = np.ones((1, 20, 20, 32), dtype)
    small, kernel = ones * dtype(tiny), np.ones((3, 3, 32, 32), dtype)
    y, dx, dkernel, dbias = all_passes("compiled", small, kernel, small, {"padding": "same"})
    _, _, dkernel_of_ones, _ = all_passes("compiled", small, kernel, ones, {"padding": "same"})
    rounded = {np.float32: 1e-4, np.float64: 1e-12}[dtype]  # denormals have few bits
    expected = tiny * 32 * 9
    np.testing.assert_allclose(y[:, 1:-1, 1:-1], expected, rtol=rounded)
    np.testing.assert_allclose(dx[:, 1:-1, 1:-1], expected, rtol=rounded)
    np.testing.assert_allclose(dkernel_of_ones[1, 1], tiny * 400, rtol=3e-3 if dtype == np.float32 else rounded)
    np.testing.assert_allclose(dbias, tiny * 400, rtol=3e-3 if dtype == np.float32 else rounded)
    assert not dkernel.any()  # too small for any float


def test_ordinary_numbers_are_not_computed_twice(monkeypatch):
    for way in (correlation, compiled.kernel_gradient, compiled.vectorised):
        for name in ("forward", "input_gradient", "kernel_gradient", "conv2d_input_gradient"):
            monkeypatch.delattr(way, name, raising=False)
    x, kernel = values((4, 17, 18, 32), 0, np.float32), values((3, 3, 32, 32), 1, np.float32)
    all_passes("compiled", x * 1e15, kernel * 1e15, x * 1e15, {"padding": "same"})
