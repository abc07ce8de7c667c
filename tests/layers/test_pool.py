import numpy as np
import pytest

from adim.layers import (
    AveragePooling2D,
    AvgPool2D,
    GlobalAveragePooling2D,
    GlobalMaxPooling2D,
    Input,
    MaxPool2D,
    MaxPooling2D,
)

WINDOWS = [
    {},
    {"pool_size": 3, "strides": 2},
    {"pool_size": (2, 3), "strides": 1, "padding": "same"},
    {"pool_size": 8, "padding": "same"},
]


@pytest.mark.parametrize("windows", WINDOWS)
@pytest.mark.parametrize("kind", [MaxPooling2D, AveragePooling2D])
def test_gradients(check_layer, kind, windows):
    check_layer(kind(**windows), (5, 6, 2))


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("kind", [GlobalMaxPooling2D, GlobalAveragePooling2D])
def test_global_gradients(check_layer, kind, keepdims):
    check_layer(kind(keepdims=keepdims), (3, 4, 2))


def test_second_names():
    assert MaxPool2D is MaxPooling2D
    assert AvgPool2D is AveragePooling2D


def test_padding_is_no_maximum_and_takes_no_part_in_a_mean():
    x = np.full((1, 3, 3, 1), -1.0)
    for kind in (MaxPooling2D, AveragePooling2D):
        y, _ = kind(2, padding="same").forward(x)
        assert y.shape == (1, 2, 2, 1)
        assert (y == -1).all()


def test_of_several_maxima_the_first_receives_the_gradient():
    x = np.zeros((1, 2, 2, 1))
    for layer in (MaxPooling2D(), GlobalMaxPooling2D()):
        y, cache = layer.forward(x)
        dx, _ = layer.backward(np.ones_like(y), cache)
        assert dx.ravel().tolist() == [1, 0, 0, 0]


def test_the_poolings_of_the_course():
    assert MaxPooling2D(8, padding="same").compute_output_shape((64, 64, 8)) == (8, 8, 8)
    assert MaxPooling2D((2, 2)).compute_output_shape((64, 64, 32)) == (32, 32, 32)


def test_an_unwanted_gradient_is_left_out():
    x = np.ones((1, 4, 4, 1))
    for layer in (MaxPooling2D(), AveragePooling2D(), GlobalMaxPooling2D(), GlobalAveragePooling2D()):
        y, cache = layer.forward(x)
        assert layer.backward(y, cache, input_gradient=False) == (None, {})


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: MaxPooling2D(0), "pool_size must be at least 1; got 0"),
        (lambda: MaxPooling2D(2, (2, -1)), "strides must be at least 1; got -1"),
        (lambda: AveragePooling2D(2, padding="half"), 'padding must be "valid" or "same"'),
        (
            lambda: MaxPooling2D(4)(Input((3, 3, 1))),
            r"MaxPooling2D cannot follow .*\(3, 3, 1\): the window spans 4 x 4",
        ),
        (lambda: GlobalMaxPooling2D()(Input((3,))), r"expected images of shape \(n_H, n_W, n_C\), got \(3,\)"),
    ],
)
def test_bad_arguments(make, message):
    with pytest.raises(ValueError, match=message):
        make()
