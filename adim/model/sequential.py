"""The model whose layers stand one behind the other."""

# ruff: noqa: SLF001 - models are joined here, by their private parts
from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from adim.graph import Graph, Seed
from adim.layers import Input, InputLayer, Layer, Tensor, registry
from adim.model.base import Model


class Sequential(Model):
    """A model whose layers stand one behind the other.

    Parameters
    ----------
    layers : sequence, optional
        The layers. The first entry may be an `adim.Input`; or the first layer may have an ``input_shape``. Without
        either the model is built when it first meets data.
    name, seed, dtype
        See `Model`.

    Raises
    ------
    TypeError
        If an entry is not a layer.
    ValueError
        If a layer cannot follow the one before it.

    Examples
    --------
    >>> from adim.layers import Conv2D, Dense, Flatten, MaxPool2D, ReLU
    >>> model = Sequential([
    ...     Input(shape=(64, 64, 3)),
    ...     Conv2D(8, 4, padding="same"), ReLU(), MaxPool2D(8, padding="same"),
    ...     Conv2D(16, 2, padding="same"), ReLU(), MaxPool2D(4, padding="same"),
    ...     Flatten(), Dense(6, activation="softmax"),
    ... ])
    >>> model.count_params()
    1310
    """

    class_name: ClassVar[str] = "Sequential"

    def __init__(
        self,
        layers: Sequence[Any] | None = None,
        name: str | None = None,
        *,
        seed: Seed = None,
        dtype: npt.DTypeLike = "float32",
    ) -> None:
        self._start(name, seed)
        self._dtype = dtype
        self._input: Tensor | None = None
        self._stack: list[Layer] = []
        self._graph = None
        for entry in layers or ():
            self._append(entry)
        self._wire()

    def add(self, layer: Any) -> None:
        """Put a layer, an `adim.Input` or another `Sequential` behind what is there.

        Raises
        ------
        TypeError
            If it is none of these.
        ValueError
            If it cannot stand there. The model stays as it was.
        """
        before = self._input, list(self._stack)
        try:
            self._append(layer)
            self._wire()
        except (TypeError, ValueError):
            self._input, self._stack = before
            raise

    def build(self, input_shape: Sequence[int | None]) -> None:
        """Make the parameters for inputs of a shape; `fit` does it by itself.

        Parameters
        ----------
        input_shape : tuple of int
            With the batch axis, as in Keras: ``(None, n_H, n_W, n_C)``.

        Raises
        ------
        ValueError
            If the layers cannot take inputs of this shape.
        """
        batch, *sizes = input_shape
        if batch is not None:
            raise ValueError(f"input_shape begins with None, for the batch axis; got {tuple(input_shape)}")
        if self._input is not None:
            if self._input.shape != tuple(input_shape):
                raise ValueError(f"{self.name!r} takes inputs of shape {self._input.shape}; got {tuple(input_shape)}")
            return
        self._input = Input(tuple(sizes))  # type: ignore[arg-type] # Input itself refuses a None
        try:
            self._wire()
        except ValueError:
            self._input = None
            raise

    @property
    def layers(self) -> list[Layer]:
        """The layers, without the input, as in Keras."""
        return list(self._stack)

    def astype(self, dtype: npt.DTypeLike) -> Self:
        """Return a copy that computes in another dtype; see `Model.astype`."""
        twin = super().astype(dtype)
        twin._dtype = dtype
        twin._input = twin.graph.inputs[0]
        twin._stack = [step.layer for step in twin.graph.steps]
        return twin

    def __call__(self, inputs: Any, training: bool = False) -> Any:
        """Compute one batch, or stand as a layer in another network; see `Model.__call__`."""
        if isinstance(inputs, Tensor):
            self.build(inputs.shape)
        return super().__call__(inputs, training)

    def _append(self, entry: Any) -> None:
        if isinstance(entry, Sequential):
            for inner in ([entry._input] if entry._input is not None and self._is_empty else []) + entry._stack:
                self._append(inner)
        elif isinstance(entry, (Tensor, InputLayer)):
            tensor = Tensor(entry.shape, entry) if isinstance(entry, InputLayer) else entry
            if not self._is_empty or tensor.inputs:
                raise ValueError("an Input stands first in a Sequential, and only there")
            self._input = tensor
        elif isinstance(entry, Layer):
            if self._is_empty and entry.input_shape is not None:
                self._input = Input(entry.input_shape)
            if entry in self._stack:
                raise ValueError(
                    f"{entry!r:.80} stands in this Sequential already; a layer that is used twice needs a Model"
                )
            self._stack.append(entry)
        else:
            hint = ""
            if isinstance(entry, type) and issubclass(entry, Layer):
                hint = f": write {entry.__name__}(...), with parentheses"
            elif isinstance(entry, Model):
                hint = ": call a Model on a tensor instead, model(x), and make a Model of the result"
            raise TypeError(f"a Sequential is made of layers; got {entry!r:.80}{hint}")

    @property
    def _is_empty(self) -> bool:
        return self._input is None and not self._stack

    def _wire(self) -> None:
        """Make the graph, if the shape of the input is known."""
        if self._input is None:
            return
        output = self._input
        for layer in self._stack:
            output = layer(output)
        # The same seed whenever a layer has been added: a network is the same whether its layers came one by one.
        self._graph = Graph(self._input, output, seed=self._initial_seed, dtype=self._dtype)
        self._metrics = None

    def _graph_for(self, x: Any) -> Graph:
        if self._graph is None and self._stack:
            self.build((None, *np.shape(x)[1:]))
        return self.graph

    def _wiring(self) -> dict[str, Any]:
        layers = self.graph.layers[:1] + self._stack
        return {"dtype": self.graph.dtype.name, "layers": [registry.to_config(layer) for layer in layers]}
