"""Zero padding: an image before and after it gets its frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from adim.geometry import integer
from adim.plots.grids import Board, Grid, Sign, plane
from adim.plots.paper import BLUE, GREY, drawing
from adim.plots.words import words

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def padding(X: npt.ArrayLike, pad: int, *, lang: str = "en") -> Figure:
    """Draw one channel of one image before and after zero padding.

    Parameters
    ----------
    X : array_like, shape (n_H, n_W)
        One channel of one image, at most 12 x 12 cells with its frame.
    pad : int
        The width of the frame, 0 or more.
    lang : {"en", "tr"}
        The language of the words in the picture.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    TypeError, ValueError
        If `X` is no such image, or `pad` no such integer.

    Examples
    --------
    >>> figure = padding([[7.0]], 1)
    >>> [text.get_text() for text in figure.axes[0].texts].count("0")
    8
    """
    say = words(lang)
    pad = integer("pad", pad, at_least=0)
    X = plane("X", X, pad)
    n_H, n_W = X.shape
    with drawing() as picture:
        before = Grid(X, "X", f"{n_H} × {n_W}")
        after = Grid(np.pad(X, pad), "X_pad", f"{n_H + 2 * pad} × {n_W + 2 * pad}")
        board = Board(picture)
        board.lay([before, Sign("→", f"pad = {pad}"), after])
        after.frame(np.s_[pad : pad + n_H, pad : pad + n_W], BLUE)
        before.frame(before.whole, BLUE)
        if pad:
            after.rim(pad, GREY)
            board.note(say("hatched: the frame of zeros"))
    return picture
