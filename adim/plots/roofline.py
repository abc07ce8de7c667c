"""The roofline: how fast layers are, under the lines that the machine draws above them.

To the left layers are held up by the memory, to the right by the multipliers. A layer's distance to the line is what
its code leaves to gain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np

from adim.plots.paper import BLUE, GREEN, GREY, INK, ORANGE, PINK, SMALL, drawing, notice

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_AXES = (330.0, 210.0)
_INKS = (BLUE, ORANGE, GREEN, PINK)
_MARKERS = "os^D"


def roofline(series: Mapping[str, Sequence[tuple[float, float]]], *, peak: float, bandwidth: float) -> Figure:
    """Draw speeds over arithmetic intensity, with the roof above them.

    Parameters
    ----------
    series : mapping of str to sequence of (float, float)
        By name: operations for each byte that has to be moved, and the GFLOP/s that were reached.
    peak : float
        GFLOP/s that the machine can reach.
    bandwidth : float
        GB/s that it can read and write.

    Returns
    -------
    matplotlib.figure.Figure

    Examples
    --------
    >>> figure = roofline({"adim": [(1.0, 8.0), (40.0, 90.0)]}, peak=100, bandwidth=10)
    >>> figure.axes[0].get_xscale()
    'log'
    """
    points = [point for some in series.values() for point in some]
    if not points:
        return notice("There is nothing to draw: no layer was measured")
    ridge = peak / bandwidth
    intensities = [intensity for intensity, _ in points]
    left, right = min(*intensities, ridge) / 2, max(*intensities, ridge) * 2
    with drawing() as picture:
        axes = picture.place(0, 0, *_AXES)
        places = np.array([left, ridge, right])
        roof = np.minimum(peak, bandwidth * places)
        axes.plot(places, roof, color=INK, linewidth=1, label="the roof, which Winograd's filtering and caches exceed")
        axes.text(right, peak, f"{peak:.0f} GFLOP/s ", fontsize=SMALL, color=GREY, ha="right", va="bottom")
        axes.text(left, peak, f" {bandwidth:.1f} GB/s", fontsize=SMALL, color=GREY, ha="left", va="bottom")
        for (name, some), ink, marker in zip(series.items(), cycle(_INKS), cycle(_MARKERS), strict=False):
            x, y = zip(*some, strict=True) if some else ((), ())
            axes.plot(x, y, marker, color=ink, alpha=0.6, markeredgewidth=0, label=name)
        axes.set_xscale("log", base=2)
        axes.set_yscale("log", base=2)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(lambda value, _: f"{value:g}" if value >= 1 else f"1/{1 / value:g}")
        axes.set_xlim(left, right)
        axes.set_xlabel("operations for each byte that has to be moved")
        axes.set_ylabel("GFLOP/s")
        axes.legend(loc="lower right", fontsize=SMALL, frameon=False)
    return picture
