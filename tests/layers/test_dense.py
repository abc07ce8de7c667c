import numpy as np
import pytest

from adim.layers import Dense


@pytest.mark.parametrize("activation", [None, "relu", "leaky_relu", "sigmoid", "tanh", "softmax"])
def test_gradients(check_layer, activation):
    check_layer(Dense(4, activation), (3,), m=3)


def test_gradients_of_many_axes_and_without_bias(check_layer):
    check_layer(Dense(4, use_bias=False, activation="tanh"), (2, 3, 5))


def test_hand_worked_numbers():
    layer = Dense(2)
    layer.build((2,), np.random.default_rng(0), np.float64)
    layer.parameters["kernel"][...] = [[1, 2], [3, 4]]
    layer.parameters["bias"][...] = [10, 20]
    y, cache = layer.forward(np.array([[1.0, 1.0]]))
    dx, gradients = layer.backward(np.array([[1.0, 2.0]]), cache)
    assert y.tolist() == [[14, 26]]
    assert dx.tolist() == [[5, 11]]
    assert gradients["kernel"].tolist() == [[1, 2], [1, 2]]
    assert gradients["bias"].tolist() == [1, 2]


@pytest.mark.parametrize("activation", ["softmax", "sigmoid", "relu", None])
def test_a_gradient_at_the_logits_skips_the_activation(activation):
    rng = np.random.default_rng(0)
    layer, bare = Dense(3, activation), Dense(3)
    for one in (layer, bare):
        one.build((4,), rng)
    bare.parameters = layer.parameters
    x = rng.normal(size=(5, 4)).astype(np.float32)
    grad = rng.normal(size=(5, 3)).astype(np.float32)
    dx, gradients = layer.backward(grad, layer.forward(x)[1], at_logits=True)
    expected, expected_gradients = bare.backward(grad, bare.forward(x)[1])
    np.testing.assert_array_equal(dx, expected)
    np.testing.assert_array_equal(gradients["kernel"], expected_gradients["kernel"])


def test_the_cache_holds_no_copies():
    layer = Dense(3, "relu")
    layer.build((4,), np.random.default_rng(0))
    x = np.ones((5, 4), np.float32)
    y, (kept_input, kept_output, _) = layer.forward(x)
    assert kept_input is x
    assert kept_output is y
    linear = Dense(3)
    linear.build((4,), np.random.default_rng(0))
    assert linear.forward(x)[1][1] is None


@pytest.mark.parametrize(
    ("units", "error", "message"),
    [(0, ValueError, "units must be at least 1; got 0"), ("8", TypeError, "units must be an integer; got '8'")],
)
def test_bad_units(units, error, message):
    with pytest.raises(error, match=message):
        Dense(units)
