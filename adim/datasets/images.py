"""Images with their labels, and a data set with its two parts: what every reader in this room returns.

One meaning everywhere: a pixel is 0 for black and 255 for white, whatever file it came from. So a network that was
trained on one format can be tested on another, and a picture is drawn without guessing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from adim.arrays import Shape

Pixels = npt.NDArray[Any]
"""Images of shape (m, n_H, n_W, n_C): uint8, float32 or float64, from 0 to 255."""

Labels = npt.NDArray[np.int64]
"""One class number, from 0, for each image, of shape (m,)."""

MOST_CLASSES = 65_536
"""A label beyond this is no class number; the list of class names would take more memory than the images."""


class Images:
    """Images, the class of each, and what the classes are called.

    Parameters
    ----------
    images : array_like
        Of shape (m, n_H, n_W, n_C) with 1 to 4 channels, or (m, n_H, n_W) for grey images, which get their channel
        axis here. Pixels from 0 (black) to 255 (white): integers become uint8, booleans 0 or 255, float32 and float64
        stay.
    labels : array_like of int
        The class number of each image, from 0. Shapes (m,), and (1, m) or (m, 1) as the course has them.
    class_names : sequence of str, optional
        The name of each class; "0", "1", ... when left out.
    called : tuple of str, optional
        What an error message shall call the images and the labels: a file and its key, say.

    Attributes
    ----------
    images : ndarray
        Of shape (m, n_H, n_W, n_C): uint8, float32 or float64, from 0 to 255.
    labels : ndarray of int64
        Of shape (m,).
    class_names : tuple of str

    Raises
    ------
    ValueError
        If the arrays are not images and labels, or do not belong together. The message says what was expected.

    Examples
    --------
    >>> flags = Images(np.zeros((4, 8, 8, 3), np.uint8), [0, 1, 0, 1], ("red", "blue"))
    >>> flags
    <Images: 4 of 8x8x3 uint8, 2 classes>
    >>> flags.take([1]).labels
    array([1])
    """

    def __init__(
        self,
        images: npt.ArrayLike,
        labels: npt.ArrayLike,
        class_names: Sequence[str] = (),
        *,
        called: tuple[str, str] = ("images", "labels"),
    ) -> None:
        self.images = _as_pixels(images, called[0])
        self.labels = _as_labels(labels, called[1])
        if len(self.images) != len(self.labels):
            raise ValueError(
                f"{called[0]} and {called[1]} must be equally long, one label for each image; "
                f"got shape {np.shape(images)} and shape {np.shape(labels)}"
            )
        highest = int(self.labels.max())
        self.class_names = tuple(map(str, class_names)) or tuple(map(str, range(highest + 1)))
        _check_class_names(self.class_names, called[1])
        if highest >= len(self.class_names):
            raise ValueError(
                f"{called[1]} has the class number {highest}, but there are only {len(self.class_names)} classes, "
                f"0 to {len(self.class_names) - 1}: {', '.join(self.class_names):.80}"
            )

    def __len__(self) -> int:
        return len(self.images)

    def __repr__(self) -> str:
        sizes = "x".join(map(str, self.image_shape))
        return f"<Images: {len(self)} of {sizes} {self.images.dtype}, {len(self.class_names)} classes>"

    @property
    def image_shape(self) -> Shape:
        """The shape of one image: ``(n_H, n_W, n_C)``."""
        return self.images.shape[1:]

    def take(self, rows: npt.NDArray[np.intp] | npt.NDArray[np.bool_] | Sequence[int]) -> Images:
        """Return the images at these rows, in this order."""
        return Images(self.images[rows], self.labels[rows], self.class_names)

    def split(self, fraction: float, *, seed: int = 0, stratified: bool = True) -> tuple[Images, Images]:
        """Return two parts: the rest, and a random part of this fraction.

        Parameters
        ----------
        fraction : float
            The size of the second part, between 0 and 1: ``round(fraction * m)`` images.
        seed : int, default 0
            The same seed makes the same parts.
        stratified : bool, default True
            Whether every class gives its share to both parts, to within one image. Each class then keeps at least
            one image in the first part, so the second may be smaller by a few where classes are tiny.

        Returns
        -------
        rest, part : Images
            Both in random order: any slice of them is a fair sample.

        Raises
        ------
        ValueError
            If `fraction` is not between 0 and 1, or leaves a part empty.

        Examples
        --------
        >>> both = Images(np.zeros((10, 8, 8, 1), np.uint8), [0, 0, 0, 0, 0, 0, 0, 0, 1, 1])
        >>> train, validation = both.split(0.5, seed=1)
        >>> np.bincount(train.labels), np.bincount(validation.labels)
        (array([4, 1]), array([4, 1]))
        """
        if not 0 < fraction < 1:
            raise ValueError(f"fraction must lie between 0 and 1; got {fraction!r}")
        rng = np.random.default_rng(seed)
        rows = rng.permutation(len(self))
        wanted = round(fraction * len(self))
        if stratified:
            shares = _shares(np.bincount(self.labels), fraction, wanted)
            # The first so many of each class, as they come in the random order.
            chosen = np.concatenate([rows[self.labels[rows] == c][:n] for c, n in enumerate(shares)])
            in_part = np.isin(rows, chosen)
        else:
            in_part = np.arange(len(self)) < wanted
        if in_part.all() or not in_part.any():
            raise ValueError(
                f"a fraction of {fraction} of {len(self)} images leaves one part empty; "
                f"choose another fraction, or give more images"
            )
        return self.take(rows[~in_part]), self.take(rows[in_part])

    def relabel(self, class_names: Sequence[str]) -> Images:
        """Return the same images with labels that count along another list of classes.

        A trained network knows its classes by number; this brings other images, whose classes may be fewer or in
        another order, to its numbers.

        Raises
        ------
        ValueError
            If a class of these images is not in the list.

        Examples
        --------
        >>> pets = Images(np.zeros((2, 8, 8, 1), np.uint8), [0, 1], ("dog", "cat"))
        >>> pets.relabel(("bird", "cat", "dog")).labels
        array([2, 1])
        """
        unknown = [name for name in self.class_names if name not in class_names]
        if unknown:
            raise ValueError(
                f"these images show {', '.join(unknown):.80}; the classes asked for are {', '.join(class_names):.80}"
            )
        numbers = np.array([class_names.index(name) for name in self.class_names])
        return Images(self.images, numbers[self.labels], class_names)


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Images to train on and images to test on.

    Parameters
    ----------
    name : str
        What the data set is called in reports.
    train, test : Images
        The two parts, of the same classes and the same image shape. For a validation part, split `train`.
    notes : tuple of str, optional
        What the reader of a report should know of how the data came in: files that were skipped, images that were
        resized, a test part that was split off here.

    Examples
    --------
    >>> from adim.datasets import digits
    >>> digits()
    <Dataset digits: 1442 + 355 images of 8x8x1, 10 classes>
    """

    name: str
    train: Images
    test: Images
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.train.image_shape != self.test.image_shape:
            raise ValueError(
                f"{self.name}: training and test images must have one shape; "
                f"got {self.train.image_shape} and {self.test.image_shape}"
            )
        if self.train.class_names != self.test.class_names:
            raise ValueError(
                f"{self.name}: training and test part must have the same classes; "
                f"got {', '.join(self.train.class_names):.80} and {', '.join(self.test.class_names):.80}"
            )

    def __repr__(self) -> str:
        sizes = "x".join(map(str, self.image_shape))
        return (
            f"<Dataset {self.name}: {len(self.train)} + {len(self.test)} images of {sizes}, "
            f"{len(self.class_names)} classes>"
        )

    @property
    def class_names(self) -> tuple[str, ...]:
        """What the classes are called, in the order of their numbers."""
        return self.train.class_names

    @property
    def image_shape(self) -> Shape:
        """The shape of one image: ``(n_H, n_W, n_C)``."""
        return self.train.image_shape

    def everything(self) -> Images:
        """Return both parts as one: for testing, on all there is, a network that was trained elsewhere."""
        return Images(
            np.concatenate([self.train.images, self.test.images]),
            np.concatenate([self.train.labels, self.test.labels]),
            self.class_names,
        )

    def relabel(self, class_names: Sequence[str]) -> Dataset:
        """Return the data set with labels that count along another list of classes; see `Images.relabel`."""
        return replace(self, train=self.train.relabel(class_names), test=self.test.relabel(class_names))


def _as_pixels(images: npt.ArrayLike, what: str) -> Pixels:
    array = _as_numbers(images, what)
    if array.ndim == 3:
        array = array[..., np.newaxis]
    if array.ndim == 2 and array.shape[1] > 1:
        raise ValueError(
            f"{what} must be images of shape (m, n_H, n_W, n_C) or (m, n_H, n_W); got shape {array.shape}, which looks "
            f"flattened: give the images their height and width back, for example x.reshape(len(x), n_H, n_W, n_C)"
        )
    if array.ndim != 4:
        raise ValueError(f"{what} must be images of shape (m, n_H, n_W, n_C) or (m, n_H, n_W); got {np.shape(images)}")
    if array.size == 0:
        raise ValueError(f"{what} holds no pixel: shape {array.shape}")
    if array.shape[1] in (1, 3, 4) and array.shape[3] > 4:
        raise ValueError(
            f"{what} must have its channels last, (m, n_H, n_W, n_C); got shape {array.shape}, which looks "
            f"channels-first: turn it with x.transpose(0, 2, 3, 1)"
        )
    if array.shape[3] > 4:
        raise ValueError(f"{what} must have 1 to 4 channels on its last axis; got shape {array.shape}")
    if array.dtype == np.bool_:
        return array * np.uint8(255)
    if array.dtype == np.uint8:
        return array
    low, high = array.min(), array.max()
    if not (low >= 0 and high <= 255):  # so that NaN is caught, too
        raise ValueError(
            f"{what} must hold pixels from 0 (black) to 255 (white); got values from {low} to {high}. "
            f"Give the images as they were before they were normalised, or bring them to this range"
        )
    if array.dtype.kind != "f":
        return array.astype(np.uint8)
    return array.astype(np.float64 if array.dtype.itemsize >= 8 else np.float32, copy=False)


def _as_labels(labels: npt.ArrayLike, what: str) -> Labels:
    array = _as_numbers(labels, what)
    if array.ndim == 2 and 1 in array.shape:
        array = array.reshape(-1)
    if array.ndim == 2:
        raise ValueError(
            f"{what} must have shape (m,) or (1, m); got {array.shape}. If each row marks its class with a one, "
            f"give y.argmax(axis=1)"
        )
    if array.ndim != 1:
        raise ValueError(f"{what} must have shape (m,) or (1, m); got {array.shape}")
    if array.dtype.kind == "f":
        raise ValueError(
            f"{what} must hold integers, the class numbers 0, 1, 2, ...; got {array.dtype} "
            f"(first values {array[:3].tolist()}). If these are class numbers, give y.astype(int)"
        )
    if array.size and not (array.min() >= 0 and array.max() < MOST_CLASSES):
        raise ValueError(
            f"{what} must hold class numbers from 0 to the number of classes - 1; got {array.min()} to {array.max()}. "
            f"np.unique(y, return_inverse=True) numbers any labels so"
        )
    return array.astype(np.int64, copy=False)


def _as_numbers(values: npt.ArrayLike, what: str) -> npt.NDArray[Any]:
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{what} must be an array with equally long rows") from error
    if array.dtype.kind not in "buif":
        raise ValueError(f"{what} must hold numbers; got dtype {array.dtype}")
    return array


def _check_class_names(class_names: tuple[str, ...], labels: str) -> None:
    if len(class_names) < 2:
        raise ValueError(f"{labels}: only one class ({class_names[0]!r}); there is nothing to tell it from")
    if len(set(class_names)) < len(class_names):
        twice = next(name for name in class_names if class_names.count(name) > 1)
        raise ValueError(f"{labels}: two classes have the same name, {twice!r}")
    for name in class_names:  # they are printed in terminals and reports
        if not name.strip() or not name.isprintable():
            raise ValueError(f"{labels}: the name of a class must be printable text; got {name!r}")


def _shares(counts: npt.NDArray[np.intp], fraction: float, wanted: int) -> npt.NDArray[np.intp]:
    """Return how many images each class gives: the largest remainders are rounded up until `wanted` is reached."""
    exact = counts * fraction
    shares: npt.NDArray[np.intp] = np.floor(exact).astype(np.intp)
    may_give_more = shares < counts - 1
    by_remainder = np.argsort(shares - exact, kind="stable")
    willing = by_remainder[may_give_more[by_remainder]]
    shares[willing[: max(wanted - shares.sum(), 0)]] += 1
    return shares
