"""How wrong a network is, as one number, and how that number changes with each prediction.

Every loss is Keras's: the mean over the batch of one value per example, where sample weights multiply the values but
not the count. Predictions are clipped away from 0 and 1 by `EPSILON` as Keras clips them, so a saturated probability
costs 16, not infinity. Where that clipping acts the gradient with respect to the prediction is 0, and a network that
is sure and wrong could never learn better. Hence `Loss.logits_gradient`: for a network whose last activation is the
loss's own (softmax or sigmoid), the gradient before that activation is just ``p - y``, and it never vanishes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from adim import targets
from adim.arrays import FloatArray
from adim.configs import Configured, find, number

EPSILON = 1e-7
"""How close to 0 and 1 a probability may come inside a logarithm (``keras.config.epsilon()``)."""


class Loss(Configured):
    """The base of all losses.

    Parameters
    ----------
    name : str
        What the loss is called in messages.

    Attributes
    ----------
    joint_activation : str or None
        The activation that `logits_gradient` differentiates together with the loss.
    from_logits : bool
        Whether predictions are scores before that activation.
    sparse : bool
        Whether labels are class indices.

    Notes
    -----
    A subclass implements `_targets`, `_values` and `_derivative`, and `_joint_derivative` where it has a joint
    activation. They work per example and know nothing of weights and means.
    """

    joint_activation: str | None = None
    from_logits: bool = False
    sparse: ClassVar[bool] = False

    def __init__(self, *, name: str) -> None:
        self.name = name

    def __call__(
        self, y_true: npt.ArrayLike, y_pred: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None
    ) -> float:
        """Return the mean loss: ``sum(w_i * l_i) / m``, which is 0 for an empty batch.

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
            If shapes do not fit, or labels or predictions are out of range.
        TypeError
            If an argument does not hold numbers.
        """
        outputs = targets.predictions(y_pred)
        return self._mean(self._values(self._targets(y_true, outputs), outputs), sample_weight)

    def gradient(
        self, y_true: npt.ArrayLike, y_pred: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None
    ) -> FloatArray:
        """Return the gradient of the loss with respect to `y_pred`, of its shape.

        Parameters and errors are those of a call.
        """
        return self.with_gradient(y_true, y_pred, sample_weight, at_logits=False)[1]

    def logits_gradient(
        self, y_true: npt.ArrayLike, y_pred: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None
    ) -> FloatArray:
        """Return the gradient with respect to the scores of which `joint_activation` made `y_pred`.

        It is that of the loss without clipping, so it stays right where `y_pred` has rounded to 0 or 1.

        Parameters and errors are those of a call.
        """
        return self.with_gradient(y_true, y_pred, sample_weight, at_logits=True)[1]

    def with_gradient(
        self,
        y_true: npt.ArrayLike,
        y_pred: npt.ArrayLike,
        sample_weight: npt.ArrayLike | None = None,
        *,
        at_logits: bool,
    ) -> tuple[float, FloatArray]:
        """Return the loss, and its `logits_gradient` or its `gradient`, at the cost of checking labels once."""
        if at_logits and self.joint_activation is None:
            raise TypeError(f"{self!r} takes no probabilities; use its gradient")
        outputs = targets.predictions(y_pred)
        labels = self._targets(y_true, outputs)
        derivative = (self._joint_derivative if at_logits else self._derivative)(labels, outputs)
        gradient = self._averaged(derivative, sample_weight).reshape(np.shape(y_pred))
        return self._mean(self._values(labels, outputs), sample_weight), gradient

    def _targets(self, y_true: npt.ArrayLike, y_pred: FloatArray) -> FloatArray:
        """Check labels and predictions, and return the labels in the predictions' shape and dtype."""
        raise NotImplementedError

    def _values(self, y_true: FloatArray, y_pred: FloatArray) -> FloatArray:
        """Return one loss per example, ``(m, ...)``."""
        raise NotImplementedError

    def _derivative(self, y_true: FloatArray, y_pred: FloatArray) -> FloatArray:
        """Return, in a new array, the derivative of each example's loss with respect to its predictions."""
        raise NotImplementedError

    def _joint_derivative(self, y_true: FloatArray, y_pred: FloatArray) -> FloatArray:
        """Return, in a new array, the derivative of each example's loss before `joint_activation`."""
        raise NotImplementedError

    @staticmethod
    def _mean(values: FloatArray, sample_weight: npt.ArrayLike | None) -> float:
        weights = targets.example_weights(sample_weight, values.shape, values.dtype)
        if weights is not None:
            values = values * weights
        return float(values.sum(dtype=np.float64)) / max(values.size, 1)

    @staticmethod
    def _averaged(derivative: FloatArray, sample_weight: npt.ArrayLike | None) -> FloatArray:
        shape = derivative.shape[:-1]  # of the values, one per example
        weights = targets.example_weights(sample_weight, shape, derivative.dtype)
        if weights is not None:
            derivative *= weights[..., np.newaxis]
        derivative /= max(int(np.prod(shape)), 1)
        return derivative


class CategoricalCrossentropy(Loss):
    """Cross-entropy between one-hot labels and a softmax: ``-sum(y * log(p))`` over the classes.

    Parameters
    ----------
    from_logits : bool, default False
        Whether predictions are scores before the softmax. Otherwise they are probabilities, which are divided by
        their sum as in Keras.
    label_smoothing : float, default 0.0
        How much of each label is spread evenly over all classes.
    name : str
        What the loss is called in messages.

    Examples
    --------
    >>> loss = CategoricalCrossentropy()
    >>> round(loss([[0, 1, 0], [0, 0, 1]], [[0.05, 0.95, 0.0], [0.1, 0.8, 0.1]]), 4)
    1.1769
    """

    def __init__(
        self, from_logits: bool = False, label_smoothing: float = 0.0, *, name: str = "categorical_crossentropy"
    ) -> None:
        super().__init__(name=name)
        self.from_logits = bool(from_logits)
        self.label_smoothing = number("label_smoothing", label_smoothing, at_least=0, at_most=1)
        self.joint_activation = None if from_logits else "softmax"

    def _targets(self, y_true: npt.ArrayLike, y_pred: FloatArray) -> FloatArray:
        labels = targets.distributions(y_true, y_pred, self.name)
        _check_probabilities(self, y_pred)
        if self.label_smoothing:
            labels = labels * (1 - self.label_smoothing) + self.label_smoothing / y_pred.shape[-1]
        return labels

    def _values(self, y_true: FloatArray, y_pred: FloatArray) -> FloatArray:
        if self.from_logits:
            shifted = y_pred - y_pred.max(axis=-1, keepdims=True)  # nothing overflows, one term of the sum is 1
            log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
        else:
            log_p = np.log(_clipped(_normalised(y_pred)))
        # A class that the label rules out may have a score of minus infinity: 0 * log(0) is 0 here.
        terms = np.multiply(y_true, log_p, out=np.zeros_like(log_p), where=y_true != 0)
        values: FloatArray = -terms.sum(axis=-1)
        return values

    def _derivative(self, y_true: FloatArray, y_pred: FloatArray) -> FloatArray:
        if self.from_logits:
            p = np.exp(y_pred - y_pred.max(axis=-1, keepdims=True))
            return self._joint_derivative(y_true, _normalised(p))
        p = _normalised(y_pred)
        learning = np.where(_is_clipped(p), 0, y_true)
        # dq_j / dp_k = (delta_jk - q_j) / sum(p) for q = p / sum(p), and dl / dq_j = -y_j / q_j
        slopes = np.divide(learning, p, out=np.zeros_like(p), where=learning != 0)
        derivative: FloatArray = (learning.sum(axis=-1, keepdims=True) - slopes) / y_pred.sum(axis=-1, keepdims=True)
        return derivative

    def _joint_derivative(self, y_true: FloatArray, y_pred: FloatArray) -> FloatArray:
        derivative: FloatArray = y_pred - y_true
        return derivative


class SparseCategoricalCrossentropy(CategoricalCrossentropy):
    """Cross-entropy between class indices and a softmax: ``-log(p[y])``.

    Parameters
    ----------
    from_logits : bool, default False
        Whether predictions are scores before the softmax.
    name : str
        What the loss is called in messages.

    Examples
    --------
    >>> loss = SparseCategoricalCrossentropy()
    >>> round(loss([1, 2], [[0.05, 0.95, 0.0], [0.1, 0.8, 0.1]]), 4)
    1.1769
    """

    sparse: ClassVar[bool] = True

    def __init__(self, from_logits: bool = False, *, name: str = "sparse_categorical_crossentropy") -> None:
        super().__init__(from_logits, name=name)

    def _targets(self, y_true: npt.ArrayLike, y_pred: FloatArray) -> FloatArray:
        labels = targets.classes(y_true, y_pred, self.name)  # (m, ...)
        _check_probabilities(self, y_pred)
        one_hot = np.zeros_like(y_pred)  # (m, ..., n)
        np.put_along_axis(one_hot, labels[..., np.newaxis], 1, axis=-1)
        return one_hot


class BinaryCrossentropy(Loss):
    """Cross-entropy between labels of 0 or 1 and sigmoids.

    The loss of an example is the mean over its outputs of ``-y * log(p) - (1 - y) * log(1 - p)``.

    Parameters
    ----------
    from_logits : bool, default False
        Whether predictions are scores before the sigmoid.
    label_smoothing : float, default 0.0
        How far labels are drawn towards 0.5: ``y * (1 - label_smoothing) + label_smoothing / 2``.
    name : str
        What the loss is called in messages.

    Examples
    --------
    >>> loss = BinaryCrossentropy()
    >>> round(loss([[0, 1], [0, 0]], [[0.6, 0.4], [0.4, 0.6]]), 4)
    0.8149
    """

    def __init__(
        self, from_logits: bool = False, label_smoothing: float = 0.0, *, name: str = "binary_crossentropy"
    ) -> None:
        super().__init__(name=name)
        self.from_logits = bool(from_logits)
        self.label_smoothing = number("label_smoothing", label_smoothing, at_least=0, at_most=1)
        self.joint_activation = None if from_logits else "sigmoid"

    def _targets(self, y_true: npt.ArrayLike, y_pred: FloatArray) -> FloatArray:
        labels = targets.values(y_true, y_pred, self.name)
        if labels.size and not (labels.min() >= 0 and labels.max() <= 1):
            raise ValueError(
                f"{self.name} takes labels between 0 and 1; y_true of shape {labels.shape} holds numbers from "
                f"{labels.min():g} to {labels.max():g}. Turn -1 and 1 into 0 and 1 with (y_true + 1) / 2; "
                "for class indices use 'sparse_categorical_crossentropy'"
            )
        _check_probabilities(self, y_pred)
        if self.label_smoothing:
            labels = labels * (1 - self.label_smoothing) + self.label_smoothing / 2
        return labels

    def _values(self, y_true: FloatArray, y_pred: FloatArray) -> FloatArray:
        if self.from_logits:
            # -y log(s(z)) - (1 - y) log(1 - s(z)) = max(z, 0) - y z + log(1 + exp(-|z|)), and no exp overflows
            terms = np.maximum(y_pred, 0) - y_true * y_pred + np.log1p(np.exp(-abs(y_pred)))
        else:
            p = _clipped(y_pred)
            terms = -y_true * np.log(p) - (1 - y_true) * np.log(1 - p)
        values: FloatArray = terms.mean(axis=-1)
        return values

    def _derivative(self, y_true: FloatArray, y_pred: FloatArray) -> FloatArray:
        if self.from_logits:
            small = np.exp(-abs(y_pred))  # at most 1
            return self._joint_derivative(y_true, np.where(y_pred < 0, small, 1) / (1 + small))
        p = _clipped(y_pred)
        derivative: FloatArray = np.where(_is_clipped(y_pred), 0, (p - y_true) / (p * (1 - p)))
        derivative /= y_pred.shape[-1]
        return derivative

    def _joint_derivative(self, y_true: FloatArray, y_pred: FloatArray) -> FloatArray:
        derivative: FloatArray = (y_pred - y_true) / y_pred.shape[-1]
        return derivative


class MeanSquaredError(Loss):
    """The mean over the outputs of ``(p - y) ** 2``.

    Parameters
    ----------
    name : str
        What the loss is called in messages.

    Examples
    --------
    >>> MeanSquaredError()([[0.0, 1.0], [0.0, 0.0]], [[1.0, 1.0], [1.0, 0.0]])
    0.5
    """

    def __init__(self, *, name: str = "mean_squared_error") -> None:
        super().__init__(name=name)

    def _targets(self, y_true: npt.ArrayLike, y_pred: FloatArray) -> FloatArray:
        return targets.values(y_true, y_pred, self.name)

    def _values(self, y_true: FloatArray, y_pred: FloatArray) -> FloatArray:
        values: FloatArray = np.square(y_pred - y_true).mean(axis=-1)
        return values

    def _derivative(self, y_true: FloatArray, y_pred: FloatArray) -> FloatArray:
        derivative: FloatArray = (y_pred - y_true) * (2 / y_pred.shape[-1])
        return derivative


LOSSES: dict[str, type[Loss]] = {
    "sparse_categorical_crossentropy": SparseCategoricalCrossentropy,
    "categorical_crossentropy": CategoricalCrossentropy,
    "binary_crossentropy": BinaryCrossentropy,
    "mean_squared_error": MeanSquaredError,
    "mse": MeanSquaredError,
}
"""The losses by name; `get` knows their class names too."""


def get(loss: str | Mapping[str, Any] | Loss) -> Loss:
    """Return a loss by its name or description; a `Loss` passes through.

    Parameters
    ----------
    loss : str, mapping or Loss
        ``"mse"``, ``"MeanSquaredError"``, or what `adim.configs.described` returned.

    Raises
    ------
    ValueError
        If the name is unknown, or its arguments are.
    TypeError
        If it is none of the three.

    Examples
    --------
    >>> get("categorical_crossentropy")
    CategoricalCrossentropy(from_logits=False, label_smoothing=0.0, name='categorical_crossentropy')
    """
    return find(loss, Loss, "loss", LOSSES)


def _check_probabilities(loss: Loss, y_pred: FloatArray) -> None:
    """Raise unless predictions lie between 0 and 1, where they are to be probabilities; NaN passes, to be seen."""
    if not loss.from_logits and ((y_pred < 0).any() or (y_pred > 1 + targets.SUM_TOLERANCE).any()):
        raise ValueError(
            f"{loss.name} takes probabilities, but y_pred of shape {y_pred.shape} holds numbers from {y_pred.min():g} "
            f"to {y_pred.max():g}: end the network in {loss.joint_activation!r}, or pass from_logits=True to the loss"
        )


def _normalised(p: FloatArray) -> FloatArray:
    normalised: FloatArray = p / p.sum(axis=-1, keepdims=True)
    return normalised


def _clipped(p: FloatArray) -> FloatArray:
    return np.clip(p, EPSILON, 1 - EPSILON)


def _is_clipped(p: FloatArray) -> npt.NDArray[np.bool_]:
    clipped: npt.NDArray[np.bool_] = (p < EPSILON) | (p > 1 - EPSILON)
    return clipped
