import numpy as np
import pytest

from adim.layers import Activation, Input, LeakyReLU, ReLU, Softmax


@pytest.mark.parametrize("name", ["linear", "relu", "leaky_relu", "sigmoid", "tanh", "softmax"])
def test_gradients_of_every_activation(check_layer, name):
    check_layer(Activation(name), (3, 4))


@pytest.mark.parametrize(
    "layer",
    [
        ReLU(),
        ReLU(max_value=0.05),
        ReLU(negative_slope=0.5),
        ReLU(threshold=0.05),
        ReLU(max_value=0.06, negative_slope=1.5, threshold=0.03),
        LeakyReLU(),
        LeakyReLU(0),
        LeakyReLU(2),
        Softmax(),
        Softmax(axis=1),
        Softmax(axis=2),
    ],
    ids=repr,
)
def test_gradients_of_the_layers(check_layer, layer):
    check_layer(layer, (4, 5))


def test_the_rectifiers_of_keras_documentation():
    x = np.array([[-10.0, -5.0, 0.0, 5.0, 10.0]])
    for layer, expected in (
        (ReLU(), [0, 0, 0, 5, 10]),
        (ReLU(negative_slope=0.5), [-5, -2.5, 0, 5, 10]),
        (ReLU(max_value=5), [0, 0, 0, 5, 5]),
        (ReLU(threshold=5), [0, 0, 0, 0, 10]),
        (ReLU(max_value=6, negative_slope=0.5, threshold=2), [-6, -3.5, -1, 5, 6]),
        (LeakyReLU(negative_slope=0.5), [-5, -2.5, 0, 5, 10]),
    ):
        assert layer.forward(x)[0].tolist() == [expected], layer


@pytest.mark.parametrize("layer", [ReLU(), LeakyReLU(), Softmax(), Activation("tanh"), Activation("sigmoid")], ids=repr)
def test_the_input_stays(layer):
    x = np.array([[-1.0, 2.0]])
    layer.forward(x)
    assert x.tolist() == [[-1, 2]]


@pytest.mark.parametrize("slope", [0, 0.3])
@pytest.mark.parametrize("threshold", [0, 1])
def test_infinity_and_nan_pass(slope, threshold):
    y, _ = ReLU(negative_slope=slope, threshold=threshold).forward(np.array([[-np.inf, np.inf, np.nan]]))
    np.testing.assert_array_equal(y, [[-np.inf if slope else 0, np.inf, np.nan]])


def test_softmax_along_another_axis_has_another_name():
    assert Softmax().activation.name == "softmax"
    assert Softmax(axis=1).activation.name != "softmax"  # a loss that knows softmax knows the last axis
    y, _ = Softmax(axis=1).forward(np.zeros((1, 4, 2)))
    assert (y == 0.25).all()


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Activation("swoosh"), ValueError, "activation must be one of linear, relu"),
        (lambda: Activation(np.tanh), TypeError, "activation must be one of linear, relu"),
        (lambda: Activation(LeakyReLU()), TypeError, "is added as a layer of its own"),
        (lambda: ReLU(max_value=-1), ValueError, "max_value must be at least 0; got -1"),
        (lambda: ReLU(negative_slope=None), TypeError, "negative_slope must be a number; got None"),
        (lambda: LeakyReLU(alpha=0.1), TypeError, "unexpected keyword argument 'alpha'"),
        (lambda: Softmax(axis=0), ValueError, "as axis 0 is that of the batch; got 0"),
        (lambda: Softmax(axis=3)(Input((4, 5))), ValueError, "axis must be -1 or from 1 to 2; got 3"),
    ],
)
def test_bad_arguments(make, error, message):
    with pytest.raises(error, match=message):
        make()
