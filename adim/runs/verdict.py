"""What a classifier makes of some images, beside what they are: accuracy, and which classes it takes for which."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from adim.arrays import FloatArray
from adim.datasets import Images


class ClassVerdict(NamedTuple):
    """One class: how many images show it, how many of them were recognised, and what the rest was mostly taken for."""

    name: str
    images: int
    right: int
    taken_for: str

    @property
    def accuracy(self) -> float:
        """The share of the class's images that were recognised; NaN where it has none."""
        return self.right / self.images if self.images else float("nan")


class Verdict:
    """Images with their true classes, and the probabilities that a classifier gave.

    Parameters
    ----------
    images : Images
        What was classified.
    probabilities : ndarray, shape (m, n_classes)
        The probability of each class.

    Attributes
    ----------
    predicted : ndarray of int, shape (m,)
        The likeliest class of each image.
    right : int
        How many of these are the true ones.
    accuracy : float
        ``right / m``.
    loss : float
        The mean cross-entropy: minus the logarithm of the true class's probability, which is clipped at 1e-7.

    Examples
    --------
    >>> pets = Images(np.zeros((4, 8, 8, 1), np.uint8), [0, 0, 1, 1], ("cat", "dog"))
    >>> verdict = Verdict(pets, np.array([[0.9, 0.1], [0.2, 0.8], [0.4, 0.6], [0.3, 0.7]]))
    >>> verdict.accuracy, round(verdict.loss, 3)
    (0.75, 0.646)
    >>> verdict.classes[0]
    ClassVerdict(name='cat', images=2, right=1, taken_for='dog')
    """

    def __init__(self, images: Images, probabilities: FloatArray) -> None:
        self.images = images
        self.probabilities = probabilities
        self.predicted: npt.NDArray[np.int64] = probabilities.argmax(axis=1).astype(np.int64)
        self.right = int((self.predicted == images.labels).sum())
        self.accuracy = self.right / len(images)
        of_truth = probabilities[np.arange(len(images)), images.labels].astype(np.float64)
        self.loss = float(-np.log(np.clip(of_truth, 1e-7, 1)).mean())

    def __len__(self) -> int:
        return len(self.images)

    @property
    def classes(self) -> list[ClassVerdict]:
        """The verdict on each class, in the order of their numbers."""
        names = self.images.class_names
        n = len(names)
        counts = np.bincount(self.images.labels * n + self.predicted, minlength=n * n).reshape(n, n)
        wrong = counts - np.diag(np.diag(counts))
        return [
            ClassVerdict(
                name,
                int(counts[number].sum()),
                int(counts[number, number]),
                names[wrong[number].argmax()] if wrong[number].any() else "",
            )
            for number, name in enumerate(names)
        ]
