"""Models from plain JSON and from files. What they say is checked, and never run."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np

from adim.arrays import FloatArray
from adim.files.model_file import read_model
from adim.graph import Graph, Seed
from adim.layers import InputLayer, Tensor, registry
from adim.model.base import Model
from adim.model.sequential import Sequential


def load_model(path: str | os.PathLike[str]) -> Model:
    """Read a model that `Model.save` wrote. No code runs, whatever the file says.

    Parameters
    ----------
    path : str or path-like
        The file.

    Returns
    -------
    Model or Sequential
        The model, compiled as it was when it was saved.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is damaged, foreign, or does not hold a network.
    """
    config, arrays = read_model(path)
    try:
        return from_config(config, arrays=arrays)
    except ValueError as error:
        raise ValueError(f"{os.fspath(path)} does not hold a network that can be made: {error}") from error


def from_config(
    config: Mapping[str, Any], *, seed: Seed = None, arrays: Mapping[str, FloatArray] | None = None
) -> Model:
    """Make a model of what `Model.to_config` returned.

    A hand-written description of a `Sequential` may leave out all but the layers, and of these the input::

        {"class_name": "Sequential", "config": {"layers": [
            {"class_name": "Flatten", "config": {}},
            {"class_name": "Dense", "config": {"units": 10, "activation": "softmax"}}]}}

    Parameters
    ----------
    config : mapping
        Plain JSON. Nothing in it is trusted.
    seed : int or numpy.random.Generator, optional
        See `Model`.
    arrays : mapping of str to ndarray, optional
        The weights; see `adim.graph.Graph`. Without them weights are drawn.

    Raises
    ------
    ValueError
        If it does not describe a model.
    """
    try:
        return _model(config, np.random.default_rng(seed), arrays)
    except (ArithmeticError, LookupError, MemoryError, RecursionError, TypeError) as error:
        raise ValueError(str(error)) from error  # an argument of the wrong kind is the description's fault


def _model(config: Mapping[str, Any], rng: np.random.Generator, arrays: Mapping[str, FloatArray] | None) -> Model:
    match config:
        case {"class_name": "Sequential", "config": {"layers": [*layers], **rest}}:
            model: Model = _sequential(layers, rest, rng, arrays)
        case {"class_name": "Model", "config": {"name": name, **wiring}}:
            graph = Graph.from_config(cast("dict[str, Any]", wiring), seed=rng, arrays=arrays)
            model = Model(graph.inputs, graph.output, name, seed=rng, dtype=graph.dtype)
        case _:
            raise ValueError(
                f'a model is written {{"class_name": "Sequential", "config": {{"layers": [...]}}}}; got {config!r:.120}'
            )
    match config.get("metadata", {}):
        case dict(metadata):
            model.metadata = metadata
        case other:
            raise ValueError(f"metadata must be a JSON object; got {other!r:.80}")
    match config.get("compile"):
        case None:
            pass
        case {"optimizer": optimizer, "loss": loss, "metrics": [*metrics]}:
            model.compile(optimizer, loss, metrics)
        case other:
            raise ValueError(f"compile is written with optimizer, loss and metrics; got {other!r:.120}")
    return model


def _sequential(
    described: Sequence[Any],
    config: Mapping[Any, Any],
    rng: np.random.Generator,
    arrays: Mapping[str, FloatArray] | None,
) -> Sequential:
    layers = [registry.from_config(layer) for layer in described]
    dtype = config.get("dtype", "float32")
    if arrays is not None:
        # This builds the layers; the Sequential takes them as they are.
        if not layers or not isinstance(layers[0], InputLayer):
            raise ValueError("weights need a network that begins with an InputLayer")
        begin = end = Tensor(layers[0].shape, layers[0])
        for layer in layers[1:]:
            end = layer(end)
        Graph(begin, end, dtype=dtype, arrays=arrays)
    return Sequential(layers, config.get("name"), seed=rng, dtype=dtype)
