"""Batch normalisation, the rectifier and sums, over every engine, beside the formulas written out in float64."""

import numpy as np
import pytest
from drawn import arrays
from hypothesis import given, strategies as st

from adim import ops

SHAPES = [(5, 3), (1, 1), (2, 3, 4, 5), (7, 1), (3, 17), (64, 6), (129, 2, 16), (2, 9, 9, 64), (3, 300), (40, 41, 7)]
EPSILON = 1e-3


def wide(x):
    return x.astype(np.float64).reshape(-1, x.shape[-1])


def by_hand(x, scale, offset, mean, variance):
    return (wide(x) - mean) / np.sqrt(variance + EPSILON) * scale + offset


def drawn(shape, dtype, seed=0):
    rng = np.random.default_rng(seed)
    channels = shape[-1]
    x, grad = (rng.normal(1.0, 2.0, size=(2, *shape))).astype(dtype)
    scale, offset = rng.normal(size=(2, channels)).astype(dtype)
    return x, grad, scale, offset


def close(found, expected, dtype):
    size = np.abs(expected).max(initial=1.0)
    tolerance = 2e-5 if dtype == np.float32 else 1e-11
    np.testing.assert_allclose(found, np.reshape(expected, found.shape), rtol=0, atol=tolerance * size)
    assert found.dtype == dtype


@pytest.mark.parametrize("relu", [False, True])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_batchs_own_moments(engine, shape, dtype, relu):
    x, _, scale, offset = drawn(shape, dtype)
    y, mean, variance = ops.normalize_batch(x, scale=scale, offset=offset, relu=relu, engine=engine)
    assert mean.dtype == variance.dtype == np.float64
    np.testing.assert_allclose(mean, wide(x).mean(0), rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(variance, wide(x).var(0), rtol=1e-5, atol=1e-6)
    expected = by_hand(x, scale, offset, wide(x).mean(0), wide(x).var(0))
    close(y, np.maximum(expected, 0) if relu else expected, dtype)


@pytest.mark.parametrize("relu", [False, True])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", SHAPES)
def test_given_moments(engine, shape, dtype, relu):
    x, _, scale, offset = drawn(shape, dtype)
    mean, variance = np.linspace(-1, 1, shape[-1]), np.linspace(0.5, 2, shape[-1])
    y = ops.batch_normalization(x, mean, variance, scale=scale, offset=offset, relu=relu, engine=engine)
    expected = by_hand(x, scale, offset, mean, variance)
    close(y, np.maximum(expected, 0) if relu else expected, dtype)


@pytest.mark.parametrize("of_batch", [False, True])
@pytest.mark.parametrize("relu", [False, True])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", SHAPES)
def test_back(engine, shape, dtype, relu, of_batch):
    x, grad, scale, offset = drawn(shape, dtype)
    how = {"scale": scale, "offset": offset, "relu": relu, "engine": engine}
    if of_batch:
        y, mean, variance = ops.normalize_batch(x, **how)
    else:
        mean, variance = np.full(shape[-1], 0.3), np.full(shape[-1], 1.7)
        y = ops.batch_normalization(x, mean, variance, **how)
    found = ops.batch_normalization_backward(grad, x, mean, variance, of_batch=of_batch, **how)
    g, x_hat = wide(grad) * (wide(y) > 0 if relu else 1), (wide(x) - mean) / np.sqrt(variance + EPSILON)
    through = g - g.mean(0) - x_hat * (g * x_hat).mean(0) if of_batch else g
    close(found[0], scale / np.sqrt(variance + EPSILON) * through, dtype)
    for sums, terms in zip(found[1:], (g * x_hat, g), strict=True):
        close(sums, terms.sum(0), dtype)
    nothing, *same = ops.batch_normalization_backward(
        grad, x, mean, variance, of_batch=of_batch, input_gradient=False, **how
    )
    assert nothing is None
    for sums, again in zip(found[1:], same, strict=True):
        np.testing.assert_array_equal(sums, again)


@pytest.mark.parametrize("biased", [False, True])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [*SHAPES, (3, 3, 64, 130), (1, 50000)])
def test_folded_into_the_weights(engine, shape, dtype, biased):
    kernel, _, scale, offset = drawn(shape, dtype)
    bias = np.linspace(-1, 1, shape[-1], dtype=dtype)[::-1] if biased else None
    mean, variance = offset[::-1], scale**2
    factor = scale.astype(np.float64) / np.sqrt(variance.astype(np.float64) + EPSILON)
    found = ops.fold_normalization(kernel, bias, mean, variance, scale=scale, offset=offset, engine=engine)
    close(found[0], kernel * factor, dtype)
    close(found[1], ((0 if bias is None else bias) - mean.astype(np.float64)) * factor + offset, dtype)
    reference = ops.fold_normalization(kernel, bias, mean, variance, scale=scale, offset=offset, engine="vectorised")
    for one, other in zip(found, reference, strict=True):
        np.testing.assert_array_equal(one, other)  # to the bit


def test_folded_without_scale_and_offset_or_any_variance(engine):
    kernel, mean = np.array([[1.0, -2.0, 0.0]]), np.array([3.0, 4.0, 5.0])
    with np.errstate(divide="ignore", invalid="ignore"):
        folded, bias = ops.fold_normalization(kernel, None, mean, [4.0, 0.0, 0.0], epsilon=0, engine=engine)
    np.testing.assert_array_equal(folded, [[0.5, -np.inf, np.nan]])
    np.testing.assert_array_equal(bias, [-1.5, -np.inf, -np.inf])


@given(data=st.data())
def test_any_dtype_and_layout(engine, data):
    x = data.draw(arrays((3, 2, 4, 5)))
    grad = data.draw(arrays((3, 2, 4, 5)))
    y, mean, variance = ops.normalize_batch(x, engine=engine)
    dtype = np.dtype(np.float64 if x.dtype.itemsize == 8 else np.float32)
    close(y, by_hand(x, 1, 0, wide(x).mean(0), wide(x).var(0)), dtype)
    narrow = np.ascontiguousarray(x, np.float64), np.ascontiguousarray(grad, np.float64)
    dx, *_ = ops.batch_normalization_backward(grad, x, mean, variance, of_batch=True, engine=engine)
    expected, *_ = ops.batch_normalization_backward(*narrow[::-1], mean, variance, of_batch=True, engine="vectorised")
    np.testing.assert_allclose(dx, expected, rtol=1e-3, atol=1e-3)


def test_sums_do_not_drift(engine):
    x = np.full((1 << 17, 3), 0.1, np.float32)
    x[::2] += np.float32(1e-3)
    _, mean, variance = ops.normalize_batch(x, engine=engine)
    np.testing.assert_allclose(mean, wide(x).mean(0), rtol=1e-7)
    np.testing.assert_allclose(variance, wide(x).var(0), rtol=1e-4)
    *_, doffset = ops.batch_normalization_backward(x, x, mean, variance, of_batch=True, engine=engine)
    np.testing.assert_allclose(doffset, wide(x).sum(0), rtol=1e-5)


def test_a_level_that_changes_along_the_batch_costs_no_digits(engine):
    levels = np.repeat(np.linspace(-1000, 1000, 128), 512)[:, np.newaxis]
    x = (levels + np.random.default_rng(0).normal(size=(len(levels), 4))).astype(np.float32)
    _, mean, variance = ops.normalize_batch(x, engine=engine)
    np.testing.assert_allclose(mean, wide(x).mean(0), atol=2e-3)
    np.testing.assert_allclose(variance, wide(x).var(0), rtol=1e-5)


@pytest.mark.parametrize("strange", [np.nan, np.inf])
def test_nan_and_infinity_stay_in_their_channel(engine, strange):
    x = np.ones((40, 20), np.float32)
    x[7, 3] = strange
    with np.errstate(invalid="ignore"):
        y, mean, variance = ops.normalize_batch(x, relu=True, engine=engine)
        dx, dscale, doffset = ops.batch_normalization_backward(x, x, mean, variance, of_batch=True, engine=engine)
    assert np.isnan(y[:, 3]).all()
    assert np.isnan(dx[:, 3]).all()
    others = np.arange(20) != 3
    for array in (y, dx, dscale, doffset, mean, variance):
        assert np.isfinite(array[..., others]).all()


def test_no_examples_have_no_moments(engine):
    x = np.zeros((0, 4, 4, 3), np.float32)
    y, mean, variance = ops.normalize_batch(x, engine=engine)
    assert y.shape == x.shape
    assert (mean == 0).all()
    assert (variance == 0).all()
    dx, dscale, doffset = ops.batch_normalization_backward(x, x, mean, variance, of_batch=True, engine=engine)
    assert dx.shape == x.shape
    assert not dscale.any()
    assert not doffset.any()


# -- the rectifier and sums


@given(data=st.data())
def test_the_rectifier(engine, data):
    shape = tuple(data.draw(st.lists(st.integers(0, 9), min_size=3, max_size=3)))
    x, grad = data.draw(arrays(shape)), data.draw(arrays(shape))
    y = ops.relu(x, engine=engine)
    np.testing.assert_array_equal(y, np.maximum(x, 0))
    np.testing.assert_allclose(ops.relu_backward(grad, y, engine=engine), grad * (y > 0))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [0, 1, 15, 16, 17, 1000, (1 << 15) + 5, (1 << 17) + 3])
def test_rectifiers_and_sums_of_any_size(engine, size, dtype):
    a, b, c = np.random.default_rng(0).normal(size=(3, size)).astype(dtype)
    np.testing.assert_array_equal(ops.relu(a, engine=engine), np.maximum(a, 0))
    np.testing.assert_array_equal(ops.relu_backward(b, a, engine=engine), b * (a > 0))
    np.testing.assert_array_equal(ops.add([a, b], engine=engine), a + b)
    np.testing.assert_array_equal(ops.add([a, b, c], relu=True, engine=engine), np.maximum(a + b + c, 0))
    np.testing.assert_array_equal(ops.add([a, b, c, a], engine=engine), a + b + c + a)


def test_a_number_by_itself(engine):
    assert ops.relu(np.float64(-2.0), engine=engine).shape == ()
    assert ops.add([1.0, 2.0], engine=engine).tolist() == 3


def test_strange_numbers(engine):
    strange = np.array([-np.inf, np.inf, np.nan, -0.0], np.float32)
    np.testing.assert_array_equal(ops.relu(strange, engine=engine), [0, np.inf, np.nan, 0])
    np.testing.assert_array_equal(ops.relu_backward(np.ones(4, np.float32), strange, engine=engine), [0, 1, 0, 0])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_ends_in_the_rectifier(engine, dtype):
    rng = np.random.default_rng(0)
    x, kernel = rng.normal(size=(3, 6, 7, 4)).astype(dtype), rng.normal(size=(3, 3, 4, 5)).astype(dtype)
    depthwise = rng.normal(size=(3, 3, 1, 8)).astype(dtype)
    bias = rng.normal(size=5).astype(dtype)
    for args, how in (((x, kernel, bias), {"padding": "same"}), ((x, depthwise), {"groups": 4, "strides": 2})):
        plain = ops.conv2d(*args, **how, engine=engine)
        np.testing.assert_array_equal(ops.conv2d(*args, **how, relu=True, engine=engine), np.maximum(plain, 0))
    rows, weights = x.reshape(3, -1), rng.normal(size=(168, 5)).astype(dtype)
    plain = ops.dense(rows, weights, bias, engine=engine)
    np.testing.assert_array_equal(ops.dense(rows, weights, bias, relu=True, engine=engine), np.maximum(plain, 0))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [0, 1, 7, 16, 1000, 100_000])
def test_rescaled(engine, size, dtype):
    x = np.random.default_rng(0).normal(size=(2, size)).astype(dtype)
    for scale, offset in ((1 / 255, 0.0), (0.1, -1 / 3), (0.0, 2.0), (-1e30, 1.0)):
        expected = x * np.asarray(scale, dtype)
        found = ops.rescale(x, scale, offset, engine=engine)
        np.testing.assert_array_equal(found, expected + np.asarray(offset, dtype) if offset else expected)
        assert found.dtype == dtype
        np.testing.assert_array_equal(ops.rescale(x.T, scale, offset, engine=engine), found.T)


# -- the door

X = np.zeros((2, 3))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: ops.add([X]), ValueError, r"two or more of one shape; got 1 of shapes \[\(2, 3\)\]"),
        (lambda: ops.add([X, X[:1]]), ValueError, r"one shape; got 2 of shapes \[\(2, 3\), \(1, 3\)\]"),
        (lambda: ops.add(3), TypeError, "arrays must be a sequence of arrays; got 3"),
        (lambda: ops.add([X, ["a"]]), TypeError, r"arrays\[1\] must hold real numbers"),
        (lambda: ops.relu_backward(X, X[0]), ValueError, r"the forward pass's output, \(3,\); got \(2, 3\)"),
        (lambda: ops.normalize_batch(1.0), ValueError, "x must have an axis of channels"),
        (
            lambda: ops.normalize_batch(X, scale=[1, 2]),
            ValueError,
            r"scale must have shape \(3,\), .* got shape \(2,\)",
        ),
        (lambda: ops.normalize_batch(X, epsilon="1"), TypeError, "epsilon must be a number; got '1'"),
        (lambda: ops.normalize_batch(X, epsilon=-1), ValueError, "epsilon must be at least 0; got -1"),
        (lambda: ops.batch_normalization(X, 0, np.ones(3)), ValueError, r"mean must have shape \(3,\)"),
        (
            lambda: ops.fold_normalization(X, [1.0], X[0], X[0]),
            ValueError,
            r"bias must have shape \(3,\), one number a channel of kernel \(2, 3\); got shape \(1,\)",
        ),
        (lambda: ops.fold_normalization(X, None, X[0], X[0], scale=[1]), ValueError, r"channel of kernel \(2, 3\)"),
        (lambda: ops.rescale(X, "2"), TypeError, "scale must be a number; got '2'"),
        (lambda: ops.rescale(X, 2, float("inf")), ValueError, "offset must be finite; got inf"),
        (lambda: ops.fold_normalization(1.0, None, X[0], X[0]), ValueError, "kernel must have an axis of channels"),
        (
            lambda: ops.batch_normalization_backward(X[:1], X, X[0], X[0], of_batch=True),
            ValueError,
            r"the forward pass's output, \(2, 3\); got \(1, 3\)",
        ),
    ],
)
def test_what_does_not_fit_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
