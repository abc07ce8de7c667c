"""A network that knows the names of its classes: images in, a probability for each class out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from adim.activations import softmax
from adim.arrays import FloatArray, Shape
from adim.datasets.parts import PathLike
from adim.model import Model, load_model

CLASS_NAMES = "class_names"
"""Where a model's metadata keep the names. A model without them has classes 0, 1, 2, ..."""


class Classifier:
    """A network for images, and the names of its classes.

    Parameters
    ----------
    model : Model
        Takes images of shape (n_H, n_W, n_C), pixels from 0 to 255. It ends in a softmax over the classes, in scores
        for them, or in one sigmoid for the second of two classes.
    class_names : sequence of str, optional
        The names in the order of the class numbers; when left out those in the model's metadata, and failing these
        "0", "1", ...

    Attributes
    ----------
    image_shape : tuple of int
        (n_H, n_W, n_C).
    class_names : tuple of str
        The names in use.
    has_names : bool
        Whether these are more than numbers.

    Raises
    ------
    ValueError
        If the model is no such network, or the names are not as many as its classes.

    Examples
    --------
    >>> from adim.layers import Dense, Flatten
    >>> from adim.model import Sequential
    >>> network = Sequential([Flatten(input_shape=(2, 2, 1)), Dense(1, activation="sigmoid")])
    >>> pets = Classifier(network, ["dog", "cat"])
    >>> pets.probabilities(np.zeros((1, 2, 2, 1)))
    array([[0.5, 0.5]], dtype=float32)
    """

    def __init__(self, model: Model, class_names: Sequence[str] | None = None) -> None:
        inputs = [tensor.sizes for tensor in model.graph.inputs]
        if len(inputs) != 1 or len(inputs[0]) != 3:
            raise ValueError(
                f"the network takes inputs of shape {', '.join(map(str, inputs))}; "
                f"one for images takes (height, width, channels)"
            )
        outputs, ending = model.graph.output.sizes, model.graph.output_activation
        if len(outputs) != 1 or ending not in (("sigmoid",) if outputs == (1,) else ("softmax", "linear")):
            raise ValueError(
                f"the network ends in outputs of shape {outputs} with activation {ending}; a classifier ends in a "
                f"softmax or in scores over its classes, or in one sigmoid"
            )
        n = max(outputs[0], 2)
        names = model.metadata.get(CLASS_NAMES) if class_names is None else class_names
        self.model = model
        self.image_shape: Shape = inputs[0]
        self.has_names = names is not None
        self.class_names = tuple(map(str, range(n))) if names is None else printable(names)
        if len(self.class_names) != n:
            raise ValueError(f"the network tells {n} classes apart; {len(self.class_names)} are named")

    @classmethod
    def load(cls, path: PathLike) -> Classifier:
        """Read a model file.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        ValueError
            If it holds no model, or none for images; the message names it.
        """
        model = load_model(path)
        try:
            return cls(model)
        except (TypeError, ValueError) as error:
            raise ValueError(f"{path} holds no classifier of images: {error}") from error

    def save(self, path: PathLike) -> None:
        """Write the model into a file, with the names."""
        self.model.metadata[CLASS_NAMES] = list(self.class_names)
        self.model.save(path)

    def probabilities(self, images: npt.ArrayLike) -> FloatArray:
        """Return the probability of each class: ``(m, n_H, n_W, n_C) -> (m, n_classes)``."""
        with np.errstate(over="ignore", invalid="ignore"):  # of a network whose training went astray
            outputs: FloatArray = self.model.predict(images)
        match self.model.graph.output_activation:
            case "sigmoid":
                return np.concatenate([1 - outputs, outputs], axis=1)
            case "linear":
                return softmax.forward(outputs)
        return outputs


def printable(names: Sequence[str]) -> tuple[str, ...]:
    """Return names that may come from a file, and go to a terminal."""
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) and name.isprintable() for name in names):
        raise ValueError(f"the names of the classes must be a list of printable text; got {names!r:.80}")
    return tuple(names)
