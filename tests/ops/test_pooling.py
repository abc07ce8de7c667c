"""Maximum and average pooling, forward and back, against loops, mathematics and hand-worked numbers."""

from inspect import signature

import numpy as np
import oracle
import pytest
from drawn import Untouched, arrays, assert_close, values
from hypothesis import given, strategies as st

from adim import ops

small = st.integers(1, 3)
one_or_two = small | st.tuples(small, small)


@st.composite
def poolings(draw, *, dilated=False):
    """Draw x, few numbers so that they tie, and attributes."""
    size = draw(one_or_two)
    dilation_rate = draw(one_or_two) if dilated else 1
    spans = oracle.extents(oracle.both(size), dilation_rate)
    side_H, side_W = (st.tuples(*[st.integers(0, min(span - 1, 3))] * 2) for span in spans)
    attributes = {
        "strides": draw(st.none() | one_or_two),
        "padding": draw(st.sampled_from(["valid", "same", "same_lower"]) | st.tuples(side_H, side_W)),
        "ceil_mode": draw(st.booleans()),
    }
    if dilated:
        attributes["dilation_rate"] = dilation_rate
    same = isinstance(attributes["padding"], str) and attributes["padding"] != "valid"
    sides = ((9, 9), (9, 9)) if same else oracle.pads(attributes["padding"], (1, 1), spans, (1, 1))
    image = [draw(st.integers(max(span - sum(side), 0), 8)) for span, side in zip(spans, sides, strict=True)]
    shape = (draw(st.integers(0, 2)), *image, draw(st.integers(0, 3)))
    return draw(arrays(shape, ties=draw(st.booleans()))), size, attributes


@given(poolings(dilated=True), st.data(), st.sampled_from(["first", "all"]))
def test_maximum_pooling_is_its_definition(engine, case, data, ties):
    x, size, attributes = case
    with Untouched(x):
        y = ops.max_pool2d(x, size, **attributes, engine=engine)
    assert y.dtype == x.dtype.newbyteorder("=")
    np.testing.assert_array_equal(y, oracle.max_pool2d(x, size, **attributes).astype(y.dtype), strict=True)
    grad = data.draw(arrays(y.shape, ties=True))  # of whole numbers, whose sums are exact
    with Untouched(x, y, grad):
        dx = ops.max_pool2d_backward(grad, x, y, size, **attributes, ties=ties, engine=engine)
    expected = oracle.max_pool2d_backward(grad, x, size, ties=ties, **attributes)
    assert dx.dtype == np.result_type(grad.dtype.newbyteorder("="), y.dtype)
    np.testing.assert_array_equal(dx, expected.astype(dx.dtype), strict=True)


@given(poolings(), st.data(), st.booleans())
def test_average_pooling_is_its_definition(engine, case, data, count_include_pad):
    x, size, attributes = case
    attributes["count_include_pad"] = count_include_pad
    with Untouched(x):
        y = ops.avg_pool2d(x, size, **attributes, engine=engine)
    assert y.dtype == x.dtype.newbyteorder("=")
    assert_close(y, oracle.avg_pool2d(x, size, **attributes))
    grad = data.draw(arrays(y.shape))
    with Untouched(grad):
        dx = ops.avg_pool2d_backward(grad, x.shape, size, **attributes, engine=engine)
    assert dx.dtype == grad.dtype.newbyteorder("=")
    assert_close(dx, oracle.avg_pool2d_backward(grad, x.shape, size, **attributes))


@given(poolings(), st.booleans(), st.integers(0, 2**32 - 1))
def test_the_gradient_of_a_mean_is_adjoint(engine, case, count_include_pad, seed):
    x, size, attributes = case
    x = x.astype(float)
    y = ops.avg_pool2d(x, size, **attributes, count_include_pad=count_include_pad, engine=engine)
    other = values(y.shape, seed)
    dx = ops.avg_pool2d_backward(other, x.shape, size, **attributes, count_include_pad=count_include_pad, engine=engine)
    assert abs(np.vdot(x, dx) - np.vdot(y, other)) < 1e-12 * (1 + np.vdot(np.abs(y), np.abs(other)))


@given(st.data(), st.sampled_from(["first", "all"]))
def test_global_pooling_is_pooling_over_the_whole_image(engine, data, ties):
    shape = data.draw(st.tuples(st.integers(0, 2), st.integers(1, 5), st.integers(1, 5), st.integers(0, 3)))
    x = data.draw(arrays(shape, ties=data.draw(st.booleans())))
    grad = data.draw(arrays((shape[0], 1, 1, shape[3]), ties=True))[:, 0, 0]
    with Untouched(x, grad):
        highest, mean = ops.global_max_pool2d(x, engine=engine), ops.global_avg_pool2d(x, engine=engine)
        d_highest = ops.global_max_pool2d_backward(grad, x, highest, ties=ties, engine=engine)
        d_mean = ops.global_avg_pool2d_backward(grad, shape, engine=engine)
    np.testing.assert_array_equal(highest, np.max(x, (1, 2)))
    assert highest.dtype == mean.dtype == x.dtype.newbyteorder("=")
    assert_close(mean, np.mean(x, (1, 2), dtype=float))
    whole = grad[:, None, None]
    np.testing.assert_array_equal(d_highest, oracle.max_pool2d_backward(whole, x, shape[1:3], ties=ties))
    assert_close(d_mean, oracle.avg_pool2d_backward(whole, shape, shape[1:3]))


DISTINCT = np.random.default_rng(0).permutation(96).reshape(2, 4, 6, 2) / 96  # far enough apart for small steps
ATTRIBUTES = [
    {},
    {"strides": (2, 1), "padding": "same"},
    {"strides": 3, "padding": ((1, 0), (1, 1)), "ceil_mode": True},
]


@pytest.mark.parametrize("attributes", [*ATTRIBUTES, {"strides": 1, "dilation_rate": (2, 3), "padding": 1}])
def test_central_differences_of_the_maximum(engine, attributes):
    y = ops.max_pool2d(DISTINCT, (3, 2), **attributes, engine=engine)
    weights = values(y.shape, 1)

    def cost(x):
        return np.vdot(weights, ops.max_pool2d(x, (3, 2), **attributes, engine=engine))

    (expected,) = oracle.central_differences(cost, DISTINCT)
    gradient = ops.max_pool2d_backward(weights, DISTINCT, y, (3, 2), **attributes, engine=engine)
    assert np.linalg.norm(gradient - expected) < 1e-6 * np.linalg.norm(expected)


@pytest.mark.parametrize("count_include_pad", [False, True])
@pytest.mark.parametrize("attributes", ATTRIBUTES)
def test_central_differences_of_the_mean(engine, attributes, count_include_pad):
    attributes = {**attributes, "count_include_pad": count_include_pad}
    weights = values(ops.avg_pool2d(DISTINCT, (3, 2), **attributes, engine=engine).shape, 1)

    def cost(x):
        return np.vdot(weights, ops.avg_pool2d(x, (3, 2), **attributes, engine=engine))

    (expected,) = oracle.central_differences(cost, DISTINCT)
    gradient = ops.avg_pool2d_backward(weights, DISTINCT.shape, (3, 2), **attributes, engine=engine)
    assert np.linalg.norm(gradient - expected) < 1e-6 * np.linalg.norm(expected)


def test_central_differences_of_global_pooling(engine):
    weights = values((2, 2), 1)
    highest, mean = oracle.central_differences(
        lambda x, z: np.vdot(
            weights, ops.global_max_pool2d(x, engine=engine) + ops.global_avg_pool2d(z, engine=engine)
        ),
        DISTINCT,
        DISTINCT,
    )
    y = ops.global_max_pool2d(DISTINCT, engine=engine)
    gradient = ops.global_max_pool2d_backward(weights, DISTINCT, y, engine=engine)
    assert np.linalg.norm(gradient - highest) < 1e-6 * np.linalg.norm(highest)
    gradient = ops.global_avg_pool2d_backward(weights, DISTINCT.shape, engine=engine)
    assert np.linalg.norm(gradient - mean) < 1e-6 * np.linalg.norm(mean)


# -- by hand


def row(*numbers):
    return np.array(numbers, float).reshape(1, 1, -1, 1)


@pytest.mark.parametrize("padding", [1, "same", "same_lower", ((1, 0), (0, 1))])
def test_padding_is_no_maximum(engine, padding):
    x = np.full((1, 3, 3, 2), -1.0)
    y = ops.max_pool2d(x, 2, strides=1, padding=padding, engine=engine)
    assert (y == -1).all()
    dx = ops.max_pool2d_backward(np.ones_like(y), x, y, 2, strides=1, padding=padding, engine=engine)
    assert dx.sum() == y.size  # no gradient is lost in the padding


def test_a_mean_divides_by_the_cells_of_the_image_or_by_all(engine):
    x = row(6, 12, 18)
    for count_include_pad, expected in ((False, [6, 9, 15, 18]), (True, [3, 9, 15, 9])):
        y = ops.avg_pool2d(x, (1, 2), strides=1, padding=(0, 1), count_include_pad=count_include_pad, engine=engine)
        assert y.ravel().tolist() == expected


def test_what_ceil_mode_adds_is_not_counted_and_what_is_padded_is(engine):
    x = row(6, 12, 18, 24)
    attributes = {"strides": 3, "padding": (0, 1), "ceil_mode": True, "engine": engine}
    # windows of 4 from cells -1 and 2: (pad 6 12 18) and (18 24 pad beyond)
    assert ops.avg_pool2d(x, (1, 4), **attributes).ravel().tolist() == [12, 21]
    assert ops.avg_pool2d(x, (1, 4), **attributes, count_include_pad=True).ravel().tolist() == [9, 14]
    assert ops.max_pool2d(x, (1, 4), **attributes).ravel().tolist() == [18, 24]


def test_no_window_starts_in_the_end_padding(engine):
    x = row(1, 2)
    # windows of 2, 3 apart, from cell -1; the next one would start at cell 2
    assert ops.max_pool2d(x, (1, 2), strides=3, padding=(0, 1), ceil_mode=True, engine=engine).ravel().tolist() == [1]


def test_ties_send_the_gradient_to_the_first_or_to_all(engine):
    x = np.array([[0.0, 7.0, 7.0], [7.0, 0.0, 7.0]]).reshape(1, 2, 3, 1)
    y, grad = ops.max_pool2d(x, 2, strides=1, engine=engine), np.array([10.0, 1.0]).reshape(1, 1, 2, 1)
    first = ops.max_pool2d_backward(grad, x, y, 2, strides=1, engine=engine)
    assert first[0, :, :, 0].tolist() == [[0, 11, 0], [0, 0, 0]]
    every = ops.max_pool2d_backward(grad, x, y, 2, strides=1, ties="all", engine=engine)
    assert every[0, :, :, 0].tolist() == [[0, 11, 1], [10, 0, 1]]


def test_zeros_of_either_sign_tie(engine):
    x = row(-0.0, 0.0)
    y = ops.max_pool2d(x, (1, 2), engine=engine)
    assert ops.max_pool2d_backward(row(5), x, y, (1, 2), engine=engine).ravel().tolist() == [5, 0]
    assert ops.max_pool2d_backward(row(5), x, y, (1, 2), ties="all", engine=engine).ravel().tolist() == [5, 5]


def test_dilated_windows_skip_cells(engine):
    x = row(1, 9, 2, 8, 3)
    assert ops.max_pool2d(x, (1, 3), strides=1, dilation_rate=(1, 2), engine=engine).ravel().tolist() == [3]
    assert ops.max_pool2d(x, (1, 2), strides=1, dilation_rate=2, engine=engine).ravel().tolist() == [2, 9, 3]


def test_the_maximum_of_a_dilated_window_over_padding_alone_is_minus_infinity(engine):
    x = row(5)
    y = ops.max_pool2d(x, (1, 2), strides=1, dilation_rate=(1, 3), padding=((0, 0), (2, 1)), engine=engine)
    assert y.ravel().tolist() == [-np.inf]  # its two cells are -2 and 1
    dx = ops.max_pool2d_backward(
        row(1), x, y, (1, 2), strides=1, dilation_rate=(1, 3), padding=((0, 0), (2, 1)), engine=engine
    )
    assert dx.ravel().tolist() == [0]


def test_nan_and_infinity_reach_the_windows_that_hold_them_and_no_other(engine):
    x = row(np.nan, 1, 2, np.inf, 3, 4, -np.inf, 5)
    assert str(ops.max_pool2d(x, (1, 2), engine=engine).ravel().tolist()) == "[nan, inf, 4.0, 5.0]"
    assert str(ops.avg_pool2d(x, (1, 2), engine=engine).ravel().tolist()) == "[nan, inf, 3.5, -inf]"
    assert np.isnan(ops.global_max_pool2d(x, engine=engine)).all()
    lost = row(1, 1, np.nan, 1)
    y = ops.max_pool2d(x, (1, 2), engine=engine)
    first = ops.max_pool2d_backward(lost, x, y, (1, 2), engine=engine)
    assert str(first.ravel().tolist()) == "[1.0, 0.0, 0.0, 1.0, 0.0, nan, 0.0, 1.0]"
    every = ops.max_pool2d_backward(lost, x, y, (1, 2), ties="all", engine=engine)
    assert str(every.ravel().tolist()) == "[0.0, 0.0, 0.0, 1.0, 0.0, nan, 0.0, 1.0]"
    mean = ops.avg_pool2d_backward(lost, x.shape, (1, 2), engine=engine)
    assert str(mean.ravel().tolist()) == "[0.5, 0.5, 0.5, 0.5, nan, nan, 0.5, 0.5]"


def test_an_image_of_minus_infinity(engine):
    x = np.full((1, 2, 2, 1), -np.inf)
    y = ops.max_pool2d(x, 2, strides=1, padding=1, engine=engine)
    assert (y == -np.inf).all()
    dx = ops.max_pool2d_backward(np.ones_like(y), x, y, 2, strides=1, padding=1, engine=engine)
    assert dx.sum() == 9


@pytest.mark.parametrize("shape", [(0, 4, 4, 3), (2, 4, 4, 0), (2, 0, 4, 3), (2, 4, 0, 3), (2, 0, 0, 3)])
@pytest.mark.parametrize("attributes", [{}, {"strides": 1, "padding": 1, "ceil_mode": True}, {"padding": "same"}])
def test_nothing_in_nothing_out(engine, shape, attributes):
    x = np.ones(shape)
    for y in (ops.max_pool2d(x, 2, **attributes, engine=engine), ops.avg_pool2d(x, 2, **attributes, engine=engine)):
        assert y.size == 0
        assert [n == 0 for n in y.shape] == [n == 0 for n in shape]
        assert ops.max_pool2d_backward(y, x, y, 2, **attributes, engine=engine).shape == shape
        assert ops.avg_pool2d_backward(y, shape, 2, **attributes, engine=engine).shape == shape


def test_uint8_images_count_from_0_to_255_in_float32(engine):
    x = np.array([0, 255, 200, 255], np.uint8).reshape(1, 2, 2, 1)
    for y, expected in (
        (ops.max_pool2d(x, 2, engine=engine), 255),
        (ops.avg_pool2d(x, 2, engine=engine), 177.5),
        (ops.global_avg_pool2d(x, engine=engine), 177.5),
    ):
        assert y.dtype == np.float32
        assert y.item() == expected


def test_results_share_no_memory_with_what_came_in_and_can_be_written(engine):
    x, one = np.ones((1, 1, 1, 1)), np.ones((1, 1))
    for made in (
        ops.max_pool2d(x, 1, engine=engine),
        ops.max_pool2d_backward(x, x, x, 1, engine=engine),
        ops.avg_pool2d(x, 1, engine=engine),
        ops.avg_pool2d_backward(x, x.shape, 1, engine=engine),
        ops.global_max_pool2d(x, engine=engine),
        ops.global_max_pool2d_backward(one, x, one, engine=engine),
        ops.global_avg_pool2d(x, engine=engine),
        ops.global_avg_pool2d_backward(one, x.shape, engine=engine),
    ):
        assert made.flags.writeable
        assert not np.shares_memory(made, x)
        assert not np.shares_memory(made, one)


@pytest.mark.parametrize("huge", [2**62, 10**30])
def test_steps_that_are_never_taken_may_be_of_any_length(engine, huge):
    x = np.ones((1, 3, 3, 2))
    y = ops.max_pool2d(x, 2, strides=huge, engine=engine)
    assert y.shape == (1, 1, 1, 2)
    assert ops.max_pool2d_backward(y, x, y, 2, strides=huge, engine=engine).sum() == 2
    assert ops.avg_pool2d(x, 2, strides=huge, engine=engine).shape == (1, 1, 1, 2)
    assert ops.avg_pool2d_backward(y, x.shape, 2, strides=huge, engine=engine).sum() == 2


# -- what bad input is told

X, Y = np.ones((2, 5, 6, 3)), np.ones((2, 2, 3, 3))
GOOD = {
    ops.max_pool2d: {"x": X, "pool_size": 2},
    ops.max_pool2d_backward: {"grad": Y, "x": X, "y": Y, "pool_size": 2},
    ops.avg_pool2d: {"x": X, "pool_size": 2},
    ops.avg_pool2d_backward: {"grad": Y, "input_shape": X.shape, "pool_size": 2},
    ops.global_max_pool2d: {"x": X},
    ops.global_max_pool2d_backward: {"grad": np.ones((2, 3)), "x": X, "y": np.ones((2, 3))},
    ops.global_avg_pool2d: {"x": X},
    ops.global_avg_pool2d_backward: {"grad": np.ones((2, 3)), "input_shape": X.shape},
}
WINDOWS = [ops.max_pool2d, ops.max_pool2d_backward, ops.avg_pool2d, ops.avg_pool2d_backward]
GLOBAL = [function for function in GOOD if function not in WINDOWS]
BAD = [
    (GOOD, {"x": X[0]}, ValueError, ["x", "(m, H, W, C)", "(5, 6, 3)", "x[np.newaxis]"]),
    (GOOD, {"x": X[..., None]}, ValueError, ["x", "(m, H, W, C)", "(2, 5, 6, 3, 1)"]),
    (GOOD, {"input_shape": (5, 6, 3)}, ValueError, ["input_shape", "(m, H, W, C)", "(5, 6, 3)"]),
    (GOOD, {"input_shape": X}, ValueError, ["input_shape", "(m, H, W, C)"]),
    (WINDOWS, {"grad": Y[:, :1]}, ValueError, ["grad", "(2, 2, 3, 3)", "(2, 1, 3, 3)"]),
    (WINDOWS, {"y": X}, ValueError, ["y", "(2, 2, 3, 3)", "(2, 5, 6, 3)"]),
    (GLOBAL, {"grad": Y}, ValueError, ["grad", "(2, 3)", "(2, 2, 3, 3)"]),
    (GLOBAL, {"y": np.ones((2, 1, 1, 3))}, ValueError, ["y", "(2, 3)", "(2, 1, 1, 3)"]),
    (GLOBAL, {"x": X[:, :0]}, ValueError, ["images without cells", "(2, 0, 6, 3)"]),
    (GLOBAL, {"input_shape": (2, 5, 0, 3)}, ValueError, ["images without cells", "(2, 5, 0, 3)"]),
    (WINDOWS, {"pool_size": 6}, ValueError, ["window spans 6 x 6", "5 x 6"]),
    (WINDOWS, {"pool_size": 0}, ValueError, ["pool_size", "at least 1", "0"]),
    (WINDOWS, {"pool_size": 2.0}, TypeError, ["pool_size", "integer", "2.0"]),
    (WINDOWS, {"pool_size": (2, 2, 2)}, ValueError, ["pool_size", "(height, width)", "(2, 2, 2)"]),
    (WINDOWS, {"pool_size": None}, TypeError, ["pool_size", "integer", "None"]),
    (WINDOWS, {"strides": 0}, ValueError, ["strides", "at least 1", "0"]),
    (WINDOWS, {"strides": 0.5}, TypeError, ["strides", "integer", "0.5"]),
    (WINDOWS, {"padding": 2}, ValueError, ["padding", "smaller than the window", "2 x 2"]),
    (WINDOWS, {"padding": -1}, ValueError, ["padding", "at least 0", "-1"]),
    (WINDOWS, {"padding": "full"}, ValueError, ["padding", '"same_lower"', "'full'"]),
    (WINDOWS, {"dilation_rate": 0}, ValueError, ["dilation_rate", "at least 1", "0"]),
    (WINDOWS, {"dilation_rate": 5}, ValueError, ["window spans 6 x 6", "5 x 6"]),
    (GOOD, {"ties": np.array(["all", "all"])}, ValueError, ["ties", '"first"', '"all"']),
    (GOOD, {"ties": "last"}, ValueError, ["ties", '"first"', '"all"', "'last'"]),
    (GOOD, {"engine": "cuda"}, ValueError, ["engine", "'auto'", "'vectorised'", "'cuda'"]),
    *(
        (GOOD, {name: bad}, TypeError, [name, *words])
        for name in ("x", "y", "grad")
        for bad, words in [
            ("cat.jpg", ["real numbers", "<U7"]),
            (np.ones((2, 5, 6, 3), complex), ["real numbers", "complex128"]),
            ([[1.0], [2.0, 3.0]], ["equally long rows"]),
        ]
    ),
]
CALLS = [
    (function, *bad)
    for functions, *bad in BAD
    for function in functions
    if bad[0].keys() <= signature(function).parameters.keys()
]


@pytest.mark.parametrize(
    ("function", "replaced", "error", "words"),
    CALLS,
    ids=[f"{call.__name__}-{'-'.join(bad)}" for call, bad, *_ in CALLS],
)
def test_bad_input_is_told_what_was_expected_and_what_came(function, replaced, error, words):
    with pytest.raises(error) as caught:
        function(**{**GOOD[function], **replaced})
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize("function", GOOD)
def test_what_bad_input_starts_from_is_good(function):
    function(**GOOD[function])
