"""The layer: one step of a network, forward and back.

A layer owns its parameters (and its moving averages, if it has any) and nothing else that changes: what the backward
pass needs travels in the cache that ``forward`` returns, so one layer can serve two threads, or stand at two places of
a network, at once.

Calling a layer on a `Tensor` does not compute anything. It notes, in a new `Tensor`, that the layer stands here;
`adim.graph` reads these notes backwards and makes them a network.
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, TypedDict

import numpy as np
import numpy.typing as npt

from adim import initializers
from adim.activations import Activation
from adim.arrays import FloatArray, Shape
from adim.initializers import Initializer
from adim.layers.arguments import sizes

_MADE = itertools.count()

Gradients = dict[str, FloatArray]
"""One gradient for each of a layer's parameters, under the parameter's name and of its shape."""


class Tensor:
    """A place in a network that is being written down: a shape, and the layer call that makes it.

    Parameters
    ----------
    sizes : tuple of int
        The shape of one example, without the batch axis.
    layer : Layer
        The layer whose output this is.
    inputs : tuple of Tensor
        What the layer was called on; empty for an `Input`.
    """

    def __init__(self, sizes: Shape, layer: Layer, inputs: tuple[Tensor, ...] = ()) -> None:
        self.sizes = sizes
        self.layer = layer
        self.inputs = inputs

    @property
    def shape(self) -> tuple[int | None, ...]:
        """The shape with the batch axis, whose length is open: ``(None, n_H, n_W, n_C)``."""
        return (None, *self.sizes)

    def __repr__(self) -> str:
        return f"<Tensor shape={self.shape} of {type(self.layer).__name__}>"


class LayerArguments(TypedDict, total=False):
    """The arguments that every layer takes, described at `Layer`."""

    name: str | None
    trainable: bool
    input_shape: Sequence[int] | None


class Layer:
    """The base of all layers.

    Parameters
    ----------
    name : str, optional
        The layer's name in summaries, files and messages; a network names a nameless layer after its class.
    trainable : bool, default True
        Whether training changes the layer's parameters.
    input_shape : tuple of int, optional
        The shape of one example, for the first layer of a `Sequential`.

    Attributes
    ----------
    parameters : dict of str to ndarray
        What the optimiser trains. Empty until the layer is built.
    state : dict of str to ndarray
        What is carried along and saved but not trained (moving averages).
    order : int
        Grows from layer to layer as they are made; a network names its nameless layers in this order, as Keras does.

    Notes
    -----
    A subclass implements `compute_output_shape`, `forward` and `backward`, and `create_parameters` if it has any.
    Its constructor keeps every argument as an attribute of the same name: `get_config` reads them there. A layer
    with several inputs sets ``takes_list = True`` and receives lists of shapes and arrays. A layer whose `forward`
    takes one more keyword, `relu`, can end in the rectifier, forward and back, at less cost than a layer of its own.
    """

    takes_list: ClassVar[bool] = False

    def __init__(
        self, *, name: str | None = None, trainable: bool = True, input_shape: Sequence[int] | None = None
    ) -> None:
        if not isinstance(name, str | None):
            raise TypeError(f"name must be a string; got {name!r:.80}")
        self.name = name
        self.trainable = bool(trainable)
        self.input_shape = None if input_shape is None else sizes("input_shape", input_shape)
        self.parameters: dict[str, FloatArray] = {}
        self.state: dict[str, FloatArray] = {}
        self._built_for: Any = None
        self.order = next(_MADE)

    # -- what a subclass implements ------------------------------------------------------------------------------

    def compute_output_shape(self, input_shape: Any) -> Shape:
        """Return the shape of one output example for that of one input example (a list of shapes for merges)."""
        raise NotImplementedError

    def create_parameters(self, input_shape: Any, rng: np.random.Generator, dtype: npt.DTypeLike) -> None:
        """Fill `parameters` and `state` for inputs of this shape; a layer without parameters leaves it out."""

    def forward(
        self, x: Any, *, training: bool = False, rng: np.random.Generator | None = None
    ) -> tuple[FloatArray, Any]:
        """Return the layer's output and the cache that `backward` needs.

        Parameters
        ----------
        x : ndarray or list of ndarray
            A batch of inputs. It is never modified.
        training : bool
            Whether dropout, augmentation and batch statistics are at work.
        rng : numpy.random.Generator, optional
            Where a layer that draws at random draws from; given whenever `training` is true.
        """
        raise NotImplementedError

    def backward(self, grad: FloatArray, cache: Any, *, input_gradient: bool = True) -> tuple[Any, Gradients]:
        """Return the gradient of the loss with respect to the input, and to each parameter.

        Parameters
        ----------
        grad : ndarray
            The gradient of the loss with respect to the output. It is never modified.
        cache : object
            What `forward` returned beside that output.
        input_gradient : bool
            Whether the first result is wanted; a costly layer leaves it out (None) where it is not.
        """
        raise NotImplementedError

    # -- what every layer does the same way -----------------------------------------------------------------------

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make a layer like this one, as plain JSON values."""
        config: dict[str, Any] = {"name": self.name}
        if not self.trainable:
            config["trainable"] = False
        if self.input_shape is not None:
            config["input_shape"] = list(self.input_shape)
        for parameter in inspect.signature(type(self)).parameters.values():
            if parameter.kind is not parameter.VAR_KEYWORD and parameter.name not in LayerArguments.__annotations__:
                config[parameter.name] = _plain(getattr(self, parameter.name))
        return config

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Layer:
        """Make a layer from what `get_config` returned."""
        return cls(**config)

    @property
    def built(self) -> bool:
        """Whether the layer has met its input shape and made its parameters."""
        return self._built_for is not None

    def build(self, input_shape: Any, rng: np.random.Generator, dtype: npt.DTypeLike = np.float32) -> None:
        """Make the parameters for this input shape, once; later calls only check that they still fit."""
        if self._built_for is None:
            self.create_parameters(input_shape, rng, dtype)
            self._built_for = input_shape
        elif self.parameters and self._built_for[-1] != input_shape[-1]:
            raise ValueError(
                f"layer {self.name!r} has parameters for inputs with {self._built_for[-1]} channels; "
                f"it is now called on shape {input_shape}. Make a new layer for these inputs."
            )

    def count_params(self) -> int:
        """Return how many numbers the layer holds, trained or carried."""
        return sum(array.size for array in (*self.parameters.values(), *self.state.values()))

    def __call__(self, inputs: Tensor | Sequence[Tensor]) -> Tensor:
        """Note that this layer stands behind `inputs`, and return the place of its output."""
        tensors = tuple(inputs) if isinstance(inputs, (list, tuple)) else (inputs,)
        for tensor in tensors:
            if not isinstance(tensor, Tensor):
                raise TypeError(
                    f"{type(self).__name__} is called on the output of another layer or of adim.Input(shape=...); "
                    f"got {type(tensor).__name__}. To compute with arrays, build a Model and call its predict."
                )
        if not self.takes_list and len(tensors) != 1:
            raise ValueError(f"{type(self).__name__} takes one input; got {len(tensors)}")
        shapes = [tensor.sizes for tensor in tensors]
        input_shape = shapes if self.takes_list else shapes[0]
        try:
            shape = self.compute_output_shape(input_shape)
        except ValueError as error:
            title = type(self).__name__ if self.name is None else f"{type(self).__name__} {self.name!r}"
            raise ValueError(f"{title} cannot follow an output of shape {input_shape}: {error}") from error
        return Tensor(shape, self, tensors)

    def __repr__(self) -> str:
        arguments = ", ".join(f"{key}={value!r}" for key, value in self.get_config().items() if value is not None)
        return f"{type(self).__name__}({arguments})"


def _plain(value: Any) -> Any:
    """Return an argument as a JSON value."""
    if isinstance(value, Activation):
        return value.name
    if isinstance(value, Initializer):
        return initializers.to_config(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value
