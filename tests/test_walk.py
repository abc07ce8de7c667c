"""Layers that run as one compute what they computed one by one."""

import numpy as np
import pytest

from adim import engines, graph as graph_room
from adim.graph import Graph
from adim.layers import (
    Activation,
    Add,
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Conv2DTranspose,
    Dense,
    DepthwiseConv2D,
    Flatten,
    Input,
    LeakyReLU,
    MaxPooling2D,
    ReLU,
    SeparableConv2D,
)
from adim.walk import joined


def chain(x, *layers):
    for layer in layers:
        x = layer(x)
    return x


def residual(image):
    stem = chain(image, Conv2D(4, 3, padding="same"), BatchNormalization(), ReLU())
    branch = chain(stem, Conv2D(4, 3, padding="same", activation="relu"), DepthwiseConv2D(3, padding="same"))
    return chain(Add()([stem, branch]), Activation("relu"), MaxPooling2D())


NETWORKS = {  # what is written, and what becomes of it in training and out of it: each layer, and its `relu`
    "a rectifier": (lambda x: chain(x, Conv2D(3, 2), ReLU()), "Conv2D+", "Conv2D+"),
    "in front of a pooling": (
        lambda x: chain(x, Conv2D(3, 2), ReLU(), MaxPooling2D(3, 2, "same")),
        "Conv2D- MaxPooling2D+",
        "Conv2D- MaxPooling2D+",
    ),
    "of the convolution itself": (
        lambda x: chain(x, Conv2D(3, 2, activation="relu"), MaxPooling2D()),
        "Conv2D- MaxPooling2D+",
        "Conv2D- MaxPooling2D+",
    ),
    "a mean does not commute": (
        lambda x: chain(x, Conv2D(3, 2, activation="relu"), AveragePooling2D()),
        "Conv2D AveragePooling2D",
        "Conv2D AveragePooling2D",
    ),
    "another activation": (
        lambda x: chain(x, Conv2D(3, 2, activation="tanh"), ReLU(), BatchNormalization(), LeakyReLU()),
        "Conv2D ReLU BatchNormalization LeakyReLU",
        "Conv2D ReLU BatchNormalization LeakyReLU",
    ),
    "normalised": (
        lambda x: chain(x, Conv2D(3, 2, use_bias=False), BatchNormalization(), ReLU(), MaxPooling2D()),
        "Conv2D BatchNormalization- MaxPooling2D+",
        "Conv2D- MaxPooling2D+",
    ),
    "normalised twice": (
        lambda x: chain(x, SeparableConv2D(3, 2), BatchNormalization(), BatchNormalization(scale=False), ReLU()),
        "SeparableConv2D BatchNormalization BatchNormalization+",
        "SeparableConv2D BatchNormalization+",
    ),
    "every channel by itself": (
        lambda x: chain(x, DepthwiseConv2D(2, depth_multiplier=2), BatchNormalization(center=False)),
        "DepthwiseConv2D BatchNormalization",
        "DepthwiseConv2D",
    ),
    "dense": (
        lambda x: chain(x, Flatten(), Dense(5), BatchNormalization(), ReLU(), Dense(3), ReLU()),
        "Flatten Dense BatchNormalization+ Dense+",
        "Flatten Dense+ Dense+",
    ),
    "transposed": (
        lambda x: chain(x, Conv2DTranspose(3, 2), BatchNormalization(), ReLU(max_value=1), ReLU()),
        "Conv2DTranspose BatchNormalization ReLU ReLU",
        "Conv2DTranspose BatchNormalization ReLU ReLU",
    ),
    "branches": (
        residual,
        "Conv2D BatchNormalization+ Conv2D DepthwiseConv2D Add- MaxPooling2D+",
        "Conv2D+ Conv2D DepthwiseConv2D Add- MaxPooling2D+",
    ),
}


@pytest.fixture(params=list(engines._ENGINES), autouse=True)
def _engine(request, monkeypatch):
    monkeypatch.setattr(engines, "_default", request.param)


@pytest.fixture(params=NETWORKS)
def network(request):
    build, training, inference = NETWORKS[request.param]
    image = Input((9, 8, 2))
    graph = Graph(image, build(image), seed=1, dtype="float64")
    rng = np.random.default_rng(0)
    for layer in graph.layers:
        for name, array in (layer.parameters | layer.state).items():
            array[...] = rng.uniform(0.5, 1.5, array.shape) if "variance" in name else rng.normal(0, 0.5, array.shape)
    return graph, training, inference


def separately(monkeypatch):
    monkeypatch.setattr(graph_room, "joined", lambda calls, training: list(calls))


def names(steps):
    return " ".join(type(step.layer).__name__ + {None: "", True: "+", False: "-"}[step.relu] for step in steps)


def test_what_is_joined(network):
    graph, training, inference = network
    assert names(joined(graph.steps, training=True)) == training
    assert names(joined(graph.steps, training=False)) == inference


def test_the_same_comes_out(network, monkeypatch):
    graph, *_ = network
    x = np.random.default_rng(1).normal(size=(4, 9, 8, 2))
    quick = graph.forward(x)[0]
    separately(monkeypatch)
    graph._walks.clear()
    np.testing.assert_allclose(quick, graph.forward(x)[0], rtol=1e-10, atol=1e-12)


def test_the_same_is_learned(network, monkeypatch):
    graph, *_ = network
    rng = np.random.default_rng(1)
    x = rng.normal(size=(4, 9, 8, 2))
    y, tape = graph.forward(x, training=True)
    grad = rng.normal(size=y.shape)
    gradients = graph.backward(grad, tape)
    separately(monkeypatch)
    graph._walks.clear()
    expected, tape = graph.forward(x, training=True)
    np.testing.assert_allclose(y, expected, rtol=1e-10, atol=1e-12)
    for found, wanted in zip(gradients, graph.backward(grad, tape), strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-11)


def test_a_value_that_others_read_is_made():
    image = Input((4, 4, 1))
    z = Conv2D(2, 3)(image)
    graph = Graph(image, Add()([ReLU()(z), z]))
    assert names(joined(graph.steps, training=False)) == "Conv2D ReLU Add"
    normalised = BatchNormalization()(z)
    graph = Graph(image, Add()([normalised, z]))
    assert names(joined(graph.steps, training=False)) == "Conv2D BatchNormalization Add"


def test_another_activation_makes_another_walk():
    image = Input((4, 4, 1))
    layer = Conv2D(2, 3)
    graph = Graph(image, chain(image, layer, ReLU()), seed=0)
    x = np.ones((1, 4, 4, 1))
    graph.forward(x)
    layer.activation = Activation("tanh").activation
    assert names(graph._walk(training=False)) == "Conv2D ReLU"
    np.testing.assert_allclose(graph.forward(x)[0], np.maximum(layer.forward(x.astype(np.float32))[0], 0))


def test_what_a_subclass_changes_is_respected():
    class Halved(Conv2D):
        def forward(self, x, *, training=False, rng=None):
            y, cache = super().forward(x)
            return y / 2, cache

    class Centred(Conv2D):
        def pre_activation(self, x, *, relu):
            z, cache = super().pre_activation(x, relu=False)
            z -= z.mean()
            return np.maximum(z, 0) if relu else z, cache

    class Shy(MaxPooling2D):
        pass

    image = Input((6, 6, 1))
    for layers, expected in (
        ((Halved(2, 3), ReLU()), "Halved ReLU"),
        ((Halved(2, 3, activation="relu"), MaxPooling2D()), "Halved MaxPooling2D"),
        ((Centred(2, 3), BatchNormalization()), "Centred BatchNormalization"),
        ((Centred(2, 3), ReLU()), "Centred+"),
        ((Conv2D(2, 3), ReLU(), Shy()), "Conv2D+ Shy"),
    ):
        assert names(joined(Graph(image, chain(image, *layers)).steps, training=False)) == expected


def test_nan_goes_through_all_of_it():
    image = Input((4, 4, 1))
    graph = Graph(image, chain(image, Conv2D(1, 1), BatchNormalization(), ReLU(), MaxPooling2D()), seed=0)
    x = np.zeros((1, 4, 4, 1))
    x[0, 0, 0] = np.nan
    with np.errstate(invalid="ignore"):
        assert np.isnan(graph.forward(x)[0]).sum() == 1
        y, tape = graph.forward(x, training=True)
    assert np.isnan(y).all()
    assert len(graph.backward(np.ones_like(y), tape)) == 4
