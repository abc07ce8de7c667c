"""Bars: how often each of several things was counted, the names readable beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from adim.plots.paper import BLUE, INK, LINE, SMALL, TEXT, TITLE, drawing, names_of, notice

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LONGEST_BAR = 190.0
LONGEST_NAME = 320.0
ROW = 15.0  # from one bar to the next
THICKNESS = 0.68  # of a row


def bars(counts: Mapping[str, int], *, title: str = "", empty: str = "Nothing was counted") -> Figure:
    """Draw a bar for each count, from the top down, with its name to the left and its number at the end.

    Parameters
    ----------
    counts : mapping of str to int
        How often each thing was counted, by its name.
    title : str, optional
        What was counted.
    empty : str, optional
        The sentence that stands where there is nothing to draw.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If a count is negative.

    Examples
    --------
    >>> figure = bars({"no stride": 12, "no bias": 3})
    >>> [int(bar.get_width()) for bar in figure.axes[0].patches]
    [12, 3]
    """
    if any(count < 0 for count in counts.values()):
        raise ValueError(f"counts must not be negative; got {min(counts.values())}")
    if not counts:
        return notice(empty)
    numbers = list(counts.values())
    rows = range(len(numbers))
    with drawing() as picture:
        axes = picture.place(0, 0, LONGEST_BAR, ROW * len(numbers))
        axes.barh(rows, numbers, THICKNESS, color=BLUE)
        names = [picture.shorten(name, LONGEST_NAME) for name in names_of(list(counts), len(counts))]
        axes.set_yticks(rows, names, fontsize=TEXT)
        axes.set_ylim(len(numbers) - 0.5, -0.5)
        axes.set_xlim(0, max(*numbers, 1))
        axes.set_xticks([])
        axes.tick_params(length=0, labelcolor=INK)
        axes.spines["bottom"].set_visible(False)
        for row, number in zip(rows, numbers, strict=True):
            axes.annotate(
                f"{number:,}", (number, row), (4, 0), textcoords="offset points",
                fontsize=SMALL, color=INK, va="center_baseline",
            )  # fmt: skip
        if title:
            axes.annotate(
                title, (0, 1), (0, LINE / 2), xycoords="axes fraction", textcoords="offset points",
                fontsize=TITLE, fontweight="bold",
            )  # fmt: skip
    return picture
