"""The check of gradients: it must pass what is right, and for every kind of mistake name the layer that made it."""

import re

import numpy as np
import pytest

from adim.gradients import check_gradients
from adim.layers import (
    Add,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    Input,
    Layer,
    MaxPool2D,
    RandomFlip,
    ReLU,
    Rescaling,
)
from adim.losses import MeanSquaredError, SparseCategoricalCrossentropy
from adim.model import Model, Sequential

RNG = np.random.default_rng(0)
X = RNG.normal(size=(5, 4))
Y = RNG.integers(0, 3, 5)


class Affine(Layer):
    """``y = x * scale + shift``, right, with a place to break each part."""

    def compute_output_shape(self, input_shape):
        return input_shape

    def create_parameters(self, input_shape, rng, dtype):
        self.parameters["scale"] = rng.normal(size=input_shape).astype(dtype)
        self.parameters["shift"] = rng.normal(size=input_shape).astype(dtype)

    def forward(self, x, *, training=False, rng=None):
        return x * self.parameters["scale"] + self.parameters["shift"], x

    def backward(self, grad, cache, *, input_gradient=True):
        dx = grad * self.parameters["scale"] if input_gradient else None
        return dx, {"scale": (grad * cache).sum(axis=0), "shift": grad.sum(axis=0)}


def broken(change):
    """Return an `Affine` whose backward pass returns ``change(self, grad, x, dx, gradients)`` instead."""

    class Broken(Affine):
        def backward(self, grad, cache, *, input_gradient=True):
            dx, gradients = super().backward(grad, cache)
            return change(self, grad, cache, dx, gradients)

    return Broken(name="culprit")


def between(layer, loss="sparse_categorical_crossentropy"):
    """A network with innocent layers before and behind."""
    before, behind = Dense(4, activation="tanh", name="before"), Dense(3, activation="softmax", name="behind")
    model = Sequential([Input((4,)), before, layer, behind], seed=0)
    model.compile("adam", loss)
    return model


def in_place(array, value):
    array += value


MISTAKES = {
    "a parameter's gradient is twice as large": (
        lambda self, grad, x, dx, gradients: (dx, gradients | {"scale": 2 * gradients["scale"]}),
        "gradient of its scale is wrong",
    ),
    "a parameter's gradient is averaged, not summed": (
        lambda self, grad, x, dx, gradients: (dx, gradients | {"shift": grad.mean(axis=0)}),
        "gradient of its shift is wrong",
    ),
    "a parameter's gradient is a little off": (
        lambda self, grad, x, dx, gradients: (dx, gradients | {"shift": gradients["shift"] * 1.00001}),
        "gradient of its shift is wrong",
    ),
    "a parameter's gradient is that of the last example": (
        lambda self, grad, x, dx, gradients: (dx, gradients | {"scale": grad[-1] * x[-1]}),
        "gradient of its scale is wrong",
    ),
    "a parameter's gradient is 0": (
        lambda self, grad, x, dx, gradients: (dx, gradients | {"scale": 0 * gradients["scale"]}),
        "gradient of its scale is wrong",
    ),
    "a parameter's gradient is not a number": (
        lambda self, grad, x, dx, gradients: (dx, gradients | {"scale": np.nan * gradients["scale"]}),
        "gradient of its scale is wrong: nan",
    ),
    "a parameter's gradient is missing": (
        lambda self, grad, x, dx, gradients: (dx, {"scale": gradients["scale"]}),
        r"gradient of its shift must have shape \(4,\); it gives none",
    ),
    "a parameter's gradient has the wrong shape": (
        lambda self, grad, x, dx, gradients: (dx, gradients | {"shift": grad}),
        r"gradient of its shift must have shape \(4,\); it gives one of shape \(5, 4\)",
    ),
    "the gradients of two parameters are exchanged": (
        lambda self, grad, x, dx, gradients: (dx, {"scale": gradients["shift"], "shift": gradients["scale"]}),
        "gradient of its scale is wrong",
    ),
    "the input's gradient forgets a factor": (
        lambda self, grad, x, dx, gradients: (grad, gradients),
        "gradient of its input is wrong",
    ),
    "the input's gradient has the wrong sign": (
        lambda self, grad, x, dx, gradients: (-dx, gradients),
        "gradient of its input is wrong",
    ),
    "the input's gradient is missing": (
        lambda self, grad, x, dx, gradients: (None, gradients),
        r"gradient of its input must have shape \(5, 4\); it gives none",
    ),
    "the input's gradient has the wrong shape": (
        lambda self, grad, x, dx, gradients: (dx[:1], gradients),
        r"gradient of its input must have shape \(5, 4\); it gives one of shape \(1, 4\)",
    ),
    "the gradient that comes in is changed": (
        lambda self, grad, x, dx, gradients: (in_place(grad, 1), (dx, gradients))[1],
        "changes the arrays that it is given",
    ),
    "the input is changed": (
        lambda self, grad, x, dx, gradients: (in_place(x, 1), (dx, gradients))[1],
        "changes the arrays that it is given",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_every_mistake_is_found_and_blamed_on_its_layer(mistake):
    change, message = MISTAKES[mistake]
    report = check_gradients(between(broken(change)), X, Y, entries=None)
    assert not report.ok
    assert report.wrong_layers == ["culprit"]
    assert re.search(f"WRONG: culprit: .*{message}", str(report)), str(report)


def test_the_right_layer_passes():
    report = check_gradients(between(Affine(name="innocent")), X, Y, entries=None)
    assert report.ok, str(report)
    assert report.wrong_layers == []
    assert 0 < report.error < 1e-8
    assert "All gradients agree: " in report.verdict


def test_a_wrong_layer_in_a_branch_is_blamed_alone():
    x = Input((4,))
    stem = Dense(4, activation="tanh", name="stem")(x)
    wrong = broken(lambda self, grad, x, dx, gradients: (1.5 * dx, gradients))(stem)
    model = Model(x, Dense(3, activation="softmax")(Add()([stem, wrong])), seed=0)
    model.compile("adam", "sparse_categorical_crossentropy")
    report = check_gradients(model, X, Y)
    assert report.wrong_layers == ["culprit"]
    spoiled = {c.layer for c in report.comparisons if c.scope == "network" and c.problem}
    assert spoiled == {"stem"}  # the loss moves otherwise than stem's gradients say, and stem is not to blame


def test_a_batch_normalization_that_takes_its_statistics_for_constants():
    class Careless(BatchNormalization):
        def backward(self, grad, cache, *, input_gradient=True):
            _, gradients = super().backward(grad, cache, input_gradient=input_gradient)
            return grad * self.parameters["gamma"] / np.sqrt(cache.variance + self.epsilon), gradients

    report = check_gradients(between(Careless(name="culprit")), X, Y)
    assert report.wrong_layers == ["culprit"]
    assert "gradient of its input is wrong" in report.verdict


def test_a_convolution_that_forgets_the_stride():
    class Forgetful(Conv2D):
        def pre_activation_backward(self, grad, cache, *, input_gradient):
            moved = np.zeros_like(cache[:, : grad.shape[1] + 2, : grad.shape[2] + 2])
            moved[...] = cache[:, : moved.shape[1], : moved.shape[2]]  # windows one cell apart, not two
            kernel = np.einsum("mhwc,mhwijk->ijkc", grad, windows(moved))
            dx, gradients = super().pre_activation_backward(grad, cache, input_gradient=input_gradient)
            return dx, gradients | {"kernel": kernel}

    def windows(x):
        view = np.lib.stride_tricks.sliding_window_view(x, (3, 3), axis=(1, 2))  # (m, h, w, c, 3, 3)
        return np.moveaxis(view, 3, 5)

    layers = [Input((7, 7, 2)), Forgetful(3, 3, strides=2, name="culprit"), Flatten(), Dense(3)]
    model = Sequential(layers, seed=0)
    model.compile("adam", SparseCategoricalCrossentropy(from_logits=True))
    report = check_gradients(model, RNG.normal(size=(3, 7, 7, 2)), Y[:3])
    assert report.wrong_layers == ["culprit"]
    assert "gradient of its kernel is wrong" in report.verdict


def test_a_wrong_loss_is_blamed_and_no_layer():
    class DoubledError(MeanSquaredError):
        def _derivative(self, y_true, y_pred):
            return 2 * super()._derivative(y_true, y_pred)

    model = Sequential([Input((4,)), Dense(2)], seed=0)
    model.compile("adam", DoubledError())
    report = check_gradients(model, X, RNG.normal(size=(5, 2)))
    assert report.wrong_layers == []
    assert "WRONG: mean_squared_error: the gradient of its predictions is wrong" in report.verdict


def test_what_is_wrong_only_in_how_it_is_put_together():
    class Deaf(Dense):
        def backward(self, grad, cache, *, input_gradient=True, at_logits=False):
            return super().backward(grad, cache, input_gradient=input_gradient)

    model = Sequential([Input((4,)), Dense(4, name="first"), Deaf(3, activation="softmax", name="deaf")], seed=0)
    model.compile("adam", "sparse_categorical_crossentropy")
    report = check_gradients(model, X, Y)
    assert not report.ok
    assert report.wrong_layers == []
    assert "WRONG through the network: deaf: the gradient of its kernel is wrong" in report.verdict
    assert "look at how they are put together" in report.verdict


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_network_with_everything_passes_on_images_with_black_corners(dtype):
    image = Input((8, 8, 1))
    x = RandomFlip("horizontal")(Rescaling(1 / 255)(image))
    x = BatchNormalization()(ReLU()(Conv2D(4, 3, padding="same")(x)))
    shared = Conv2D(4, 3, padding="same", activation="relu")
    x = MaxPool2D()(Add()([x, shared(shared(x))]))
    x = Dropout(0.3)(GlobalAveragePooling2D()(x))
    model = Model(image, Dense(3, activation="softmax")(x), seed=0, dtype=dtype)
    model.compile("adam", "sparse_categorical_crossentropy")
    images = np.zeros((5, 8, 8, 1), np.uint8)
    images[:, 3:6, 2:5] = RNG.integers(0, 256, (5, 3, 3, 1))
    before = model.get_weights()
    report = check_gradients(model, images, Y, sample_weight=[1, 2, 0, 1, 0.5], entries=20)
    assert report.ok, str(report)
    assert report.error < 1e-6
    assert all(c.compared > c.kinks for c in report.comparisons), str(report)
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))


@pytest.mark.parametrize(("distance", "kinks"), [(3e-6, 0), (3e-7, 0), (0, 20)])
def test_kinks_are_dodged_with_smaller_steps_or_left_out(distance, kinks):
    class Corner(Layer):
        """Twice as steep from a little above the first values that it ever saw."""

        corner = None

        def compute_output_shape(self, input_shape):
            return input_shape

        def forward(self, x, *, training=False, rng=None):
            if training and len(calls) == 1:  # the first call is on the network's values, the second on those to try
                self.corner = x + distance
            calls.append(x)
            corner = x + 1 if self.corner is None else self.corner
            return x + np.maximum(x - corner, 0), x > corner

        def backward(self, grad, cache, *, input_gradient=True):
            return grad * (1 + cache), {}

    calls = []
    report = check_gradients(between(Corner(name="corner")), X, Y, entries=None)
    (found,) = (c for c in report.comparisons if (c.scope, c.layer) == ("layer", "corner"))
    assert (found.compared, found.kinks) == (20 - kinks, kinks), str(report)
    assert bool(found.problem) == (kinks == 20)
    assert not found.problem or "could not be checked: all 20 numbers tried are at kinks" in found.problem


def test_frozen_layers_and_single_outputs():
    model = Sequential(
        [Input((4,)), Dense(3, trainable=False), BatchNormalization(trainable=False), Dense(1, "sigmoid")]
    )
    model.compile("adam", "binary_crossentropy")
    report = check_gradients(model, X, Y > 0)
    assert report.ok, str(report)
    assert {c.layer for c in report.comparisons if c.scope == "network"} == {"dense_1"}


def test_a_network_that_is_sure_of_wrong_answers_passes():
    model = Sequential([Input((4,)), Dense(3, "softmax", kernel_initializer="random_normal")], seed=0)
    model.set_weights([1000 * array for array in model.get_weights()])
    model.compile("adam", "sparse_categorical_crossentropy")
    report = check_gradients(model, X, Y)
    assert [c.problem for c in report.comparisons if c.scope != "layer"] == [""] * 3


def test_losses_on_plain_outputs():
    for ending, loss, y in [
        (Dense(3), SparseCategoricalCrossentropy(from_logits=True), Y),
        (Dense(3, "sigmoid"), "categorical_crossentropy", np.eye(3)[Y]),
        (Dense(3, "relu"), "mse", np.eye(3)[Y]),
    ]:
        model = Sequential([Input((4,)), Dense(4, "tanh"), ending], seed=0)
        model.compile("adam", loss)
        report = check_gradients(model, X, y)
        assert report.ok, str(report)


def test_bad_arguments_are_refused():
    model = between(Affine())
    with pytest.raises(ValueError, match="entries must be at least 1"):
        check_gradients(model, X, Y, entries=0)
    with pytest.raises(ValueError, match="tolerance must be above 0"):
        check_gradients(model, X, Y, tolerance=0)
    with pytest.raises(ValueError, match="labels from 3 to"):
        check_gradients(model, X, Y + 3)
    with pytest.raises(ValueError, match="not compiled"):
        check_gradients(Sequential([Input((4,)), Dense(3)]), X, Y)
