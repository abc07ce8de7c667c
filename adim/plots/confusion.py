"""The confusion matrix: which classes a model takes for which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from adim.plots.paper import GREY, HAIRLINE, INK, LINE, SMALL, TEXT, TITLE, class_numbers, drawing, names_of
from adim.plots.words import words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SIDE = 330.0  # of the whole matrix, as far as the cells' limits allow
SMALLEST, LARGEST = 8.5, 56.0  # cells
SMALLEST_TEXT = 4.5
LONGEST_NAME = 110.0
MOST_NAMED = 120  # classes; of more, only their numbers along the sides are written


def confusion_matrix(
    y_true: npt.ArrayLike, y_pred: npt.ArrayLike, class_names: Sequence[str] | None = None, *, lang: str = "en"
) -> Figure:
    """Draw how many examples of each class (rows) the model takes for each class (columns).

    The shade of a cell is its share of its row, so classes of different size compare. The numbers are counts, as long
    as they fit into the cells; beyond, a scale explains the shades.

    Parameters
    ----------
    y_true, y_pred : array_like of int, shape (m,)
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
    TypeError
        If the class numbers are no integers.
    ValueError
        If there are no examples, the two are not equally long, a class has no name, or the language is unknown.

    Examples
    --------
    >>> figure = confusion_matrix([0, 0, 1], [0, 1, 1], ["cat", "dog"])
    >>> figure.axes[0].images[0].get_array().filled(0).tolist()
    [[0.5, 0.5], [0.0, 1.0]]
    """
    from matplotlib.colors import PowerNorm  # noqa: PLC0415 - heavy, only when needed

    say = words(lang)
    true, predicted = class_numbers(y_true=y_true, y_pred=y_pred)
    if not true.size:
        raise ValueError("a confusion matrix needs at least one example; y_true is empty")
    names = names_of(class_names, int(max(true.max(), predicted.max())) + 1)
    n = len(names)
    counts = np.bincount(true * n + predicted, minlength=n * n).reshape(n, n)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)

    with drawing() as picture:
        named = n <= MOST_NAMED
        cell = min(max(SIDE / n, SMALLEST), LARGEST) if named else SMALLEST * MOST_NAMED / n
        axes = picture.place(0, 0, n * cell, n * cell)
        # A square-root scale, on which the few mistakes show beside the many hits; no mistake at all stays white.
        shade = PowerNorm(0.5, 0, 1)
        image = axes.imshow(np.ma.masked_equal(shares, 0), cmap="Blues", norm=shade, aspect="auto")
        axes.spines[:].set_visible(True)
        axes.set_xlabel(say("predicted class"))
        axes.set_ylabel(say("true class"))
        if named:
            size = min(TEXT, 0.8 * cell)
            shown = [picture.shorten(name, LONGEST_NAME, size) for name in names]
            upright = all(picture.measure(name, size) <= cell - 3 for name in shown)
            axes.set_xticks(range(n), shown, rotation=0 if upright else 90, fontsize=size)
            axes.set_yticks(range(n), shown, fontsize=size)
            axes.set_xticks(np.arange(1, n) - 0.5, minor=True)
            axes.set_yticks(np.arange(1, n) - 0.5, minor=True)
            axes.grid(which="minor", color=HAIRLINE, linewidth=0.4)
            axes.tick_params(which="both", length=0, labelcolor=INK)

        right = int(np.trace(counts))
        axes.annotate(
            say("{:,} of {:,} right, accuracy {:.3f}", right, true.size, right / true.size),
            (0, 1), (0, 6 + LINE), xycoords="axes fraction", textcoords="offset points",
            fontsize=TITLE, fontweight="bold",
        )  # fmt: skip
        note = say("shade: share of the true class")
        number = min(TEXT, TEXT * (cell - 3) / picture.measure(say.number(f"{counts.max():,}")))
        if number >= SMALLEST_TEXT:
            for i, j in np.argwhere(counts):
                ink = "white" if shade(shares[i, j]) > 0.5 else INK
                text = say.number(f"{counts[i, j]:,}")
                axes.text(j, i, text, fontsize=number, color=ink, ha="center", va="center_baseline")
            note = f"{say('numbers: examples')} · {note}"
        else:
            scale = picture.place(n * cell + 12, 0, 7, min(n * cell, 120))
            picture.colorbar(image, scale, ticks=[0, 0.01, 0.1, 0.5, 1]).outline.set_visible(False)
            scale.yaxis.set_major_formatter(lambda x, _: say.number(f"{x:.0%}"))
        axes.annotate(
            note, (0, 1), (0, 5), xycoords="axes fraction", textcoords="offset points", fontsize=SMALL, color=GREY
        )
    return picture
