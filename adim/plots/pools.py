"""Pooling, and its way back: which entries of the image a window is summarised by, and which its gradient goes to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from adim import steps
from adim.plots.grids import LETTERS, Board, Grid, Sign, gradient, output_of, plane, settled, window_of
from adim.plots.paper import BLUE, GREY, INK, ORANGE, drawing
from adim.plots.words import English, words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = npt.NDArray[Any]

_MOST_LETTERS = 9  # in a cell
_TINTS = (BLUE, 0.16), (ORANGE, 0.22)


def pooling(A_prev: npt.ArrayLike, f: int, stride: int, mode: str = "max", *, lang: str = "en") -> Figure:
    """Draw what pooling makes of one channel of one image, with the winners of each window marked.

    Parameters
    ----------
    A_prev : array_like, shape (n_H_prev, n_W_prev)
        One channel of one image, at most 12 x 12 cells.
    f, stride : int
        The window's side and its step.
    mode : {"max", "average"}
        What a window is summarised by.
    lang : {"en", "tr"}
        The language of the words in the picture.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    TypeError, ValueError
        If `A_prev` is no such image, the window does not fit into it, or the mode is unknown.

    Examples
    --------
    >>> figure = pooling([[1, 2], [3, 4]], f=2, stride=2)
    >>> [text.get_text() for text in figure.axes[0].texts if text.get_fontweight() == "bold"]
    ['4', 'a', 'A_prev', '4', 'a', 'A']
    """
    say = words(lang)
    A_prev, (n_H, n_W) = _image(A_prev, f, stride, mode)
    cache = _batch(A_prev), {"f": f, "stride": stride}
    A = steps.pool_forward(*cache, mode)[0][0, :, :, 0]
    windows = _Windows(A_prev, f, stride, mode, (n_H, n_W))
    with drawing() as picture:
        image = Grid(A_prev, "A_prev", f"{A_prev.shape[0]} × {A_prev.shape[1]}", tags=windows.tags)
        pooled = Grid(A, "A", f"{n_H} × {n_W}", tags=windows.names)
        board = Board(picture)
        board.lay([image, Sign("→", mode), pooled])
        windows.mark(image)
        windows.mark_output(pooled)
        board.note(*windows.legend(say))
    return picture


def pool_gradient(
    A_prev: npt.ArrayLike, dA: npt.ArrayLike, f: int, stride: int, mode: str = "max", *, lang: str = "en"
) -> Figure:
    """Draw where the gradient of a pooling goes: to the winners of each window, or to the whole window.

    Parameters
    ----------
    A_prev : array_like, shape (n_H_prev, n_W_prev)
        One channel of one image, at most 12 x 12 cells.
    dA : array_like, shape (n_H, n_W)
        The gradient of the cost with respect to the pooling's output.
    f, stride : int
        The window's side and its step.
    mode : {"max", "average"}
        What a window is summarised by.
    lang : {"en", "tr"}
        The language of the words in the picture.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    TypeError, ValueError
        If `A_prev` is no such image, the window does not fit into it, `dA` has not the output's shape, or the mode is
        unknown.

    Examples
    --------
    >>> figure = pool_gradient([[1, 2], [3, 4]], [[0.5]], f=2, stride=2)
    >>> [text.get_text() for text in figure.axes[0].texts].count("0.5")
    2
    """
    say = words(lang)
    A_prev, output = _image(A_prev, f, stride, mode)
    dA = gradient("dA", dA, output)
    cache = _batch(A_prev), {"f": f, "stride": stride}
    dA_prev = settled(steps.pool_backward(_batch(dA), cache, mode)[0, :, :, 0])
    windows = _Windows(A_prev, f, stride, mode, output)
    with drawing() as picture:
        image = Grid(A_prev, "A_prev", f"{A_prev.shape[0]} × {A_prev.shape[1]}", tags=windows.tags)
        sent = Grid(dA, "dA", f"{output[0]} × {output[1]}", tags=windows.names)
        received = Grid(dA_prev, "dA_prev", f"{A_prev.shape[0]} × {A_prev.shape[1]}", tags=windows.tags)
        board = Board(picture)
        if mode == "max":
            board.lay([image, Sign(""), sent, Sign("→"), received])
            windows.mark(image)
        else:
            board.lay([sent, Sign("→", f"/ {f * f}"), received])
        windows.mark(received)
        windows.mark_output(sent)
        received.look(windows.counts == 0, GREY, "normal")
        board.note(
            say("each entry of dA goes whole to the largest entry of its window, or to all equal ones")
            if mode == "max"
            else say("each entry of dA is shared out evenly over its window: {} / {} to each cell", "dA", f * f)
        )
        if stride < f:
            board.note(say("where windows overlap, what they send adds up"))
        board.note(*windows.legend(say))
    return picture


class _Windows:
    """The windows of a pooling, and for each cell of the image the windows that take something from it."""

    def __init__(self, A_prev: Array, f: int, stride: int, mode: str, output: tuple[int, int]) -> None:
        self.output, self.mode, self.apart = output, mode, stride >= f
        self.all = {(i, j): window_of(i, j, f, stride) for i, j in np.ndindex(output)}
        self.counts = np.zeros(A_prev.shape, int)
        tags = np.full(A_prev.shape, "", object)
        letters = dict(zip(self.all, LETTERS, strict=False))
        for at, window in self.all.items():
            taken = A_prev[window] == A_prev[window].max() if mode == "max" else np.ones((f, f), bool)
            self.counts[window] += taken
            tags[window] += np.where(taken, letters.get(at, "?"), "").astype(object)
        lettered = len(self.all) <= len(LETTERS) and max(map(len, tags.flat)) <= _MOST_LETTERS
        self.names = np.array(list(letters.values()), object).reshape(output) if lettered else None
        self.tags = tags if lettered else None

    def mark(self, grid: Grid) -> None:
        """Shade the cells that something is taken from, and show where the windows lie."""
        if self.mode == "max":
            grid.fill(self.counts > 0, ORANGE, 0.35)
            grid.look(self.counts > 0)
        elif self.apart:
            for (i, j), window in self.all.items():
                grid.fill(window, *_TINTS[(i + j) % 2])
        else:
            for count in range(1, self.counts.max() + 1):
                grid.fill(self.counts == count, BLUE, 0.4 * count / self.counts.max())
        if self.apart:
            for window in self.all.values():
                grid.frame(window, INK, 1.2)
        else:
            grid.dot([(rows.start, columns.start) for rows, columns in self.all.values()])
            grid.frame(self.all[0, 0], BLUE, 1.4, "--")

    def mark_output(self, grid: Grid) -> None:
        """Shade the entries of the output as their windows are."""
        if not self.apart:
            grid.frame(np.s_[:1, :1], BLUE, 1.4, "--")
        everywhere = np.ones(self.output, bool)
        if self.mode == "max":
            grid.fill(everywhere, ORANGE, 0.35)
            grid.look(everywhere)
        elif self.apart:
            parity = np.indices(self.output).sum(axis=0) % 2
            for tint, look in enumerate(_TINTS):
                grid.fill(parity == tint, *look)

    def legend(self, say: English) -> list[str]:
        """Say what the marks mean."""
        lines = []
        if self.names is not None:
            lines.append(say("equal letters: the same window"))
        if not self.apart:
            if self.mode == "average":
                lines.append(say("the darker a cell, the more windows it lies in"))
            lines.append(say("dots: the upper left corners of all windows; dashed: the first window"))
        return lines


def _image(A_prev: npt.ArrayLike, f: int, stride: int, mode: str) -> tuple[Array, tuple[int, int]]:
    if mode not in ("max", "average"):
        raise ValueError(f'mode must be "max" or "average"; got {mode!r}')
    image = plane("A_prev", A_prev)
    return image, output_of(image, f, stride)


def _batch(channel: Array) -> Array:
    return channel[np.newaxis, :, :, np.newaxis]
