"""Classifiers: which networks are some, what they say, and that their names survive a file."""

import numpy as np
import pytest

from adim import Input, Model, Sequential
from adim.layers import Activation, Add, Conv2D, Dense, Flatten, GlobalAveragePooling2D
from adim.runs.classifier import Classifier


def ending_in(units, activation):
    return Sequential([Input(shape=(4, 4, 1)), Flatten(), Dense(units, activation=activation)], seed=0)


IMAGES = np.random.default_rng(0).integers(0, 2, (5, 4, 4, 1))


def test_softmax_is_passed_on():
    model = ending_in(3, "softmax")
    assert np.array_equal(Classifier(model).probabilities(IMAGES), model.predict(IMAGES))


def test_softmax_may_be_a_layer_of_its_own():
    model = Sequential([Input(shape=(4, 4, 1)), Flatten(), Dense(3), Activation("softmax")], seed=0)
    assert np.array_equal(Classifier(model).probabilities(IMAGES), model.predict(IMAGES))


def test_scores_go_through_a_softmax():
    model = ending_in(3, None)
    powers = np.exp(model.predict(IMAGES).astype(np.float64))
    expected = powers / powers.sum(axis=1, keepdims=True)
    assert np.allclose(Classifier(model).probabilities(IMAGES), expected, rtol=1e-5)


def test_one_sigmoid_is_the_probability_of_the_second_class():
    model = ending_in(1, "sigmoid")
    probabilities = Classifier(model).probabilities(IMAGES)
    assert probabilities.shape == (5, 2)
    assert np.array_equal(probabilities[:, 1:], model.predict(IMAGES))
    assert np.allclose(probabilities.sum(axis=1), 1)


def test_names_survive_a_file(tmp_path):
    Classifier(ending_in(2, "softmax"), ["köpek", "kedi"]).save(tmp_path / "model.safetensors")
    again = Classifier.load(tmp_path / "model.safetensors")
    assert (again.class_names, again.has_names) == (("köpek", "kedi"), True)
    assert again.image_shape == (4, 4, 1)


def test_without_names_classes_have_numbers():
    classifier = Classifier(ending_in(3, "softmax"))
    assert (classifier.class_names, classifier.has_names) == (("0", "1", "2"), False)


@pytest.mark.parametrize("names", [["a"], ["a", "b", "c"], [], "ab", {"a": 1, "b": 2}, [1, 2], ["a", "\x1b[2J"], 7])
def test_metadata_are_not_trusted(names, tmp_path):
    model = ending_in(2, "softmax")
    model.metadata["class_names"] = names
    model.save(tmp_path / "model.safetensors")
    with pytest.raises(ValueError, match=r"model\.safetensors holds no classifier of images: .*name"):
        Classifier.load(tmp_path / "model.safetensors")


def two_inputs():
    a, b = Input(shape=(4, 4, 1)), Input(shape=(4, 4, 1))
    return Model([a, b], Dense(2, activation="softmax")(Flatten()(Add()([a, b]))))


def an_image_out():
    x = Input(shape=(4, 4, 1))
    return Model(x, Conv2D(2, 3, activation="softmax")(x))


def flat_input():
    x = Input(shape=(16,))
    return Model(x, Dense(2, activation="softmax")(x))


def pooled_out():
    x = Input(shape=(4, 4, 1))
    return Model(x, GlobalAveragePooling2D()(Conv2D(2, 3)(x)))


@pytest.mark.parametrize(
    ("model", "what"),
    [
        (two_inputs, r"takes inputs of shape \(4, 4, 1\), \(4, 4, 1\)"),
        (flat_input, r"takes inputs of shape \(16,\)"),
        (an_image_out, r"outputs of shape \(2, 2, 2\)"),
        (pooled_out, "activation None"),
        (lambda: ending_in(1, None), "one sigmoid"),
        (lambda: ending_in(3, "sigmoid"), "activation sigmoid"),
        (lambda: ending_in(3, "relu"), "activation relu"),
    ],
)
def test_other_networks_are_refused(model, what):
    with pytest.raises(ValueError, match=what):
        Classifier(model())
