"""The model: a graph of layers with Keras's vocabulary around it.

`Model` is what users hold in their hands. It owns a graph, and remembers how to train it; the work is done on the
floors below, by `adim.graph`, `adim.training` and `adim.files`.
"""

# ruff: noqa: SLF001 - a copy is made here, beside the private parts that it is made of
from __future__ import annotations

import copy
import math
import os
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Literal, NamedTuple, Self, TypeAlias

import numpy as np
import numpy.typing as npt

from adim import losses, metrics as metrics_room, optimizers, training
from adim.arrays import FloatArray
from adim.callbacks import Callback
from adim.configs import described
from adim.files.model_file import write_model
from adim.geometry import integer
from adim.graph import Graph, Seed
from adim.history import History
from adim.layers import LAYERS, Layer, Tensor
from adim.losses import Loss
from adim.metrics import Metric
from adim.model.summary import summary_lines
from adim.optimizers import Optimizer
from adim.progress import Progress, line
from adim.training import Examples

BATCH_SIZE = 32
"""How many examples are computed at a time where nothing else is said, as in Keras."""

Verbose: TypeAlias = Literal["auto", 0, 1, 2]
"""0 prints nothing, 1 and "auto" show live progress where there is a terminal, 2 prints a line for each epoch."""


class _Compiled(NamedTuple):
    """What `Model.compile` was told."""

    optimizer: Optimizer
    loss: Loss | None
    metrics: list[Any]


class Model:
    """A network: layers between inputs and an output, to be trained, measured and used.

    Parameters
    ----------
    inputs : Tensor or list of Tensor
        What `adim.Input` returned.
    outputs : Tensor
        The output of the last layer.
    name : str, optional
        What the model is called in its summary.
    seed : int or numpy.random.Generator, optional
        Where everything random comes from: initial parameters, the order of the examples, dropout. None takes fresh
        numbers from the operating system.
    dtype : {"float32", "float64"}
        What the model computes in.

    Attributes
    ----------
    history : History or None
        The record of the last `fit`, while it runs too.
    metadata : dict
        Anything in plain JSON that shall travel in the model's file: names of classes, say.
    stop_training : bool
        Set to true, it ends `fit` after the batch in hand.

    Raises
    ------
    TypeError, ValueError
        If the tensors are not those of a network; see `adim.graph.Graph`.

    Examples
    --------
    >>> from adim.layers import Add, Conv2D, Dense, GlobalAveragePooling2D, Input
    >>> image = Input(shape=(8, 8, 1))
    >>> x = Conv2D(4, 3, padding="same", activation="relu")(image)
    >>> x = Add()([x, Conv2D(4, 3, padding="same")(x)])
    >>> model = Model(image, Dense(2, activation="softmax")(GlobalAveragePooling2D()(x)), seed=0)
    >>> model.count_params()
    198
    >>> model.compile("adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    >>> images, labels = np.zeros((4, 8, 8, 1)), np.array([0, 1, 0, 1])
    >>> history = model.fit(images, labels, epochs=2, verbose=0)
    >>> model.predict(images).shape
    (4, 2)
    """

    class_name: ClassVar[str] = "Model"
    """What the model is called in its file."""

    def __init__(
        self,
        inputs: Tensor | Sequence[Tensor],
        outputs: Tensor,
        name: str | None = None,
        *,
        seed: Seed = None,
        dtype: npt.DTypeLike = "float32",
    ) -> None:
        self._start(name, seed)
        self._graph: Graph | None = Graph(inputs, outputs, seed=self._initial_seed, dtype=dtype)

    def _start(self, name: str | None, seed: Seed) -> None:
        if not isinstance(name, str | None):
            raise TypeError(f"name must be a string; got {name!r:.80}")
        self.name = name or self.class_name.lower()
        self._rng = np.random.default_rng(seed)
        self._initial_seed = int(self._rng.integers(2**63))
        self._compiled: _Compiled | None = None
        self._metrics: list[Metric] | None = None
        self.stop_training = False
        self.history: History | None = None
        self.metadata: dict[str, Any] = {}

    # -- what it is made of ---------------------------------------------------------------------------------------

    @property
    def graph(self) -> Graph:
        """The layers and the way through them."""
        if self._graph is None:
            raise ValueError(
                f"{self.name!r} does not know the shape of its inputs yet: put adim.Input(shape=...) first, "
                f"call build((None, n_H, n_W, n_C)), or fit it"
            )
        return self._graph

    @property
    def layers(self) -> list[Layer]:
        """The layers, in the order of the summary."""
        return self.graph.layers

    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """Return one layer, by its name or by its place in `layers`.

        Raises
        ------
        ValueError
            If there is no such layer.
        """
        if (name is None) == (index is None):
            raise ValueError("get_layer takes either a name or an index")
        found = [layer for place, layer in enumerate(self.layers) if name == layer.name or index == place]
        if not found:
            names = ", ".join(str(layer.name) for layer in self.layers)
            raise ValueError(f"no layer {index if name is None else repr(name)}; the layers are {names}")
        return found[0]

    @property
    def trainable(self) -> bool:
        """Whether training changes any layer; assign it to freeze or free all of them."""
        return any(layer.trainable for layer in self.layers)

    @trainable.setter
    def trainable(self, trainable: bool) -> None:
        for layer in self.layers:
            layer.trainable = trainable

    @property
    def input(self) -> Any:
        """The place where data come in, or a list of places: the beginning of a network that builds on this one."""
        return self.graph.inputs[0] if len(self.graph.inputs) == 1 else list(self.graph.inputs)

    @property
    def output(self) -> Tensor:
        """The place where this network ends, and another may go on."""
        return self.graph.output

    @property
    def input_shape(self) -> Any:
        """The shape of the input with an open batch axis, or a list of shapes."""
        shapes = [tensor.shape for tensor in self.graph.inputs]
        return shapes[0] if len(shapes) == 1 else shapes

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        """The shape of the output with an open batch axis."""
        return self.graph.output.shape

    def count_params(self) -> int:
        """Return how many numbers the model holds, trained or carried."""
        return sum(array.size for _, array in self.graph.named_variables())

    def get_weights(self) -> list[FloatArray]:
        """Return copies of all parameters and state, in Keras's order."""
        return [array.copy() for _, array in self.graph.named_variables()]

    def set_weights(self, weights: Sequence[npt.ArrayLike]) -> None:
        """Set all parameters and state.

        Parameters
        ----------
        weights : sequence of array_like
            What `get_weights` returned.

        Raises
        ------
        ValueError
            If number or shapes differ. Nothing is changed then.
        """
        ours = list(self.graph.named_variables())
        arrays = [np.asarray(array) for array in weights]
        if len(arrays) != len(ours):
            raise ValueError(f"{self.name!r} has {len(ours)} arrays of weights; got {len(arrays)}")
        for (name, array), new in zip(ours, arrays, strict=True):
            if array.shape != new.shape:
                raise ValueError(f"{name} has shape {array.shape}; got {new.shape}")
        for (_, array), new in zip(ours, arrays, strict=True):
            array[...] = new

    def astype(self, dtype: npt.DTypeLike) -> Self:
        """Return a copy that computes in another dtype, compiled alike, its optimiser at its beginning.

        Examples
        --------
        >>> from adim.layers import Dense, Input
        >>> x = Input(shape=(3,))
        >>> Model(x, Dense(2)(x)).astype("float64").predict(np.ones((1, 3))).dtype
        dtype('float64')
        """
        twin = copy.copy(self)
        twin._graph = self.graph.astype(dtype)
        twin._rng = copy.deepcopy(self._rng)
        twin.metadata = copy.deepcopy(self.metadata)
        if self._compiled is not None:
            optimizer, loss, metrics = copy.deepcopy(self._compiled)
            twin.compile(type(optimizer).from_config(optimizer.get_config()), loss, metrics)
        return twin

    def summary(self, print_fn: Callable[[str], object] | None = None) -> None:
        """Print a table of the layers, their output shapes and their numbers of parameters.

        Parameters
        ----------
        print_fn : callable, optional
            What to call with each line, in place of printing it.
        """
        for text in summary_lines(self.name, self.graph, self.layers):
            (print_fn or print)(text)

    # -- training -------------------------------------------------------------------------------------------------

    def compile(
        self,
        optimizer: str | Mapping[str, Any] | Optimizer = "rmsprop",
        loss: str | Mapping[str, Any] | Loss | None = None,
        metrics: str | Metric | Sequence[str | Mapping[str, Any] | Metric] | None = None,
    ) -> None:
        """Say how to train.

        Parameters
        ----------
        optimizer : str or Optimizer, default "rmsprop"
            See `adim.optimizers`.
        loss : str or Loss, optional
            See `adim.losses`; `fit` and `evaluate` need one.
        metrics : list of str or Metric, optional
            See `adim.metrics`. "accuracy" becomes the one that fits loss and output.

        Raises
        ------
        ValueError, TypeError
            If one of them is not known.
        """
        wanted = [metrics] if isinstance(metrics, (str, Metric)) else list(metrics or ())
        self._compiled = _Compiled(optimizers.get(optimizer), None if loss is None else losses.get(loss), wanted)
        self._metrics = None
        if self._graph is not None:
            _ = self.metrics  # an unknown one is an error here

    @property
    def compiled(self) -> bool:
        """Whether `compile` has been called."""
        return self._compiled is not None

    @property
    def optimizer(self) -> Optimizer:
        """How the model learns."""
        return self._settings.optimizer

    @property
    def loss(self) -> Loss:
        """What training makes small."""
        loss = self._settings.loss
        if loss is None:
            raise ValueError(f"{self.name!r} was compiled without a loss: call compile(optimizer, loss=...)")
        return loss

    @property
    def metrics(self) -> list[Metric]:
        """What else is measured."""
        if self._metrics is None:
            loss, wanted = self._settings.loss, self._settings.metrics
            found = [metrics_room.get(metric, loss, self.output_shape) for metric in wanted]
            names = [metric.name for metric in found]
            if len({"loss", *names}) <= len(names):
                raise ValueError(f"metrics must have different names, and not 'loss'; got {', '.join(names)}")
            self._metrics = found
        return self._metrics

    @property
    def _settings(self) -> _Compiled:
        if self._compiled is None:
            raise ValueError(f"{self.name!r} is not compiled: call compile(optimizer, loss=..., metrics=[...]) first")
        return self._compiled

    def fit(
        self,
        x: Any,
        y: npt.ArrayLike,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: Verbose = "auto",
        callbacks: Callback | Sequence[Callback] | None = None,
        validation_split: float = 0.0,
        validation_data: Sequence[Any] | None = None,
        shuffle: bool = True,
        class_weight: Mapping[int, float] | None = None,
        sample_weight: npt.ArrayLike | None = None,
        initial_epoch: int = 0,
        *,
        seed: Seed = None,
    ) -> History:
        """Train the model.

        Parameters
        ----------
        x : array_like or list of array_like
            The inputs, ``(m, ...)``; a list for a model with several inputs. Of any real dtype: uint8 images are
            converted batch by batch.
        y : array_like
            The answers, in the form that the loss asks for.
        batch_size : int, default 32
            How many examples a step learns from.
        epochs : int, default 1
            At which epoch to end.
        verbose : {"auto", 0, 1, 2}
            Whether to show progress; see `Verbose`.
        callbacks : list of Callback, optional
            See `adim.callbacks`.
        validation_split : float, default 0
            What part of the examples, the last before any shuffling, to measure on instead of training on them.
        validation_data : tuple, optional
            ``(x, y)`` or ``(x, y, sample_weight)`` to measure on after each epoch.
        shuffle : bool, default True
            Whether each epoch takes the examples in an order of its own.
        class_weight : mapping of int to float, optional
            How much the training examples of each class count, 1 where nothing is said; multiplies `sample_weight`.
        sample_weight : array_like, shape (m,), optional
            How much each example counts.
        initial_epoch : int, default 0
            At which epoch to begin.
        seed : int or numpy.random.Generator, optional
            Where the order and what layers draw come from; by default from where the model's `seed` left off.

        Returns
        -------
        History
            The numbers of each epoch.

        Raises
        ------
        ValueError, TypeError
            Before the first step: if the model is not compiled, or the data do not fit it or each other.

        Warns
        -----
        RuntimeWarning
            If the loss is no longer finite; training stops before the step that this batch asked for.
        """
        graph = self._graph_for(x)
        examples, validation = Examples(graph, x, y, sample_weight), None
        if validation_data is not None:
            validation = _validation(graph, validation_data)
        elif validation_split:
            examples, validation = examples.split(validation_split)
        if class_weight is not None:  # of the examples to learn from; what is measured stays as it is
            examples = examples.weigh(class_weight)
        batch_size = _batch_size(batch_size)
        listeners = [callbacks] if isinstance(callbacks, Callback) else list(callbacks or ())
        if _shows(verbose):
            steps = math.ceil(len(examples) / batch_size)
            listeners.append(Progress(epochs, steps, initial_epoch=initial_epoch, live=False if verbose == 2 else None))
        return training.fit(
            self,
            examples,
            validation,
            rng=self._rng if seed is None else np.random.default_rng(seed),
            batch_size=batch_size,
            epochs=epochs,
            initial_epoch=initial_epoch,
            shuffle=shuffle,
            callbacks=listeners,
        )

    def evaluate(
        self,
        x: Any,
        y: npt.ArrayLike,
        batch_size: int | None = None,
        verbose: Verbose = "auto",
        sample_weight: npt.ArrayLike | None = None,
        *,
        return_dict: bool = False,
    ) -> float | list[float] | dict[str, float]:
        """Measure the model.

        Parameters
        ----------
        x, y, batch_size, sample_weight
            As for `fit`.
        verbose : {"auto", 0, 1, 2}
            Whether to print the result.
        return_dict : bool, default False
            Whether to return the numbers by name.

        Returns
        -------
        float, list of float or dict
            The mean loss; with metrics, a list of the loss and each of them.

        Raises
        ------
        ValueError, TypeError
            If the model is not compiled, or the data do not fit it or each other.
        """
        examples = Examples(self._graph_for(x), x, y, sample_weight)
        logs = training.evaluate(self, examples, _batch_size(batch_size))
        if _shows(verbose):
            print(f"{len(examples)} examples - {line(logs)}")  # noqa: T201 - asked for by verbose
        if return_dict:
            return logs
        return list(logs.values()) if len(logs) > 1 else logs["loss"]

    def predict(self, x: Any, batch_size: int | None = None, verbose: Verbose = "auto") -> FloatArray:  # noqa: ARG002 - for Keras's sake: nothing is printed
        """Compute the outputs for any number of examples, batch by batch.

        Parameters
        ----------
        x : array_like or list of array_like
            As for `fit`; an empty batch gives an empty answer.
        batch_size : int, default 32
            How many examples are in memory at a time.
        verbose : {"auto", 0, 1, 2}
            Taken for Keras's sake; a prediction prints nothing.

        Returns
        -------
        ndarray, shape (m, ...)
            One output for each example.
        """
        return training.predict(self._graph_for(x), x, _batch_size(batch_size))

    def __call__(self, inputs: Any, training: bool = False) -> Any:
        """Compute one batch, or stand as a layer in another network.

        Parameters
        ----------
        inputs : array_like, Tensor, or a list of them
            Arrays give the output, computed at once. Tensors give a Tensor: the layers of this model, with the
            parameters that they have, become part of the network that is being written down.
        training : bool
            Whether dropout, augmentation and batch statistics are at work; for arrays only.
        """
        tensors = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
        if any(isinstance(tensor, Tensor) for tensor in tensors):
            return self.graph.rewire(tensors)
        y, _ = self._graph_for(inputs).forward(inputs, training=training, rng=self._rng)
        return y

    def _graph_for(self, x: Any) -> Graph:  # noqa: ARG002 - a Sequential looks at x
        return self.graph

    # -- as plain JSON, and as a file -----------------------------------------------------------------------------

    def to_config(self) -> dict[str, Any]:
        """Return what `from_config` makes a model of: all but the weights, as plain JSON.

        Raises
        ------
        ValueError
            If a layer is of a class that no file may ask for.
        """
        for layer in self.layers:
            if LAYERS.get(type(layer).__name__) is not type(layer):
                kind = type(layer).__name__
                raise ValueError(
                    f"layer {layer.name!r} is a {kind}, which files do not know. Before saving, and before loading, "
                    f"make it known: adim.layers.LAYERS[{kind!r}] = {kind}"
                )
        return {
            "class_name": self.class_name,
            "config": {"name": self.name, **self._wiring()},
            "compile": self._compile_config(),
            "metadata": self.metadata,
        }

    def _wiring(self) -> dict[str, Any]:
        return self.graph.to_config()

    def _compile_config(self) -> dict[str, Any] | None:
        """Return what was given to `compile`; None where that is more than plain JSON can say."""
        if self._compiled is None:
            return None
        optimizer, loss, _ = self._compiled
        parts: dict[str, Any] = {
            "optimizer": described(optimizer),
            "loss": None if loss is None else described(loss),
            "metrics": [described(metric) for metric in self.metrics],
        }
        try:
            copy.copy(self).compile(**parts)
        except (TypeError, ValueError):  # a class of the user's own
            warnings.warn(
                f"{self.name!r} is saved without how it was compiled, which uses a class of your own: compile it again "
                f"after load_model",
                UserWarning,
                stacklevel=4,
            )
            return None
        return parts

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the model into one ``.safetensors`` file: architecture, weights, and how it was compiled.

        The optimiser's own state is left out: a loaded model that is trained on starts with a fresh optimiser.

        Parameters
        ----------
        path : str or path-like
            The file to make, or to replace in one step.

        Raises
        ------
        ValueError
            If a layer is of a class that no file may ask for.
        OSError
            If the file cannot be written.
        """
        write_model(path, self.to_config(), dict(self.graph.named_variables()))


def _validation(graph: Graph, data: Sequence[Any]) -> Examples:
    if not isinstance(data, (tuple, list)) or len(data) not in (2, 3):
        got = f"{len(data)} parts" if isinstance(data, (tuple, list)) else type(data).__name__
        raise ValueError(f"validation_data must be (x, y) or (x, y, sample_weight); got {got}")
    try:
        return Examples(graph, *data)
    except (TypeError, ValueError) as error:
        raise type(error)(f"validation_data: {error}") from error


def _batch_size(batch_size: int | None) -> int:
    return BATCH_SIZE if batch_size is None else integer("batch_size", batch_size, at_least=1)


def _shows(verbose: Verbose) -> bool:
    if verbose not in ("auto", 0, 1, 2):
        raise ValueError(f"verbose must be 'auto', 0, 1 or 2; got {verbose!r:.80}")
    return verbose != 0
