import numpy as np
import pytest

from adim import layers, steps
from adim.layers import Conv2D, Conv2DTranspose, DepthwiseConv2D, SeparableConv2D

WINDOWS = [
    {"kernel_size": 3},
    {"kernel_size": (2, 3), "strides": 2},
    {"kernel_size": (3, 2), "strides": (2, 3), "padding": "same"},
    {"kernel_size": 2, "dilation_rate": (2, 1)},
    {"kernel_size": (1, 3), "padding": "SAME", "dilation_rate": 2, "data_format": "channels_last"},
]


@pytest.mark.parametrize("windows", WINDOWS)
@pytest.mark.parametrize(
    "arguments", [{"activation": "tanh"}, {"use_bias": False, "activation": "relu"}, {"groups": 2}]
)
def test_conv2d_gradients(check_layer, windows, arguments):
    check_layer(Conv2D(4, **windows, **arguments), (5, 6, 2))


@pytest.mark.parametrize("windows", WINDOWS)
def test_depthwise_gradients(check_layer, windows):
    check_layer(DepthwiseConv2D(**windows, depth_multiplier=2, activation="sigmoid"), (5, 6, 2))
    check_layer(DepthwiseConv2D(**windows, use_bias=False), (5, 6, 3))


@pytest.mark.parametrize("windows", WINDOWS)
def test_separable_gradients(check_layer, windows):
    check_layer(SeparableConv2D(3, **windows, depth_multiplier=2, activation="tanh"), (5, 6, 2))
    check_layer(SeparableConv2D(3, **windows, use_bias=False), (5, 6, 2))


@pytest.mark.parametrize("windows", [*WINDOWS, {"kernel_size": 3, "strides": 2, "output_padding": 1}])
def test_transpose_gradients(check_layer, windows):
    check_layer(Conv2DTranspose(3, **windows, activation="tanh"), (3, 4, 2))
    check_layer(Conv2DTranspose(3, **windows, use_bias=False), (3, 4, 2))


def test_conv2d_is_the_textbook_convolution():
    rng = np.random.default_rng(0)
    layer = Conv2D(4, 3, strides=2, bias_initializer="random_normal")
    layer.build((7, 7, 2), rng, np.float64)
    x = rng.normal(size=(2, 7, 7, 2))
    kernel, bias = layer.parameters.values()
    expected, _ = steps.conv_forward(x, kernel, bias.reshape(1, 1, 1, 4), {"stride": 2, "pad": 0})
    np.testing.assert_allclose(layer.forward(x)[0], expected, rtol=1e-12)


def test_depthwise_keeps_the_outputs_of_a_channel_side_by_side():
    layer = DepthwiseConv2D(1, depth_multiplier=2)
    layer.build((1, 1, 2), np.random.default_rng(0), np.float64)
    layer.parameters["kernel"][...] = np.array([[2.0, 3.0], [5.0, 7.0]])  # [channel, multiple]
    y, _ = layer.forward(np.array([10.0, 100.0]).reshape(1, 1, 1, 2))
    assert y.ravel().tolist() == [20, 30, 500, 700]


def test_separable_is_depthwise_then_pointwise():
    rng = np.random.default_rng(0)
    layer = SeparableConv2D(3, 2, depth_multiplier=2, activation="relu", bias_initializer="random_normal")
    depthwise, pointwise = DepthwiseConv2D(2, depth_multiplier=2, use_bias=False), Conv2D(3, 1, activation="relu")
    for one, shape in ((layer, (4, 4, 2)), (depthwise, (4, 4, 2)), (pointwise, (3, 3, 4))):
        one.build(shape, rng, np.float64)
    depthwise.parameters["kernel"] = layer.parameters["depthwise_kernel"]
    pointwise.parameters |= {"kernel": layer.parameters["pointwise_kernel"], "bias": layer.parameters["bias"]}
    x = rng.normal(size=(2, 4, 4, 2))
    np.testing.assert_allclose(layer.forward(x)[0], pointwise.forward(depthwise.forward(x)[0])[0])


@pytest.mark.parametrize(
    ("layer", "shape", "count", "output"),
    [  # Keras's counts; the first two are the course's
        (Conv2D(8, 4, padding="same"), (64, 64, 3), 392, (64, 64, 8)),
        (Conv2D(32, 7), (70, 70, 3), 4736, (64, 64, 32)),
        (Conv2D(8, 3, groups=4, use_bias=False), (8, 8, 16), 288, (6, 6, 8)),
        (DepthwiseConv2D(3, depth_multiplier=2, padding="same"), (8, 8, 16), 320, (8, 8, 32)),
        (SeparableConv2D(32, 3, depth_multiplier=2), (8, 8, 16), 1344, (6, 6, 32)),
        (Conv2DTranspose(8, 3, strides=2, padding="same"), (8, 8, 16), 1160, (16, 16, 8)),
        (Conv2DTranspose(8, 3, strides=2), (8, 8, 16), 1160, (17, 17, 8)),
    ],
)
def test_parameter_counts_and_output_shapes(layer, shape, count, output):
    layer.build(shape, np.random.default_rng(0))
    assert layer.count_params() == count
    assert layer.compute_output_shape(shape) == output


@pytest.mark.parametrize(
    ("strides", "dilation", "groups", "padding"), [(1, 1, 1, "valid"), (2, 2, 2, "valid"), (1, 2, 4, "same")]
)
def test_conv2d_agrees_with_torch(strides, dilation, groups, padding):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    layer = Conv2D(8, 3, strides, padding, dilation_rate=dilation, groups=groups, bias_initializer="random_normal")
    layer.build((9, 8, 4), rng, np.float64)
    x, kernel, bias = (torch.tensor(a) for a in (rng.normal(size=(2, 9, 8, 4)), *layer.parameters.values()))
    tensors = [tensor.requires_grad_() for tensor in (x, kernel, bias)]
    expected = torch.nn.functional.conv2d(
        x.permute(0, 3, 1, 2), kernel.permute(3, 2, 0, 1), bias, strides, padding, dilation, groups
    ).permute(0, 2, 3, 1)
    y, cache = layer.forward(x.detach().numpy())
    np.testing.assert_allclose(y, expected.detach().numpy(), rtol=1e-10, atol=1e-12)
    grad = rng.normal(size=y.shape)
    dx, gradients = layer.backward(grad, cache)
    for found, wanted in zip(
        (dx, *gradients.values()), torch.autograd.grad(expected, tensors, torch.tensor(grad)), strict=True
    ):
        np.testing.assert_allclose(found, wanted.numpy(), rtol=1e-10, atol=1e-12)


def test_an_unwanted_input_gradient_is_left_out():
    layer = Conv2D(2, 3)
    layer.build((5, 5, 1), np.random.default_rng(0))
    y, cache = layer.forward(np.ones((1, 5, 5, 1), np.float32))
    assert layer.backward(y, cache, input_gradient=False)[0] is None


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Conv2D(0, 3), ValueError, "filters must be at least 1; got 0"),
        (lambda: Conv2D(8.0, 3), TypeError, r"filters must be an integer; got 8\.0"),
        (lambda: Conv2D(8, (3, 3, 3)), ValueError, r"kernel_size must be one integer, or two"),
        (lambda: Conv2D(8, 3, strides=0), ValueError, "strides must be at least 1; got 0"),
        (lambda: Conv2D(8, 3, padding="full"), ValueError, r'padding must be "valid" or "same"; got \'full\''),
        (lambda: Conv2D(8, 3, padding=1), ValueError, "put a ZeroPadding2D layer before"),
        (lambda: Conv2D(8, 3, data_format="channels_first"), ValueError, r"\(m, n_H, n_W, n_C\); got 'channels_first'"),
        (lambda: Conv2D(8, 3, groups=3), ValueError, "groups must divide filters; got groups=3 and filters=8"),
        (lambda: Conv2D(8, 3, activation="rleu"), ValueError, "activation must be one of linear, relu,.* got 'rleu'"),
        (lambda: Conv2D(8, 3, kernel_regularizer="l2"), TypeError, "unexpected keyword argument 'kernel_regularizer'"),
        (lambda: Conv2D(8, 3, kernel_initializer="glorot"), ValueError, "initializer must be one of zeros, ones"),
        (lambda: Conv2D(8, 3, name=3), TypeError, "name must be a string; got 3"),
        (lambda: DepthwiseConv2D(3, depth_multiplier=0), ValueError, "depth_multiplier must be at least 1"),
        (lambda: SeparableConv2D(3, 3, dilation_rate=-1), ValueError, "dilation_rate must be at least 1"),
        (lambda: Conv2DTranspose(3, 3, strides=2, output_padding=2), ValueError, "smaller than strides; got 2"),
    ],
)
def test_bad_arguments_are_refused_at_once(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_what_a_layer_cannot_follow_is_named():
    with pytest.raises(ValueError, match=r"Conv2D 'first' cannot follow an output of shape \(10,\): expected images"):
        Conv2D(8, 3, name="first")(layers.Input((10,)))
    with pytest.raises(ValueError, match="the filter spans 7 x 7 cells, but the image has 5 x 5"):
        Conv2D(8, 7)(layers.Input((5, 5, 3)))
    with pytest.raises(
        ValueError, match=r"groups must divide the channels; got groups=2 for images of shape \(5, 5, 3"
    ):
        Conv2D(8, 3, groups=2)(layers.Input((5, 5, 3)))
