"""A replay gives what the walk gives, to the bit, whatever happens to the network meanwhile."""

import copy
import os
import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from adim import activations, engines
from adim.engines.compiled.recording import Recording
from adim.engines.settings import get_num_threads, set_num_threads, set_precision
from adim.graph import Graph
from adim.layers import (
    Activation,
    Add,
    AveragePooling2D,
    BatchNormalization,
    Concatenate,
    Conv2D,
    Conv2DTranspose,
    Cropping2D,
    Dense,
    DepthwiseConv2D,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    GlobalMaxPooling2D,
    Input,
    LeakyReLU,
    MaxPooling2D,
    RandomCrop,
    RandomFlip,
    ReLU,
    Rescaling,
    Reshape,
    SeparableConv2D,
    Softmax,
    ZeroPadding2D,
)
from adim.networks import NETWORKS
from adim.walk import replay
from adim.walk.replay import Replay, Replays

SHAPE = (12, 10, 3)


def chain(x, *layers):
    for layer in layers:
        x = layer(x)
    return x


def residual(x):
    stem = chain(x, Conv2D(32, 3, padding="same", use_bias=False), BatchNormalization(), ReLU())
    branch = chain(stem, Conv2D(32, 3, padding="same"), BatchNormalization(), ReLU(), Conv2D(32, 3, padding="same"))
    return chain(Add()([stem, branch]), ReLU(), GlobalAveragePooling2D(), Dropout(0.5), Dense(5, "softmax"))


def shared(x):
    layer = Conv2D(3, 3, padding="same", activation="tanh")
    return Concatenate()([layer(x), layer(layer(x)), x])


ODD = {
    "residual": residual,
    "one layer at several places": shared,
    "nothing but views": lambda x: chain(x, RandomFlip(), Dropout(0.1), Reshape((10, 36)), Flatten()),
    "a view at the end": lambda x: chain(x, Conv2D(2, 3), Cropping2D(1)),
    "layers that are not compiled": lambda x: chain(
        x, Rescaling(0.5, 1), ZeroPadding2D(), Conv2DTranspose(4, 3, 2, activation="relu"), RandomCrop(7, 7), Softmax(1)
    ),
    "activations": lambda x: chain(
        x,
        Conv2D(4, 3, activation="sigmoid"),
        Activation("tanh"),
        LeakyReLU(),
        ReLU(1.0),
        Dense(3, activation="softmax"),
    ),
    "normalisations": lambda x: chain(
        x, BatchNormalization(), Conv2D(6, 3, activation="relu"), BatchNormalization(), MaxPooling2D(), ReLU()
    ),
    "folded normalisations": lambda x: chain(
        x,
        *(DepthwiseConv2D(3, depth_multiplier=2), BatchNormalization(), SeparableConv2D(5, 2), BatchNormalization()),
        *(ReLU(), Conv2D(4, 2, groups=1, strides=2), BatchNormalization(scale=False), Activation("sigmoid")),
    ),
    "poolings": lambda x: chain(
        x,
        Conv2D(8, 1, use_bias=False, activation="relu"),
        MaxPooling2D(2),
        AveragePooling2D(2, 1),
        GlobalMaxPooling2D(),
    ),
    "two axes kept": lambda x: chain(x, GlobalAveragePooling2D(keepdims=True), Dense(4, use_bias=False), ReLU()),
    "nothing": lambda x: x,
}


@pytest.fixture(autouse=True, params=[1, 3])
def _compiled(request, monkeypatch):
    before = get_num_threads()
    monkeypatch.setattr(engines, "_default", "compiled")
    set_num_threads(request.param)
    yield
    set_num_threads(before)


@pytest.fixture
def replayed(monkeypatch):
    """Note what each replay returns."""
    run, found = Replay.run, []
    monkeypatch.setattr(Replay, "run", lambda *words: found.append(run(*words)) or found[-1])
    return found


def draw(layers, rng):
    for layer in layers:
        for name, array in (layer.parameters | layer.state).items():
            array[...] = rng.uniform(0.5, 1.5, array.shape) if "variance" in name else rng.normal(0, 0.5, array.shape)


def make(build, shape=SHAPE, dtype="float32"):
    image = Input(shape)
    graph = Graph(image, build(image), seed=1, dtype=dtype)
    draw(graph.layers, np.random.default_rng(2))
    return graph


def walked(graph, x):
    """Return what the walk gives."""
    before, graph._replays = graph._replays, Replays(0)
    y = graph.forward(x)[0]
    graph._replays = before
    return y


def check(graph, inputs, replayed):
    """See that all that follows is replayed, and right."""
    for x in inputs:
        y = graph.forward(x)[0]
        assert y is replayed.pop()
        expected = walked(graph, x)
        np.testing.assert_array_equal(y, expected)
        assert y.dtype == expected.dtype


def small():
    return make(lambda x: chain(x, Conv2D(4, 3, activation="relu"), MaxPooling2D(), Flatten(), Dense(3, "softmax")))


def images(count, m=2, shape=SHAPE):
    return np.random.default_rng(3).normal(size=(count, m, *shape)).astype(np.float32)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("build", ODD.values(), ids=ODD)
def test_a_replay_is_the_walk(build, dtype, replayed):
    graph = make(build, dtype=dtype)
    first, *others = images(4)
    np.testing.assert_array_equal(graph.forward(first)[0], walked(graph, first))
    assert not replayed
    check(graph, others, replayed)


@pytest.mark.parametrize("shape", [(8, 8, 1), (32, 32, 3)])
@pytest.mark.parametrize("name", NETWORKS)
def test_built_in_networks_are_replayed(name, shape, replayed):
    graph = NETWORKS[name](shape, 10, 0).graph
    draw(graph.layers, np.random.default_rng(2))
    bytes_of = np.random.default_rng(3).integers(256, size=(4, 1, *shape), dtype=np.uint8)
    graph.forward(bytes_of[0])
    check(graph, bytes_of, replayed)
    model = NETWORKS[name](shape, 10, 0)
    assert [len(model.predict(bytes_of[:, 0], batch_size=1)), len(replayed)] == [4, 3]


def test_several_inputs(replayed):
    a, b = Input((4,)), Input(SHAPE)
    graph = Graph([a, b], Concatenate()([Dense(2)(a), chain(b, Conv2D(2, 3), GlobalMaxPooling2D())]))
    first, *others = [[x[:, 0, :4, 0], x] for x in images(3)]
    graph.forward(first)
    check(graph, others, replayed)


def test_parameters_that_change_where_they_lie_are_followed(replayed):
    rng = np.random.default_rng(0)
    for build in ODD.values():
        graph = make(build)
        x, _ = images(2)
        graph.forward(x)
        for _ in range(3):
            check(graph, [x], replayed)
            draw(graph.layers, rng)


@pytest.mark.parametrize(
    "change",
    [
        lambda layer: layer.parameters.update(kernel=layer.parameters["kernel"] * 2),
        lambda layer: layer.parameters.update(kernel=np.asfortranarray(layer.parameters["kernel"])),
        lambda layer: layer.parameters.update(bias=layer.parameters["bias"].astype(np.float32) + 1),
        lambda layer: setattr(layer, "parameters", {n: 3 * array for n, array in layer.parameters.items()}),
        lambda layer: setattr(layer, "activation", activations.get("tanh")),
        lambda layer: setattr(layer, "padding", "same"),
        lambda layer: setattr(layer, "note", np.zeros(3)),
        lambda layer: setattr(layer, "note", np.ones(3)),
    ],
)
def test_other_arrays_and_arguments_are_noticed(change, replayed):
    graph = make(lambda x: chain(x, Conv2D(4, 3), ReLU(), GlobalAveragePooling2D(), Dense(3)))
    x, y = images(2)
    graph.layers[1].note = np.zeros(2)
    graph.forward(x)
    check(graph, [x, y], replayed)
    change(graph.layers[1])
    check(graph, [x, y], replayed)


def test_an_activation_that_was_joined_is_noticed(replayed):
    graph = make(lambda x: chain(x, Conv2D(4, 3), ReLU(), Flatten()))
    x, y = images(2)
    graph.forward(x)
    check(graph, [x, y], replayed)
    graph.layers[2].activation = activations.get("tanh")
    check(graph, [x, y], replayed)


def test_frozen_statistics_that_are_exchanged_are_noticed(replayed):
    graph = make(lambda x: chain(x, Conv2D(4, 3), BatchNormalization(), BatchNormalization()))
    x, _ = images(2)
    graph.forward(x)
    for layer in graph.layers[2:]:
        check(graph, [x], replayed)
        layer.state["moving_mean"] = layer.state["moving_mean"] + 1
        layer.epsilon = 0.5
        check(graph, [x], replayed)


def test_results_belong_to_the_caller(replayed):
    graph = small()
    inputs = images(5)
    before = inputs.copy()
    found = [graph.forward(x)[0] for x in inputs]
    kept = [y.copy() for y in found]
    for y in found:
        y[...] = 7
    for x, y in zip(inputs, kept, strict=True):
        np.testing.assert_array_equal(graph.forward(x)[0], y)
    np.testing.assert_array_equal(inputs, before)
    assert replayed


def test_inputs_of_any_layout_and_kind(replayed):
    graph = small()
    x = images(1, m=4)[0]
    graph.forward(x)
    check(graph, [x[::-1], np.asfortranarray(x), x.astype(np.float64), (9 * x).astype(np.int8), x > 0], replayed)
    assert graph.forward(x[:0])[0].shape == (0, 3)
    assert not replayed
    np.testing.assert_array_equal(graph.forward(x.tolist())[0], walked(graph, x))


def test_few_shapes_are_remembered(replayed):
    graph = small()
    x = images(1, m=9)[0]
    for m in (*range(1, 9), 8, 7, 8, 1, 1):
        np.testing.assert_array_equal(graph.forward(x[:m])[0], walked(graph, x[:m]))
    assert [len(y) for y in replayed] == [8, 7, 8, 1]
    assert len(graph._replays._known) == 4


def test_much_work_and_many_parameters_are_walked(replayed, monkeypatch):
    graph = small()
    monkeypatch.setattr(replay, "_MOST_NUMBERS", 500)
    large = small()
    for one, m in ((graph, graph._replays._most + 1), (large, 1)):
        x = images(1, m=m)[0]
        for _ in range(3):
            one.forward(x)
    assert not replayed


def test_layers_from_elsewhere_are_walked(replayed):
    class Own(Conv2D):
        pass

    graph = make(lambda x: chain(x, Own(2, 3), Flatten()))
    for x in images(3):
        graph.forward(x)
    assert not replayed


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_spoils_what_it_spoils_on_the_walk(bad):
    graph = make(lambda x: chain(x, Conv2D(32, 3, padding="same"), Conv2D(32, 3, padding="same"), Conv2D(64, 3)))
    inputs = images(4, m=16)
    inputs[2, 0, 5, 5] = bad
    for x in (inputs[2], inputs[2], *inputs, *inputs):
        np.testing.assert_array_equal(graph.forward(x)[0], walked(graph, x))
    graph.layers[2].parameters["kernel"][0, 0, 0, 0] = bad
    for x in inputs:
        np.testing.assert_array_equal(graph.forward(x)[0], walked(graph, x))
    graph.layers[2].parameters["kernel"][0, 0, 0, 0] = 1
    for x in (*inputs[3:], *inputs[3:]):
        np.testing.assert_array_equal(graph.forward(x)[0], walked(graph, x))
    (known,) = graph._replays._known.values()
    assert all(isinstance(part, Recording) for part in known._parts)


def test_settings_are_followed(replayed):
    graph = make(residual)
    x, y = images(2, m=16)
    count = get_num_threads()
    for threads, precision in ((count, "fast"), (count, "exact"), (2, "exact"), (5, "fast"), (count, "fast")):
        set_num_threads(threads)
        set_precision(precision)
        for one in (x, x, y):
            np.testing.assert_array_equal(graph.forward(one)[0], walked(graph, one))
        assert list(graph._replays._known.values())[-1]._tape.fits
    set_precision("fast")
    assert replayed
    replayed.clear()
    engines.set_engine("vectorised")
    np.testing.assert_array_equal(graph.forward(x)[0], walked(graph, x))
    assert not replayed


def test_auto_walks_until_it_has_settled(monkeypatch, replayed):
    monkeypatch.setattr(engines, "_default", "auto")
    monkeypatch.setattr(engines.choice, "_done", 0)
    graph = small()
    x, y = images(2)
    for _ in range(3):
        graph.forward(x)
    assert not replayed
    monkeypatch.setattr(engines.choice, "_done", engines.choice._WORTH)
    graph.forward(x)
    check(graph, [x, y], replayed)


def test_threads_may_predict_with_one_network():
    graph = make(residual)
    inputs = images(40, m=3)
    expected = [walked(graph, x) for x in inputs]
    with ThreadPoolExecutor(4) as pool:
        for _ in range(5):
            for y, wanted in zip(pool.map(lambda x: graph.forward(x)[0], inputs), expected, strict=True):
                np.testing.assert_array_equal(y, wanted)


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda graph: pickle.loads(pickle.dumps(graph))])
def test_copies_have_replays_of_their_own(copied, replayed):
    graph = make(lambda x: chain(x, Conv2D(4, 3), Flatten(), Dense(3)))
    x, y = images(2)
    graph.forward(x)
    check(graph, [x], replayed)
    twin = copied(graph)
    if twin.layers[1] is not graph.layers[1]:
        draw(twin.layers, np.random.default_rng(9))
    for one in (x, y, x, y):
        np.testing.assert_array_equal(twin.forward(one)[0], walked(twin, one))
        np.testing.assert_array_equal(graph.forward(one)[0], walked(graph, one))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_replays_too():
    graph = make(residual)
    x, y = images(2)
    expected = [graph.forward(one)[0] for one in (x, y, x)]
    child = os.fork()
    if child == 0:
        try:
            found = [graph.forward(one)[0] for one in (x, y, x)]
            os._exit(not all(map(np.array_equal, found, expected)))
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    np.testing.assert_array_equal(graph.forward(x)[0], expected[0])
