"""The way back through a convolution: where the gradient of one entry of the output goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from adim import steps
from adim.geometry import integer
from adim.plots.grids import Board, Grid, Sign, entry, gradient, output_of, plane, settled, window_of
from adim.plots.paper import BLUE, GREEN, GREY, ORANGE, drawing
from adim.plots.words import words

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def conv_gradient(
    A_prev: npt.ArrayLike,
    W: npt.ArrayLike,
    dZ: npt.ArrayLike,
    stride: int,
    pad: int,
    h: int,
    w: int,
    *,
    lang: str = "en",
) -> Figure:
    """Draw what the gradient of one entry of a convolution's output adds to ``dA_prev_pad`` and to ``dW``.

    Beside what this window adds stands the sum over all windows.

    Parameters
    ----------
    A_prev : array_like, shape (n_H_prev, n_W_prev)
        One channel of one image, at most 12 x 12 cells with its frame.
    W : array_like, shape (f, f)
        One channel of one filter.
    dZ : array_like, shape (n_H, n_W)
        The gradient of the cost with respect to the output.
    stride, pad : int
        The window's step, and the width of the frame of zeros.
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
        If the arrays do not fit each other or a picture, or the output has no such entry.

    Examples
    --------
    >>> figure = conv_gradient(np.ones((3, 3)), np.ones((2, 2)), [[5, 0], [0, 0]], stride=1, pad=0, h=0, w=0)
    >>> [text.get_text() for text in figure.axes[0].texts].count("5")  # in dZ, dZ[0, 0] twice, dA_prev and dW with sums
    19
    """
    say = words(lang)
    pad = integer("pad", pad, at_least=0)
    A_prev, W = plane("A_prev", A_prev, pad), plane("W", W)
    f = W.shape[0]
    if W.shape != (f, f):
        raise ValueError(f"W must be a square filter, of shape (f, f); got {W.shape}")
    output = output_of(A_prev, f, stride, pad)
    dZ = gradient("dZ", dZ, output)
    h, w = entry(h, w, output)
    window = window_of(h, w, f, stride)
    padded = np.pad(A_prev, pad)
    cache = (
        padded[np.newaxis, :, :, np.newaxis],
        W[:, :, np.newaxis, np.newaxis],
        np.zeros((1, 1, 1, 1)),
        {"stride": stride, "pad": 0},  # the image has its frame already, and so its gradient keeps it
    )
    dA_prev_pad, dW, _ = steps.conv_backward(dZ[np.newaxis, :, :, np.newaxis], cache)
    share = np.full(padded.shape, "", object)
    share[window] = W * dZ[h, w]
    suffix, here, there = "_pad" if pad else "", say("this window"), say("all windows")
    with drawing() as picture:
        sent, image = Grid(dZ, "dZ"), Grid(padded, f"A_prev{suffix}")
        kernel, piece = Grid(W, "W"), Grid(padded[window], "a_slice_prev")
        factors = [Grid(dZ[h : h + 1, w : w + 1], f"dZ[{h}, {w}]") for _ in range(2)]
        to_image, image_sum = (
            Grid(share, f"dA_prev{suffix}", here),
            Grid(settled(dA_prev_pad[0, :, :, 0]), f"dA_prev{suffix}", there),
        )
        to_filter, filter_sum = Grid(padded[window] * dZ[h, w], "dW", here), Grid(settled(dW[:, :, 0, 0]), "dW", there)
        board = Board(picture)
        board.lay(
            [sent, Sign(""), image],
            [kernel, Sign("×"), factors[0], Sign("="), to_image, Sign("→", "Σ"), image_sum],
            [piece, Sign("×"), factors[1], Sign("="), to_filter, Sign("→", "Σ"), filter_sum],
        )
        image.rim(pad, GREY)
        to_image.rim(pad)
        image_sum.rim(pad)
        one = np.s_[h : h + 1, w : w + 1]
        for ink, style, marked in (
            (ORANGE, "-", [(sent, one), *((factor, factor.whole) for factor in factors)]),
            (BLUE, "-", [(image, window), (piece, piece.whole), (to_filter, to_filter.whole)]),
            (GREEN, "--", [(kernel, kernel.whole), (to_image, window), (image_sum, window)]),
        ):
            for grid, cells in marked:
                grid.fill(cells, ink)
                grid.frame(cells, ink, 1.6, style)
        if pad:
            board.note(say("hatched: the frame that is cut off again at the end"))
    return picture
