"""Grids of numbered cells, side by side on one sheet: what the lessons' pictures are made of.

The cells of a picture are all of one size, so that equal shapes look equal, and so wide that the longest number of all
can be read in its cell. A row of grids that is too wide for a page goes on in the next line.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from adim import geometry
from adim.plots.paper import BLUE, GREY, HAIRLINE, INK, LINE, SMALL, TEXT, real_array, short

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text

    from adim.plots.picture import Picture

Array = npt.NDArray[Any]
Cells = tuple[slice, slice]
"""A window: its rows and its columns."""

MOST = 12  # cells along a side
CELL, TAGGED = 22.0, 27.0  # the sides of a cell, and of one that holds letters too
WIDE, FLAT = 40.0, 0.6  # the width to which long numbers stretch a cell, and the least ratio of its height to that
TAG = 5.0  # the size of letters in a cell
SIGN = 11.0
GAP = 9.0
WIDEST = 570.0
LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Grid:
    """An array as cells with a name above. Numbers are printed short, text as it is.

    `Board.lay` gives it its place; it can be marked from then on.
    """

    def __init__(
        self, values: npt.ArrayLike, name: str, note: str = "", *, tags: Array | None = None, below: float = 0
    ) -> None:
        array = np.asarray(values)
        self.shape: tuple[int, ...] = array.shape
        self.printed = {at: value if isinstance(value, str) else short(value) for at, value in np.ndenumerate(array)}
        self.name, self.note, self.tags, self.below = name, note, tags, below
        self.whole: Cells = np.s_[: array.shape[0], : array.shape[1]]
        self.left = self.top = self.wide = self.high = 0.0
        self.texts: dict[tuple[int, ...], Text] = {}
        self._axes: Axes

    @property
    def bottom(self) -> float:
        """Where the last row ends."""
        return self.y(self.shape[0])

    def x(self, column: float) -> float:
        """Return where a column starts."""
        return self.left + column * self.wide

    def y(self, row: float) -> float:
        """Return where a row starts."""
        return self.top + row * self.high

    def draw(self, axes: Axes, size: float) -> None:
        """Draw the cells, with numbers of that size."""
        self._axes = axes
        rows, columns = self.shape
        self.frame(self.whole, INK, 0.6)
        thin: dict[str, Any] = {"colors": HAIRLINE, "linewidths": 0.6, "clip_on": False, "zorder": 1}
        axes.hlines([self.y(row) for row in range(1, rows)], self.x(0), self.x(columns), **thin)
        axes.vlines([self.x(column) for column in range(1, columns)], self.y(0), self.y(rows), **thin)
        middle = 0.5 if self.tags is None else 0.62
        for (i, j), text in self.printed.items():
            self.texts[i, j] = axes.text(
                self.x(j + 0.5), self.y(i + middle), text, fontsize=size, ha="center", va="center_baseline"
            )
        if self.tags is not None:
            look: dict[str, Any] = {"fontsize": TAG, "fontweight": "bold", "va": "top"}
            for i, j in np.argwhere(self.tags != ""):
                axes.text(self.x(j) + 2.5, self.y(i) + 2, str(self.tags[i, j]), **look)

    def fill(self, where: Array | Cells, ink: str, strength: float = 0.22, hatch: str = "") -> None:
        """Shade cells: those of a mask, or of a window."""
        for i, row in enumerate(self._mask(where)):
            edges = np.flatnonzero(np.diff(row, prepend=False, append=False))
            for start, stop in edges.reshape(-1, 2).tolist():  # each run of cells at once
                x, y = (self.x(start), self.x(stop)), (self.y(i), self.y(i + 1))
                self._axes.fill(
                    [x[0], x[1], x[1], x[0]], [y[0], y[0], y[1], y[1]],
                    facecolor=(ink, strength), edgecolor=HAIRLINE, hatch=hatch, linewidth=0, clip_on=False, zorder=0.5,
                )  # fmt: skip

    def frame(self, window: Cells, ink: str, width: float = 1.6, style: str = "-") -> None:
        """Draw a line around a window."""
        rows, columns = window
        x, y = (self.x(columns.start or 0), self.x(columns.stop)), (self.y(rows.start or 0), self.y(rows.stop))
        self._axes.plot(
            [x[0], x[1], x[1], x[0], x[0]], [y[0], y[0], y[1], y[1], y[0]],
            color=ink, linewidth=width, linestyle=style, solid_joinstyle="miter", clip_on=False, zorder=2,
        )  # fmt: skip

    def rim(self, pad: int, ink: str = INK) -> None:
        """Hatch the frame that padding puts around an image, and print its numbers in that ink."""
        frame = np.ones(self.shape, bool)
        frame[pad : self.shape[0] - pad, pad : self.shape[1] - pad] = False
        self.fill(frame, GREY, 0.1, hatch="////")
        self.look(frame, ink, "normal")

    def dot(self, corners: Sequence[tuple[int, int]]) -> None:
        """Mark the upper left corners of cells."""
        x, y = [self.x(j) for _, j in corners], [self.y(i) for i, _ in corners]
        self._axes.plot(x, y, ".", color=GREY, markersize=6, markeredgewidth=0, clip_on=False, zorder=2)

    def look(self, where: Array | Cells, ink: str = INK, weight: str = "bold") -> None:
        """Print the numbers of some cells in another way."""
        for i, j in np.argwhere(self._mask(where)):
            self.texts[i, j].set(color=ink, fontweight=weight)

    def _mask(self, where: Array | Cells) -> npt.NDArray[np.bool_]:
        mask = np.zeros(self.shape, bool)
        mask[where] = True
        return mask


class Sign:
    """What stands between two grids: an arrow, an operator; and a word above it."""

    def __init__(self, text: str, above: str = "") -> None:
        self.text, self.above = text, above


class Board:
    """The sheet that grids are laid on, row by row."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self.axes = picture.sheet(1, 1)  # nothing is clipped at its edges: it only gives points their zero
        self._bottom = 0.0

    def lay(self, *rows: Sequence[Grid | Sign]) -> None:
        """Draw rows of grids and signs, from the upper left corner on."""
        grids = [piece for row in rows for piece in row if isinstance(piece, Grid)]
        texts = {text for grid in grids for text in grid.printed.values()}
        longest = max(self._picture.measure(text, TEXT, "bold") for text in texts)
        tags = {tag for grid in grids if grid.tags is not None for tag in grid.tags.flat}
        room = max((self._picture.measure(tag, TAG, "bold") for tag in tags), default=0) + 5
        side = TAGGED if tags else CELL
        wide = min(max(side, longest + 7, room), WIDE)
        for grid in grids:
            grid.wide, grid.high = wide, max(side, FLAT * wide)
        for row in rows:
            for line in self._lines(row):
                self._lay(line, min(TEXT, TEXT * (wide - 5) / longest))

    def note(self, *lines: str) -> None:
        """Write lines of small text beneath all."""
        for line in lines:
            self._bottom += LINE
            self.write(0, self._bottom, line)

    def write(self, x: float, y: float, text: str, size: float = SMALL, ink: str = GREY, **look: Any) -> None:
        """Write a text, if there is any."""
        if text:
            self.axes.text(x, y, text, fontsize=size, color=ink, **look)

    def draw(self, *points: tuple[float, float]) -> None:
        """Draw a thin line from point to point."""
        x, y = zip(*points, strict=True)
        self.axes.plot(x, y, color=BLUE, linewidth=0.8, clip_on=False, zorder=1.5)

    def _width(self, piece: Grid | Sign) -> float:
        if isinstance(piece, Sign):
            widest = max(self._picture.measure(piece.text, SIGN), self._picture.measure(piece.above, SMALL))
            return widest + 2 * GAP
        return max(piece.shape[1] * piece.wide, self._name(piece) + self._picture.measure(piece.note, SMALL))

    def _name(self, grid: Grid) -> float:
        return self._picture.measure(grid.name, TEXT, "bold") + (5 if grid.note else 0)

    def _lines(self, row: Sequence[Grid | Sign]) -> list[list[Grid | Sign]]:
        """Break a row where it grows too wide, before a sign."""
        lines: list[list[Grid | Sign]] = [[]]
        width = 0.0
        for piece, after in itertools.zip_longest(row, row[1:]):
            needed = self._width(piece)
            beyond = self._width(after) if isinstance(piece, Sign) and after is not None else 0.0
            if lines[-1] and isinstance(piece, Sign) and width + needed + beyond > WIDEST:
                lines.append([])
                width = 0.0
            lines[-1].append(piece)
            width += needed
        return lines

    def _lay(self, line: Sequence[Grid | Sign], size: float) -> None:
        grids = [piece for piece in line if isinstance(piece, Grid)]
        top = self._bottom + LINE + 5
        height = max(grid.shape[0] * grid.high for grid in grids)
        left = 0.0
        for piece in line:
            if isinstance(piece, Grid):
                piece.left, piece.top = left, top + (height - piece.shape[0] * piece.high) / 2
                piece.draw(self.axes, size)
                above = piece.top - 5
                self.write(left, above, piece.name, TEXT, INK, fontweight="bold")
                self.write(left + self._name(piece), above, piece.note)
            else:
                x, y = left + self._width(piece) / 2, top + height / 2
                self.write(x, y, piece.text, SIGN, INK, ha="center", va="center_baseline")
                self.write(x, y - SIGN, piece.above, ha="center")
            left += self._width(piece)
        self._bottom = max(*(grid.bottom + grid.below for grid in grids), top + height) + GAP


# -- what goes in ------------------------------------------------------------------------------------------------------


def plane(name: str, value: npt.ArrayLike, pad: int = 0) -> Array:
    """Return one channel of one image as float64, if it can be drawn with a frame of `pad` cells."""
    shape = np.shape(value)
    if len(shape) in (3, 4):
        one = "[:, :, 0]" if len(shape) == 3 else "[:, :, 0, 0]" if name == "W" else "[0, :, :, 0]"
        raise ValueError(f"{name} must have shape (n_H, n_W), one channel of one image; got {shape}. Take {name}{one}")
    return _drawable(name, real_array(name, value, ["(n_H, n_W)"]), pad)


def gradient(name: str, value: npt.ArrayLike, output: tuple[int, int]) -> Array:
    """Return a gradient with respect to the output, which has the output's shape."""
    array = plane(name, value)
    if array.shape != output:
        raise ValueError(f"{name} must have the shape of the output, {output}; got {array.shape}")
    return array


def block(name: str, value: npt.ArrayLike, most: int) -> Array:
    """Return a window or a filter as float64 of shape (f, f, n_C), if it has no more than so many channels."""
    array = real_array(name, value, ["(f, f)", "(f, f, n_C)"])
    if array.ndim == 2:
        array = array[:, :, np.newaxis]
    if array.shape[2] > most:
        raise ValueError(
            f"{name} has {array.shape[2]} channels, more than the {most} that fit into a picture: "
            f"draw some of them, as {name}[:, :, :{most}]"
        )
    return _drawable(name, array)


def output_of(image: Array, f: int, stride: int, pad: int = 0) -> tuple[int, int]:
    """Return the output's (n_H, n_W), or say what is wrong with the windows."""
    f, stride = geometry.integer("f", f, at_least=1), geometry.integer("stride", stride, at_least=1)
    return geometry.window(image.shape, f, strides=stride, padding=pad).output


def settled(sums: Array) -> Array:
    """Return sums with 0 for what rounding left of those that cancel out."""
    return np.where(np.abs(sums) < 1e-14 * np.abs(sums).max(), 0.0, sums)


def window_of(h: int, w: int, f: int, stride: int) -> Cells:
    """Return the window that an entry of the output comes from."""
    return np.s_[h * stride : h * stride + f, w * stride : w * stride + f]


def entry(h: int, w: int, output: tuple[int, int]) -> tuple[int, int]:
    """Return an entry of the output, or say that there is no such entry."""
    h, w = geometry.integer("h", h, at_least=0), geometry.integer("w", w, at_least=0)
    if h >= output[0] or w >= output[1]:
        raise ValueError(f"the output has {output[0]} x {output[1]} entries, counted from 0; got h = {h}, w = {w}")
    return h, w


def _drawable(name: str, array: Array, pad: int = 0) -> Array:
    n_H, n_W = (n + 2 * pad for n in array.shape[:2])
    if not array.size:
        raise ValueError(f"{name} must have at least one cell; got shape {array.shape}")
    if max(n_H, n_W) > MOST:
        padded, less = (f" with its frame of {pad}", ", or pad less") if pad else ("", "")
        raise ValueError(
            f"{name} has {n_H} x {n_W} cells{padded}, more than the {MOST} x {MOST} that can be read in a picture: "
            f"draw a piece of it{less}"
        )
    numbers = array.astype(np.float64)
    if not np.isfinite(numbers).all():
        at = tuple(np.argwhere(~np.isfinite(numbers))[0].tolist())
        raise ValueError(f"{name} must hold finite numbers; got {numbers[at]} at {at}")
    return numbers
