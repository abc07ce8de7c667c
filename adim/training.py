"""Training: batches in, better parameters out.

One pass over the data is an epoch. Each batch goes forward through the graph, its loss comes back as gradients, and
the optimiser takes a step. Everything random, the order of the examples and what layers draw, comes from one
generator: the same seed on the same number of threads ends in the same bits.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from adim.arrays import FloatArray
from adim.callbacks import Callback
from adim.configs import number
from adim.engines.choice import expecting
from adim.geometry import integer
from adim.graph import Graph
from adim.history import History
from adim.losses import Loss
from adim.metrics import Metric
from adim.optimizers import Optimizer

_ROWS_AT_ONCE = 1024  # how many labels are checked in one go


class Trainable(Protocol):
    """What can be trained: a compiled `adim.Model` is one."""

    @property
    def graph(self) -> Graph:
        """The layers."""

    @property
    def optimizer(self) -> Optimizer:
        """How it learns."""

    @property
    def loss(self) -> Loss:
        """What it is to make small."""

    @property
    def metrics(self) -> Sequence[Metric]:
        """What else is measured."""

    stop_training: bool
    history: History | None


class Batch(NamedTuple):
    """Some rows of `Examples`."""

    x: list[npt.NDArray[Any]]
    y: npt.NDArray[Any]
    sample_weight: FloatArray | None

    def __len__(self) -> int:
        return len(self.y)

    @property
    def inputs(self) -> Any:
        """What a graph takes: one array, or a list for several inputs."""
        return self.x[0] if len(self.x) == 1 else self.x


class Examples:
    """Inputs, answers and weights that belong together row by row, checked once.

    Images stay as they are, uint8 say, until their batch is computed.

    Parameters
    ----------
    graph : Graph
        The network that they are for.
    x : array_like or list of array_like
        One array for each input of the network.
    y : array_like
        The answers.
    sample_weight : array_like, shape (m,), optional
        How much each example counts.

    Raises
    ------
    ValueError
        If there are no examples, lengths differ, or shapes do not fit the network.
    TypeError
        If an argument is of the wrong kind.
    """

    def __init__(
        self,
        graph: Graph,
        x: Any,
        y: npt.ArrayLike,
        sample_weight: npt.ArrayLike | None = None,
    ) -> None:
        inputs = graph.admit(x)
        answers = np.asarray(y)
        m = len(inputs[0])
        if m == 0:
            raise ValueError(f"there are no examples: x has shape {inputs[0].shape}")
        _check_length("y", answers, m, inputs[0])
        weights = None
        if sample_weight is not None:
            weights = np.asarray(sample_weight)
            _check_length("sample_weight", weights, m, inputs[0])
        self._all = Batch(inputs, answers, weights)

    def __len__(self) -> int:
        return len(self._all)

    def take(self, rows: slice | npt.NDArray[np.intp]) -> Batch:
        """Return some of the examples; a slice copies nothing."""
        x, y, weights = self._all
        return Batch([array[rows] for array in x], y[rows], None if weights is None else weights[rows])

    def batches(self, size: int) -> Iterator[Batch]:
        """Yield all examples in their order; the last batch may be smaller."""
        return (self.take(slice(start, start + size)) for start in range(0, len(self), size))

    def split(self, fraction: float) -> tuple[Examples, Examples]:
        """Return the first examples, and the last `fraction` of them, as Keras's ``validation_split`` does."""
        if not 0 < fraction < 1:
            raise ValueError(f"validation_split must lie between 0 and 1; got {fraction!r}")
        first = math.floor(len(self) * (1 - fraction))
        if first == 0:
            raise ValueError(f"validation_split={fraction} leaves none of the {len(self)} examples to train on")
        return self._of(self.take(slice(first))), self._of(self.take(slice(first, None)))

    def weigh(self, class_weight: Mapping[int, float]) -> Examples:
        """Return the examples with their weights multiplied by that of their class; 1 for a class without any."""
        x, y, weights = self._all
        of_class = _class_weights(y, class_weight)
        return self._of(Batch(x, y, of_class if weights is None else (weights.T * of_class).T))

    @classmethod
    def _of(cls, rows: Batch) -> Examples:
        part = cls.__new__(cls)
        part._all = rows  # noqa: SLF001 - our own
        return part

    def check_answers(self, model: Trainable) -> None:
        """Raise what loss and metrics would raise at these answers, before a step is taken.

        They are shown predictions that know nothing: the same for every class.
        """
        sizes = model.graph.output.sizes
        for batch in self.batches(_ROWS_AT_ONCE):
            guesses = np.full((len(batch), *sizes), 1 / sizes[-1], model.graph.dtype)
            model.loss(batch.y, guesses, batch.sample_weight)
            for metric in model.metrics:
                metric.update(batch.y, guesses)


class Tally:
    """The mean loss and the metrics over all examples so far, whatever the sizes of the batches."""

    def __init__(self, metrics: Sequence[Metric]) -> None:
        self.metrics = metrics
        self.total = 0.0
        self.examples = 0
        for metric in metrics:
            metric.reset()

    def add(self, loss: float, batch: Batch, y_pred: FloatArray) -> None:
        """Take a batch into account."""
        self.total += loss * len(batch)
        self.examples += len(batch)
        for metric in self.metrics:
            metric.update(batch.y, y_pred)

    def logs(self) -> dict[str, float]:
        """Return the loss and the metrics by name."""
        return {"loss": self.total / self.examples, **{metric.name: metric.result() for metric in self.metrics}}


def fit(
    model: Trainable,
    examples: Examples,
    validation: Examples | None = None,
    *,
    rng: np.random.Generator,
    batch_size: int,
    epochs: int = 1,
    initial_epoch: int = 0,
    shuffle: bool = True,
    callbacks: Sequence[Callback] = (),
) -> History:
    """Train a model.

    Parameters
    ----------
    model : Trainable
        What to train, in place. Its `history` is the record while it grows.
    examples : Examples
        What to learn from.
    validation : Examples, optional
        What to measure at the end of each epoch, under names with ``val_`` before them.
    rng : numpy.random.Generator
        Where everything random comes from.
    batch_size : int
        How many examples a step learns from.
    epochs, initial_epoch : int
        The epochs run from `initial_epoch` up to, but not including, `epochs`.
    shuffle : bool
        Whether each epoch has an order of its own.
    callbacks : sequence of Callback
        Who is told, in this order. All hear of the end, even where training ends in an error or with Ctrl-C.

    Returns
    -------
    History
        The numbers of each epoch: means over its examples.

    Warns
    -----
    RuntimeWarning
        If the loss becomes NaN or infinite. That batch's step is not taken, and training stops.
    """
    epochs = integer("epochs", epochs, at_least=0)
    initial_epoch = integer("initial_epoch", initial_epoch, at_least=0)
    for checked in (examples, validation):
        if checked is not None:
            checked.check_answers(model)
    record = model.history = History()
    model.stop_training = False
    for callback in callbacks:
        callback.set_model(model)
    logs: dict[str, float] = {}
    with expecting(3 * max(epochs - initial_epoch, 0) * len(examples) * model.graph.work):
        try:
            for callback in callbacks:
                callback.on_train_begin({})
            for epoch in range(initial_epoch, epochs):
                for callback in callbacks:
                    callback.on_epoch_begin(epoch, {})
                order = rng.permutation(len(examples)) if shuffle else np.arange(len(examples))
                logs = _epoch(model, examples, order, epoch, batch_size, callbacks, rng)
                if validation is not None:
                    logs |= {f"val_{name}": value for name, value in evaluate(model, validation, batch_size).items()}
                for callback in callbacks:
                    callback.on_epoch_end(epoch, logs)
                record.append(epoch, logs)
                if model.stop_training:
                    break
        finally:
            for callback in callbacks:
                callback.on_train_end(logs)
    return record


def _epoch(
    model: Trainable,
    examples: Examples,
    order: npt.NDArray[np.intp],
    epoch: int,
    batch_size: int,
    callbacks: Sequence[Callback],
    rng: np.random.Generator,
) -> dict[str, float]:
    """Take a step for each batch, and return the epoch's means."""
    tally = Tally(model.metrics)
    logs: dict[str, float] = {}
    for position, start in enumerate(range(0, len(order), batch_size)):
        for callback in callbacks:
            callback.on_train_batch_begin(position, {})
        batch = examples.take(order[start : start + batch_size])
        loss, y_pred = step(model, batch, rng)
        tally.add(loss, batch, y_pred)
        logs = tally.logs()
        for callback in callbacks:
            callback.on_train_batch_end(position, logs)
        if not math.isfinite(loss):
            warnings.warn(
                f"the loss became {loss} in epoch {epoch + 1}, batch {position + 1}: training stops here, and this "
                f"batch changed no parameter. Try a smaller learning rate or clipnorm=1, and see that the images "
                f"hold no NaN and are scaled, as by Rescaling(1 / 255)",
                RuntimeWarning,
                stacklevel=4,
            )
            model.stop_training = True
        if model.stop_training:
            break
    return logs


def step(model: Trainable, batch: Batch, rng: np.random.Generator) -> tuple[float, FloatArray]:
    """Learn from one batch, and return its loss and the predictions made before the step.

    A loss that is not finite has no gradient worth following, and is returned without a step.
    """
    with np.errstate(
        divide="ignore", over="ignore", invalid="ignore"
    ):  # what overflows ends in a loss that is not finite
        value, y_pred, gradients = differentiate(model.graph, model.loss, batch, rng)
        if math.isfinite(value):
            model.optimizer.apply(model.graph.parameters, gradients)
    return value, y_pred


def differentiate(
    graph: Graph, loss: Loss, batch: Batch, rng: np.random.Generator
) -> tuple[float, FloatArray, list[FloatArray]]:
    """Return a batch's loss, the predictions, and the gradient of the loss at each of the graph's parameters."""
    y_pred, tape = graph.forward(batch.inputs, training=True, rng=rng)
    joint = is_joint(graph, loss)
    value, grad = loss.with_gradient(batch.y, y_pred, batch.sample_weight, at_logits=joint)
    return value, y_pred, graph.backward(grad, tape, at_logits=joint)


def is_joint(graph: Graph, loss: Loss) -> bool:
    """Whether the network ends in the activation that its loss knows; the two are then differentiated together."""
    return loss.joint_activation is not None and loss.joint_activation == graph.output_activation


def evaluate(model: Trainable, examples: Examples, batch_size: int) -> dict[str, float]:
    """Return the mean loss and the metrics over all examples, by name."""
    tally = Tally(model.metrics)
    with expecting(len(examples) * model.graph.work):
        for batch in examples.batches(batch_size):
            y_pred, _ = model.graph.forward(batch.inputs)
            tally.add(model.loss(batch.y, y_pred, batch.sample_weight), batch, y_pred)
    return tally.logs()


def predict(graph: Graph, x: Any, batch_size: int) -> FloatArray:
    """Return a graph's outputs for all of `x`, computed batch by batch."""
    inputs = graph.admit(x)
    m = len(inputs[0])
    outputs = np.empty((m, *graph.output.sizes), graph.dtype)
    with expecting(m * graph.work):
        for start in range(0, m, batch_size):
            rows = slice(start, start + batch_size)
            batch = [array[rows] for array in inputs]
            outputs[rows], _ = graph.forward(batch[0] if len(batch) == 1 else batch)
    return outputs


def _check_length(name: str, array: npt.NDArray[Any], m: int, x: npt.NDArray[Any]) -> None:
    if array.ndim == 0 or len(array) != m:
        hint = f". Turn it with {name}.T" if array.ndim == 2 and array.shape == (1, m) else ""
        raise ValueError(f"x and {name} must have equally many rows; got shapes {x.shape} and {array.shape}{hint}")


def _class_weights(answers: npt.NDArray[Any], class_weight: Mapping[int, float]) -> FloatArray:
    """Return one weight for each example: that of its class."""
    one_hot = answers.ndim > 1 and answers.shape[-1] > 1
    labels = answers.argmax(axis=-1) if one_hot else answers.reshape(len(answers), -1)[:, 0]
    if labels.ndim != 1:
        raise ValueError(f"class_weight needs one label per example; y has shape {answers.shape}")
    if not isinstance(class_weight, Mapping):
        raise TypeError(f"class_weight must be a dict such as {{0: 1.0, 1: 2.5}}; got {class_weight!r:.80}")
    weights = np.ones(len(labels))
    for label, weight in class_weight.items():
        of_label = labels == integer("a key of class_weight", label, at_least=0)
        weights[of_label] = number(f"class_weight[{label}]", weight, at_least=0)
    return weights
