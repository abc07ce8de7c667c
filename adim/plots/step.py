"""A single step of a convolution: one window, one filter, their products, the sum and the bias."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from adim.plots.grids import Board, Grid, Sign, block
from adim.plots.paper import BLUE, ORANGE, drawing
from adim.plots.words import words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_CHANNELS = 4


def single_step(a_slice_prev: npt.ArrayLike, W: npt.ArrayLike, b: npt.ArrayLike, *, lang: str = "en") -> Figure:
    """Draw how one window and one filter become one number, a row of grids for each channel.

    Parameters
    ----------
    a_slice_prev, W : array_like, shape (f, f) or (f, f, n_C)
        The window and the filter, of at most 4 channels.
    b : array_like
        The bias, one number.
    lang : {"en", "tr"}
        The language of the words in the picture.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    TypeError, ValueError
        If window and filter differ in shape, are too large to be drawn, or `b` is not one number.

    Examples
    --------
    >>> figure = single_step([[1, 2], [3, 4]], np.ones((2, 2)), 0.5)
    >>> [text.get_text() for text in figure.axes[0].texts[-2:]]
    ['10.5', 'Z']
    """
    say = words(lang)
    window, kernel = block("a_slice_prev", a_slice_prev, _CHANNELS), block("W", W, _CHANNELS)
    if window.shape != kernel.shape:
        raise ValueError(f"a_slice_prev and W must have the same shape; got {np.shape(a_slice_prev)} and {np.shape(W)}")
    if np.size(b) != 1:
        raise ValueError(f"b must be one number; got shape {np.shape(b)}. Take b[:, :, :, c]")
    bias = block("b", np.reshape(b, (1, 1)), 1)[:, :, 0]
    s = window * kernel
    n_C = s.shape[2]
    with drawing() as picture:
        rows: list[list[Grid | Sign]] = []
        windows, filters, sums = [], [], []
        for c in range(n_C):
            windows.append(Grid(window[:, :, c], "a_slice_prev", say("channel {}", c) if n_C > 1 else ""))
            filters.append(Grid(kernel[:, :, c], "W"))
            products = Grid(s[:, :, c], "a_slice_prev * W")
            sums.append(Grid([[s[:, :, c].sum()]], say("sum")))
            rows.append([windows[-1], Sign("×"), filters[-1], Sign("="), products, Sign("→", "Σ"), sums[-1]])
        result = Grid(s.sum() + bias, "Z")
        end: list[Grid | Sign] = [Sign("+"), Grid(bias, "b"), Sign("="), result]
        if n_C > 1:  # the sums once more, in a row of their own
            again = [Grid([[s[:, :, c].sum()]], say("channel {}", c)) for c in range(n_C)]
            rows.append([again[0], *(piece for grid in again[1:] for piece in (Sign("+"), grid))])
            sums += again
        rows[-1] += end
        board = Board(picture)
        board.lay(*rows)
        for grids, ink in (windows, BLUE), (filters, ORANGE):
            for grid in grids:
                grid.fill(grid.whole, ink)
        for grid in sums:
            grid.frame(grid.whole, BLUE, 1)
        result.frame(result.whole, BLUE, 2)
        result.look(result.whole)
    return picture
