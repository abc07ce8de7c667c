"""Convolution and its transpose, forward and back, against loops, mathematics and hand-worked numbers."""

from inspect import signature

import numpy as np
import oracle
import pytest
from drawn import FLOATS, Untouched, arrays, assert_close, values
from hypothesis import assume, given, strategies as st

from adim import ops

small = st.integers(1, 3)
one_or_two = small | st.tuples(small, small)
pads = st.integers(0, 3)
sides = st.one_of(pads, st.tuples(pads, pads), st.tuples(st.tuples(pads, pads), st.tuples(pads, pads)))
names = st.sampled_from(["valid", "same", "same_lower"])
paddings = st.booleans().flatmap(lambda named: names if named else sides)  # half of them names


def promoted(*given):
    return np.result_type(*(array.dtype.newbyteorder("=") for array in given if array is not None))


@st.composite
def convolutions(draw):
    """Draw x, kernel, bias and attributes that fit each other."""
    taps = draw(st.tuples(small, small))
    attributes = {
        "strides": draw(one_or_two),
        "padding": draw(paddings),
        "dilation_rate": draw(one_or_two),
        "groups": draw(small),
    }
    spans = oracle.extents(taps, attributes["dilation_rate"])
    same = attributes["padding"] in ("same", "same_lower")
    around = ((0, 0), (0, 0)) if same else oracle.pads(attributes["padding"], (1, 1), spans, (1, 1))
    image = []
    for span, side in zip(spans, around, strict=True):
        least = 0 if same else max(span - sum(side), 0)
        image.append(draw(st.integers(least, least + 4) | st.just(0) if least else st.integers(0, 4)))
    channels, filters = (draw(st.integers(0, 2)) * attributes["groups"] for _ in "CF")
    x = draw(arrays((draw(st.integers(0, 2)), *image, channels)))
    kernel = draw(arrays((*taps, channels // attributes["groups"], filters)))
    bias = draw(st.none() | st.sampled_from(FLOATS).map(lambda dtype: values(filters, 0, dtype)))
    return x, kernel, bias, attributes


@given(convolutions(), st.data())
def test_convolution_is_its_definition(engine, case, data):
    x, kernel, bias, attributes = case
    with Untouched(x, kernel):
        y = ops.conv2d(x, kernel, bias, **attributes, engine=engine)
    assert y.dtype == promoted(x, kernel, bias)
    assert_close(y, oracle.conv2d(x, kernel, bias, **attributes))
    grad = data.draw(arrays(y.shape))
    with Untouched(x, kernel, grad):
        gradients = ops.conv2d_backward(grad, x, kernel, **attributes, engine=engine)
    for gradient, expected in zip(gradients, oracle.conv2d_backward(grad, x, kernel, **attributes), strict=True):
        assert gradient.dtype == promoted(grad, x, kernel)
        assert_close(gradient, expected)


@given(convolutions(), st.data())
def test_each_gradient_alone_is_that_of_both(engine, case, data):
    x, kernel, _, attributes = case
    x, kernel = x.astype(float), kernel.astype(float)
    grad = data.draw(arrays(ops.conv2d(x, kernel, **attributes, engine=engine).shape))
    dx, dkernel, dbias = ops.conv2d_backward(grad, x, kernel, **attributes, engine=engine)
    np.testing.assert_array_equal(
        ops.conv2d_input_gradient(grad, kernel, x.shape, **attributes, engine=engine), dx, strict=True
    )
    alone = ops.conv2d_kernel_gradient(grad, x, kernel.shape, **attributes, engine=engine)
    np.testing.assert_array_equal(alone[0], dkernel, strict=True)
    np.testing.assert_array_equal(alone[1], dbias, strict=True)


@given(convolutions(), st.integers(0, 2**32 - 1))
def test_the_gradients_are_adjoint(engine, case, seed):
    x, kernel, _, attributes = case
    x, kernel = x.astype(float), kernel.astype(float)
    y = ops.conv2d(x, kernel, **attributes, engine=engine)
    other = values(y.shape, seed)
    dx, dkernel, _ = ops.conv2d_backward(other, x, kernel, **attributes, engine=engine)
    product = np.vdot(y, other)
    size = 1 + np.vdot(np.abs(y), np.abs(other))
    assert abs(np.vdot(x, dx) - product) < 1e-12 * size
    assert abs(np.vdot(kernel, dkernel) - product) < 1e-12 * size


@st.composite
def transposed(draw):
    """Draw x, kernel, bias and attributes of a transposed convolution that fit each other."""
    taps, strides = draw(st.tuples(small, small)), draw(st.tuples(small, small))
    attributes = {
        "strides": strides,
        "padding": draw(paddings),
        "dilation_rate": draw(st.tuples(small, small)),
        "output_padding": draw(st.none() | st.tuples(*(st.integers(0, stride - 1) for stride in strides))),
    }
    m, channels, filters = (draw(st.integers(0, 2)) for _ in range(3))
    x = draw(arrays((m, draw(st.integers(0, 4)), draw(st.integers(0, 4)), channels)))
    kernel = draw(arrays((*taps, filters, channels)))
    (n_H, n_W), _ = oracle.transposed_products((0, *x.shape[1:]), kernel.shape, **attributes)
    assume((n_H > 0 or x.shape[1] == 0) and (n_W > 0 or x.shape[2] == 0))
    bias = draw(st.none() | st.sampled_from(FLOATS).map(lambda dtype: values(filters, 0, dtype)))
    return x, kernel, bias, attributes


@given(transposed(), st.data())
def test_transposed_convolution_is_its_definition(engine, case, data):
    x, kernel, bias, attributes = case
    with Untouched(x, kernel):
        y = ops.conv2d_transpose(x, kernel, bias, **attributes, engine=engine)
    assert y.dtype == promoted(x, kernel, bias)
    assert_close(y, oracle.conv2d_transpose(x, kernel, bias, **attributes))
    grad = data.draw(arrays(y.shape))
    with Untouched(x, kernel, grad):
        gradients = ops.conv2d_transpose_backward(grad, x, kernel, **attributes, engine=engine)
    expected = oracle.conv2d_transpose_backward(grad, x, kernel, **attributes)
    for gradient, right in zip(gradients, expected, strict=True):
        assert gradient.dtype == promoted(grad, x, kernel)
        assert_close(gradient, right)
    without = ops.conv2d_transpose_backward(grad, x, kernel, **attributes, engine=engine, input_gradient=False)
    assert without[0] is None
    np.testing.assert_array_equal(without[1], gradients[1])


@given(transposed(), st.integers(0, 2**32 - 1))
def test_the_gradients_of_the_transpose_are_adjoint(engine, case, seed):
    x, kernel, _, attributes = case
    x, kernel = x.astype(float), kernel.astype(float)
    y = ops.conv2d_transpose(x, kernel, **attributes, engine=engine)
    other = values(y.shape, seed)
    dx, dkernel, _ = ops.conv2d_transpose_backward(other, x, kernel, **attributes, engine=engine)
    product = np.vdot(y, other)
    size = 1 + np.vdot(np.abs(y), np.abs(other))
    assert abs(np.vdot(x, dx) - product) < 1e-12 * size
    assert abs(np.vdot(kernel, dkernel) - product) < 1e-12 * size


@pytest.mark.parametrize(
    ("channels", "filters", "attributes"),
    [
        (2, 3, {}),
        (2, 3, {"strides": (2, 1), "padding": "same"}),
        (2, 3, {"strides": 2, "padding": ((2, 0), (1, 3)), "dilation_rate": (1, 2)}),
        (4, 6, {"groups": 2, "padding": "same_lower"}),
        (3, 6, {"groups": 3, "padding": 1, "strides": 2}),
    ],
)
def test_central_differences(engine, channels, filters, attributes):
    x = values((2, 4, 5, channels), 0)
    kernel, bias = values((3, 2, channels // attributes.get("groups", 1), filters), 1), values(filters, 2)
    weights = values(ops.conv2d(x, kernel, **attributes, engine=engine).shape, 3)

    def cost(x, kernel, bias):
        return np.vdot(weights, ops.conv2d(x, kernel, bias, **attributes, engine=engine))

    gradients = ops.conv2d_backward(weights, x, kernel, **attributes, engine=engine)
    for gradient, expected in zip(gradients, oracle.central_differences(cost, x, kernel, bias), strict=True):
        assert np.linalg.norm(gradient - expected) < 1e-6 * np.linalg.norm(expected)


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"strides": (2, 3), "padding": "same"},
        {"strides": 2, "padding": ((1, 0), (1, 2)), "output_padding": 1},
        {"dilation_rate": (2, 1), "padding": "same_lower", "strides": 2},
    ],
)
def test_central_differences_of_the_transpose(engine, attributes):
    x, kernel, bias = values((2, 3, 4, 2), 0), values((3, 2, 3, 2), 1), values(3, 2)
    weights = values(ops.conv2d_transpose(x, kernel, **attributes, engine=engine).shape, 3)

    def cost(x, kernel, bias):
        return np.vdot(weights, ops.conv2d_transpose(x, kernel, bias, **attributes, engine=engine))

    gradients = ops.conv2d_transpose_backward(weights, x, kernel, **attributes, engine=engine)
    for gradient, expected in zip(gradients, oracle.central_differences(cost, x, kernel, bias), strict=True):
        assert np.linalg.norm(gradient - expected) < 1e-6 * np.linalg.norm(expected)


# -- by hand


def test_the_filter_is_not_flipped(engine):
    x = np.array([1.0, 2.0, 3.0]).reshape(1, 1, 3, 1)
    kernel = np.array([1.0, 10.0]).reshape(1, 2, 1, 1)
    assert ops.conv2d(x, kernel, engine=engine).ravel().tolist() == [21, 32]


def test_same_puts_the_odd_cell_at_the_end_and_same_lower_at_the_start(engine):
    x = np.array([1.0, 2.0, 3.0]).reshape(1, 1, 3, 1)
    kernel = np.array([1.0, 10.0]).reshape(1, 2, 1, 1)
    assert ops.conv2d(x, kernel, padding="same", engine=engine).ravel().tolist() == [21, 32, 3]
    assert ops.conv2d(x, kernel, padding="same_lower", engine=engine).ravel().tolist() == [10, 21, 32]


def test_same_with_a_stride(engine):
    x = np.arange(1.0, 7.0).reshape(1, 1, 6, 1)
    kernel = np.array([1.0, 10.0, 100.0]).reshape(1, 3, 1, 1)
    # three outputs and one cell of padding: behind the last pixel, or before the first
    assert ops.conv2d(x, kernel, strides=2, padding="same", engine=engine).ravel().tolist() == [321, 543, 65]
    assert ops.conv2d(x, kernel, strides=2, padding="same_lower", engine=engine).ravel().tolist() == [210, 432, 654]


def test_filters_see_the_channels_of_their_group(engine):
    x = np.array([1.0, 10.0, 100.0, 1000.0]).reshape(1, 1, 1, 4)
    kernel = np.ones((1, 1, 2, 6))
    assert ops.conv2d(x, kernel, groups=2, engine=engine).ravel().tolist() == [11] * 3 + [1100] * 3


def test_depthwise_with_a_multiplier_keeps_the_filters_of_a_channel_together(engine):
    x = np.array([1.0, 10.0]).reshape(1, 1, 1, 2)
    kernel = np.array([1.0, 2.0, 3.0, 4.0]).reshape(1, 1, 1, 4)
    assert ops.conv2d(x, kernel, groups=2, engine=engine).ravel().tolist() == [1, 2, 30, 40]


def test_a_transposed_convolution_spreads_each_pixel(engine):
    x = np.array([1.0, 2.0]).reshape(1, 1, 2, 1)
    kernel = np.array([1.0, 10.0, 100.0]).reshape(1, 3, 1, 1)
    full = ops.conv2d_transpose(x, kernel, strides=(1, 2), engine=engine)
    assert full.ravel().tolist() == [1, 10, 102, 20, 200]
    same = ops.conv2d_transpose(x, kernel, strides=(1, 2), padding="same", engine=engine)
    assert same.ravel().tolist() == [1, 10, 102, 20]
    longer = ops.conv2d_transpose(
        x, kernel, [0.5], strides=(1, 2), padding=(0, 1), output_padding=(0, 1), engine=engine
    )
    assert longer.ravel().tolist() == [10.5, 102.5, 20.5, 200.5]


def test_padding_is_one_number_or_one_an_axis_or_one_a_side(engine):
    x, kernel = values((1, 4, 5, 2), 0), values((3, 2, 2, 1), 1)
    padded = np.pad(x, ((0, 0), (1, 1), (2, 2), (0, 0)))
    expected = ops.conv2d(padded, kernel, engine=engine)
    for padding in ((1, 2), [1, 2], ((1, 1), (2, 2)), ([1, 1], 2)):
        np.testing.assert_allclose(ops.conv2d(x, kernel, padding=padding, engine=engine), expected, rtol=1e-13)
    with_both = ops.conv2d(x, kernel, padding=((1, 1), (1, 1)), engine=engine)
    np.testing.assert_allclose(ops.conv2d(x, kernel, padding=1, engine=engine), with_both, rtol=1e-13)


def test_uint8_images_count_from_0_to_255_in_float32(engine):
    x = np.array([0, 200, 255], np.uint8).reshape(1, 1, 3, 1)
    y = ops.conv2d(x, np.full((1, 1, 1, 1), 2, np.uint8), engine=engine)
    assert y.dtype == np.float32
    assert y.ravel().tolist() == [0, 400, 510]
    assert ops.conv2d(x, np.ones((1, 1, 1, 1)), engine=engine).dtype == np.float64


def test_a_bias_left_out_decides_no_dtype(engine):
    x, kernel = np.ones((1, 2, 2, 1), np.float32), np.ones((1, 1, 1, 1), np.float32)
    assert ops.conv2d(x, kernel, engine=engine).dtype == np.float32
    assert ops.conv2d(x, kernel, np.zeros(1), engine=engine).dtype == np.float64


@pytest.mark.parametrize("groups", [1, 2])
def test_nan_and_infinity_reach_the_windows_that_hold_them_and_no_other(engine, groups):
    x = np.ones((2, 4, 6, 2))
    x[0, 1, 1, 0], x[1, 3, 5, 1] = np.nan, np.inf
    kernel = np.ones((2, 2, 2 // groups, 2))
    y = ops.conv2d(x, kernel, strides=2, groups=groups, engine=engine)
    expected = np.full((2, 2, 3, 2), 8.0 / groups)
    expected[0, 0, 0, : 2 // groups] = np.nan
    expected[1, 1, 2, groups - 1 :] = np.inf
    np.testing.assert_array_equal(y, expected)
    dx, dkernel, dbias = ops.conv2d_backward(expected, x, kernel, strides=2, groups=groups, engine=engine)
    lost = np.zeros(x.shape, bool)
    lost[0, :2, :2, : 2 // groups] = lost[1, 2:, 4:, groups - 1 :] = True
    np.testing.assert_array_equal(~np.isfinite(dx), lost)
    assert not np.isfinite(dkernel[1, 1]).all()
    assert np.isnan(dbias[0])


def test_denormals_are_not_flushed(engine):
    tiny = np.full((1, 2, 2, 1), 1e-310)
    kernel = np.ones((2, 2, 1, 1))
    np.testing.assert_allclose(ops.conv2d(tiny, kernel, engine=engine), 4e-310, rtol=1e-10)
    np.testing.assert_allclose(ops.conv2d_backward(tiny[:, :1, :1], tiny, kernel, engine=engine)[0], 1e-310, rtol=1e-10)


@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize(
    ("shape", "filters", "output"),
    [
        ((0, 5, 5, 4), 6, (0, 3, 3, 6)),
        ((2, 5, 0, 4), 6, (2, 3, 0, 6)),
        ((2, 0, 5, 4), 6, (2, 0, 3, 6)),
        ((2, 5, 5, 0), 6, (2, 3, 3, 6)),
        ((2, 5, 5, 4), 0, (2, 3, 3, 0)),
    ],
)
def test_nothing_in_nothing_out(engine, shape, filters, output, groups):
    kernel, bias = np.ones((3, 3, shape[3] // groups, filters)), np.full(filters, 7.0)
    x = np.ones(shape)
    y = ops.conv2d(x, kernel, bias, groups=groups, engine=engine)
    assert y.shape == output
    assert (y == 7).all()  # where a pixel is, no channel added to the bias
    dx, dkernel, dbias = ops.conv2d_backward(np.ones(output), x, kernel, groups=groups, engine=engine)
    assert (dx.shape, dkernel.shape, dbias.shape) == (shape, kernel.shape, bias.shape)
    assert not dkernel.any()
    assert (dbias == np.prod(output[:3])).all()


@pytest.mark.parametrize("huge", [2**62, 10**30])
def test_steps_that_are_never_taken_may_be_of_any_length(engine, huge):
    x = np.ones((1, 3, 3, 2))
    assert ops.conv2d(x, np.ones((2, 2, 2, 1)), strides=huge, engine=engine).ravel().tolist() == [8]
    assert ops.conv2d(x, np.ones((1, 1, 2, 1)), dilation_rate=huge, engine=engine).shape == (1, 3, 3, 1)
    assert ops.conv2d(x, np.ones((2, 2, 1, 2)), strides=huge, groups=2, engine=engine).ravel().tolist() == [4, 4]


def test_results_share_no_memory_with_what_came_in_and_can_be_written(engine):
    x, kernel = np.ones((1, 2, 2, 1)), np.ones((1, 1, 1, 1))
    for made in (
        ops.conv2d(x, kernel, engine=engine),
        *ops.conv2d_backward(x, x, kernel, engine=engine),
        ops.conv2d_transpose(x, kernel, engine=engine),
        *ops.conv2d_transpose_backward(x, x, kernel, engine=engine),
    ):
        assert made.flags.writeable
        assert not np.shares_memory(made, x)
        assert not np.shares_memory(made, kernel)


# -- rounding


def test_float32_stays_close_to_float64_over_4608_products(engine):
    x, kernel = values((1, 10, 10, 512), 0, np.float32), values((3, 3, 512, 32), 1, np.float32)
    y = ops.conv2d(x, kernel, engine=engine)
    exact = ops.conv2d(x.astype(float), kernel.astype(float), engine=engine)
    assert y.dtype == np.float32
    assert np.abs(y - exact).max() < 2e-5 * np.abs(exact).max()


@pytest.mark.parametrize("groups", [1, 2])
def test_long_sums_of_gradients_do_not_drift(engine, groups):
    grad, x = np.full((1, 512, 512, 2), 0.1, np.float32), np.ones((1, 512, 512, 2), np.float32)
    dkernel, dbias = ops.conv2d_kernel_gradient(grad, x, (1, 1, 2 // groups, 2), groups=groups, engine=engine)
    np.testing.assert_allclose(dbias, 0.1 * 512 * 512, rtol=1e-4)
    np.testing.assert_allclose(dkernel, 0.1 * 512 * 512, rtol=1e-4)
    _, _, dbias = ops.conv2d_transpose_backward(grad, x, np.ones((1, 1, 2, 2), np.float32), engine=engine)
    np.testing.assert_allclose(dbias, 0.1 * 512 * 512, rtol=1e-4)


# -- what bad input is told

X, KERNEL = np.ones((2, 5, 6, 4)), np.ones((3, 2, 4, 6))
GRAD = np.ones((2, 3, 5, 6))
TRANSPOSED = np.ones((3, 2, 6, 4))  # (fh, fw, F, C)
TRANSPOSED_GRAD = np.ones((2, 7, 7, 6))

GOOD = {
    ops.conv2d: {"x": X, "kernel": KERNEL, "bias": np.zeros(6)},
    ops.conv2d_input_gradient: {"grad": GRAD, "kernel": KERNEL, "input_shape": X.shape},
    ops.conv2d_kernel_gradient: {"grad": GRAD, "x": X, "kernel_shape": KERNEL.shape},
    ops.conv2d_backward: {"grad": GRAD, "x": X, "kernel": KERNEL},
    ops.conv2d_transpose: {"x": X, "kernel": TRANSPOSED, "bias": np.zeros(6)},
    ops.conv2d_transpose_backward: {"grad": TRANSPOSED_GRAD, "x": X, "kernel": TRANSPOSED},
}
FORWARD = [ops.conv2d, ops.conv2d_input_gradient, ops.conv2d_kernel_gradient, ops.conv2d_backward]
TRANSPOSE = [ops.conv2d_transpose, ops.conv2d_transpose_backward]
BAD = [
    # ranks
    (GOOD, {"x": X[0]}, ValueError, ["x", "(m, H, W, C)", "(5, 6, 4)", "x[np.newaxis]"]),
    (GOOD, {"x": 3.0}, ValueError, ["x", "(m, H, W, C)", "()"]),
    (GOOD, {"kernel": KERNEL[0]}, ValueError, ["kernel", "4 axes", "(2, 4, 6)"]),
    (GOOD, {"input_shape": (5, 6, 4)}, ValueError, ["input_shape", "(m, H, W, C)", "(5, 6, 4)"]),
    (GOOD, {"input_shape": X}, ValueError, ["input_shape", "(m, H, W, C)"]),
    (GOOD, {"kernel_shape": (3, 2, 4)}, ValueError, ["kernel_shape", "(fh, fw, C / groups, F)", "(3, 2, 4)"]),
    (GOOD, {"kernel_shape": (3, 2, 4, -6)}, ValueError, ["kernel_shape", "-6"]),
    # shapes that do not fit each other
    (FORWARD, {"x": X[..., :3]}, ValueError, ["channels", "(2, 5, 6, 3)", "(3, 2, 4, 6)"]),
    (FORWARD, {"input_shape": (2, 5, 6, 3)}, ValueError, ["channels", "(2, 5, 6, 3)", "(3, 2, 4, 6)"]),
    (FORWARD, {"kernel_shape": (3, 2, 5, 6)}, ValueError, ["channels", "(2, 5, 6, 4)", "(3, 2, 5, 6)"]),
    (TRANSPOSE, {"x": X[..., :3]}, ValueError, ["(2, 5, 6, 3)", "(3, 2, 6, 4)", "(fh, fw, F, C)"]),
    (FORWARD, {"groups": 2}, ValueError, ["2 groups", "(2, 5, 6, 4)", "(3, 2, 4, 6)", "4 x 2"]),
    ([ops.conv2d], {"groups": 4, "kernel": KERNEL[:, :, :1]}, ValueError, ["divide", "(3, 2, 1, 6)", "6", "4"]),
    (FORWARD, {"grad": GRAD[:, 1:]}, ValueError, ["grad", "(2, 3, 5, 6)", "(2, 2, 5, 6)"]),
    (FORWARD, {"grad": GRAD[..., 0]}, ValueError, ["grad", "(2, 3, 5, 6)", "(2, 3, 5)"]),
    (TRANSPOSE, {"grad": GRAD}, ValueError, ["grad", "(2, 7, 7, 6)", "(2, 3, 5, 6)"]),
    (GOOD, {"bias": np.zeros(5)}, ValueError, ["bias", "(6,)", "(5,)"]),
    (GOOD, {"bias": np.zeros((1, 1, 1, 6))}, ValueError, ["bias", "(6,)", "(1, 1, 1, 6)"]),
    (GOOD, {"bias": 2}, ValueError, ["bias", "(6,)", "()"]),  # perhaps meant as the strides, third in keras.ops.conv
    (GOOD, {"bias": True}, ValueError, ["bias", "(6,)", "()"]),
    (FORWARD, {"kernel": np.ones((6, 2, 4, 6))}, ValueError, ["filter spans 6 x 2", "5 x 6"]),
    (FORWARD, {"dilation_rate": 3}, ValueError, ["filter spans 7 x 4", "5 x 6"]),
    (FORWARD, {"kernel": np.ones((0, 2, 4, 6))}, ValueError, ["filter size", "at least 1"]),
    (TRANSPOSE, {"padding": 9}, ValueError, ["leaves nothing", "less padding"]),
    # numbers and names
    (GOOD, {"strides": 0}, ValueError, ["strides", "at least 1"]),
    (GOOD, {"strides": (1, 1, 1)}, ValueError, ["strides", "(height, width)", "(1, 1, 1)"]),
    (GOOD, {"strides": 1.5}, TypeError, ["strides", "integer", "1.5"]),
    (GOOD, {"dilation_rate": 0}, ValueError, ["dilation_rate", "at least 1"]),
    (GOOD, {"dilation_rate": "2"}, TypeError, ["dilation_rate", "integer", "'2'"]),
    (GOOD, {"padding": -1}, ValueError, ["padding", "at least 0"]),
    (GOOD, {"padding": "full"}, ValueError, ["padding", '"same_lower"', "'full'"]),
    (GOOD, {"padding": 0.5}, TypeError, ["padding", "integer", "0.5"]),
    (FORWARD, {"groups": 0}, ValueError, ["groups", "at least 1"]),
    (FORWARD, {"groups": 2.0}, TypeError, ["groups", "integer", "2.0"]),
    (TRANSPOSE, {"output_padding": 1}, ValueError, ["output_padding", "smaller than the stride"]),
    (GOOD, {"engine": "cuda"}, ValueError, ["engine", "'auto'", "'vectorised'", "'cuda'"]),
    (GOOD, {"engine": None}, ValueError, ["engine", "'auto'", "None"]),
    (GOOD, {"engine": []}, ValueError, ["engine", "'auto'", "[]"]),
    # dtypes
    *(
        (GOOD, {name: bad}, TypeError, [name, *words])
        for name in ("x", "kernel", "grad", "bias")
        for bad, words in [
            ("cat.jpg", ["real numbers", "<U7"]),
            (np.ones((2, 5, 6, 4), complex), ["real numbers", "complex128"]),
            ([[1.0], [2.0, 3.0]], ["equally long rows"]),
        ]
    ),
    (FORWARD, {"x": None}, TypeError, ["x", "real numbers", "object"]),
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
