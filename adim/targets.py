"""What training compares: the right answers beside a network's, checked where they meet.

Labels come as class indices, as one-hot rows or as numbers, and NumPy would broadcast the wrong kind against the
predictions without a word: ``(m,)`` labels minus ``(m, 1)`` predictions is an ``(m, m)`` matrix with a plausible mean.
Losses and metrics therefore let nothing in but through this file.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from adim.arrays import FloatArray, Shape, floating

SUM_TOLERANCE = 1e-3  # rows of float16, or of decimals rounded to four places, still sum to 1 within this


def predictions(y_pred: npt.ArrayLike) -> FloatArray:
    """Return predictions as a float32 or float64 array with a batch axis and an axis of outputs.

    A flat ``(m,)`` is read as one output an example, ``(m, 1)``.
    """
    (array,) = floating(y_pred=y_pred)
    if array.ndim == 0:
        raise ValueError(f"y_pred must hold a batch of predictions, of shape (m, ...); got the single number {array}")
    return array[:, np.newaxis] if array.ndim == 1 else array


def values(y_true: npt.ArrayLike, y_pred: FloatArray, name: str) -> FloatArray:
    """Return targets that face the predictions number by number, in their dtype.

    Parameters
    ----------
    y_true : array_like
        Of the shape of `y_pred`. One axis of length 1 may be left out or added at the end.
    y_pred : ndarray, shape (m, ..., n)
        What `predictions` returned.
    name : str
        The loss or metric that asks, for the message.

    Raises
    ------
    ValueError
        If the shapes differ or a target is not finite.
    TypeError
        If `y_true` does not hold numbers.

    Examples
    --------
    >>> values([1, 0], np.array([[0.9], [0.2]]), "mean_squared_error")
    array([[1.],
           [0.]])
    """
    targets = _numbers(y_true)
    if targets.shape not in _forms(y_pred.shape):
        hint = ""
        if targets.shape in _forms((*y_pred.shape[:-1], 1)):
            hint = (
                f". One number per example cannot face {y_pred.shape[-1]} outputs: end the network in one unit, or, "
                "if the numbers are classes, use 'sparse_categorical_crossentropy' and 'sparse_categorical_accuracy'"
            )
        raise ValueError(f"{name}: y_true has shape {targets.shape}, but y_pred has shape {y_pred.shape}{hint}")
    return targets.reshape(y_pred.shape).astype(y_pred.dtype, copy=False)


def classes(y_true: npt.ArrayLike, y_pred: FloatArray, name: str) -> npt.NDArray[np.intp]:
    """Return one class index for each example.

    Parameters
    ----------
    y_true : array_like, shape (m, ...) or (m, ..., 1)
        Whole numbers from 0 to n - 1, of any dtype.
    y_pred : ndarray, shape (m, ..., n)
        One score per class.
    name : str
        The loss or metric that asks, for the message.

    Returns
    -------
    ndarray of int, shape (m, ...)

    Raises
    ------
    ValueError
        If the shapes do not fit, or a label is no class.
    TypeError
        If `y_true` does not hold numbers.

    Examples
    --------
    >>> classes([[2.0], [0.0]], np.zeros((2, 3)), "sparse_categorical_accuracy")
    array([2, 0])
    """
    whole = isinstance(y_true, np.ndarray) and y_true.dtype.kind in "iu"
    labels: npt.NDArray[Any] = np.asarray(y_true) if whole else _numbers(y_true)
    n = _class_count(y_pred, name)
    expected = y_pred.shape[:-1]
    if labels.shape not in ((*expected, 1), expected):
        hint = ""
        if labels.shape == y_pred.shape:
            hint = (
                ". These labels look one-hot: use 'categorical_crossentropy' and 'categorical_accuracy', "
                "or pass y_true.argmax(axis=-1)"
            )
        raise ValueError(
            f"{name} takes one class index per example, y_true of shape {expected}, for predictions of shape "
            f"{y_pred.shape}; got shape {labels.shape}{hint}"
        )
    labels = labels.reshape(expected)
    if not whole and (labels != np.floor(labels)).any():
        raise ValueError(f"{name} takes class indices, which are whole numbers; y_true holds fractions")
    if labels.size and not (labels.min() >= 0 and labels.max() < n):
        low, high = int(labels.min()), int(labels.max())
        hint = ""
        if (low, high) == (1, n):
            hint = ". If the first class is 1, pass y_true - 1"
        elif low >= 0:
            hint = f". {high + 1} classes need a network that ends in {high + 1} units"
        raise ValueError(
            f"{name}: the {n} outputs of y_pred, shape {y_pred.shape}, stand for classes 0 to {n - 1}; "
            f"y_true holds labels from {low} to {high}{hint}"
        )
    return labels.astype(np.intp)


def distributions(y_true: npt.ArrayLike, y_pred: FloatArray, name: str) -> FloatArray:
    """Return one probability for each class of each example: one-hot rows, or soft labels.

    Parameters
    ----------
    y_true : array_like, shape (m, ..., n)
        Each row at least 0 everywhere and 1 in sum.
    y_pred : ndarray, shape (m, ..., n)
        One score per class.
    name : str
        The loss or metric that asks, for the message.

    Raises
    ------
    ValueError
        If the shapes differ, or a row is no distribution.
    TypeError
        If `y_true` does not hold numbers.

    Examples
    --------
    >>> distributions([[0, 1]], np.array([[0.3, 0.7]]), "categorical_crossentropy")
    array([[0., 1.]])
    """
    targets = _numbers(y_true)
    n = _class_count(y_pred, name)
    if targets.shape != y_pred.shape:
        hint = ""
        if targets.shape in (y_pred.shape[:-1], (*y_pred.shape[:-1], 1)):
            hint = (
                ". These labels look like class indices: use 'sparse_categorical_crossentropy' and "
                f"'sparse_categorical_accuracy', or pass np.eye({n})[y_true]"
            )
        elif targets.shape[:-1] == y_pred.shape[:-1]:
            hint = f". {targets.shape[-1]} classes need a network that ends in {targets.shape[-1]} units"
        raise ValueError(
            f"{name} takes one-hot labels, y_true of the shape of the predictions, {y_pred.shape}; "
            f"got shape {targets.shape}{hint}"
        )
    targets = targets.astype(y_pred.dtype, copy=False)
    sums = targets.sum(axis=-1)
    if targets.size and (targets.min() < 0 or abs(sums - 1).max() > SUM_TOLERANCE):
        raise ValueError(
            f"{name} takes labels whose rows sum to 1, without negative numbers; y_true of shape {targets.shape} holds "
            f"numbers from {targets.min():g} to {targets.max():g} in rows that sum to {sums.min():g} up to "
            f"{sums.max():g}. If several classes can be true at once, use 'binary_crossentropy' and 'binary_accuracy'; "
            "to leave an example out, give it a sample_weight of 0"
        )
    return targets


def example_weights(sample_weight: npt.ArrayLike | None, shape: Shape, dtype: npt.DTypeLike) -> FloatArray | None:
    """Return sample weights that broadcast against one value per example; None stays None.

    Parameters
    ----------
    sample_weight : array_like or None
        One weight per example, ``(m,)`` or ``(m, 1)``, or one per value.
    shape : tuple of int
        The shape of the values, ``(m, ...)``.
    dtype : dtype
        The values' dtype.

    Raises
    ------
    ValueError
        If the shape does not fit or a weight is not finite.
    TypeError
        If `sample_weight` does not hold numbers.

    Examples
    --------
    >>> example_weights([1, 2], (2, 8, 8), np.float32).shape
    (2, 1, 1)
    """
    if sample_weight is None:
        return None
    weights = _numbers(sample_weight, "sample_weight")
    if weights.shape == shape:
        pass
    elif weights.shape in (shape[:1], (*shape[:1], 1)):
        weights = weights.reshape(*shape[:1], *(1 for _ in shape[1:]))
    else:
        either = f", or of shape {shape}" if len(shape) > 1 else ""
        raise ValueError(
            f"sample_weight must hold one weight per example, of shape {shape[:1]}{either}; got shape {weights.shape}"
        )
    return weights.astype(dtype, copy=False)


def _numbers(array: npt.ArrayLike, name: str = "y_true") -> FloatArray:
    (numbers,) = floating(**{name: array})
    finite = np.isfinite(numbers)
    if not finite.all():
        raise ValueError(f"{name} of shape {numbers.shape} holds {np.count_nonzero(~finite)} NaN or infinite values")
    return numbers


def _class_count(y_pred: FloatArray, name: str) -> int:
    n = int(y_pred.shape[-1])
    if n < 2:
        raise ValueError(
            f"{name} needs one output per class, y_pred of shape (m, classes); got shape {y_pred.shape}. "
            "For two classes and one output use 'binary_crossentropy' and 'binary_accuracy'"
        )
    return n


def _forms(shape: Shape) -> list[Shape]:
    """Return the shapes that targets for predictions of this shape may come in."""
    return [shape, (*shape, 1), shape[:-1]] if shape[-1] == 1 else [shape, (*shape, 1)]
