"""The course's eight functions, in loops and at full speed: its values, its rules, and what bad input is told."""

import math

import numpy as np
import pytest

import adim
from adim import steps

BOTH = pytest.mark.parametrize("eight", [pytest.param(steps, id="steps"), pytest.param(adim, id="blocks")])
pytestmark = BOTH


def agrees(actual, printed):
    """Compare to 1e-8 with the digits that the course prints, eight or more after the point."""
    np.testing.assert_allclose(actual, printed, rtol=0, atol=1e-8)


@pytest.fixture
def randn():
    return np.random.RandomState(1).randn  # the course's np.random.seed(1), without touching the global state


# -- the course's values


def test_zero_pad(eight, randn):
    x = randn(4, 3, 3, 2)
    padded = eight.zero_pad(x, 2)
    agrees(x[1, 1], [[0.90085595, -0.68372786], [-0.12289023, -0.93576943], [-0.26788808, 0.53035547]])
    assert padded.shape == (4, 7, 7, 2)
    assert not padded[1, 1].any()
    np.testing.assert_array_equal(padded[:, 2:5, 2:5], x)


def test_conv_single_step(eight, randn):
    a_slice_prev, W, b = randn(4, 4, 3), randn(4, 4, 3), randn(1, 1, 1)
    agrees(eight.conv_single_step(a_slice_prev, W, b), -6.99908945068)


@pytest.fixture
def convolved(eight, randn):
    A_prev, W, b = randn(10, 4, 4, 3), randn(2, 2, 3, 8), randn(1, 1, 1, 8)
    return eight.conv_forward(A_prev, W, b, {"pad": 2, "stride": 2})


def test_conv_forward(convolved):
    Z, cache = convolved
    agrees(np.mean(Z), 0.0489952035289)
    agrees(
        Z[3, 2, 1],
        [-0.61490741, -6.7439236, -2.55153897, 1.75698377, 3.56208902, 0.53036437, 5.18531798, 8.75898442],
    )
    agrees(cache[0][1][2][3], [-0.20075807, 0.18656139, 0.41005165])


def test_conv_backward(eight, convolved):
    Z, cache = convolved
    means = [np.mean(gradient) for gradient in eight.conv_backward(Z, cache)]
    agrees(means, [1.45243777754, 1.72699145831, 7.83923256462])


@pytest.mark.parametrize(
    ("mode", "printed"),
    [
        ("max", [[1.74481176, 0.86540763, 1.13376944], [1.13162939, 1.51981682, 2.18557541]]),
        ("average", [[0.02105773, -0.20328806, -0.40389855], [-0.22154621, 0.51716526, 0.48155844]]),
    ],
)
def test_pool_forward(eight, randn, mode, printed):
    A, _ = eight.pool_forward(randn(2, 4, 4, 3), {"stride": 2, "f": 3}, mode=mode)
    agrees(A[:, 0, 0], printed)
    assert A.shape == (2, 1, 1, 3)


def test_create_mask_from_window(eight, randn):
    mask = eight.create_mask_from_window(randn(2, 3))
    assert mask.tolist() == [[True, False, False], [False, False, False]]
    assert mask.dtype == bool


def test_distribute_value(eight):
    np.testing.assert_array_equal(eight.distribute_value(2, (2, 2)), [[0.5, 0.5], [0.5, 0.5]])
    np.testing.assert_array_equal(eight.distribute_value(6, (2, 3)), np.ones((2, 3)))  # 2 * 3 is not 2 + 3


@pytest.mark.parametrize(
    ("mode", "printed"),
    [
        ("max", [[0, 0], [5.05844394, -1.68282702], [0, 0]]),
        ("average", [[0.08485462, 0.2787552], [1.26461098, -0.25749373], [1.17975636, -0.53624893]]),
    ],
)
def test_pool_backward(eight, randn, mode, printed):
    A_prev = randn(5, 5, 3, 2)
    _, cache = eight.pool_forward(A_prev, {"stride": 1, "f": 2}, mode=mode)
    dA = randn(5, 4, 2, 2)
    agrees(np.mean(dA), 0.145713902729)
    agrees(eight.pool_backward(dA, cache, mode=mode)[1, 1], printed)


# -- the four faults of the course's printed code


def test_the_stride_moves_the_corners_of_the_backward_windows(eight, convolved):
    Z, cache = convolved
    dA_prev, dW, _ = eight.conv_backward(Z, cache)
    assert not math.isclose(np.mean(dA_prev), 0.634770447265, rel_tol=0.1)
    assert not math.isclose(np.mean(dW), 1.55726574285, rel_tol=0.05)


def test_no_padding_leaves_a_gradient(eight):
    A_prev, W, b = np.ones((1, 3, 3, 1)), np.ones((2, 2, 1, 1)), np.zeros((1, 1, 1, 1))
    Z, cache = eight.conv_forward(A_prev, W, b, {"stride": 1, "pad": 0})
    dA_prev, _, _ = eight.conv_backward(np.ones_like(Z), cache)
    np.testing.assert_array_equal(dA_prev[0, :, :, 0], [[1, 2, 1], [2, 4, 2], [1, 2, 1]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_single_step_is_a_scalar_of_the_input_dtype(eight, dtype):
    s = eight.conv_single_step(np.ones((2, 2, 3), dtype), np.ones((2, 2, 3), dtype), np.full((1, 1, 1), 0.5, dtype))
    assert type(s) is dtype
    assert s == 12.5  # the bias once, not once an entry


@pytest.mark.parametrize("pad", [0, 1])
def test_a_filter_larger_than_the_image_is_no_small_output(eight, pad):
    f = 4 + 2 * pad
    A_prev, W, b = np.ones((1, 3, 5, 1)), np.ones((f, f, 1, 1)), np.zeros((1, 1, 1, 1))
    with pytest.raises(ValueError, match=rf"{f} x {f} filter is larger than the image.*\(1, 3, 5, 1\)"):
        eight.conv_forward(A_prev, W, b, {"stride": 4, "pad": pad})


# -- rules of our own


def test_every_tie_is_marked_and_receives_the_gradient(eight):
    assert eight.create_mask_from_window([[1, 3], [3, 3]]).tolist() == [[False, True], [True, True]]
    A_prev = np.zeros((1, 2, 2, 1))  # as after a ReLU
    _, cache = eight.pool_forward(A_prev, {"f": 2, "stride": 1})
    np.testing.assert_array_equal(eight.pool_backward(np.full((1, 1, 1, 1), 5.0), cache), np.full((1, 2, 2, 1), 5.0))


def test_the_sizes_of_a_rectangular_image(eight):
    A_prev, W, b = np.ones((2, 7, 10, 3)), np.ones((3, 3, 3, 5)), np.zeros((1, 1, 1, 5))
    Z, _ = eight.conv_forward(A_prev, W, b, {"stride": 2, "pad": 1})
    assert Z.shape == (2, 4, 5, 5)  # floor((7 + 2 - 3) / 2) + 1, floor((10 + 2 - 3) / 2) + 1
    A, _ = eight.pool_forward(A_prev, {"f": 3, "stride": 2})
    assert A.shape == (2, 3, 4, 3)


def test_one_filter_at_a_time_by_hand(eight):
    A_prev = np.arange(1.0, 7.0).reshape(1, 2, 3, 1)  # 1 2 3 / 4 5 6
    W = np.array([[[1.0, 0.0]], [[0.0, 10.0]], [[0.0, 0.0]], [[0.0, 1.0]]]).reshape(2, 2, 1, 2)
    b = np.array([0.5, -1.0]).reshape(1, 1, 1, 2)
    Z, _ = eight.conv_forward(A_prev, W, b, {"stride": 1, "pad": 0})
    # the first filter takes the upper left entry; the second ten times the upper right one, and the lower right one
    np.testing.assert_array_equal(Z[0, 0], [[1 + 0.5, 10 * 2 + 5 - 1], [2 + 0.5, 10 * 3 + 6 - 1]])


def test_caches_hold_what_came_in(eight):
    A_prev, W, b = np.ones((1, 3, 3, 1)), np.ones((2, 2, 1, 1)), np.zeros((1, 1, 1, 1))
    hparameters = {"stride": 1, "pad": 0, "f": 2}
    for actual, given in zip(
        eight.conv_forward(A_prev, W, b, hparameters)[1], (A_prev, W, b, hparameters), strict=True
    ):
        assert actual is given
    for actual, given in zip(eight.pool_forward(A_prev, hparameters)[1], (A_prev, hparameters), strict=True):
        assert actual is given


def test_small_integers_do_not_wrap_around(eight):
    A_prev, W = np.full((1, 1, 1, 1), 200, np.uint8), np.full((1, 1, 1, 1), 100, np.uint8)
    Z, cache = eight.conv_forward(A_prev, W, np.full((1, 1, 1, 1), 9, np.uint8), {"stride": 1, "pad": 0})
    assert Z.item() == 200 * 100 + 9
    dA_prev, dW, db = eight.conv_backward(np.full((1, 1, 1, 1), 50, np.uint8), cache)
    assert [dA_prev.item(), dW.item(), db.item()] == [100 * 50, 200 * 50, 50]
    assert {Z.dtype, dA_prev.dtype, dW.dtype, db.dtype} == {np.dtype(np.float32)}


def test_whole_numbers_too_long_for_a_float_tie_where_their_floats_do(eight):
    A_prev = np.array([2**53, 2**53 + 1, 0, 0]).reshape(1, 2, 2, 1)
    _, cache = eight.pool_forward(A_prev, {"f": 2, "stride": 2})
    assert eight.pool_backward(np.ones((1, 1, 1, 1)), cache).ravel().tolist() == [1, 1, 0, 0]


@pytest.mark.parametrize("lost", [np.nan, np.inf, -np.inf])
def test_a_lost_gradient_goes_to_the_maximum_alone(eight, lost):
    A_prev = np.array([1.0, 4.0, 3.0, 2.0]).reshape(1, 2, 2, 1)
    _, cache = eight.pool_forward(A_prev, {"f": 2, "stride": 2})
    dA_prev = eight.pool_backward(np.full((1, 1, 1, 1), lost), cache)
    np.testing.assert_array_equal(dA_prev[0, :, :, 0], [[0, lost], [0, 0]])


def test_nan_and_infinity_propagate_to_the_windows_that_hold_them_only(eight):
    A_prev = np.ones((1, 4, 4, 1))
    A_prev[0, 0, 0, 0], A_prev[0, 3, 3, 0] = np.nan, np.inf
    Z, cache = eight.conv_forward(A_prev, np.ones((2, 2, 1, 1)), np.zeros((1, 1, 1, 1)), {"stride": 2, "pad": 0})
    np.testing.assert_array_equal(Z[0, :, :, 0], [[np.nan, 4], [4, np.inf]])
    dA_prev, _, _ = eight.conv_backward(Z, cache)
    np.testing.assert_array_equal(np.isfinite(dA_prev[0, ::2, ::2, 0]), [[False, True], [True, False]])
    for mode, ordinary in (("max", 1), ("average", 1)):
        A, _ = eight.pool_forward(A_prev, {"f": 2, "stride": 2}, mode)
        np.testing.assert_array_equal(A[0, :, :, 0], [[np.nan, ordinary], [ordinary, np.inf]])


def test_empty_batches_and_no_channels_come_out_empty(eight):
    hparameters = {"stride": 1, "pad": 1}
    for shape, filters in (((0, 4, 4, 3), 2), ((2, 4, 4, 0), 2), ((2, 4, 4, 3), 0), ((2, 0, 0, 3), 2)):
        W, b = np.ones((2, 2, shape[3], filters)), np.full((1, 1, 1, filters), 7.0)
        Z, cache = eight.conv_forward(np.ones(shape), W, b, hparameters)
        n_H = shape[1] + 1
        assert Z.shape == (shape[0], n_H, n_H, filters)
        if 0 in shape[1:]:
            assert (Z == 7).all()
        dA_prev, dW, db = eight.conv_backward(Z, cache)
        assert (dA_prev.shape, dW.shape, db.shape) == (shape, W.shape, b.shape)
    for shape in ((0, 4, 4, 3), (2, 4, 4, 0)):
        for mode in ("max", "average"):
            A, cache = eight.pool_forward(np.ones(shape), {"f": 2, "stride": 2}, mode)
            assert A.shape == (shape[0], 2, 2, shape[3])
            assert eight.pool_backward(A, cache, mode).shape == shape


@pytest.mark.parametrize("huge", [2**40, 10**30])
def test_a_stride_beyond_the_image_leaves_one_window(eight, huge):
    A_prev, W, b = np.ones((1, 3, 3, 2)), np.ones((2, 2, 2, 1)), np.zeros((1, 1, 1, 1))
    Z, cache = eight.conv_forward(A_prev, W, b, {"stride": huge, "pad": 0})
    assert Z.tolist() == [[[[8.0]]]]
    assert eight.conv_backward(Z, cache)[0].sum() == 64
    A, cache = eight.pool_forward(A_prev, {"f": 2, "stride": huge})
    assert A.shape == (1, 1, 1, 2)
    assert eight.pool_backward(A, cache).sum() == 8


# -- what bad input is told: the call, the error, and words of its message; `good` says what the call starts from

A_PREV, W, B = np.ones((2, 5, 6, 3)), np.ones((2, 2, 3, 4)), np.zeros((1, 1, 1, 4))
CONV, POOL = {"stride": 1, "pad": 0}, {"f": 2, "stride": 2}
CONV_CACHE, POOL_CACHE = (A_PREV, W, B, CONV), (A_PREV, POOL)
DZ, DA = np.ones((2, 4, 5, 4)), np.ones((2, 2, 3, 3))
WINDOW, FILTER, BIAS = np.ones((2, 2, 3)), np.ones((2, 2, 3)), np.zeros((1, 1, 1))
RAGGED = [[1.0, 2.0], [3.0]]

GOOD = {
    "zero_pad": (A_PREV, 1),
    "conv_single_step": (WINDOW, FILTER, BIAS),
    "conv_forward": (A_PREV, W, B, CONV),
    "conv_backward": (DZ, CONV_CACHE),
    "pool_forward": (A_PREV, POOL, "max"),
    "create_mask_from_window": (WINDOW,),
    "distribute_value": (1.0, (2, 2)),
    "pool_backward": (DA, POOL_CACHE, "max"),
}

BAD = [  # function, which argument is replaced, by what, the error, words
    # numbers that are no numbers of pixels
    ("zero_pad", 1, -1, ValueError, ["pad", "at least 0", "-1"]),
    ("zero_pad", 1, 1.5, TypeError, ["pad", "integer", "1.5"]),
    ("zero_pad", 1, 2.0, TypeError, ["pad", "integer", "2.0"]),
    ("zero_pad", 1, True, TypeError, ["pad", "integer", "True"]),
    ("zero_pad", 1, None, TypeError, ["pad", "integer", "None"]),
    ("zero_pad", 1, "1", TypeError, ["pad", "integer", "'1'"]),
    ("zero_pad", 1, (1, 1), TypeError, ["pad", "integer", "(1, 1)"]),
    # axes
    ("zero_pad", 0, A_PREV[0], ValueError, ["X", "4 axes", "(5, 6, 3)", "X[np.newaxis]"]),
    ("zero_pad", 0, 3.0, ValueError, ["X", "4 axes", "()"]),
    ("conv_forward", 0, A_PREV[0], ValueError, ["A_prev", "4 axes", "(5, 6, 3)", "np.newaxis"]),
    ("conv_forward", 0, A_PREV[np.newaxis], ValueError, ["A_prev", "4 axes", "(1, 2, 5, 6, 3)"]),
    ("conv_forward", 1, W[..., 0], ValueError, ["W", "4 axes", "(2, 2, 3)"]),
    ("conv_forward", 2, np.zeros(4), ValueError, ["b", "(1, 1, 1, 4)", "(4,)", "reshape"]),
    ("conv_forward", 2, np.zeros((1, 1, 1, 3)), ValueError, ["b", "(1, 1, 1, 4)", "(1, 1, 1, 3)", "(2, 2, 3, 4)"]),
    ("pool_forward", 0, A_PREV[0], ValueError, ["A_prev", "4 axes", "(5, 6, 3)"]),
    ("conv_single_step", 0, np.ones((2, 3, 3)), ValueError, ["same shape", "(2, 3, 3)", "(2, 2, 3)"]),
    ("conv_single_step", 1, np.ones((2, 2, 4)), ValueError, ["same shape", "(2, 2, 4)", "(2, 2, 3)"]),
    ("conv_single_step", 1, W, ValueError, ["W", "(f, f, n_C_prev)", "(2, 2, 3, 4)"]),
    ("conv_single_step", 2, np.zeros((1, 1, 1, 4)), ValueError, ["b", "(1, 1, 1)", "(1, 1, 1, 4)"]),
    ("conv_single_step", 2, 1.0, ValueError, ["b", "(1, 1, 1)", "()"]),
    ("create_mask_from_window", 0, np.ones((0, 2)), ValueError, ["x", "at least one entry", "(0, 2)"]),
    ("distribute_value", 0, np.ones(2), ValueError, ["dz", "one number", "(2,)"]),
    ("distribute_value", 1, 4, ValueError, ["shape", "(n_H, n_W)", "4"]),
    ("distribute_value", 1, (2, 2, 2), ValueError, ["shape", "(n_H, n_W)", "(2, 2, 2)"]),
    ("distribute_value", 1, (2, 0), ValueError, ["shape[1]", "at least 1", "0"]),
    ("distribute_value", 1, (2.0, 2), TypeError, ["shape[0]", "integer", "2.0"]),
    # shapes that do not fit each other: both are quoted
    ("conv_forward", 1, np.ones((2, 2, 4, 4)), ValueError, ["channels", "(2, 5, 6, 3)", "(2, 2, 4, 4)"]),
    ("conv_forward", 1, np.ones((2, 3, 3, 4)), ValueError, ["square", "(2, 3, 3, 4)", "adim.ops.conv2d"]),
    ("conv_forward", 1, np.ones((0, 0, 3, 4)), ValueError, ["W", "(0, 0, 3, 4)"]),
    ("conv_single_step", 1, np.ones((2, 3, 3)), ValueError, ["square", "(2, 3, 3)"]),
    ("conv_forward", 1, np.ones((6, 6, 3, 4)), ValueError, ["6 x 6 filter", "larger", "(2, 5, 6, 3)"]),
    ("pool_forward", 1, {"f": 6, "stride": 1}, ValueError, ["6 x 6 window", "larger", "(2, 5, 6, 3)"]),
    ("conv_backward", 0, np.ones((2, 5, 4, 4)), ValueError, ["dZ", "(2, 4, 5, 4)", "(2, 5, 4, 4)"]),
    ("conv_backward", 0, np.ones((2, 4, 5, 3)), ValueError, ["dZ", "(2, 4, 5, 4)", "(2, 4, 5, 3)"]),
    ("conv_backward", 0, np.ones((1, 4, 5, 4)), ValueError, ["dZ", "(2, 4, 5, 4)", "(1, 4, 5, 4)"]),
    ("conv_backward", 0, np.ones((4, 5, 4)), ValueError, ["dZ", "(4, 5, 4)"]),
    ("conv_backward", 0, 1.0, ValueError, ["dZ", "4 axes"]),
    ("pool_backward", 0, np.ones((2, 3, 2, 3)), ValueError, ["dA", "(2, 2, 3, 3)", "(2, 3, 2, 3)"]),
    ("pool_backward", 0, np.ones((2, 2, 3, 4)), ValueError, ["dA", "(2, 2, 3, 3)", "(2, 2, 3, 4)"]),
    # hparameters
    ("conv_forward", 3, {"stride": 1}, ValueError, ["'pad'", "'stride'"]),
    ("conv_forward", 3, {"pad": 0}, ValueError, ["'stride'", "'pad'"]),
    ("conv_forward", 3, {}, ValueError, ["'stride'", "none"]),
    ("conv_forward", 3, {"strides": 1, "pad": 0}, ValueError, ["'stride'", "is 'strides' misspelt"]),
    ("conv_forward", 3, {"stride": 1, "padding": 0}, ValueError, ["'pad'", "is 'padding' misspelt"]),
    ("conv_forward", 3, {"Stride": 1, "pad": 0}, ValueError, ["'stride'", "is 'Stride' misspelt"]),
    ("conv_forward", 3, {1: 1, None: 0}, ValueError, ["'stride'", "1, None"]),
    ("conv_forward", 3, {"stride": 0, "pad": 0}, ValueError, ["stride", "at least 1", "0"]),
    ("conv_forward", 3, {"stride": -2, "pad": 0}, ValueError, ["stride", "at least 1", "-2"]),
    ("conv_forward", 3, {"stride": 1, "pad": -1}, ValueError, ["pad", "at least 0", "-1"]),
    ("conv_forward", 3, {"stride": 1.5, "pad": 0}, TypeError, ["stride", "integer", "1.5"]),
    ("conv_forward", 3, {"stride": 2.0, "pad": 0}, TypeError, ["stride", "integer", "2.0"]),
    ("conv_forward", 3, {"stride": (1, 1), "pad": 0}, TypeError, ["stride", "integer", "(1, 1)"]),
    ("conv_forward", 3, {"stride": 1, "pad": "same"}, TypeError, ["pad", "integer", "'same'"]),
    ("conv_forward", 3, {"stride": 1, "pad": np.nan}, TypeError, ["pad", "integer", "nan"]),
    ("conv_forward", 3, {"stride": np.True_, "pad": 0}, TypeError, ["stride", "integer", "True"]),
    ("conv_forward", 3, (1, 0), TypeError, ["hparameters", "dict", "'stride', 'pad'", "tuple"]),
    ("conv_forward", 3, None, TypeError, ["hparameters", "dict", "NoneType"]),
    ("pool_forward", 1, {"stride": 2}, ValueError, ["'f'", "'stride'"]),
    ("pool_forward", 1, {"f": 2}, ValueError, ["'stride'", "'f'"]),
    ("pool_forward", 1, {"f": 0, "stride": 1}, ValueError, ["f", "at least 1", "0"]),
    ("pool_forward", 1, {"f": 2, "stride": 0}, ValueError, ["stride", "at least 1", "0"]),
    ("pool_forward", 1, {"f": 2.5, "stride": 1}, TypeError, ["f", "integer", "2.5"]),
    ("pool_forward", 1, 2, TypeError, ["hparameters", "dict", "int"]),
    # mode
    ("pool_forward", 2, "mean", ValueError, ["mode", '"max"', '"average"', "'mean'"]),
    ("pool_forward", 2, "MAX", ValueError, ["mode", '"max"', '"average"', "'MAX'"]),
    ("pool_forward", 2, None, ValueError, ["mode", "None"]),
    ("pool_forward", 2, np.array(["max", "max"]), ValueError, ["mode", '"max"', '"average"']),
    ("pool_backward", 2, "avg", ValueError, ["mode", '"max"', '"average"', "'avg'"]),
    # caches
    ("conv_backward", 1, POOL_CACHE, ValueError, ["cache", "conv_forward", "tuple of 2", "another function"]),
    ("conv_backward", 1, None, TypeError, ["cache", "conv_forward", "NoneType"]),
    ("conv_backward", 1, CONV, TypeError, ["cache", "conv_forward", "dict"]),
    ("conv_backward", 1, (W, A_PREV, B, CONV), ValueError, []),
    ("conv_backward", 1, (A_PREV, W, B, None), TypeError, ["hparameters"]),
    ("conv_backward", 1, (A_PREV, W, B, POOL), ValueError, ["'pad'"]),
    ("pool_backward", 1, CONV_CACHE, ValueError, ["cache", "pool_forward", "tuple of 4", "another function"]),
    ("pool_backward", 1, A_PREV, TypeError, ["cache", "pool_forward", "ndarray"]),
    ("pool_backward", 1, (A_PREV, CONV), ValueError, ["'f'"]),
    # dtypes
    *(
        (function, argument, bad, TypeError, [name, *words])
        for function, argument, name in [
            ("zero_pad", 0, "X"),
            ("conv_single_step", 0, "a_slice_prev"),
            ("conv_single_step", 1, "W"),
            ("conv_single_step", 2, "b"),
            ("conv_forward", 0, "A_prev"),
            ("conv_forward", 1, "W"),
            ("conv_forward", 2, "b"),
            ("conv_backward", 0, "dZ"),
            ("pool_forward", 0, "A_prev"),
            ("create_mask_from_window", 0, "x"),
            ("distribute_value", 0, "dz"),
            ("pool_backward", 0, "dA"),
        ]
        for bad, words in [
            ("cat.jpg", ["real numbers", "<U7"]),
            (None, ["real numbers", "object"]),
            (np.ones((2, 5, 6, 3), complex), ["real numbers", "complex128"]),
            (np.zeros((2, 5, 6, 3), "datetime64[s]"), ["real numbers", "datetime64"]),
            (np.ones((2, 5, 6, 3), object), ["real numbers", "object"]),
            (RAGGED, ["equally long", "[[1.0, 2.0], [3.0]]"]),
        ]
    ),
]


def named(bad):
    function, argument, value, _, _ = bad
    what = f"{value.dtype}{value.shape}" if isinstance(value, np.ndarray) else type(value).__name__
    return f"{function}-{argument}-{what}"


@pytest.mark.parametrize(("function", "argument", "value", "error", "words"), BAD, ids=map(named, BAD))
def test_bad_input_is_told_what_was_expected_and_what_came(eight, function, argument, value, error, words):
    arguments = list(GOOD[function])
    arguments[argument] = value
    with pytest.raises(error) as caught:
        getattr(eight, function)(*arguments)
    assert type(caught.value) is error
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize("function", GOOD)
def test_what_bad_input_starts_from_is_good(eight, function):
    getattr(eight, function)(*GOOD[function])
