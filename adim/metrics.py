"""What a network gets right, in numbers that people read: accuracies and errors, gathered over batches.

A metric is not differentiated, so unlike a loss it may count. Its result is the weighted mean over all examples since
the last reset, whatever the sizes of the batches.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from adim import targets
from adim.arrays import FloatArray
from adim.configs import Configured, find, number
from adim.geometry import integer


class Metric(Configured):
    """The base of all metrics: a mean over examples.

    Parameters
    ----------
    name : str
        What the metric is called in logs, and after ``val_``.

    Notes
    -----
    A subclass implements `_values`, one number per example.
    """

    def __init__(self, *, name: str) -> None:
        self.name = name
        self.reset()

    def reset(self) -> None:
        """Forget all batches."""
        self._total = 0.0
        self._weight = 0.0

    def update(self, y_true: npt.ArrayLike, y_pred: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None) -> None:
        """Take a batch into account.

        Parameters
        ----------
        y_true : array_like
            The right answers, in the form that the class asks for.
        y_pred : array_like, shape (m, ..., n)
            The network's output.
        sample_weight : array_like, shape (m,), optional
            How much each example counts.

        Raises
        ------
        ValueError
            If shapes do not fit, or labels are out of range.
        TypeError
            If an argument does not hold numbers.
        """
        values = self._values(y_true, targets.predictions(y_pred))  # (m, ...)
        weights = targets.example_weights(sample_weight, values.shape, np.float64)
        if weights is None:
            self._total += float(values.sum(dtype=np.float64))
            self._weight += values.size
        else:
            self._total += float((values * weights).sum())
            self._weight += float(np.broadcast_to(weights, values.shape).sum())

    def result(self) -> float:
        """Return the weighted mean since the last reset, or 0 if nothing has any weight."""
        return self._total / self._weight if self._weight else 0.0

    def _values(self, y_true: npt.ArrayLike, y_pred: FloatArray) -> npt.NDArray[Any]:
        """Return one number, or truth, per example, ``(m, ...)``."""
        raise NotImplementedError


class BinaryAccuracy(Metric):
    """How often ``y_pred > threshold`` equals a label of 0 or 1.

    Parameters
    ----------
    name : str, default "binary_accuracy"
        What the metric is called in logs.
    threshold : float, default 0.5
        Where the decision lies; 0 for scores before a sigmoid.

    Examples
    --------
    >>> metric = BinaryAccuracy()
    >>> metric.update([[1], [1], [0], [0]], [[0.98], [1], [0], [0.6]])
    >>> metric.result()
    0.75
    """

    def __init__(self, name: str = "binary_accuracy", *, threshold: float = 0.5) -> None:
        super().__init__(name=name)
        self.threshold = number("threshold", threshold)

    def _values(self, y_true: npt.ArrayLike, y_pred: FloatArray) -> npt.NDArray[Any]:
        labels = targets.values(y_true, y_pred, self.name)
        return np.asarray(((y_pred > self.threshold) == labels).mean(axis=-1))


class CategoricalAccuracy(Metric):
    """How often the class with the highest score is that of a one-hot label.

    Parameters
    ----------
    name : str, default "categorical_accuracy"
        What the metric is called in logs.

    Examples
    --------
    >>> metric = CategoricalAccuracy()
    >>> metric.update([[0, 0, 1], [0, 1, 0]], [[0.1, 0.9, 0.8], [0.05, 0.95, 0]], sample_weight=[0.7, 0.3])
    >>> metric.result()
    0.3
    """

    def __init__(self, name: str = "categorical_accuracy") -> None:
        super().__init__(name=name)

    def _values(self, y_true: npt.ArrayLike, y_pred: FloatArray) -> npt.NDArray[Any]:
        labels = targets.distributions(y_true, y_pred, self.name).argmax(axis=-1)
        return np.asarray(y_pred.argmax(axis=-1) == labels)


class SparseCategoricalAccuracy(Metric):
    """How often the class with the highest score is the label, a class index.

    Parameters
    ----------
    name : str, default "sparse_categorical_accuracy"
        What the metric is called in logs.

    Examples
    --------
    >>> metric = SparseCategoricalAccuracy()
    >>> metric.update([2, 1], [[0.1, 0.6, 0.3], [0.05, 0.95, 0]])
    >>> metric.result()
    0.5
    """

    def __init__(self, name: str = "sparse_categorical_accuracy") -> None:
        super().__init__(name=name)

    def _values(self, y_true: npt.ArrayLike, y_pred: FloatArray) -> npt.NDArray[Any]:
        return np.asarray(y_pred.argmax(axis=-1) == targets.classes(y_true, y_pred, self.name))


class TopKCategoricalAccuracy(Metric):
    """How often fewer than `k` classes have a higher score than that of a one-hot label.

    Parameters
    ----------
    k : int, default 5
        How many guesses are allowed.
    name : str, default "top_k_categorical_accuracy"
        What the metric is called in logs.

    Examples
    --------
    >>> metric = TopKCategoricalAccuracy(k=2)
    >>> metric.update([[0, 0, 1], [0, 1, 0]], [[0.1, 0.9, 0.8], [0.05, 0, 0.95]])
    >>> metric.result()
    0.5
    """

    def __init__(self, k: int = 5, name: str = "top_k_categorical_accuracy") -> None:
        super().__init__(name=name)
        self.k = integer("k", k, at_least=1)

    def _values(self, y_true: npt.ArrayLike, y_pred: FloatArray) -> npt.NDArray[Any]:
        return _among_top(targets.distributions(y_true, y_pred, self.name).argmax(axis=-1), y_pred, self.k)


class SparseTopKCategoricalAccuracy(Metric):
    """How often fewer than `k` classes have a higher score than that of the label, a class index.

    Parameters
    ----------
    k : int, default 5
        How many guesses are allowed.
    name : str, default "sparse_top_k_categorical_accuracy"
        What the metric is called in logs.

    Examples
    --------
    >>> metric = SparseTopKCategoricalAccuracy(k=2)
    >>> metric.update([2, 1], [[0.1, 0.9, 0.8], [0.05, 0, 0.95]])
    >>> metric.result()
    0.5
    """

    def __init__(self, k: int = 5, name: str = "sparse_top_k_categorical_accuracy") -> None:
        super().__init__(name=name)
        self.k = integer("k", k, at_least=1)

    def _values(self, y_true: npt.ArrayLike, y_pred: FloatArray) -> npt.NDArray[Any]:
        return _among_top(targets.classes(y_true, y_pred, self.name), y_pred, self.k)


class MeanSquaredError(Metric):
    """The mean of ``(p - y) ** 2``.

    Parameters
    ----------
    name : str, default "mean_squared_error"
        What the metric is called in logs.

    Examples
    --------
    >>> metric = MeanSquaredError()
    >>> metric.update([[0, 1], [0, 0]], [[1, 1], [0, 0]])
    >>> metric.result()
    0.25
    """

    def __init__(self, name: str = "mean_squared_error") -> None:
        super().__init__(name=name)

    def _values(self, y_true: npt.ArrayLike, y_pred: FloatArray) -> npt.NDArray[Any]:
        return np.asarray(np.square(y_pred - targets.values(y_true, y_pred, self.name)).mean(axis=-1))


METRICS: dict[str, type[Metric]] = {
    "binary_accuracy": BinaryAccuracy,
    "categorical_accuracy": CategoricalAccuracy,
    "sparse_categorical_accuracy": SparseCategoricalAccuracy,
    "top_k_categorical_accuracy": TopKCategoricalAccuracy,
    "sparse_top_k_categorical_accuracy": SparseTopKCategoricalAccuracy,
    "mean_squared_error": MeanSquaredError,
    "mse": MeanSquaredError,
}
"""The metrics by name; `get` knows their class names too, and which accuracy ``"accuracy"`` is."""


def get(metric: str | Mapping[str, Any] | Metric, loss: Any = None, output_shape: Sequence[int | None] = ()) -> Metric:
    """Return a metric by its name or description; a `Metric` passes through.

    Parameters
    ----------
    metric : str, mapping or Metric
        ``"accuracy"`` or ``"acc"``, another name, or what `adim.configs.described` returned. A metric that a name made
        is called by that name in logs, as in Keras.
    loss : adim.losses.Loss, optional
        The network's loss. ``"accuracy"`` is the sparse one with a loss of class indices.
    output_shape : sequence of int, optional
        The shape of the network's output. ``"accuracy"`` is the binary one with a single output.

    Raises
    ------
    ValueError
        If the name is unknown, or its arguments are.
    TypeError
        If it is none of the three.

    Notes
    -----
    In one point this is more than Keras does: a network with a single output whose loss takes scores rather than
    probabilities decides at a score of 0, and so does its ``"accuracy"``.

    Examples
    --------
    >>> get("accuracy", output_shape=(None, 1)), get("accuracy", output_shape=(None, 10))
    (BinaryAccuracy(name='accuracy', threshold=0.5), CategoricalAccuracy(name='accuracy'))
    """
    if metric in ("accuracy", "acc"):
        if not output_shape:
            raise ValueError(f"{metric!r} needs the shape of the network's output to say which accuracy it is")
        if output_shape[-1] == 1:
            return BinaryAccuracy(str(metric), threshold=0.0 if loss is not None and loss.from_logits else 0.5)
        kind = SparseCategoricalAccuracy if loss is not None and loss.sparse else CategoricalAccuracy
        return kind(str(metric))
    found = find(metric, Metric, "metric", METRICS)
    if isinstance(metric, str):
        found.name = metric
    return found


def _among_top(labels: npt.NDArray[np.intp], y_pred: FloatArray, k: int) -> npt.NDArray[np.bool_]:
    scores = np.take_along_axis(y_pred, labels[..., np.newaxis], axis=-1)  # (m, ..., 1)
    # NaN compares false with everything: a label with such a score would pass as the best.
    return np.asarray(np.isfinite(scores[..., 0]) & ((y_pred > scores).sum(axis=-1) < k))
