"""The graph: what a network is once its layers have been called on each other.

Writing a network down leaves a trail of `Tensor` notes from its output back to its inputs. This file sorts the trail
into a list of steps, each after those that it needs, gives every layer its name and its parameters, and then walks
the list: forward to compute, backward for the gradients. Nothing here knows of losses, data or training.
"""

from __future__ import annotations

import copy
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from adim import ops
from adim.arrays import FloatArray, Shape
from adim.initializers import Initializer
from adim.layers import registry
from adim.layers.activation import ActivatedLayer
from adim.layers.base import Gradients, Layer, Tensor
from adim.layers.input import InputLayer
from adim.walk import Replay, Replays, Step, joined, steps

Thing = TypeVar("Thing")

Seed = int | np.random.Generator | None
"""Where random numbers come from; None takes fresh ones from the operating system."""

Tape = list[Any]
"""What a forward pass leaves for the way back: one cache for each step."""


class Graph:
    """Layers, the order in which they run, and the way back through them.

    Parameters
    ----------
    inputs : Tensor or sequence of Tensor
        What `adim.Input` returned; several for a network with several inputs.
    output : Tensor
        Where the network ends.
    seed : int or numpy.random.Generator, optional
        Where initial parameters are drawn from. Every layer draws from a stream of its own, so the first layers of
        two networks start alike however these go on.
    dtype : {"float32", "float64"}
        What the network computes in.
    arrays : mapping of str to ndarray, optional
        All parameters and state under the names of `named_variables`, to take instead of drawing any. The layers must
        be new.

    Attributes
    ----------
    tensors : list of Tensor
        Every value of the network in the order in which it is made: a value farther from the output comes first, as
        in Keras.
    layers : list of Layer
        Every layer once, in that order. A nameless layer has been named after its class: ``conv2d``, ``conv2d_1``.
    steps : list of Step
        The layer calls.

    Raises
    ------
    TypeError
        If an argument is not made of tensors.
    ValueError
        If output and inputs do not belong together, two layers have the same name, or `arrays` do not fit.

    Notes
    -----
    A layer that was called at several places has one set of parameters, whose gradient is the sum over the places.

    Examples
    --------
    >>> from adim.layers import Dense, Input
    >>> x = Input(shape=(3,))
    >>> graph = Graph(x, Dense(2, kernel_initializer="ones")(x))
    >>> y, tape = graph.forward(np.ones((1, 3)), training=True)
    >>> y
    array([[3., 3.]], dtype=float32)
    >>> kernel, bias = graph.backward(np.array([[1.0, 10.0]], np.float32), tape)
    >>> bias
    array([ 1., 10.], dtype=float32)
    """

    def __init__(
        self,
        inputs: Tensor | Sequence[Tensor],
        output: Tensor,
        *,
        seed: Seed = None,
        dtype: npt.DTypeLike = "float32",
        arrays: Mapping[str, FloatArray] | None = None,
    ) -> None:
        self.inputs = _tensors("inputs", inputs)
        self.output = _one_tensor(output)
        self.dtype = _network_dtype(dtype)
        self.tensors = _in_order(self.inputs, self.output)
        self.layers = list(dict.fromkeys(tensor.layer for tensor in self.tensors))
        _name(self.layers)
        streams = dict(zip(self.layers, np.random.default_rng(seed).spawn(len(self.layers)), strict=True))
        for tensor in self.tensors:
            if tensor.inputs and arrays is not None and not tensor.layer.built:
                _adopt(tensor, arrays, self.dtype)
            elif tensor.inputs:
                tensor.layer.build(_layer_input(tensor), streams[tensor.layer], self.dtype)
        self._check_variables(arrays)
        self.steps = steps(self.tensors)
        self._walks: dict[bool, tuple[list[Any], list[Step]]] = {}  # by whether in training
        self._entries = [self.tensors.index(tensor) for tensor in self.inputs]
        self._replays = Replays.of(self.layers, [tensor.sizes for tensor in self.tensors], self.work)

    def _check_variables(self, arrays: Mapping[str, FloatArray] | None) -> None:
        variables = dict(self.named_variables())
        for name, array in variables.items():
            if array.dtype != self.dtype:
                raise ValueError(
                    f"{name} is {array.dtype}, but this network computes in {self.dtype}. "
                    f"Make it of new layers, or convert the finished model with astype"
                )
        if arrays is not None and arrays.keys() != variables.keys():
            different = sorted(arrays.keys() ^ variables.keys())
            raise ValueError(
                f"the network has {len(variables)} arrays, {len(arrays)} are given; "
                f"not in both: {', '.join(different):.200}"
            )

    # -- parameters -----------------------------------------------------------------------------------------------

    @property
    def parameters(self) -> list[FloatArray]:
        """What training changes: the parameters of the layers that are trainable."""
        return [array for layer in self.layers if layer.trainable for array in layer.parameters.values()]

    @cached_property
    def work(self) -> int:
        """About how many multiplications an example takes on its way forward: each kernel's, at each pixel."""
        return sum(
            array.size * math.prod(self.tensors[step.value].sizes[:-1])
            for step in self.steps
            for array in step.layer.parameters.values()
            if array.ndim > 1
        )

    def named_variables(self) -> Iterator[tuple[str, FloatArray]]:
        """Yield ``("layer/parameter", array)`` for all that a model file holds, in Keras's order of weights."""
        for layer in self.layers:
            for name, array in (*layer.parameters.items(), *layer.state.items()):
                yield f"{layer.name}/{name}", array

    # -- forward and backward -------------------------------------------------------------------------------------

    def forward(
        self, x: Any, *, training: bool = False, rng: np.random.Generator | None = None
    ) -> tuple[FloatArray, Tape]:
        """Compute the network's output.

        Parameters
        ----------
        x : array_like or list of array_like
            A batch for each input, ``(m, *sizes)``. Any real numbers: they are converted to the network's dtype.
        training : bool
            Whether dropout, augmentation and batch statistics are at work, and a tape is kept. Without one, every
            value is let go of as soon as its last reader has run.
        rng : numpy.random.Generator, optional
            Where layers draw from while training.

        Returns
        -------
        y : ndarray
            The output, ``(m, ...)``.
        tape : list
            What `backward` needs; empty unless training.

        Raises
        ------
        ValueError
            If `x` does not have the network's shape.
        TypeError
            If `x` does not hold real numbers.
        """
        inputs = self.admit(x)
        if not training and (y := self._replays.forward(inputs, self._record)) is not None:
            return y, []
        values: list[Any] = [None] * len(self.tensors)
        for entry, array in zip(self._entries, inputs, strict=True):
            values[entry] = array.astype(self.dtype, copy=False)
        tape: Tape = []
        for step in self._walk(training=training):
            # Neither the value nor an unwanted cache gets a name here: it would outlive its use by one step.
            if training:
                values[step.value], cache = step.forward(values, training=True, rng=rng)
                tape.append(cache)
            else:
                values[step.value] = step.forward(values, training=False, rng=None)[0]
            for number in step.spent:
                values[number] = None
        return values[-1], tape

    def _record(self, inputs: Sequence[npt.NDArray[Any]]) -> Replay:
        """Record the way forward for inputs of these shapes."""
        values: list[Any] = [None] * len(self.tensors)
        for entry, array in zip(self._entries, inputs, strict=True):
            values[entry] = array.astype(self.dtype, order="C")
        return Replay(self.layers, self._walk(training=False), values, self._entries)

    def backward(self, grad: FloatArray, tape: Tape, *, at_logits: bool = False) -> list[FloatArray]:
        """Return the gradient of the loss with respect to every trainable parameter.

        Parameters
        ----------
        grad : ndarray
            The gradient with respect to the output.
        tape : list
            What `forward` returned beside that output.
        at_logits : bool
            Whether `grad` is the gradient before the last layer's activation; see `adim.losses`.

        Returns
        -------
        list of ndarray
            In the order of `parameters`.
        """
        (wanted, upstream), last = self._wanted(), len(self.tensors) - 1
        grads: list[Any] = [None] * len(self.tensors)
        grads[last] = grad
        found: dict[Layer, Gradients] = {}
        for (value, layer, sources, *_), cache in zip(reversed(self._walk(training=True)), reversed(tape), strict=True):
            if grads[value] is None:  # nothing at or before this step is trained
                continue
            if at_logits and value == last:
                dx, gradients = layer.backward(grads[value], cache, input_gradient=upstream[value], at_logits=True)  # type: ignore[call-arg] # see output_activation
            else:
                dx, gradients = layer.backward(grads[value], cache, input_gradient=upstream[value])
            grads[value] = None
            if gradients and layer.trainable:
                found[layer] = _sum(found[layer], gradients) if layer in found else gradients
            if upstream[value]:
                for source, part in zip(sources, dx if layer.takes_list else (dx,), strict=True):
                    if wanted[source]:
                        before = grads[source]
                        # A new array: a layer may have passed on its own `grad`, which others hold too.
                        grads[source] = part if before is None else ops.add([before, part])
        return [found[layer][name] for layer in self.layers if layer.trainable for name in layer.parameters]

    def _wanted(self) -> tuple[list[bool], list[bool]]:
        """For each value: whether anything that makes it is trained, and whether anything before its own layer is."""
        wanted, upstream = [False] * len(self.tensors), [False] * len(self.tensors)
        for value, layer, sources, *_ in self._walk(training=True):
            upstream[value] = any(map(wanted.__getitem__, sources))
            wanted[value] = upstream[value] or (layer.trainable and bool(layer.parameters))
        return wanted, upstream

    def _walk(self, *, training: bool) -> list[Step]:
        """Return the steps to take, found once, and again when a layer has been given another activation."""
        activations = [getattr(layer, "activation", None) for layer in self.layers]
        known, walk = self._walks.get(training, (None, []))
        if known != activations:
            walk = joined(self.steps, training=training)
            self._walks[training] = activations, walk
        return walk

    @property
    def output_activation(self) -> str | None:
        """The name of the activation that the output is fresh from, if it is."""
        layer = self.output.layer
        return layer.activation.name if isinstance(layer, ActivatedLayer) else None

    # -- what goes in ---------------------------------------------------------------------------------------------

    def admit(self, x: Any) -> list[npt.NDArray[Any]]:
        """Return a batch as one array for each input, not yet converted, or say why it does not fit.

        Examples
        --------
        >>> from adim.layers import Flatten, Input
        >>> image = Input(shape=(28, 28, 1))
        >>> Graph(image, Flatten()(image)).admit(np.zeros((28, 28, 1)))
        Traceback (most recent call last):
        ValueError: the network takes arrays of shape (None, 28, 28, 1); got (28, 28, 1). For a single example add the
        batch axis: x[np.newaxis]
        """
        if len(self.inputs) == 1:
            return [_fitting(x, self.inputs[0].sizes, "the network")]
        if not isinstance(x, (list, tuple)) or len(x) != len(self.inputs):
            got = f"{len(x)}" if isinstance(x, (list, tuple)) else type(x).__name__
            raise ValueError(f"the network takes a list of {len(self.inputs)} arrays, one for each input; got {got}")
        arrays = [
            _fitting(array, tensor.sizes, f"input {tensor.layer.name!r}")
            for tensor, array in zip(self.inputs, x, strict=True)
        ]
        if len({len(array) for array in arrays}) > 1:
            shapes = ", ".join(str(array.shape) for array in arrays)
            raise ValueError(f"the arrays of all inputs must have equally many examples; got shapes {shapes}")
        return arrays

    # -- the same wiring elsewhere --------------------------------------------------------------------------------

    def rewire(self, inputs: Sequence[Tensor], layer: Callable[[Layer], Layer] = lambda layer: layer) -> Tensor:
        """Call the layers again, on other inputs, and return the new output.

        Parameters
        ----------
        inputs : sequence of Tensor
            One for each of this graph's inputs.
        layer : callable, optional
            The layer to call in the place of each of this graph's.
        """
        if len(inputs) != len(self.inputs):
            raise ValueError(f"the network has {len(self.inputs)} inputs; it is called on {len(inputs)}")
        for tensor, ours in zip(inputs, self.inputs, strict=True):
            if tensor.sizes != ours.sizes:
                raise ValueError(f"the network takes inputs of shape {ours.shape}; it is called on {tensor.shape}")
        made = dict(zip(self.inputs, inputs, strict=True))
        for tensor in self.tensors:
            if tensor.inputs:
                made[tensor] = layer(tensor.layer)([made[source] for source in tensor.inputs])
        return made[self.output]

    def astype(self, dtype: npt.DTypeLike) -> Graph:
        """Return a graph like this one that computes in another dtype, on copies of all parameters and state."""
        twins = {layer: _twin(layer, dtype) for layer in self.layers}
        inputs = [Tensor(tensor.sizes, twins[tensor.layer]) for tensor in self.inputs]
        return Graph(inputs, self.rewire(inputs, twins.__getitem__), dtype=dtype)

    # -- as plain JSON --------------------------------------------------------------------------------------------

    def to_config(self) -> dict[str, Any]:
        """Return what `from_config` makes a graph of: layers, and who is called on what, but no parameters.

        Values are numbered in the order of ``calls``; a call is the number of a layer, and the numbers of the values
        that it takes.

        Examples
        --------
        >>> from adim.layers import Flatten, Input
        >>> image = Input(shape=(2, 2, 1))
        >>> config = Graph(image, Flatten()(image)).to_config()
        >>> config["calls"], config["inputs"]
        ([[0, []], [1, [0]]], [0])
        """
        number = {tensor: position for position, tensor in enumerate(self.tensors)}
        return {
            "dtype": self.dtype.name,
            "layers": [registry.to_config(layer) for layer in self.layers],
            "calls": [
                [self.layers.index(tensor.layer), [number[source] for source in tensor.inputs]]
                for tensor in self.tensors
            ],
            "inputs": self._entries,
        }

    @classmethod
    def from_config(
        cls, config: Mapping[str, Any], *, seed: Seed = None, arrays: Mapping[str, FloatArray] | None = None
    ) -> Graph:
        """Make a graph of what `to_config` returned.

        Parameters
        ----------
        config : mapping
            Plain JSON. Nothing in it is trusted.
        seed, arrays
            See `Graph`.

        Raises
        ------
        ValueError
            If it does not describe a network.
        """
        match config:
            case {"dtype": dtype, "layers": list(described), "calls": list(calls), "inputs": list(entries)}:
                layers = [registry.from_config(one) for one in described]
            case _:
                raise ValueError(
                    f"a network is written with dtype, layers, calls and inputs; got {list(config)!r:.120}"
                )
        values: list[Tensor] = []
        for call in calls:
            match call:
                case [int(which), [*sources]]:
                    layer = _numbered(which, layers, "layer")
                    taken = [_numbered(source, values, "value") for source in sources]
                case _:
                    raise ValueError(f"a call is written [layer, [values]]; got {call!r:.120}")
            if taken:
                values.append(layer(taken))
            elif isinstance(layer, InputLayer):
                values.append(Tensor(layer.shape, layer))
            else:
                raise ValueError(f"{layer!r:.120} is called on nothing; only an InputLayer may be")
        if not values:
            raise ValueError("the network has no layers")
        inputs = [_numbered(entry, values, "value") for entry in entries]
        return cls(inputs, values[-1], seed=seed, dtype=dtype, arrays=arrays)


class _ShapeOnly(Initializer):
    """Gives parameters their shape and no memory of their own: the numbers come from elsewhere."""

    def __call__(self, shape: Sequence[int], rng: np.random.Generator, dtype: npt.DTypeLike = np.float32) -> FloatArray:  # noqa: ARG002 - an initialiser's arguments
        return np.broadcast_to(np.zeros((), dtype), tuple(shape))


def _adopt(tensor: Tensor, arrays: Mapping[str, FloatArray], dtype: np.dtype[Any]) -> None:
    """Build a layer with these arrays for parameters, without drawing or allocating any.

    A file that claims a layer of a billion units then fails for the lack of their numbers, not for that of memory.
    """
    layer = tensor.layer
    initializers = {name: value for name, value in vars(layer).items() if isinstance(value, Initializer)}
    vars(layer).update(dict.fromkeys(initializers, _ShapeOnly()))
    layer.build(_layer_input(tensor), np.random.default_rng(0), dtype)
    vars(layer).update(initializers)
    for holder in (layer.parameters, layer.state):
        for name, blank in holder.items():
            key = f"{layer.name}/{name}"
            if key not in arrays:
                raise ValueError(f"there is no array {key!r}, which the network needs in shape {blank.shape}")
            if arrays[key].shape != blank.shape:
                raise ValueError(f"{key!r} has shape {arrays[key].shape}; the network needs {blank.shape}")
            holder[name] = arrays[key]


def _twin(layer: Layer, dtype: npt.DTypeLike) -> Layer:
    """Return a layer with the same arguments and copies of the arrays, in another dtype."""
    twin = copy.copy(layer)
    twin.parameters = {name: array.astype(dtype) for name, array in layer.parameters.items()}
    twin.state = {name: array.astype(dtype) for name, array in layer.state.items()}
    return twin


def _numbered(number: Any, things: Sequence[Thing], noun: str) -> Thing:
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < len(things):
        raise ValueError(f"there is no {noun} {number!r:.40} here; {len(things)} are known so far")
    return things[number]


def _layer_input(tensor: Tensor) -> Any:
    """Return the shape that a layer saw when it was called: one, or a list."""
    return [source.sizes for source in tensor.inputs] if tensor.layer.takes_list else tensor.inputs[0].sizes


def _tensors(name: str, value: Any) -> tuple[Tensor, ...]:
    tensors = tuple(value) if isinstance(value, (list, tuple)) else (value,)
    for tensor in tensors:
        if not isinstance(tensor, Tensor):
            raise TypeError(f"{name} must be what adim.Input(shape=...) returned; got {tensor!r:.80}")
        if tensor.inputs:
            raise ValueError(f"{name} must be what adim.Input(shape=...) returned; got {tensor!r}, a layer's output")
    if len(set(tensors)) < len(tensors) or not tensors:
        raise ValueError(f"{name} must be one tensor or several different ones; got {len(tensors)}, {value!r:.80}")
    return tensors


def _one_tensor(value: Any) -> Tensor:
    if isinstance(value, (list, tuple)) and len(value) == 1:
        (value,) = value
    if not isinstance(value, Tensor):
        hint = ". Join several with Concatenate, or make a model for each" if isinstance(value, (list, tuple)) else ""
        raise TypeError(f"outputs must be the output of one layer; got {value!r:.120}{hint}")
    return value


def _network_dtype(dtype: npt.DTypeLike) -> np.dtype[Any]:
    # By name: NumPy would read much else as a dtype, and a file may say anything.
    name = dtype if isinstance(dtype, str) else getattr(dtype, "name", getattr(dtype, "__name__", None))
    if name not in ("float32", "float64"):
        raise ValueError(f"a network computes in 'float32' or 'float64'; got {dtype!r:.80}")
    return np.dtype(name)


def _in_order(inputs: tuple[Tensor, ...], output: Tensor) -> list[Tensor]:
    """Sort all that the output is made of: first what is farthest from the output, then what was met first.

    Written as a loop: a network may be deeper than Python's stack.
    """
    visited: dict[Tensor, None] = {}  # in the order of first visits
    finished: dict[Tensor, None] = {}  # in the order in which all of a tensor's sources were finished
    stack = [output]
    while stack:
        tensor = stack[-1]
        if tensor not in visited:
            visited[tensor] = None
            for source in reversed(tensor.inputs):
                if source not in visited:
                    stack.append(source)
                elif source not in finished:
                    raise ValueError(f"the network has a cycle: {tensor!r} is made of itself")
        else:
            stack.pop()
            finished[tensor] = None
    strangers = [tensor for tensor in visited if not tensor.inputs and tensor not in inputs]
    if strangers:
        raise ValueError(
            f"the output also depends on {strangers[0]!r}, which is not among the inputs: "
            f"name every Input that the network uses"
        )
    for position, tensor in enumerate(inputs):
        if tensor not in visited:
            raise ValueError(f"the output does not depend on input {position}, {tensor!r}: connect it or leave it out")
    distance = dict.fromkeys(visited, 0)  # the longest way to the output
    for tensor in reversed(finished):
        for source in tensor.inputs:
            distance[source] = max(distance[source], distance[tensor] + 1)
    return sorted(visited, key=lambda tensor: -distance[tensor])  # stable


def _name(layers: Sequence[Layer]) -> None:
    """Give nameless layers names in Keras's manner, and see that no name comes twice."""
    given = Counter(layer.name for layer in layers if layer.name is not None)
    for name, count in given.items():
        if count > 1:
            raise ValueError(f"{count} layers have the name {name!r}; every layer of a network needs its own")
    taken = set(given)
    for layer in sorted(layers, key=lambda layer: layer.order):
        if layer.name is None:
            layer.name = free_name(type(layer).__name__, taken)
            taken.add(layer.name)


def free_name(class_name: str, taken: set[str]) -> str:
    """Return the first name after this class that is not taken.

    Examples
    --------
    >>> free_name("BatchNormalization", set()), free_name("Conv2D", {"conv2d"}), free_name("ReLU", set())
    ('batch_normalization', 'conv2d_1', 're_lu')
    """
    parted = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", class_name)
    stem = re.sub(r"([a-z])([A-Z])", r"\1_\2", parted).lower()
    name, number = stem, 0
    while name in taken:
        number += 1
        name = f"{stem}_{number}"
    return name


def _sum(first: Gradients, second: Gradients) -> Gradients:
    return {name: first[name] + second[name] for name in first}


def _fitting(x: Any, sizes: Shape, who: str) -> npt.NDArray[Any]:
    try:
        array = np.asarray(x)
    except ValueError as error:
        raise ValueError(f"{who} takes arrays of shape {(None, *sizes)}; got rows of unequal lengths") from error
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{who} takes real numbers (integers or floats); got dtype {array.dtype}")
    if array.ndim == 0 or array.shape[1:] != sizes:
        hint = ". For a single example add the batch axis: x[np.newaxis]" if array.shape == sizes else ""
        raise ValueError(f"{who} takes arrays of shape {(None, *sizes)}; got {array.shape}{hint}")
    return array
