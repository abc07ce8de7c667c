"""A figure that knows how large it must be, looks the same under anybody's settings, and shows itself in a notebook.

matplotlib asks for the size of the paper first and lets things fall off its edge. Here axes are placed in points on an
endless sheet, and at the end the sheet is cut to what was drawn: nothing is clipped, whatever the classes are called.
"""

from __future__ import annotations

import bisect
import contextlib
import io
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import matplotlib.style
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import Colormap, to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.transforms import Bbox

from adim.plots.paper import GREY, HAIRLINE, INK, ORANGE, TEXT

STYLE = {
    "font.family": ["DejaVu Sans"],  # comes with matplotlib, so a picture is the same on every machine
    "font.size": TEXT,
    "text.color": INK,
    "text.hinting": "none",  # text is as wide at any resolution, and in a PDF, as it was measured
    "text.parse_math": False,  # a class may be called "$x$"
    "axes.edgecolor": HAIRLINE,
    "axes.labelcolor": GREY,
    "axes.labelsize": TEXT,
    "axes.linewidth": 0.6,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "hatch.linewidth": 0.5,
    "lines.markersize": 3.5,
    "xtick.color": HAIRLINE,
    "xtick.labelcolor": GREY,
    "xtick.major.size": 2.5,
    "ytick.color": HAIRLINE,
    "ytick.labelcolor": GREY,
    "ytick.major.size": 2.5,
}

MARGIN = 6.0
POINTS = 72.0  # to the inch

_settings = threading.RLock()


@contextlib.contextmanager
def style() -> Iterator[None]:
    """Draw with matplotlib's defaults and `STYLE` on top, and put the user's settings back.

    matplotlib keeps its settings in one place for all threads. Two that change and restore them at once could restore
    each other's; the lock lets them do it in turn.
    """
    with _settings, matplotlib.style.context(["default", STYLE]):
        yield


class Picture(Figure):
    """A sheet without edges; `crop` gives it some."""

    def __init__(self) -> None:
        # One inch square, so that a figure fraction is an inch; fine dots, for print and for bright screens.
        super().__init__(figsize=(1, 1), dpi=200, facecolor="white")
        self._ruler = FigureCanvasAgg(self).get_renderer()  # type: ignore[no-untyped-call]

    def place(self, left: float, top: float, width: float, height: float) -> Axes:
        """Return new axes whose inner frame lies there, in points to the right and down."""
        return self.add_axes((left / POINTS, -(top + height) / POINTS, width / POINTS, height / POINTS))

    def sheet(self, width: float, height: float) -> Axes:
        """Return bare axes on which lengths are points, to the right and down."""
        axes = self.place(0, 0, width, height)
        axes.set_axis_off()
        axes.set_autoscale_on(False)
        axes.set_xlim(0, width)
        axes.set_ylim(height, 0)
        return axes

    def arrange(self, panels: Sequence[Axes], columns: int, gap: float) -> None:
        """Move axes of one size into rows, so far apart that no labels or titles meet."""
        frames = [axes.get_position() for axes in panels]
        covered = [self._extent(axes) for axes in panels]
        pairs = list(zip(frames, covered, strict=True))
        wide = max(f.x0 - c.x0 for f, c in pairs) + frames[0].width + max(c.x1 - f.x1 for f, c in pairs)
        high = max(f.y0 - c.y0 for f, c in pairs) + frames[0].height + max(c.y1 - f.y1 for f, c in pairs)
        for i, axes in enumerate(panels):
            row, column = divmod(i, columns)
            x, y = column * (wide + gap / POINTS), -row * (high + gap / POINTS)
            axes.set_position(Bbox.from_bounds(x, y, frames[0].width, frames[0].height))

    def crop(self) -> None:
        """Cut the sheet to what was drawn, with a small margin."""
        sheet = self.get_tightbbox(self._ruler).padded(MARGIN / POINTS)
        for axes in self.axes:
            inner = axes.get_position()
            axes.set_position(
                Bbox.from_bounds(
                    (inner.x0 - sheet.x0) / sheet.width,
                    (inner.y0 - sheet.y0) / sheet.height,
                    inner.width / sheet.width,
                    inner.height / sheet.height,
                )
            )
        self.set_size_inches(sheet.width, sheet.height)

    def measure(self, text: str, size: float = TEXT, weight: str = "normal") -> float:
        """Return how wide a line of text is, in points."""
        font = FontProperties(size=size, weight=weight)
        pixels: float = self._ruler.get_text_width_height_descent(text, font, ismath=False)[0]
        return pixels * POINTS / self.dpi

    def shorten(self, text: str, width: float, size: float = TEXT, weight: str = "normal") -> str:
        """Return `text`, cut with an ellipsis where it is wider than `width` points."""
        if self.measure(text, size, weight) <= width:
            return text
        fits = bisect.bisect(range(len(text)), width, key=lambda n: self.measure(text[:n] + "…", size, weight))
        return text[: max(fits - 1, 0)].rstrip() + "…"

    @staticmethod
    def colours(name: str) -> Colormap:
        """Return a colour map in which what is no number stands out."""
        return colormaps[name].with_extremes(bad=ORANGE)

    @staticmethod
    def rgb(ink: str) -> tuple[float, float, float]:
        """Return an ink's shares of red, green and blue."""
        return to_rgb(ink)

    def draw(self, renderer: Any) -> None:
        """Draw, in this room's style whoever asks: matplotlib makes some of the labels only now."""
        with style():
            super().draw(renderer)

    def savefig(self, *args: Any, **kwargs: Any) -> None:
        """Save as `matplotlib.figure.Figure.savefig` does, in this room's style."""
        with style():
            super().savefig(*args, **kwargs)

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        """Show the picture in a notebook: on its own, a Figure that pyplot does not know shows as text."""
        file = io.BytesIO()
        self.savefig(file, format="png", dpi=self.dpi)
        width, height = (round(length * 100) for length in self.get_size_inches())
        return file.getvalue(), {"width": width, "height": height}

    def _extent(self, axes: Axes) -> Bbox:
        """Return what `axes` covers with all its labels, in inches."""
        pixels = axes.get_tightbbox(self._ruler)
        assert pixels is not None  # noqa: S101 - only invisible axes cover nothing
        return Bbox(pixels.get_points() / self.dpi)
