"""From the name of a data set to a run folder: the one call behind ``adim train``."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Literal, cast

from adim import networks
from adim.arrays import Shape
from adim.callbacks import EarlyStopping
from adim.datasets import Dataset, Images, load
from adim.datasets.parts import PathLike
from adim.engines.settings import quietly
from adim.geometry import integer
from adim.history import History
from adim.layers import Input, Layer, RandomFlip, RandomTranslation
from adim.losses import SparseCategoricalCrossentropy
from adim.model import Model
from adim.progress import duration
from adim.runs import report
from adim.runs.classifier import Classifier
from adim.runs.door import door
from adim.runs.recipes import Recipe, recipe_for
from adim.runs.report import Run
from adim.runs.verdict import Verdict

SHIFT = 0.1
"""How far augmentation moves an image at most, as a part of its height and width."""

NUMBERS_WORTH_A_THREAD = 1 << 15
"""Numbers in a batch of images; below it, a second thread of NumPy's BLAS costs more than it brings."""


def train(
    data: PathLike = "digits",
    *,
    network: str | None = None,
    epochs: int | None = None,
    batch_size: int | None = None,
    optimizer: str | None = None,
    learning_rate: float | None = None,
    seed: int = 0,
    augment: bool = True,
    mirror: bool | None = None,
    validation: float | None = None,
    patience: int | None = None,
    size: tuple[int, int] | None = None,
    skip_unreadable: bool = False,
    output: PathLike | None = None,
    tell: Callable[[str], None] | None = None,
) -> Run:
    """Train a network to tell the classes of a data set apart, and leave a run folder.

    Parameters
    ----------
    data : str or path-like
        "digits", a file or a folder; see `adim.datasets.load`. Images without a test part are always split alike,
        whatever the seed: so `adim.runs.evaluate` finds the test images of an earlier run.
    network : str, optional
        The name of a built-in network, or a JSON file with an architecture; see `adim.networks.build`.
    epochs, batch_size : int, optional
        How often to go through the images, and how many to learn from at a time. Left out, the recipe for that many
        images decides (`adim.runs.recipes`); `network`, `learning_rate` and `validation` likewise.
    optimizer : str, optional
        How to learn, see `adim.optimizers`; left out, "adamw".
    learning_rate : float, optional
        The highest rate: it is climbed to in the first 5% of the steps and left along a cosine.
    seed : int, default 0
        Where everything random comes from: the validation images, the first weights, the order of the images, the
        augmentation.
    augment : bool, default True
        Whether to shift the images at random while training, by up to a tenth of their size.
    mirror : bool, optional
        Whether to mirror half of them, left to right. Left out, augmentation does so with images in colour: a mirrored
        cat is a cat, but a mirrored 2 is no digit.
    validation : float, optional
        How much of the training images is set aside to choose the best epoch by; 0 for none. Without any, the epoch
        with the lowest loss on the training images is the best.
    patience : int, optional
        After how many epochs that are no better than the best one to stop. Left out, all epochs are trained.
    size : (int, int), optional
        Height and width to bring pictures in a folder to.
    skip_unreadable : bool, default False
        Whether to leave out files in a folder that cannot be read.
    output : path-like, optional
        The run folder to make. Left out, the next free one of ``runs/digits-1``, ``runs/digits-2``...
    tell : callable, optional
        What to do with news for the person who waits, such as ``print``; progress is then shown, too. Left out,
        nothing is printed at all.

    Returns
    -------
    Run
        What came of it. Ctrl-C ends the training early but not the call: the best epoch so far is kept, and a note
        says so.

    Raises
    ------
    InputError
        If an argument or a file cannot be used. Nothing has been trained or written then.
    OSError
        If the results cannot be written.
    KeyboardInterrupt
        If Ctrl-C comes before the first epoch has ended, when there is nothing to keep.
    """
    with door():
        seed = integer("seed", seed, at_least=0)
        dataset = load(data, size=size, skip_unreadable=skip_unreadable)
        recipe = recipe_for(dataset.train).but(
            network=network,
            epochs=epochs,
            batch_size=batch_size,
            optimizer=optimizer,
            learning_rate=learning_rate,
            validation=validation,
            patience=patience,
        )
        parts = _parts(dataset, recipe.validation, seed)
        augmentation = _augmentation(dataset.train, augment, mirror)
        built = networks.build(recipe.network, dataset.image_shape, len(dataset.class_names), seed=seed)
        model = _after(augmentation, built, dataset.image_shape, seed)
        classifier = Classifier(model, dataset.class_names)
        loss = SparseCategoricalCrossentropy(from_logits=model.graph.output_activation == "linear")
        model.compile(recipe.make_optimizer(len(parts["training"])), loss=loss, metrics=["accuracy"])
        folder = _make_folder(output, dataset.name)

    notes = list(dataset.notes)
    with _removed_if_empty(folder), quietly(tell is None):
        if tell is not None:
            counts = ", ".join(f"{len(images)} for {name}" for name, images in parts.items())
            tell(f"{dataset.name}: images of {'x'.join(map(str, dataset.image_shape))}, {counts}")
            tell(f"{recipe.network}: {model.count_params():,} parameters")
        begun, start = datetime.now().astimezone(), time.monotonic()
        with _warnings_noted(notes):
            history, best_epoch, interrupted = _fit(model, parts, recipe, verbose=0 if tell is None else 1)
        seconds = time.monotonic() - start
        if interrupted:
            notes.append(f"training was interrupted: {len(history.epoch)} of {recipe.epochs} epochs had ended")
            if tell is not None:
                tell(f"interrupted: keeping epoch {best_epoch + 1}, the best so far, and writing the report")
        run = Run(
            folder=folder,
            classifier=classifier,
            data=dataset,
            history=history,
            best_epoch=best_epoch,
            verdicts={name: Verdict(images, classifier.probabilities(images.images)) for name, images in parts.items()},
            settings={
                "data": data,
                **recipe._asdict(),
                "augmentation": ", ".join(type(layer).__name__ for layer in augmentation) or None,
                "seed": seed,
                "begun": f"{begun:%Y-%m-%d %H:%M}",
                "time": duration(seconds),
            },
            notes=tuple(notes),
        )
        report.write(run)
    return run


def _parts(dataset: Dataset, validation: float, seed: int) -> dict[str, Images]:
    """Return the images for training, for validation if any are to be set aside, and for the test."""
    if not validation:
        return {"training": dataset.train, "test": dataset.test}
    training, held_out = dataset.train.split(validation, seed=seed)
    return {"training": training, "validation": held_out, "test": dataset.test}


def _augmentation(images: Images, augment: bool, mirror: bool | None) -> list[Layer]:
    """Return the layers that make of each image one that might have been taken as well."""
    if mirror is None:
        mirror = augment and images.image_shape[2] >= 3
    layers: list[Layer] = [RandomFlip("horizontal")] if mirror else []
    return [*layers, RandomTranslation(SHIFT, SHIFT, fill_mode="nearest")] if augment else layers


def _after(first: Sequence[Layer], network: Model, shape: Shape, seed: int) -> Model:
    """Return a network that begins with these layers and goes on as another."""
    if not first:
        return network
    image = x = Input(shape)
    for layer in first:
        x = layer(x)
    return Model(image, network(x), network.name, seed=seed)


def _fit(
    model: Model, parts: Mapping[str, Images], recipe: Recipe, verbose: Literal[0, 1]
) -> tuple[History, int, bool]:
    """Train a model, and return the history, the epoch whose weights it now has, and whether Ctrl-C ended it."""
    training, held_out = parts["training"], parts.get("validation")
    keeper = EarlyStopping(
        "loss" if held_out is None else "val_loss",
        patience=recipe.epochs if recipe.patience is None else recipe.patience,
        restore_best_weights=True,
    )
    interrupted = False
    try:
        with _threads_that_pay(training, recipe.batch_size):
            history = model.fit(
                training.images,
                training.labels,
                batch_size=recipe.batch_size,
                epochs=recipe.epochs,
                verbose=verbose,
                callbacks=[keeper],
                validation_data=None if held_out is None else (held_out.images, held_out.labels),
            )
    except KeyboardInterrupt:
        if model.history is None or not model.history.epoch:  # there is nothing to keep
            raise
        history, interrupted = model.history, True
    return history, keeper.best_epoch, interrupted


def _threads_that_pay(images: Images, batch_size: int) -> AbstractContextManager[object]:
    """Keep the matrix products of small images on one thread: two wait for each other longer than they compute."""
    if images.images[:batch_size].size > NUMBERS_WORTH_A_THREAD:
        return nullcontext()
    from threadpoolctl import threadpool_limits  # noqa: PLC0415 - only when needed

    return cast("AbstractContextManager[object]", threadpool_limits(1, user_api="blas"))


def _make_folder(output: PathLike | None, name: str) -> Path:
    """Make a new folder, or find an empty one; no run is ever written over another."""
    if output is not None:
        folder = Path(output).expanduser()
        if not str(folder).isprintable():
            raise ValueError(f"the name of the run folder must be printable text; got {str(folder)!r}")
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise FileExistsError(f"the folder {folder} is not empty; give a new one for this run")
        return folder
    for number in count(1):
        folder = Path("runs", f"{name}-{number}")
        with suppress(FileExistsError):
            folder.mkdir(parents=True)
            return folder
    raise AssertionError


@contextmanager
def _removed_if_empty(folder: Path) -> Iterator[None]:
    """Leave no empty run folder behind when there is nothing to keep."""
    try:
        yield
    except BaseException:
        with suppress(OSError):  # it is not empty
            folder.rmdir()
        raise


@contextmanager
def _warnings_noted(notes: list[str]) -> Iterator[None]:
    """Collect what training warns of, for the report."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            yield
        finally:
            notes += dict.fromkeys(str(warning.message) for warning in caught)
