import numpy as np
import pytest

from adim import activations
from adim.activations import ACTIVATIONS, get, rectifier, softmax_over

EVERY = [
    *ACTIVATIONS.values(),
    rectifier("capped", max_value=0.5, negative_slope=0.1, threshold=0.2),
    rectifier("steep", negative_slope=2.0),
    softmax_over(1),
]


@pytest.fixture(params=EVERY, ids=lambda activation: activation.name)
def activation(request):
    return request.param


@pytest.fixture
def x():
    rng = np.random.default_rng(0)
    return rng.permutation(np.linspace(-3.01, 3, 24)).reshape(2, 3, 4)


def test_derivatives_are_those_of_central_differences(activation, x):
    grad = np.random.default_rng(1).normal(size=x.shape)
    found = activation.backward(grad, activation.forward(x))
    expected = np.empty_like(x)
    for index in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[index] = 1e-6
        difference = activation.forward(x + step) - activation.forward(x - step)
        expected[index] = (difference * grad).sum() / 2e-6
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-9)


def test_the_result_goes_where_it_is_wanted(activation, x):
    expected = activation.forward(x.copy())
    out = np.empty_like(x)
    before = x.copy()
    assert activation.forward(x, out=out) is out
    np.testing.assert_array_equal(out, expected)
    np.testing.assert_array_equal(x, before)
    assert activation.forward(x, out=x) is x
    np.testing.assert_array_equal(x, expected)


def test_backward_changes_nothing(activation, x):
    y, grad = activation.forward(x), np.ones_like(x)
    before = y.copy()
    activation.backward(grad, y)
    np.testing.assert_array_equal(y, before)
    assert (grad == 1).all()


def test_float32_stays(activation, x):
    y = activation.forward(x.astype(np.float32))
    assert y.dtype == np.float32
    assert activation.backward(y, y).dtype == np.float32


def test_hand_worked_values():
    x = np.array([-1.0, 0.0, np.log(3.0)])
    for name, expected in {
        "linear": x,
        "relu": [0, 0, np.log(3)],
        "leaky_relu": [-0.2, 0, np.log(3)],
        "sigmoid": [1 / (1 + np.e), 0.5, 0.75],
        "tanh": [-0.7615941559557649, 0, 0.8],
        "softmax": np.array([1 / np.e, 1, 3]) / (4 + 1 / np.e),
    }.items():
        np.testing.assert_allclose(get(name).forward(x), expected, rtol=1e-15, err_msg=name)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_nothing_overflows(dtype):
    x = np.array([[-1e4, 0, 1e4]], dtype)
    np.testing.assert_array_equal(get("sigmoid").forward(x), [[0, 0.5, 1]])
    np.testing.assert_array_equal(get("softmax").forward(x), [[0, 0, 1]])
    np.testing.assert_array_equal(get("tanh").forward(x), [[-1, 0, 1]])
    small = get("sigmoid").forward(np.array([-40], dtype))
    np.testing.assert_allclose(small, np.exp(-40), rtol=1e-6)  # not rounded away


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "sigmoid", "tanh"])
def test_infinity_and_nan_pass(name):
    y = get(name).forward(np.array([-np.inf, np.inf, np.nan]))
    low, high = {"relu": (0, np.inf), "leaky_relu": (-np.inf, np.inf), "sigmoid": (0, 1), "tanh": (-1, 1)}[name]
    np.testing.assert_array_equal(y, [low, high, np.nan])


def test_get():
    assert get(None) is activations.linear
    assert get(activations.relu) is activations.relu
    assert get("softmax") is activations.softmax
    with pytest.raises(ValueError, match=r"activation must be one of linear, relu, .*; got 'swoosh'"):
        get("swoosh")
    with pytest.raises(TypeError, match=r"or an adim\.activations\.Activation; got 3"):
        get(3)
