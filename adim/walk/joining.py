"""In which order a network's layers run, and which of them run as one.

A graph lists its layer calls as they were written. What is computed can be less: a rectifier costs nothing where the
layer before it can end in one, a hundredth where it waits until a maximum pooling has thrown most numbers away, and
out of training a normalisation is but other weights for the layer before it. `joined` finds these places; what comes
out is the same but for rounding.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from adim import activations
from adim.arrays import FloatArray
from adim.layers.activation import ActivatedLayer, Activation, ReLU
from adim.layers.base import Layer, Tensor
from adim.layers.normalization import BatchNormalization
from adim.layers.pool import MaxPooling2D


class Step(NamedTuple):
    """One layer call among the steps of a graph. Values are numbered as `Graph.tensors` is.

    Attributes
    ----------
    value : int
        The number of the value that the call makes.
    layer : Layer
        Who makes it.
    sources : tuple of int
        The numbers of the values that it takes.
    spent : tuple of int
        The numbers of the values that no later step takes.
    relu : bool, optional
        Whether the rectifier comes last, for a layer whose ``forward`` takes `relu`; None leaves it to the layer.
    normalization : BatchNormalization, optional
        What comes after the layer, before the rectifier, and is computed as part of it.
    """

    value: int
    layer: Layer
    sources: tuple[int, ...]
    spent: tuple[int, ...]
    relu: bool | None = None
    normalization: BatchNormalization | None = None

    def gather(self, values: Sequence[Any]) -> Any:
        """Return what the layer takes: a value, or a list of values."""
        if self.layer.takes_list:
            return [values[source] for source in self.sources]
        return values[self.sources[0]]

    def forward(
        self, values: Sequence[Any], *, training: bool, rng: np.random.Generator | None
    ) -> tuple[FloatArray, Any]:
        """Return the value that the call makes, and what the way back needs."""
        layer = self.layer
        if self.normalization is not None:
            assert isinstance(layer, ActivatedLayer)  # noqa: S101 - `joined` saw to it
            layer = layer.normalized(**self.normalization.moving)
        extra = {} if self.relu is None else {"relu": self.relu}
        return layer.forward(self.gather(values), training=training, rng=rng, **extra)


def steps(tensors: Sequence[Tensor]) -> list[Step]:
    """Return the layer calls behind tensors, which come in the order in which they are made."""
    number = {tensor: position for position, tensor in enumerate(tensors)}
    calls = [
        Step(number[tensor], tensor.layer, tuple(number[source] for source in tensor.inputs), ())
        for tensor in tensors
        if tensor.inputs
    ]
    return _spending(calls)


def joined(calls: Sequence[Step], *, training: bool) -> list[Step]:
    """Return fewer and cheaper steps with the same outcome; the last of them makes the same value as before.

    Parameters
    ----------
    calls : sequence of Step
        What `steps` returned.
    training : bool
        Whether there will be a way back.

    Examples
    --------
    >>> from adim.layers import Conv2D, Input, MaxPooling2D, ReLU
    >>> image = Input((8, 8, 1))
    >>> x = Conv2D(4, 3)(image)
    >>> x = ReLU()(x)
    >>> written = steps([image, *x.inputs, x, MaxPooling2D()(x)])
    >>> [(type(step.layer).__name__, step.relu) for step in joined(written, training=True)]
    [('Conv2D', False), ('MaxPooling2D', True)]
    """
    readers = Counter(source for call in calls for source in call.sources)
    made: dict[int, Step] = {}
    for step in calls:
        before = made.get(step.sources[0])
        if before is None or len(step.sources) > 1 or readers[before.value] > 1:
            made[step.value] = step
        elif _is_rectifier(step.layer) and _may_end_in_relu(before):
            del made[before.value]
            made[step.value] = before._replace(value=step.value, relu=True)
        elif type(step.layer) is MaxPooling2D and _ends_in_relu(before):
            made[before.value] = before._replace(relu=False)
            made[step.value] = step._replace(relu=True)
        elif not training and type(step.layer) is BatchNormalization and _is_linear(before):
            del made[before.value]
            made[step.value] = before._replace(value=step.value, normalization=step.layer)
        else:
            made[step.value] = step
    return _spending([*made.values()])


# A subclass from elsewhere may do what its base does not: it is joined only as far as it says itself that it can be.


def _is_rectifier(layer: Layer) -> bool:
    return type(layer) in (Activation, ReLU) and _activation(layer) == activations.relu


def _takes_relu(layer: Layer) -> bool:
    return "relu" in inspect.signature(layer.forward).parameters


def _activation(layer: Layer) -> activations.Activation | None:
    return layer.activation if isinstance(layer, ActivatedLayer) else None


def _ends_in_relu(step: Step) -> bool:
    own = step.relu is None and _activation(step.layer) == activations.relu and _takes_relu(step.layer)
    return own or bool(step.relu)


def _may_end_in_relu(step: Step) -> bool:
    return _activation(step.layer) in (None, activations.linear) and _takes_relu(step.layer)


def _is_linear(step: Step) -> bool:
    """Whether a scale and an offset can go into the weights."""
    says_so = "last_kernel" in vars(type(step.layer)) and step.normalization is None and not step.relu
    return says_so and _activation(step.layer) == activations.linear and _takes_relu(step.layer)


def _spending(calls: Sequence[Step]) -> list[Step]:
    """Note with each step which values it is the last to take."""
    last_reader = {source: step.value for step in calls for source in step.sources}
    return [
        step._replace(spent=tuple({source for source in step.sources if last_reader[source] == step.value}))
        for step in calls
    ]
