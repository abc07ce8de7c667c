import numpy as np
import pytest

from adim.layers import Cropping2D, Flatten, Input, Reshape, ZeroPadding2D


@pytest.mark.parametrize(
    "layer",
    [
        Flatten(),
        Reshape((6, 4)),
        Reshape([2, -1]),
        ZeroPadding2D(),
        ZeroPadding2D(0),
        ZeroPadding2D(((0, 1), (2, 0))),
        Cropping2D(),
        Cropping2D(((0, 1), (1, 0))),
    ],
    ids=repr,
)
def test_gradients(check_layer, layer):
    check_layer(layer, (3, 4, 2))


def test_flatten_goes_row_by_row():
    x = np.arange(12.0).reshape(1, 2, 3, 2)
    assert Flatten().forward(x)[0].tolist() == [list(range(12))]


@pytest.mark.parametrize(
    ("padding", "shape"),
    [(3, (10, 11, 1)), ((1, 2), (6, 9, 1)), (((1, 0), (0, 2)), (5, 7, 1)), ([[1, 0], [0, 2]], (5, 7, 1))],
)
def test_the_ways_to_say_a_border(padding, shape):
    x = np.ones((1, 4, 5, 1))
    padded = ZeroPadding2D(padding)
    y, _ = padded.forward(x)
    assert y.shape[1:] == padded.compute_output_shape((4, 5, 1)) == shape
    assert y.sum() == x.sum()
    np.testing.assert_array_equal(Cropping2D(padding).forward(y)[0], x)


def test_the_sides_are_told_apart():
    y, _ = ZeroPadding2D(((1, 0), (0, 2))).forward(np.ones((1, 1, 1, 1)))
    assert y[0, :, :, 0].tolist() == [[0, 0, 0], [1, 0, 0]]


def test_empty_batches():
    x = np.zeros((0, 4, 4, 2))
    for layer in (Flatten(), Reshape((2, -1)), ZeroPadding2D(), Cropping2D(1)):
        assert layer.forward(x)[0].shape == (0, *layer.compute_output_shape((4, 4, 2)))


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Reshape(12), TypeError, "target_shape must be a tuple of integers such as"),
        (lambda: Reshape((-1, -1)), ValueError, r"only one length of target_shape may be -1; got \(-1, -1\)"),
        (lambda: Reshape((3, 0)), ValueError, "target_shape must be at least 1; got 0"),
        (lambda: Reshape((5, -1))(Input((12,))), ValueError, r"\(5, -1\) has no room for exactly the 12 numbers"),
        (lambda: Reshape((5, 2))(Input((12,))), ValueError, r"Reshape cannot follow an output of shape \(12,\)"),
        (lambda: ZeroPadding2D(-1), ValueError, "padding must be at least 0; got -1"),
        (lambda: ZeroPadding2D((1, 2, 3)), ValueError, r"padding must be one integer, .*got \(1, 2, 3\)"),
        (lambda: ZeroPadding2D("same"), TypeError, "padding must be an integer; got 'same'"),
        (lambda: ZeroPadding2D()(Input((12,))), ValueError, "expected images of shape"),
        (lambda: Cropping2D(2)(Input((4, 5, 1))), ValueError, "leaves nothing of an image of shape"),
        (lambda: Flatten(data_format="channels_first"), ValueError, "the only layout here"),
    ],
)
def test_bad_arguments(make, error, message):
    with pytest.raises(error, match=message):
        make()
