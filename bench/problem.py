"""What all sides of a network start from: the same weights, the same images, the same labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from adim import keras
from adim.arrays import FloatArray
from adim.graph import Graph
from bench.networks import Network

LEARNING_RATE = 0.001

STEPS = 3
"""How many steps are compared."""

_FLOOR = 0.01  # see `learned`


class Problem(NamedTuple):
    """A network and its data.

    Attributes
    ----------
    network : Network
        How it is written.
    graph : Graph
        It, as ours: for peers that take it layer by layer.
    weights : list of ndarray
        In Keras's order.
    x, y : ndarray
        A batch of images between 0 and 1, and their labels.
    """

    network: Network
    graph: Graph
    weights: list[FloatArray]
    x: FloatArray  # (m, n_H, n_W, n_C)
    y: npt.NDArray[np.int64]  # (m,)

    def images(self, part: str) -> FloatArray:
        """Return the images of one of `bench.networks.PARTS`."""
        return self.x if part == "step" else self.x[: int(part.partition("-")[2])]


def draw(network: Network, *, seed: int = 0) -> Problem:
    """Draw weights, also where training starts from zeros and ones: what a side leaves out then shows."""
    rng = np.random.default_rng(seed)
    model = network.build(keras)
    weights = [_weight(name, array.shape, rng) for name, array in model.graph.named_variables()]
    model.set_weights(weights)
    x = rng.random((network.batch, *network.image), np.float32)
    return Problem(network, model.graph, weights, x, rng.integers(network.classes, size=network.batch))


def _weight(name: str, shape: tuple[int, ...], rng: np.random.Generator) -> FloatArray:
    noise = rng.standard_normal(shape, np.float32)
    match name.split("/")[1]:
        case "kernel":
            return noise * np.float32(np.sqrt(2 / np.prod(shape[:-1])))
        case "gamma" | "moving_variance":
            return 1 + np.abs(noise) / 10
        case _:
            return noise / 10


def learned(gradients: Sequence[FloatArray], losses: Sequence[float]) -> tuple[FloatArray, ...]:
    """Return what is compared of training steps: the gradients at the start, the loss there, and by how much it falls.

    The parameters after a step are not: Adam's first step is the gradient's sign, which rounding decides where a
    gradient is 0 but for rounding, as that of a bias before batch normalisation always is. For the same reason a
    gradient is compared in parts of its largest magnitude, but of no less than a hundredth of that of all gradients.
    By how much the loss falls in the first steps shows what the optimiser does.
    """
    floor = _FLOOR * max(float(np.max(np.abs(gradient))) for gradient in gradients)
    first, *later = np.array(losses, np.float32)
    return *(np.append(gradient, np.float32(floor)) for gradient in gradients), first, first - np.array(later)
