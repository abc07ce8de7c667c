"""What a trained network says: of data whose classes are known, and of pictures that nobody has named."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np

from adim.datasets import load, read_image
from adim.datasets.parts import PathLike
from adim.model import load_model
from adim.runs.classifier import CLASS_NAMES, Classifier, printable
from adim.runs.door import door
from adim.runs.verdict import Verdict

PICTURES_AT_ONCE = 256
"""How many pictures are in memory at a time."""

Part = Literal["test", "train", "all"]


class Evaluation(NamedTuple):
    """A verdict, and what the reader should know of the images."""

    verdict: Verdict
    notes: tuple[str, ...]


class Prediction(NamedTuple):
    """What a picture shows: its likeliest classes with their probabilities, the likeliest first."""

    picture: str
    classes: list[tuple[str, float]]


def evaluate(model: PathLike, data: PathLike, *, part: Part = "test", skip_unreadable: bool = False) -> Evaluation:
    """Judge a model on data whose classes are known.

    Parameters
    ----------
    model : path-like
        A model file.
    data : str or path-like
        See `adim.datasets.load`. Pictures in a folder are brought to the size that the model takes.
    part : {"test", "train", "all"}
        Which images. Where the data have no test part, "test" is what training would have set aside.
    skip_unreadable : bool, default False
        Whether to leave out files in a folder that cannot be read.

    Returns
    -------
    Evaluation

    Raises
    ------
    InputError
        If the model or the data cannot be read, or do not fit each other.
    """
    with door():
        classifier = Classifier.load(model)
        n_H, n_W, n_C = classifier.image_shape
        dataset = load(
            data,
            size=(n_H, n_W),
            channels=n_C,
            class_names=classifier.class_names if classifier.has_names else None,
            skip_unreadable=skip_unreadable,
        )
        if not classifier.has_names:
            classifier = Classifier(classifier.model, dataset.class_names)
    images = {"test": dataset.test, "train": dataset.train}[part] if part != "all" else dataset.everything()
    return Evaluation(Verdict(images, classifier.probabilities(images.images)), dataset.notes)


def predict(model: PathLike, pictures: Sequence[PathLike], *, top: int = 3) -> list[Prediction]:
    """Say what pictures show.

    Parameters
    ----------
    model : path-like
        A model file.
    pictures : sequence of path-like
        Files that `adim.datasets.read_image` reads; they are brought to the size that the model takes.
    top : int, default 3
        How many classes to name for each, the likeliest first.

    Returns
    -------
    list of Prediction
        One for each picture.

    Raises
    ------
    InputError
        If the model or a picture cannot be read.
    """
    with door():
        classifier = Classifier.load(model)
    n_H, n_W, n_C = classifier.image_shape
    predictions = []
    for start in range(0, len(pictures), PICTURES_AT_ONCE):
        some = pictures[start : start + PICTURES_AT_ONCE]
        with door():
            images = np.stack([read_image(picture, (n_H, n_W), n_C) for picture in some])
        for picture, row in zip(some, classifier.probabilities(images), strict=True):
            best = np.argsort(-row, kind="stable")[:top]
            predictions.append(Prediction(str(picture), [(classifier.class_names[i], float(row[i])) for i in best]))
    return predictions


def summary(model: PathLike) -> str:
    """Return the table of a model's layers, and below it the names of its classes, if it has any.

    Raises
    ------
    InputError
        If the model cannot be read.
    """
    with door():
        network = load_model(model)
        names = network.metadata.get(CLASS_NAMES)
        classes = [] if names is None else [f"Classes: {', '.join(printable(names))}"]
    lines: list[str] = []
    network.summary(lines.append)
    return "\n".join([*lines, *classes])
