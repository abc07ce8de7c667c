"""The window that moves over an image: where it starts and ends for an entry of the output."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from adim.geometry import integer
from adim.plots.grids import Board, Grid, Sign, entry, output_of, plane, window_of
from adim.plots.paper import BLUE, GREY, LINE, SMALL, drawing
from adim.plots.words import words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LABELS = 3.2 * LINE  # how much room the labels below the image take


def window(A_prev: npt.ArrayLike, f: int, stride: int, pad: int, h: int, w: int, *, lang: str = "en") -> Figure:
    """Draw which window of the padded image an entry of the output comes from, with the values of its corners.

    Parameters
    ----------
    A_prev : array_like, shape (n_H_prev, n_W_prev)
        One channel of one image, at most 12 x 12 cells with its frame.
    f, stride, pad : int
        The window's side, its step, and the width of the frame of zeros.
    h, w : int
        The entry of the output.
    lang : {"en", "tr"}
        The language of the words in the picture.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    TypeError, ValueError
        If `A_prev` is no such image, the window does not fit into it, or the output has no such entry.

    Examples
    --------
    >>> figure = window(np.eye(5), f=3, stride=2, pad=0, h=1, w=0)
    >>> [text.get_text() for text in figure.axes[0].texts if "vert" in text.get_text()]
    ['vert_start = 2', 'vert_end = 5', 'vert_start + f = 2 + 3']
    """
    say = words(lang)
    pad = integer("pad", pad, at_least=0)
    A_prev = plane("A_prev", A_prev, pad)
    n_H, n_W = output_of(A_prev, f, stride, pad)
    h, w = entry(h, w, (n_H, n_W))
    there = window_of(h, w, f, stride)
    rows, columns = there
    others = [(i * stride, j * stride) for i in range(n_H) for j in range(n_W) if (i, j) != (h, w)]
    with drawing() as picture:
        padded = np.pad(A_prev, pad)
        image = Grid(padded, "A_prev_pad" if pad else "A_prev", f"{padded.shape[0]} × {padded.shape[1]}", below=_LABELS)
        places = np.array([[f"{i}, {j}" for j in range(n_W)] for i in range(n_H)], object)
        output = Grid(places, f"{say('output')}[h, w]", f"{n_H} × {n_W}")
        board = Board(picture)
        board.lay([image, Sign("→"), output])
        image.rim(pad, GREY)
        image.dot(others)
        output.look(output.whole, GREY, "normal")
        for grid, cells in (image, there), (output, np.s_[h : h + 1, w : w + 1]):
            grid.fill(cells, BLUE)
            grid.frame(cells, BLUE, 2)
            grid.look(cells)

        def label(x: float, y: float, side: str, value: str, formula: str) -> None:
            board.write(x, y, value, SMALL, BLUE, fontweight="bold", ha=side, va="center_baseline")
            board.write(x, y + 9, formula, ha=side, va="center_baseline")

        for row, value, formula in (
            (rows.start, f"vert_start = {rows.start}", f"h · stride = {h} · {stride}"),
            (rows.stop, f"vert_end = {rows.stop}", f"vert_start + f = {rows.start} + {f}"),
        ):
            y = image.y(row)
            board.draw((image.left - 5, y), (image.x(columns.start), y))
            label(image.left - 8, y - 4.5, "right", value, formula)
        for column, side, value, formula in (
            (columns.start, "right", f"horiz_start = {columns.start}", f"w · stride = {w} · {stride}"),
            (columns.stop, "left", f"horiz_end = {columns.stop}", f"horiz_start + f = {columns.start} + {f}"),
        ):
            x = image.x(column)
            board.draw((x, image.y(rows.stop)), (x, image.bottom + _LABELS))
            label(x + (3 if side == "left" else -3), image.bottom + 1.7 * LINE, side, value, formula)
        for name, n, size in ("n_H", n_H, A_prev.shape[0]), ("n_W", n_W, A_prev.shape[1]):
            board.note(f"{name} = ⌊({size} + 2 · {pad} − {f}) / {stride}⌋ + 1 = {n}")
        if others:
            board.note(say("dots: the upper left corners of the other windows"))
    return picture
