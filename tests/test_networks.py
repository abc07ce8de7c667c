"""The built-in networks: every size of image, the course's numbers, and descriptions in JSON."""

import json

import numpy as np
import pytest

from adim.layers import Conv2D, MaxPool2D, Rescaling
from adim.networks import NETWORKS, build, lenet, resnet, signs, vgg
from adim.optimizers import Adam

SHAPES = [(8, 8, 1), (9, 13, 2), (28, 28, 1), (32, 32, 3), (64, 64, 3), (50, 120, 4), (224, 224, 3)]


def images(shape, m, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (m, *shape), dtype=np.uint8)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", NETWORKS)
def test_every_network_fits_every_image(name, shape):
    model = build(name, shape, 2, seed=0)
    probabilities = model.predict(images(shape, 2))
    assert model.name == name
    assert not model.compiled
    assert probabilities.shape == (2, 2)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize("name", NETWORKS)
def test_large_images_cost_a_bounded_number_of_parameters(name):
    assert build(name, (224, 224, 3), 10).count_params() < 1_000_000


@pytest.mark.parametrize("name", NETWORKS)
def test_the_same_seed_gives_the_same_network(name):
    first, same, other = (build(name, (16, 16, 1), 3, seed=seed).get_weights() for seed in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(first, same, strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(first, other, strict=True))


@pytest.mark.parametrize("make", [lenet, vgg, resnet])
def test_a_network_learns_stripes(make):
    """Stripes along the height, along the width, and none: noise apart, as simple as images get."""
    rng = np.random.default_rng(0)
    labels = np.arange(60) % 3
    x = rng.integers(0, 100, (60, 8, 8, 1))
    x[labels == 0, ::2] += 120
    x[labels == 1, :, ::2] += 120
    model = make((8, 8, 1), 3, seed=0)
    model.compile(Adam(0.01), "sparse_categorical_crossentropy", ["accuracy"])
    model.fit(x[:45], labels[:45], epochs=15, batch_size=15, verbose=0, seed=0)
    assert model.evaluate(x[45:], labels[45:], verbose=0)[1] == 1


def test_signs_is_exactly_the_courses_network():
    model = signs((64, 64, 3), 6)
    counts = [layer.count_params() for layer in model.layers if layer.count_params()]
    assert counts == [392, 528, 390]
    first, second = (layer for layer in model.layers if isinstance(layer, Conv2D))
    assert (first.filters, first.kernel_size, first.padding) == (8, (4, 4), "same")
    assert (second.filters, second.kernel_size, second.padding) == (16, (2, 2), "same")
    assert [layer.pool_size for layer in model.layers if isinstance(layer, MaxPool2D)] == [(8, 8), (4, 4)]


@pytest.mark.parametrize("name", NETWORKS)
def test_networks_take_raw_pixels(name):
    model = build(name, (16, 16, 3), 2)
    (rescaling,) = (layer for layer in model.layers if isinstance(layer, Rescaling))
    assert rescaling.scale == 1 / 255


SMALL = {
    "class_name": "Sequential",
    "config": {
        "layers": [
            {"class_name": "Flatten", "config": {}},
            {"class_name": "Dense", "config": {"units": 3, "activation": "softmax"}},
        ]
    },
}


def test_a_network_may_be_described(tmp_path):
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(SMALL))
    for network in (SMALL, path, str(path)):
        model = build(network, (8, 8, 1), 3, seed=1)
        assert model.count_params() == 64 * 3 + 3
    whole = build("vgg", (8, 8, 1), 3).to_config()
    assert build(whole, (8, 8, 1), 3).to_config() == whole


@pytest.mark.parametrize(
    ("network", "shape", "classes", "message"),
    [
        (SMALL, (8, 8, 1), 4, r"outputs of shape \(None, 3\); 4 classes need \(None, 4\)"),
        (
            build("vgg", (8, 8, 1), 3).to_config(),
            (9, 9, 1),
            3,
            r"takes images of \(8, 8, 1\); these have shape \(9, 9, 1\)",
        ),
        (
            build("signs", (8, 8, 1), 3).to_config(),
            (9, 9, 1),
            3,
            r"does not describe a network for images of \(9, 9, 1\)",
        ),
        ({}, (8, 8, 1), 3, "does not describe a network.*a model is written"),
        ([], (8, 8, 1), 3, "a model is written"),
    ],
)
def test_descriptions_that_do_not_fit_are_refused(tmp_path, network, shape, classes, message):
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(network))
    with pytest.raises(ValueError, match=message) as error:
        build(path, shape, classes)
    assert str(path) in str(error.value)


def test_names_and_files_that_do_not_exist_are_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no network 'vgg16'.*built-in networks are signs, lenet, vgg, resnet"):
        build("vgg16", (8, 8, 1), 3)
    (tmp_path / "broken.json").write_text('{"class_name": ')
    with pytest.raises(ValueError, match=r"broken.json is not JSON"):
        build(tmp_path / "broken.json", (8, 8, 1), 3)
