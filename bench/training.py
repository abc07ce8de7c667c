"""``python -m bench training``: whole networks, a training step and inference, against PyTorch, Keras, ONNX Runtime.

Our step is the one that `fit` takes for every batch, `adim.training.step`; our inference is a call of the model. All
sides start from the same weights.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from adim import keras as ours, training
from adim.arrays import FloatArray
from adim.model import Model
from adim.training import Batch
from bench import comparison
from bench.comparison import Case
from bench.contest import Side, Sides, Tolerance, distance, rounding
from bench.networks import NETWORKS, PARTS
from bench.problem import LEARNING_RATE, STEPS, Problem, draw, learned
from bench.report import Work

_STEP = Tolerance(0.02, distance)
"""Rounding decides on which side of zero a number lies that a ReLU sees, and which of two is a maximum. Where it does,
single gradients move by a hundredth, and hundreds of thousands of numbers are seen."""


def run(
    *, network: Sequence[str], part: Sequence[str], seconds: float, threads: int, peer: Sequence[str], out: Path
) -> None:
    """Measure some networks, print the table and write it, its JSON and its plot into `out`."""
    settings = {"optimizer": "Adam", "dtype": "float32", "threads": threads, "seconds": seconds}
    parts = [name for name in PARTS if name in part]
    found = comparison.compare("training", cases(network, parts), peer=peer, threads=threads, seconds=seconds)
    comparison.present(found, settings=settings, out=out)


def cases(networks: Sequence[str], parts: Sequence[str]) -> Iterator[Case]:
    """Make networks and data for them, one after the other."""
    for name in networks:
        problem = draw(NETWORKS[name])
        shape = "x".join(map(str, problem.x.shape))
        work = {part: Work(len(problem.images(part)), "images") for part in parts}
        tolerances = {part: _STEP if part == "step" else rounding("float32") for part in parts}
        yield Case("networks", name, shape, work, (), sides(problem, parts), (problem, parts), tolerances)


def sides(problem: Problem, parts: Sequence[str]) -> Sides:
    """Return our side of each part."""
    return {part: _step(problem) if part == "step" else _inference(problem, part) for part in parts}


def _inference(problem: Problem, part: str) -> Side:
    model, x = _fresh(problem), problem.images(part)
    return Side(lambda: model(x), lambda y: (y,))


def _step(problem: Problem) -> Side:
    model, batch, rng = _fresh(problem), Batch([problem.x], problem.y, None), np.random.default_rng(0)

    def run() -> float:
        loss, _ = training.step(model, batch, rng)
        return loss

    def trial() -> tuple[FloatArray, ...]:
        other = _fresh(problem)
        gradients = training.differentiate(other.graph, other.loss, batch, rng)[2]
        other = _fresh(problem)
        return learned(gradients, [training.step(other, batch, rng)[0] for _ in range(STEPS)])

    return Side(run, lambda result: result, trial)


def _fresh(problem: Problem) -> Model:
    model: Model = problem.network.build(ours)
    model.set_weights(problem.weights)
    model.compile(ours.optimizers.Adam(LEARNING_RATE), "sparse_categorical_crossentropy")
    return model
