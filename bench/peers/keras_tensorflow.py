"""Keras on TensorFlow: the same lines that make our networks make its own."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras  # reads the environment
import tensorflow as tf

from adim.arrays import FloatArray
from bench.contest import Side, Sides
from bench.problem import LEARNING_RATE, STEPS, Problem, learned

SETTINGS = {
    "training": "its layers, loss and Adam within one tf.function for a whole step, which is leaner than "
    "train_on_batch: no metrics, no conversion of arrays; as a graph, and compiled by XLA (jit_compile); "
    "intra_op_parallelism_threads as many as everybody has, inter_op_parallelism_threads 1"
}

tf.get_logger().setLevel("ERROR")  # every new network is traced anew, and it warns of that

_WAYS = {"keras graph": False, "keras XLA": True}


def training(problem: Problem, parts: Sequence[str], *, threads: int) -> dict[str, Sides | str]:
    """Return each part of a network's work, as a graph and compiled."""
    _limit(threads)
    found: dict[str, Sides | str] = {}
    for name, jit in _WAYS.items():
        sides = {part: _step(problem, jit) if part == "step" else _inference(problem, part, jit) for part in parts}
        try:
            for side in sides.values():
                side.run()
        except tf.errors.OpError as error:
            found[name] = f"it does not run here: {error.message.splitlines()[0]:.200}"
        else:
            found[name] = sides
    return found


def _limit(threads: int) -> None:
    if tf.config.threading.get_intra_op_parallelism_threads() != threads:
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(1)


def _inference(problem: Problem, part: str, jit: bool) -> Side:
    model, x = _fresh(problem), tf.constant(problem.images(part))
    forward = tf.function(lambda images: model(images, training=False), jit_compile=jit)
    return Side(lambda: forward(x), lambda y: (y.numpy(),))


def _step(problem: Problem, jit: bool) -> Side:
    model, x, y = _fresh(problem), tf.constant(problem.x), tf.constant(problem.y)
    optimizer = keras.optimizers.Adam(LEARNING_RATE)
    optimizer.build(model.trainable_variables)
    fresh = [variable.numpy() for variable in optimizer.variables]
    cost = keras.losses.SparseCategoricalCrossentropy()

    @tf.function(jit_compile=jit)  # type: ignore[untyped-decorator] # TensorFlow is typed Any, installed or not
    def differentiate(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = cost(y, model(x, training=True))
        return loss, tape.gradient(loss, model.trainable_variables)

    @tf.function(jit_compile=jit)  # type: ignore[untyped-decorator] # as above
    def step(x: Any, y: Any) -> Any:
        loss, gradients = differentiate(x, y)
        optimizer.apply(gradients, model.trainable_variables)
        return loss

    def run() -> float:
        return float(step(x, y))

    def trial() -> tuple[FloatArray, ...]:
        model.set_weights(problem.weights)
        gradients = [gradient.numpy() for gradient in differentiate(x, y)[1]]
        model.set_weights(problem.weights)
        for variable, value in zip(optimizer.variables, fresh, strict=True):
            variable.assign(value)
        losses = [run() for _ in range(STEPS)]
        return learned(gradients, losses)

    return Side(run, lambda result: result, trial)


def _fresh(problem: Problem) -> Any:
    model = problem.network.build(keras)
    model.set_weights(problem.weights)
    return model
