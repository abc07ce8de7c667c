"""Samples of other projects' suites, against the oracle, and against PyTorch where it is installed.

The attributes are those of PyTorch's OpInfo database and of JAX's LaxTest; PyTorch's shapes are written as it writes
them, (m, C, H, W) and (F, C / groups, fh, fw).
"""

from itertools import product

import numpy as np
import oracle
import pytest
from drawn import values

from adim import ops


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch")


def agree(actual, expected):
    assert actual.shape == expected.shape
    np.testing.assert_allclose(actual, expected, rtol=1e-10, atol=1e-12)


OPINFO_CONV2D = [
    ((1, 3, 4, 4), (3, 3, 3, 3), {"strides": 2, "padding": 2}),
    ((2, 4, 8, 8), (2, 2, 3, 3), {"strides": (3, 2), "padding": (2, 1), "groups": 2, "dilation_rate": 4}),
    ((1, 4, 5, 5), (1, 4, 2, 3), {"strides": 2, "padding": 1, "dilation_rate": (2, 3)}),
    ((1, 2, 4, 3), (4, 2, 3, 4), {"strides": 2, "padding": 1}),
    ((1, 4, 5, 5), (1, 4, 2, 3), {"strides": 2, "padding": "valid"}),
    ((1, 4, 5, 5), (1, 4, 2, 3), {"padding": "same", "dilation_rate": 3}),
    ((2, 4, 6, 6), (4, 1, 3, 3), {"groups": 4}),
    ((2, 4, 6, 6), (8, 1, 3, 3), {"groups": 4}),
    ((2, 4, 6, 6), (8, 1, 3, 3), {"groups": 4, "strides": (3, 2)}),
    ((2, 4, 6, 6), (8, 1, 3, 3), {"groups": 4, "padding": 1}),
    ((2, 4, 5, 5), (4, 1, 2, 2), {"groups": 4, "dilation_rate": 2}),
    ((2, 4, 6, 5), (6, 2, 3, 2), {"groups": 2}),
]

LAX_CONV2D = [
    (
        (1, 2, 9, width),
        (2, 2 // groups, 4, 5),
        {"strides": strides, "padding": padding, "dilation_rate": dilation_rate, "groups": groups},
    )
    for width, strides, padding, dilation_rate, groups in product(
        [0, 10], [(1, 1), (2, 1)], [((1, 2), (2, 0)), ((10, 8), (7, 13))], [(1, 1), (1, 2), (1, 4)], [1, 2]
    )
]


def too_large(shape, kernel, attributes):
    """Say whether a filter of JAX's grid is larger than its padded image: JAX's empty output is an error here."""
    spans = oracle.extents(kernel[2:], attributes.get("dilation_rate", 1))
    sides = oracle.pads(attributes["padding"], shape[2:], spans, (1, 1))
    return any(n and span > n + sum(side) for n, span, side in zip(shape[2:], spans, sides, strict=True))


FITTING = [sample for sample in LAX_CONV2D if not too_large(*sample)]
TOO_LARGE = [sample for sample in LAX_CONV2D if too_large(*sample)]


def drawn(shape, kernel):
    m, channels, *image = shape
    filters, per_group, *taps = kernel
    return values((m, *image, channels), 0), values((*taps, per_group, filters), 1), values(filters, 2)


@pytest.mark.parametrize(("shape", "kernel", "attributes"), OPINFO_CONV2D + FITTING)
def test_conv2d_and_the_oracle(engine, shape, kernel, attributes):
    x, kernel, bias = drawn(shape, kernel)
    y = ops.conv2d(x, kernel, bias, **attributes, engine=engine)
    agree(y, oracle.conv2d(x, kernel, bias, **attributes))
    grad = values(y.shape, 3)
    gradients = ops.conv2d_backward(grad, x, kernel, **attributes, engine=engine)
    for gradient, expected in zip(gradients, oracle.conv2d_backward(grad, x, kernel, **attributes), strict=True):
        agree(gradient, expected)


@pytest.mark.parametrize(("shape", "kernel", "attributes"), TOO_LARGE)
def test_a_filter_larger_than_the_padded_image_is_an_error(engine, shape, kernel, attributes):
    x, kernel, bias = drawn(shape, kernel)
    with pytest.raises(ValueError, match=r"filter spans 4 x 17 cells, but the image has 12 x 12 after padding"):
        ops.conv2d(x, kernel, bias, **attributes, engine=engine)


def test_the_grid_has_both_kinds_and_widths_of_0_that_padding_fills():
    assert len(FITTING) == 44
    assert len(TOO_LARGE) == 4
    x, kernel, bias = drawn((1, 2, 9, 0), (2, 2, 4, 5))
    padded = ops.conv2d(x, kernel, bias, padding=((10, 8), (7, 13)))
    assert padded.shape == (1, 24, 16, 2)
    assert (padded == bias).all()
    assert ops.conv2d(x, kernel, bias, padding=((1, 2), (2, 0))).shape == (1, 9, 0, 2)


def nchw(torch, array):
    return torch.tensor(np.moveaxis(array, 3, 1).copy(), requires_grad=True)


def nhwc(tensor):
    return np.moveaxis(tensor.detach().numpy(), 1, 3)


@pytest.mark.parametrize(
    ("shape", "kernel", "attributes"), OPINFO_CONV2D + [sample for sample in FITTING if sample[0][3]]
)
def test_conv2d_and_pytorch(engine, torch, shape, kernel, attributes):
    x, kernel, bias = drawn(shape, kernel)
    y = ops.conv2d(x, kernel, bias, **attributes, engine=engine)
    grad = values(y.shape, 3)
    theirs, weight = nchw(torch, x), torch.tensor(kernel.transpose(3, 2, 0, 1).copy(), requires_grad=True)
    offset = torch.tensor(bias, requires_grad=True)
    (fh, fw), dilation = kernel.shape[:2], attributes.get("dilation_rate", 1)
    (top, bottom), (left, right) = oracle.pads(
        attributes.get("padding", "valid"), x.shape[1:3], oracle.extents((fh, fw), dilation), (1, 1)
    )
    output = torch.nn.functional.conv2d(
        torch.nn.functional.pad(theirs, (left, right, top, bottom)),
        weight,
        offset,
        stride=attributes.get("strides", 1),
        dilation=dilation,
        groups=attributes.get("groups", 1),
    )
    agree(y, nhwc(output))
    output.backward(torch.tensor(np.moveaxis(grad, 3, 1).copy()))
    dx, dkernel, dbias = ops.conv2d_backward(grad, x, kernel, **attributes, engine=engine)
    agree(dx, nhwc(theirs.grad))
    agree(dkernel, weight.grad.numpy().transpose(2, 3, 1, 0))
    agree(dbias, offset.grad.numpy())


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"strides": 2},
        {"strides": (3, 2), "padding": (1, 0)},
        {"strides": 2, "padding": 1, "output_padding": 1},
        {"strides": 2, "dilation_rate": (2, 1), "padding": (2, 1), "output_padding": (0, 1)},
    ],
)
def test_conv2d_transpose_and_pytorch(engine, torch, attributes):
    x, kernel, bias = values((2, 4, 3, 5), 0), values((3, 2, 4, 5), 1), values(4, 2)
    numbers = {"padding": 0, **attributes}  # "valid" is Keras's: no shorter than the stride, which PyTorch may cut
    y = ops.conv2d_transpose(x, kernel, bias, **numbers, engine=engine)
    theirs, weight = nchw(torch, x), torch.tensor(kernel.transpose(3, 2, 0, 1).copy(), requires_grad=True)
    output = torch.nn.functional.conv_transpose2d(
        theirs,
        weight,
        torch.tensor(bias),
        stride=numbers.get("strides", 1),
        padding=numbers["padding"],
        output_padding=numbers.get("output_padding", 0),
        dilation=numbers.get("dilation_rate", 1),
    )
    agree(y, nhwc(output))
    grad = values(y.shape, 3)
    output.backward(torch.tensor(np.moveaxis(grad, 3, 1).copy()))
    dx, dkernel, _ = ops.conv2d_transpose_backward(grad, x, kernel, **numbers, engine=engine)
    agree(dx, nhwc(theirs.grad))
    agree(dkernel, weight.grad.numpy().transpose(2, 3, 1, 0))


OPINFO_AVG_POOL2D = [  # shape, size, strides, padding, ceil_mode, count_include_pad
    ((1, 3, 9, 9), 3, 1, 1, True, False),
    ((1, 3, 9, 9), 4, (2, 3), 1, True, False),
    ((1, 3, 9, 9), 6, 3, (2, 3), True, True),
    ((2, 3, 9, 9), 3, 1, 1, True, False),
    ((1, 2, 6, 6), 4, 2, 2, True, True),
]


@pytest.mark.parametrize(("shape", "size", "strides", "padding", "ceil_mode", "count_include_pad"), OPINFO_AVG_POOL2D)
def test_avg_pool2d_and_the_oracle(engine, shape, size, strides, padding, ceil_mode, count_include_pad):
    x = values((shape[0], *shape[2:], shape[1]), 0)
    attributes = {
        "strides": strides,
        "padding": padding,
        "ceil_mode": ceil_mode,
        "count_include_pad": count_include_pad,
    }
    y = ops.avg_pool2d(x, size, **attributes, engine=engine)
    agree(y, oracle.avg_pool2d(x, size, **attributes))
    grad = values(y.shape, 1)
    dx = ops.avg_pool2d_backward(grad, x.shape, size, **attributes, engine=engine)
    agree(dx, oracle.avg_pool2d_backward(grad, x.shape, size, **attributes))


@pytest.mark.parametrize(("shape", "size", "strides", "padding", "ceil_mode", "count_include_pad"), OPINFO_AVG_POOL2D)
def test_avg_pool2d_and_pytorch(engine, torch, shape, size, strides, padding, ceil_mode, count_include_pad):
    x = values((shape[0], *shape[2:], shape[1]), 0)
    attributes = {"ceil_mode": ceil_mode, "count_include_pad": count_include_pad}
    y = ops.avg_pool2d(x, size, strides=strides, padding=padding, **attributes, engine=engine)
    theirs = nchw(torch, x)
    output = torch.nn.functional.avg_pool2d(theirs, size, strides, padding, **attributes)
    agree(y, nhwc(output))
    grad = values(y.shape, 1)
    output.backward(torch.tensor(np.moveaxis(grad, 3, 1).copy()))
    dx = ops.avg_pool2d_backward(grad, x.shape, size, strides=strides, padding=padding, **attributes, engine=engine)
    agree(dx, nhwc(theirs.grad))


@pytest.mark.parametrize("ceil_mode", [False, True])
@pytest.mark.parametrize(
    ("size", "strides", "padding", "dilation_rate"),
    [(2, 2, 0, 1), (3, 2, 1, 1), ((2, 3), (3, 1), (1, 0), 1), (3, 2, 1, 2), ((3, 2), 1, 1, (1, 3)), (2, 5, 1, 1)],
)
def test_max_pool2d_and_pytorch(engine, torch, size, strides, padding, dilation_rate, ceil_mode):
    x = values((2, 9, 8, 3), 0, ties=True)
    attributes = {"strides": strides, "padding": padding, "dilation_rate": dilation_rate, "ceil_mode": ceil_mode}
    y = ops.max_pool2d(x, size, **attributes, engine=engine)
    theirs = nchw(torch, x)
    output = torch.nn.functional.max_pool2d(theirs, size, strides, padding, dilation_rate, ceil_mode)
    agree(y, nhwc(output))
    grad = values(y.shape, 1)
    output.backward(torch.tensor(np.moveaxis(grad, 3, 1).copy()))
    agree(ops.max_pool2d_backward(grad, x, y, size, **attributes, engine=engine), nhwc(theirs.grad))
