"""``python -m bench training``: the networks, what is compared of them, and that the peers agree."""

import copy
from collections.abc import Callable
from importlib import import_module

import numpy as np
import pytest

from adim import keras
from adim.layers import Conv2D
from adim.model import Model
from bench import comparison, networks, problem, training
from bench.contest import Disagreement, Side, hold
from bench.networks import NETWORKS, PARTS, Network


def tiny(keras: object) -> object:
    """Return a network with a layer of every kind that the others have, on images that take no time."""
    layers = keras.layers
    image = keras.Input(shape=(9, 8, 2))
    x = layers.Conv2D(4, 4, 1, "same", activation="relu")(image)  # pads one side more than the other
    x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.Add()([layers.Conv2D(4, 3, 2, "same")(x), layers.Conv2D(4, 1, 2, "same")(x)])
    x = layers.AveragePooling2D((1, 2))(layers.MaxPooling2D(2, 1)(x))
    x = layers.Dense(5, activation="relu")(layers.Flatten()(x))
    return keras.Model(image, layers.Dense(3, activation="softmax")(x))


TINY = Network(tiny, (9, 8, 2), 3, 64)


@pytest.mark.parametrize("name", NETWORKS)
def test_networks_are_what_they_say(name: str) -> None:
    network = NETWORKS[name]
    model = network.build(keras)
    assert model.input_shape == (None, *network.image)
    assert model.output_shape == (None, network.classes)
    convolutions = sorted((layer.filters, layer.kernel_size[0]) for layer in model.layers if isinstance(layer, Conv2D))
    assert (
        convolutions
        == {
            "signs": [(8, 4), (16, 2)],
            "lenet": [(6, 5), (16, 5)],
            "six": [(filters, 3) for filters in (32, 32, 64, 64, 128, 128)],
            "resnet8": [(16, 3)] * 3 + [(32, 1)] + [(32, 3)] * 2 + [(64, 1)] + [(64, 3)] * 2,
        }[name]
    )
    assert model.count_params() == {"signs": 1310, "lenet": 107_786, "six": 307_498, "resnet8": 78_666}[name]


def test_weights_are_drawn_also_where_training_starts_from_zeros_and_ones() -> None:
    drawn = problem.draw(TINY)
    assert all(np.ptp(weight) > 0 for weight in drawn.weights)
    assert drawn.images("step").shape == (64, 9, 8, 2)
    assert drawn.images("inference-1").shape == (1, 9, 8, 2)


def test_gradients_that_are_nothing_but_rounding_are_not_compared_with_themselves() -> None:
    big, zero, noise = np.array([1.0, -2.0]), np.array([1e-9, 0.0]), np.array([-1e-9, 3e-9])
    ours, theirs = (problem.learned([big, small], [0.5, 0.4]) for small in (zero, noise))
    assert training._STEP.measure(ours, theirs) < 1e-6
    assert training._STEP.measure(ours, problem.learned([big, np.array([0.01, 0.0])], [0.5, 0.4])) > 0.1


@pytest.mark.parametrize("steps", ["none", "of another optimiser"])
def test_a_step_that_learns_otherwise_is_refused(steps: str, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = problem.draw(TINY)
    ours = training.sides(drawn, ["step"])["step"]
    step = training.training.step

    def otherwise(model: Model, batch: training.Batch, rng: np.random.Generator) -> tuple[float, np.ndarray]:
        if steps == "none":
            model = copy.deepcopy(model)
        else:
            model.optimizer.epsilon = 0.1
        return step(model, batch, rng)

    monkeypatch.setattr(training.training, "step", otherwise)
    wrong = training.sides(drawn, ["step"])["step"]
    result = wrong.trial()
    peer = Side(wrong.run, wrong.arrays, lambda: result)
    monkeypatch.undo()
    with pytest.raises(Disagreement, match="adim and peer differ"):
        hold({"adim": ours, "peer": peer}, tolerance=training._STEP, seconds=0)


@pytest.mark.usefixtures("double")
def test_training_beside_a_peer(run: Callable[..., tuple[int, str, dict]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(networks.NETWORKS, "signs", TINY)
    status, text, data = run("training", "--network", "signs", "--seconds", "0")
    assert status == 0
    assert "torch: as we do it" in text
    (row,) = data["rows"]
    assert list(row["parts"]) == list(PARTS)
    assert [row["work"][part]["amount"] for part in PARTS] == [64, 1, 64]
    assert all(part["difference"] == 0 for part in row["parts"].values())


@pytest.mark.usefixtures("alone")
def test_training_alone_tells_images_a_second(
    run: Callable[..., tuple[int, str, dict]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(networks.NETWORKS, "signs", TINY)
    _, text, data = run("training", "--network", "signs", "--part", "inference-1", "--seconds", "0")
    assert "images/s" in text
    assert list(data["rows"][0]["parts"]) == ["inference-1"]


@pytest.mark.parametrize("peer", ["torch", "onnxruntime", "keras"])
def test_peers_agree(peer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip({"keras": "tensorflow"}.get(peer, peer))
    monkeypatch.setitem(networks.NETWORKS, "signs", TINY)
    if peer == "torch":  # to compile takes long, and has nothing to do with whether the network is the same
        monkeypatch.setattr(import_module("bench.peers.pytorch.training"), "_compiled", lambda function, **_: function)
    found = comparison.compare("training", training.cases(["signs"], PARTS), peer=[peer], threads=1, seconds=0)
    assert not found.absent
    measured = {part for part, outcome in found.rows[0].parts.items() if outcome.best(peer)}
    assert measured == set(PARTS) - ({"step"} if peer == "onnxruntime" else set())
