"""Contact sheets: images, mistakes, filters and feature maps, small and side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from adim.plots.paper import (
    GREY,
    INK,
    LINE,
    ORANGE,
    SMALL,
    TITLE,
    class_numbers,
    drawing,
    names_of,
    notice,
    real_array,
    short,
)
from adim.plots.words import English, words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from adim.plots.picture import Picture

Array = npt.NDArray[Any]

IMAGES = ["(m, n_H, n_W, n_C)", "(m, n_H, n_W)"]

PHOTO, PHOTO_GAP, PHOTO_COLUMNS, PHOTOS = 74.0, 10.0, 6, 36
TILE, TILE_GAP, TILE_COLUMNS, TILES = 36.0, 6.0, 12, 96


def images(
    images: npt.ArrayLike,
    labels: npt.ArrayLike | None = None,
    class_names: Sequence[str] | None = None,
    *,
    lang: str = "en",
) -> Figure:
    """Draw the first images of a set, each with the name of its class below.

    Parameters
    ----------
    images : array_like, shape (m, n_H, n_W, n_C) or (m, n_H, n_W)
        Pixels from 0 to 255, or floats from 0 to 1. Three channels are red, green and blue, a fourth is opacity; of any
        other number of channels the mean is drawn.
    labels : array_like of int, shape (m,), optional
        Class numbers, from 0.
    class_names : sequence of str, optional
        The name of each class; its number when left out.
    lang : {"en", "tr"}
        The language of the words in the picture.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    TypeError, ValueError
        If these are no images, or the labels do not belong to them, or the language is unknown.

    Examples
    --------
    >>> figure = images(np.zeros((2, 8, 8)), [0, 1], ["cat", "dog"])
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['cat', 'dog']
    """
    say = words(lang)
    array = real_array("images", images, IMAGES)
    if not array.size:
        return notice(say("There are no images"))
    captions: list[list[str]] = []
    if labels is not None:
        (numbers,) = class_numbers(len(array), labels=labels)
        names = names_of(class_names, int(numbers.max()) + 1)
        captions = [[names[number]] for number in numbers[:PHOTOS]]
    with drawing() as picture:
        axes = _photos(picture, _pixels(array[:PHOTOS]), captions)
        if len(array) > PHOTOS:
            _head(axes, say("The first {} of {}", PHOTOS, say.count(len(array), "image")))
    return picture


def mistakes(
    images: npt.ArrayLike,
    y_true: npt.ArrayLike,
    y_pred: npt.ArrayLike,
    probabilities: npt.ArrayLike | None = None,
    class_names: Sequence[str] | None = None,
    *,
    lang: str = "en",
) -> Figure:
    """Draw the images that a model gets wrong, the mistakes it is surest of first.

    Parameters
    ----------
    images : array_like, shape (m, n_H, n_W, n_C) or (m, n_H, n_W)
        As for `images`: all that were classified, the right ones too.
    y_true, y_pred : array_like of int, shape (m,)
        Class numbers, from 0.
    probabilities : array_like, shape (m, n_classes), or (m,) or (m, 1) for two classes, optional
        What the model gave to each class; of two classes, to the second.
    class_names : sequence of str, optional
        The name of each class; its number when left out.
    lang : {"en", "tr"}
        The language of the words in the picture.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    TypeError, ValueError
        If these are no images, or the others do not belong to them, or the language is unknown.

    Examples
    --------
    >>> figure = mistakes(np.zeros((3, 8, 8)), [0, 1, 1], [0, 0, 1], [0.1, 0.2, 0.9], ["cat", "dog"])
    >>> [text.get_text() for text in figure.axes[0].texts[:2]]
    ['dog', '→ cat (80%)']
    """
    say = words(lang)
    array = real_array("images", images, IMAGES)
    true, predicted = class_numbers(len(array), y_true=y_true, y_pred=y_pred)
    names = names_of(class_names, int(max(true.max(initial=0), predicted.max(initial=0))) + 1)
    sure = np.full(len(true), np.nan) if probabilities is None else _sureness(probabilities, predicted)
    wrong = np.flatnonzero(true != predicted)
    if not wrong.size:
        return notice(say("No mistakes in {}", say.count(len(true), "image")))
    shown = wrong[np.argsort(-sure[wrong], kind="stable")][:PHOTOS]

    with drawing() as picture:
        captions = []
        for i in shown:
            percent = f" ({say.number(f'{sure[i]:.0%}')})" if np.isfinite(sure[i]) else ""
            taken = picture.shorten(f"→ {names[predicted[i]]}", PHOTO - picture.measure(percent, SMALL), SMALL)
            captions.append([names[true[i]], taken + percent])
        axes = _photos(picture, _pixels(array[shown]), captions)
        part = say(", {} of them here", PHOTOS) if wrong.size > PHOTOS else ""
        title = say("{} in {}", say.count(wrong.size, "mistake"), say.count(len(true), "image"))
        order = "" if probabilities is None else say(" · the surest mistakes come first")
        _head(axes, title + part, say("what it is → what the model takes it for") + order)
    return picture


def filters(kernel: npt.ArrayLike, *, lang: str = "en") -> Figure:
    """Draw the filters of a convolution, all on one scale with 0 in the middle.

    Parameters
    ----------
    kernel : array_like, shape (f_H, f_W, n_C, F)
        Filters on one channel are drawn in grey, on three in colour; for any other number a row is a filter and a
        column one of its channels. Of very many the first are drawn.
    lang : {"en", "tr"}
        The language of the words in the picture.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    TypeError, ValueError
        If `kernel` is no array of real numbers with four axes, or the language is unknown.

    Examples
    --------
    >>> figure = filters(np.ones((3, 3, 1, 8)))
    >>> len(figure.axes[0].images)
    8
    """
    say = words(lang)
    weights = real_array("kernel", kernel, ["(f_H, f_W, n_C, F)"]).astype(np.float64)
    if not weights.size:
        return notice(say("There are no filters"))
    f_H, f_W, n_C, F = weights.shape
    peak = float(np.abs(weights[np.isfinite(weights)]).max(initial=0)) or 1.0
    note = ""
    if n_C in (1, 3):
        tiles = np.moveaxis(weights, -1, 0)[:TILES]  # (F, f_H, f_W, n_C)
        columns = _columns(len(tiles))
        if n_C == 3:
            tiles = 0.5 + tiles / (2 * peak)
        if F > TILES:
            note = say("the first {}", TILES)
    else:
        table = np.moveaxis(weights, (-1, -2), (0, 1))[:TILE_COLUMNS, :TILE_COLUMNS]  # (F, n_C, f_H, f_W)
        tiles = table.reshape(-1, f_H, f_W, 1)
        columns = table.shape[1]
        note = say("a row for each filter, a column for each of its channels")
        if max(F, n_C) > TILE_COLUMNS:
            note += say(" · the first {} and {}", *table.shape[:2])
    with drawing() as picture:
        axes = _tiles(picture, tiles, columns, "gray", -peak, peak, say)
        _head(axes, say("{} of {}x{}x{}", say.count(F, "filter"), f_H, f_W, n_C), note)
    return picture


def feature_maps(activations: npt.ArrayLike, *, lang: str = "en") -> Figure:
    """Draw what a layer makes of one image, a map for each of its channels, all on one scale.

    Parameters
    ----------
    activations : array_like, shape (n_H, n_W, n_C)
        One image's output of a convolution, a pooling or an activation. Of very many maps the first are drawn.
    lang : {"en", "tr"}
        The language of the words in the picture.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    TypeError, ValueError
        If `activations` is no array of real numbers with three axes, or the language is unknown.

    Examples
    --------
    >>> figure = feature_maps(np.ones((8, 8, 4)))
    >>> len(figure.axes[0].images)
    4
    """
    say = words(lang)
    values = real_array("activations", activations, ["(n_H, n_W, n_C)"]).astype(np.float64)
    if not values.size:
        return notice(say("There are no feature maps"))
    n_H, n_W, n_C = values.shape
    finite = values[np.isfinite(values)]
    low = float(finite.min()) if finite.size else 0.0
    high = float(finite.max()) if finite.size and finite.max() > low else low + 1
    tiles = np.moveaxis(values, -1, 0)[:TILES, ..., np.newaxis]  # (n_C, n_H, n_W, 1)
    with drawing() as picture:
        axes = _tiles(picture, tiles, _columns(len(tiles)), "viridis", low, high, say)
        _head(
            axes,
            say("{} of {}x{}", say.count(n_C, "feature map"), n_H, n_W),
            say("the first {}", TILES) if n_C > TILES else "",
        )
    return picture


# -- what goes in ------------------------------------------------------------------------------------------------------


def _pixels(array: Array) -> Array:
    """Return images as matplotlib takes them: uint8, or floats from 0 to 1; one, three or four channels."""
    if array.ndim == 3:
        array = array[..., np.newaxis]
    whole = array.dtype.kind in "iu"
    if array.shape[-1] not in (1, 3, 4):
        array = array.mean(axis=-1, keepdims=True)
    if array.dtype != np.uint8:
        array = np.nan_to_num(array.astype(np.float64))
        if whole or array.max(initial=0) > 2:  # noise may lift what runs from 0 to 1 a little above it
            array = array / 255
        array = array.clip(0, 1)
    return array


def _sureness(probabilities: npt.ArrayLike, predicted: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return the probability of each predicted class."""
    given = real_array("probabilities", probabilities, ["(m, n_classes)", "(m,)"]).astype(np.float64)
    if len(given) != len(predicted):
        raise ValueError(
            f"probabilities must have a row for each of the {len(predicted)} images; got shape {given.shape}"
        )
    if given.ndim == 1 or given.shape[1] == 1:
        second = given.reshape(-1)
        given = np.stack([1 - second, second], axis=1)
    if len(predicted) and predicted.max() >= given.shape[1]:
        raise ValueError(f"y_pred has a class number {predicted.max()}, probabilities are of {given.shape[1]} classes")
    return given[np.arange(len(predicted)), predicted]


# -- how it is laid out ------------------------------------------------------------------------------------------------


def _photos(picture: Picture, pixels: Array, captions: Sequence[Sequence[str]]) -> Axes:
    """Draw images in rows, each over its lines of text: the first dark, the second in orange."""
    zoom = _zoom(pixels, PHOTO)
    across = PHOTO + PHOTO_GAP
    down = zoom * pixels.shape[1] + PHOTO_GAP + LINE * max(map(len, captions), default=0)
    rows = math.ceil(len(pixels) / PHOTO_COLUMNS)
    axes = picture.sheet(min(len(pixels), PHOTO_COLUMNS) * across - PHOTO_GAP, rows * down - PHOTO_GAP)
    for i, image in enumerate(pixels):
        left, top = i % PHOTO_COLUMNS * across, i // PHOTO_COLUMNS * down
        _lay(axes, image, left, top, zoom, vmin=0, vmax=255 if image.dtype == np.uint8 else 1, cmap="gray")
        for line, (text, ink) in enumerate(zip(captions[i] if captions else (), (INK, ORANGE), strict=False), start=1):
            text = picture.shorten(text, across - 3, SMALL)
            axes.text(left, top + zoom * pixels.shape[1] + line * LINE, text, fontsize=SMALL, color=ink)
    return axes


def _tiles(picture: Picture, tiles: Array, columns: int, cmap: str, low: float, high: float, say: English) -> Axes:
    """Draw small maps in rows, and their common scale below."""
    zoom = _zoom(tiles, TILE)
    down, across = (zoom * length + TILE_GAP for length in tiles.shape[1:3])
    height = down * math.ceil(len(tiles) / columns) - TILE_GAP
    axes = picture.sheet(columns * across - TILE_GAP, height)
    colours = picture.colours(cmap)
    lost = False
    for i, tile in enumerate(tiles):
        known = np.isfinite(tile).all(axis=-1, keepdims=True)
        lost = lost or not known.all()
        if tile.shape[-1] == 3:
            tile = np.where(known, tile, picture.rgb(ORANGE))
        _lay(axes, tile, i % columns * across, i // columns * down, zoom, vmin=low, vmax=high, cmap=colours)

    least, most = say.number(short(low)), say.number(short(high))
    scale = picture.place(picture.measure(least, SMALL) + 4, height + 8, 60, 5)
    scale.set_axis_off()
    scale.imshow(np.linspace(low, high, 64)[np.newaxis], cmap=colours, aspect="auto", vmin=low, vmax=high)
    look: dict[str, Any] = {"fontsize": SMALL, "color": GREY, "va": "center", "transform": scale.transAxes}
    scale.text(-4 / 60, 0.5, least, ha="right", **look)
    scale.text(1 + 4 / 60, 0.5, most + (say("; orange is no number") if lost else ""), **look)
    return axes


def _zoom(images: Array, side: float) -> float:
    """Return how many points a pixel may take for the images to fill squares of that side."""
    return side / float(max(images.shape[1:3]))


def _lay(axes: Axes, image: Array, left: float, top: float, zoom: float, **look: Any) -> None:
    """Draw one image with its upper left corner there."""
    right, bottom = left + zoom * image.shape[1], top + zoom * image.shape[0]
    shown = np.ma.masked_invalid(image[..., 0]) if image.shape[-1] == 1 else image
    axes.imshow(shown, extent=(left, right, bottom, top), aspect="auto", **look)


def _head(axes: Axes, title: str, note: str = "") -> None:
    """Write a title over a sheet, and a note under the title."""
    if note:
        axes.text(0, -5, note, fontsize=SMALL, color=GREY)
    axes.text(0, -6 - LINE * bool(note), title, fontsize=TITLE, fontweight="bold")


def _columns(tiles: int) -> int:
    """Return how many tiles to put in a row: full rows where that is possible, near-full ones elsewhere."""
    if tiles <= TILE_COLUMNS:
        return tiles
    full = [n for n in range(TILE_COLUMNS, TILE_COLUMNS // 2 - 1, -1) if tiles % n == 0]
    return full[0] if full else math.ceil(tiles / math.ceil(tiles / TILE_COLUMNS))
