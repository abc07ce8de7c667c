import numpy as np
import pytest

from adim.layers import BatchNormalization, Input, Rescaling


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("arguments", [{}, {"center": False}, {"scale": False, "epsilon": 0.1}, {"axis": 3}])
def test_gradients_of_images(check_layer, training, arguments):
    check_layer(BatchNormalization(**arguments), (2, 3, 2), training=training, m=3)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("shape", [(4,), (3, 2), (2, 1, 2, 3)])
def test_gradients_of_other_shapes(check_layer, training, shape):
    check_layer(BatchNormalization(axis=len(shape)), shape, training=training, m=4)


def test_gradients_while_frozen(check_layer):
    check_layer(BatchNormalization(trainable=False), (2, 3, 2), training=True)


def test_parameters_and_their_order():
    layer = BatchNormalization()
    layer.build((8, 8, 32), np.random.default_rng(0))
    assert layer.count_params() == 128  # the course's Happy House
    assert list(layer.parameters) == ["gamma", "beta"]
    assert list(layer.state) == ["moving_mean", "moving_variance"]
    assert (layer.parameters["gamma"] == 1).all()
    assert (layer.state["moving_variance"] == 1).all()


def test_training_uses_the_batch_and_moves_the_averages():
    layer = BatchNormalization(momentum=0.9, epsilon=0.0)
    layer.build((1,), np.random.default_rng(0), np.float64)
    before = layer.state["moving_mean"]
    x = np.array([[1.0], [3.0], [5.0], [7.0]])  # mean 4, variance 5 (not 20 / 3)
    y, _ = layer.forward(x, training=True)
    np.testing.assert_allclose(y.ravel(), np.array([-3, -1, 1, 3]) / np.sqrt(5))
    np.testing.assert_allclose(layer.state["moving_mean"], 0.1 * 4)
    np.testing.assert_allclose(layer.state["moving_variance"], 0.9 + 0.1 * 5)
    assert layer.state["moving_mean"] is before  # others hold this array
    y, _ = layer.forward(x)
    np.testing.assert_allclose(y, (x - 0.4) / np.sqrt(1.4))


def test_frozen_it_computes_as_out_of_training_and_moves_nothing():
    layer = BatchNormalization(trainable=False)
    layer.build((1,), np.random.default_rng(0))
    x = np.array([[1.0], [5.0]], np.float32)
    np.testing.assert_array_equal(layer.forward(x, training=True)[0], layer.forward(x)[0])
    assert layer.state["moving_mean"] == 0


@pytest.mark.parametrize(
    ("shape", "offset", "tolerance"),
    [
        ((64, 32, 32, 3), 0, 2e-6),
        ((64, 32, 32, 3), 1e3, 2e-6),
        ((2**15, 3), 3e4, 2e-3),  # a float32 sum of as many is off by 7 standard deviations
    ],
)
def test_a_large_mean_costs_few_digits(shape, offset, tolerance):
    rng = np.random.default_rng(0)
    x, grad = (rng.normal(size=(2, *shape)) + offset).astype(np.float32)
    grad -= np.float32(offset)
    layer = BatchNormalization(epsilon=0, momentum=0)
    layer.build(shape[1:], rng)
    y, cache = layer.forward(x, training=True)
    exact = BatchNormalization(epsilon=0, momentum=0)
    exact.build(shape[1:], rng, np.float64)
    expected, exact_cache = exact.forward(x.astype(np.float64), training=True)
    wide = x.astype(np.float64).reshape(-1, 3)
    np.testing.assert_allclose(layer.state["moving_mean"], wide.mean(0), rtol=1e-7, atol=1e-7)
    np.testing.assert_allclose(layer.state["moving_variance"], wide.var(0), rtol=tolerance)
    np.testing.assert_allclose(y, expected, atol=4 * tolerance)
    np.testing.assert_allclose(expected.reshape(-1, 3), (wide - wide.mean(0)) / wide.std(0), atol=1e-9)
    dx, gradients = layer.backward(grad, cache)
    exact_dx, exact_gradients = exact.backward(grad.astype(np.float64), exact_cache)
    np.testing.assert_allclose(dx, exact_dx, atol=4 * tolerance)
    np.testing.assert_allclose(gradients["gamma"], exact_gradients["gamma"], rtol=tolerance, atol=0.01)


def test_any_memory_layout():
    layer = BatchNormalization()
    rng = np.random.default_rng(0)
    layer.build((4, 5, 3), rng, np.float64)
    x, grad = rng.normal(size=(2, 2, 4, 5, 3))
    expected, cache = layer.forward(x, training=True)
    expected_dx, _ = layer.backward(grad, cache)
    strided = np.asfortranarray(x)
    y, cache = layer.forward(strided, training=True)
    np.testing.assert_allclose(y, expected)
    np.testing.assert_allclose(layer.backward(np.asfortranarray(grad), cache)[0], expected_dx)


@pytest.mark.parametrize("training", [True, False])
def test_agrees_with_torch(training):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    x, grad = rng.normal(2, 3, size=(2, 4, 5, 6, 3))
    layer = BatchNormalization(momentum=0.9, epsilon=1e-5)
    layer.build((5, 6, 3), rng, np.float64)
    theirs = torch.nn.BatchNorm2d(3, eps=1e-5, momentum=0.1, dtype=torch.float64).train(training)
    for ours, name in (("gamma", "weight"), ("beta", "bias")):
        layer.parameters[ours][...] = rng.normal(size=3)
        getattr(theirs, name).data = torch.tensor(layer.parameters[ours])
    tensor = torch.tensor(x, requires_grad=True)
    expected = theirs(tensor.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
    y, cache = layer.forward(x, training=training)
    dx, gradients = layer.backward(grad, cache)
    wanted = torch.autograd.grad(expected, [tensor, theirs.weight, theirs.bias], torch.tensor(grad))
    np.testing.assert_allclose(y, expected.detach().numpy(), rtol=1e-10, atol=1e-12)
    for found, gradient in zip((dx, gradients["gamma"], gradients["beta"]), wanted, strict=True):
        np.testing.assert_allclose(found, gradient.numpy(), rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(layer.state["moving_mean"], theirs.running_mean.numpy())


def test_rescaling(check_layer):
    check_layer(Rescaling(1 / 127.5, offset=-1), (2, 3))
    y, _ = Rescaling(1 / 255).forward(np.array([[0, 51, 255]], np.float32))
    np.testing.assert_allclose(y, [[0, 0.2, 1]], rtol=1e-6)
    assert Rescaling(2).backward(np.ones((1, 1)), None, input_gradient=False) == (None, {})


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: BatchNormalization(axis=0), ValueError, "as axis 0 is that of the batch; got 0"),
        (lambda: BatchNormalization(axis=1)(Input((4, 4, 3))), ValueError, "axis must be the last one, -1 or 3.*got 1"),
        (lambda: BatchNormalization(epsilon=-1), ValueError, "epsilon must be at least 0; got -1"),
        (lambda: BatchNormalization(momentum="0.9"), TypeError, r"momentum must be a number; got '0\.9'"),
        (lambda: BatchNormalization(gamma_initializer=1), TypeError, "an initializer must be a name such as"),
        (lambda: Rescaling(float("nan")), ValueError, "scale must be finite; got nan"),
    ],
)
def test_bad_arguments(make, error, message):
    with pytest.raises(error, match=message):
        make()
