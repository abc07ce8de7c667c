"""Compiling ahead: what networks need is compiled and kept, so that nobody waits for it later."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from adim.datasets.parts import PathLike
from adim.engines import get_engine, set_engine
from adim.engines.compiled import library
from adim.model import Model, load_model
from adim.networks import NETWORKS
from adim.optimizers import Adam, Optimizer
from adim.runs.door import InputError, door

IMAGES = ((8, 8, 1), (28, 28, 1), (32, 32, 3), (64, 64, 3))
"""The images for which the built-in networks are compiled: the digits, MNIST's, CIFAR's, the course's."""


class Warmth(NamedTuple):
    """What was done: for how many networks, how much code there is for them, where, and how long it took."""

    networks: int
    kernels: int
    folder: str
    seconds: float


def warmup(models: Sequence[PathLike] = (), *, batch_size: int = 32) -> Warmth:
    """Compile what training and predicting need.

    Parameters
    ----------
    models : sequence of path-like
        Model files; the built-in networks, for images of usual sizes, if there are none.
    batch_size : int, default 32
        How many images at a time; what is compiled depends a little on it.

    Returns
    -------
    Warmth

    Raises
    ------
    InputError
        If a model cannot be read, or there is no place to keep the code.
    """
    started = time.perf_counter()
    with door():
        networks = [load_model(path) for path in models] or list(_built_in())
    before = get_engine()
    set_engine("compiled")
    try:
        for network in networks:
            _exercise(network, batch_size)
    finally:
        set_engine(before)
    kernels, folder = library.loaded(), str(library.cache_folder())
    if not all(map(library.is_kept, kernels)):
        raise InputError(f"what was compiled cannot be kept in {folder}: let ADIM_CACHE_DIR name a folder to write in")
    return Warmth(len(networks), len(kernels), folder, round(time.perf_counter() - started, 1))


def _built_in() -> Iterator[Model]:
    for make in NETWORKS.values():
        for shape in IMAGES:
            yield make(shape, 10)


def _exercise(network: Model, batch_size: int) -> None:
    """Take a training step with a batch and with what may be left at an epoch's end; predict one, and many."""
    graph, rng = network.graph, np.random.default_rng(0)
    parameters = [array.copy() for array in graph.parameters]
    state = {name: array.copy() for name, array in graph.named_variables()}
    optimizer: Optimizer = Adam()
    for size in {batch_size, 1}:
        inputs = [rng.random((size, *tensor.sizes), np.float32) for tensor in graph.inputs]
        x = inputs[0] if len(inputs) == 1 else inputs
        y, tape = graph.forward(x, training=True, rng=rng)
        optimizer.apply(parameters, graph.backward(np.ones_like(y), tape))
        graph.forward(x)
    for name, array in graph.named_variables():
        array[...] = state[name]  # moving averages have moved
