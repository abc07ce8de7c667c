import numpy as np
import pytest

from adim.layers import Conv2D, Dense, Flatten, Input, InputLayer, Layer


def test_a_place_knows_its_shape_layer_and_sources():
    x = Input(shape=(28, 28, 1), name="image")
    layer = Conv2D(8, 3)
    y = layer(x)
    assert x.shape == (None, 28, 28, 1)
    assert x.layer.name == "image"
    assert x.inputs == ()
    assert y.shape == (None, 26, 26, 8)
    assert (y.layer, y.inputs) == (layer, (x,))
    assert repr(y) == "<Tensor shape=(None, 26, 26, 8) of Conv2D>"


def test_an_input_hands_on_what_it_gets():
    layer = InputLayer((3,))
    x = np.ones((2, 3))
    y, cache = layer.forward(x)
    assert y is x
    assert layer.backward(x, cache) == (x, {})
    assert layer.compute_output_shape((3,)) == (3,)


def test_parameters_are_made_once():
    layer = Dense(2)
    assert not layer.built
    layer.build((3,), np.random.default_rng(0))
    kernel = layer.parameters["kernel"]
    layer.build((3,), np.random.default_rng(1))
    assert layer.built
    assert layer.parameters["kernel"] is kernel
    assert kernel.dtype == np.float32


def test_parameters_for_other_inputs_are_refused():
    layer = Dense(2, name="scores")
    layer.build((3,), np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"layer 'scores' has parameters for inputs with 3 channels.*shape \(4,\)"):
        layer.build((4,), np.random.default_rng(0))


def test_repr_is_a_call():
    assert repr(Flatten(name="flat", trainable=False)) == (
        "Flatten(name='flat', trainable=False, data_format='channels_last')"
    )


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Input(784), TypeError, r"shape must be the lengths of one example's axes, such as .*got 784"),
        (lambda: Input(()), TypeError, r"shape must be the lengths .*got \(\)"),
        (lambda: Input((None, 28, 28)), ValueError, r"without the batch axis; got \(None, 28, 28\)"),
        (lambda: Input((28, 0)), ValueError, "shape must be at least 1; got 0"),
        (lambda: Input((28, 2.5)), TypeError, r"shape must be an integer; got 2\.5"),
        (lambda: Flatten(input_shape=(4, -1)), ValueError, "input_shape must be at least 1; got -1"),
        (lambda: Dense(3)(np.ones((2, 3))), TypeError, "got ndarray. To compute with arrays, build a Model"),
        (lambda: Layer(units=3), TypeError, "unexpected keyword argument 'units'"),
    ],
)
def test_bad_arguments(make, error, message):
    with pytest.raises(error, match=message):
        make()
