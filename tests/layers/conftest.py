"""What every layer is held to, whatever it computes."""

import json

import numpy as np
import pytest

from adim import layers


def relative_error(found, expected):
    """The largest difference, as a share of the largest number."""
    size = max(np.abs(found).max(initial=0), np.abs(expected).max(initial=0))
    return 0.0 if size == 0 else np.abs(found - expected).max() / size


def central_differences(function, array, step=1e-6):
    """The gradient of a scalar function of an array, which is changed in place and restored."""
    gradient = np.empty_like(array)
    for index in np.ndindex(array.shape):
        value = array[index]
        array[index] = value + step
        above = function()
        array[index] = value - step
        below = function()
        array[index] = value
        gradient[index] = (above - below) / (2 * step)
    return gradient


def apart(shape, rng, distance=0.01):
    """Random numbers no two of which, and none and 0, are nearer than the distance: no kink, no tie is near."""
    size = int(np.prod(shape))
    return ((rng.permutation(size) - size // 2) * distance + distance / 2).reshape(shape)


def check_layer(layer, shape, *, training=False, m=2, seed=0):
    """Hold a layer to its contract, on random examples of this shape (a list of shapes for a merge).

    Its shapes are what it says; its gradients are those of central differences; asked twice it answers the same; it
    changes none of its inputs; written down, read and built again in float32, it computes the same in float32.
    """
    rng = np.random.default_rng(seed)
    shapes = shape if layer.takes_list else [shape]
    xs = [apart((m, *one), rng) for one in shapes]
    layer.build(shape, rng, np.float64)
    for name, array in (layer.parameters | layer.state).items():
        array[...] = rng.uniform(0.5, 1.5, array.shape) if "variance" in name else rng.normal(0, 0.5, array.shape)

    def pack(arrays):
        return arrays if layer.takes_list else arrays[0]

    def forward(which, arrays):
        return which.forward(pack(arrays), training=training, rng=np.random.default_rng(seed + 1))

    state = {name: array.copy() for name, array in layer.state.items()}  # a training pass moves averages
    y, cache = forward(layer, xs)
    assert y.shape == (m, *layer.compute_output_shape(shape))
    assert y.dtype == np.float64
    grad = rng.normal(size=y.shape)

    before = [array.copy() for array in (*xs, grad, *layer.parameters.values())]
    dx, gradients = layer.backward(grad, cache)
    dxs = dx if layer.takes_list else [dx]
    again, gradients_again = layer.backward(grad, cache)
    for first, second in zip(dxs, again if layer.takes_list else [again], strict=True):
        np.testing.assert_array_equal(first, second)
    assert list(gradients) == list(gradients_again) == list(layer.parameters)
    _, alone = layer.backward(grad, cache, input_gradient=False)
    for name in gradients:
        np.testing.assert_array_equal(gradients[name], gradients_again[name])
        np.testing.assert_array_equal(gradients[name], alone[name])
    for array, copy in zip((*xs, grad, *layer.parameters.values()), before, strict=True):
        np.testing.assert_array_equal(array, copy)

    def loss():
        return float((forward(layer, xs)[0] * grad).sum())

    for found, array in zip((*dxs, *gradients.values()), (*xs, *layer.parameters.values()), strict=True):
        assert found.shape == array.shape
        assert found.dtype == np.float64
        assert relative_error(found, central_differences(loss, array)) < 1e-6

    twin = layers.from_config(json.loads(json.dumps(layers.to_config(layer))))
    twin.build(shape, rng, np.float32)
    for name, array in layer.parameters.items():
        twin.parameters[name][...] = array
    for name, array in state.items():
        twin.state[name][...] = array
    y32, cache32 = forward(twin, [x.astype(np.float32) for x in xs])
    dx32, gradients32 = twin.backward(grad.astype(np.float32), cache32)
    dxs32 = dx32 if layer.takes_list else [dx32]
    for narrow, wide in zip((y32, *dxs32, *gradients32.values()), (y, *dxs, *gradients.values()), strict=True):
        assert narrow.dtype == np.float32
        assert relative_error(narrow, wide) < 1e-4
    for name, array in state.items():
        assert layer.state[name].dtype == np.float64
        assert twin.state[name].dtype == np.float32
        assert training or np.array_equal(layer.state[name], array)


@pytest.fixture(name="check_layer")
def _check_layer():
    return check_layer
