"""Learning curves: what training did, epoch by epoch, one panel for each thing it measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from adim.history import History
from adim.plots.paper import BLUE, GREY, HAIRLINE, INK, LINE, ORANGE, SMALL, TITLE, drawing, notice
from adim.plots.words import English, words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Curve = npt.NDArray[np.float64]
Epochs = npt.NDArray[np.int64]

INKS = {"training": BLUE, "validation": ORANGE}
WEIGHTS = {"training": 0.8, "validation": 1.3}  # tell them apart where the print is grey
FALLING, RISING = (
    ("loss", "error", "mse", "crossentropy"),
    ("acc",),
)  # words in the names of measures of which less, or more, is better

PANEL = (178.0, 110.0)  # width and height of the axes of one panel
FEW, MANY = 30, 1000  # epochs: so few get a dot each, more than so many a thin line
HUGE = 1e100  # beyond, axes overflow, and no measure means anything
WIDE = 100.0  # from this ratio of the largest to the smallest value on, a linear scale hides the small ones


def learning_curves(history: History | Mapping[str, Sequence[float]], *, lang: str = "en") -> Figure:
    """Draw what was measured in each epoch, in training and in validation.

    Each measure has a panel; the loss comes first. A ring marks the best epoch of a loss, an error or an accuracy, by
    the validation values where there are any. A curve has a gap where a value is no finite number, and a note says so.

    Parameters
    ----------
    history : History or dict of str to sequence of float
        What ``fit`` returned, or its ``history``: the values of each epoch by name; ``val_loss`` is the validation's
        part of ``loss``.
    lang : {"en", "tr"}
        The language of the words in the picture.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If the lists do not hold one number for each epoch, or the language is unknown.

    Examples
    --------
    >>> figure = learning_curves({"loss": [0.9, 0.4], "val_loss": [1.0, 0.6]})
    >>> [line.get_ydata().tolist() for line in figure.axes[0].lines if line.get_label() == "validation"]
    [[1.0, 0.6]]
    """
    say = words(lang)
    curves = _curves(history.history if isinstance(history, History) else history)
    length = len(next(iter(curves.values()), ()))
    if not length:
        return notice(say("No epoch was finished: there is nothing to draw yet"))
    epochs = np.asarray(history.epoch if isinstance(history, History) else range(length)) + 1  # people count from 1
    measures = list(dict.fromkeys(name.removeprefix("val_") for name in curves))
    measures.sort(key=lambda name: name != "loss")

    with drawing() as picture:
        panels = [picture.place(1000 * i, 0, *PANEL) for i in range(len(measures))]  # so far apart that none meet
        notes = []
        for axes, measure in zip(panels, measures, strict=True):
            both = {"training": measure, "validation": f"val_{measure}"}
            pair = {part: curves[name] for part, name in both.items() if name in curves}
            notes.append(_draw(axes, measure, epochs, pair, say))
        lines = max(map(len, notes))
        for axes, measure, below in zip(panels, measures, notes, strict=True):
            title = picture.shorten(say.measure(measure), PANEL[0], TITLE, "bold")
            _write_above(axes, title, lines, TITLE, "bold")
            for line, note in enumerate(below, start=1):
                _write_above(axes, picture.shorten(note, PANEL[0], SMALL), lines - line, SMALL, "normal", GREY)
        for axes in panels[-2:]:
            axes.set_xlabel(say("epoch"))
        picture.arrange(panels, columns=2, gap=14)
    return picture


def _curves(history: Mapping[str, Sequence[float]]) -> dict[str, Curve]:
    curves = {name: np.array(values, np.float64) for name, values in history.items()}
    shapes = {name: curve.shape for name, curve in curves.items()}
    if len(set(shapes.values())) > 1 or any(len(shape) != 1 for shape in shapes.values()):
        raise ValueError(f"a history holds one number for each epoch under every name; got the shapes {shapes}")
    for curve in curves.values():
        curve[~(np.abs(curve) < HUGE)] = np.nan
    return curves


def _draw(axes: Axes, measure: str, epochs: Epochs, pair: dict[str, Curve], say: English) -> list[str]:
    """Fill one panel, and return the notes that belong above it."""
    thin: dict[str, Any] = {"linewidth": 0.5, "alpha": 0.8} if len(epochs) > MANY else {}
    for name, curve in pair.items():
        look = {"color": INKS[name], "linewidth": WEIGHTS[name], **thin}
        dots = np.isfinite(curve) if len(epochs) <= FEW else _lonely(curve)
        axes.plot(epochs, curve, ".-", label=say(name), markevery=np.flatnonzero(dots).tolist(), **look)
    finite = np.concatenate([curve[np.isfinite(curve)] for curve in pair.values()])
    logarithmic = finite.size > 0 and finite.min() > 1 / HUGE and finite.max() >= WIDE * finite.min()
    if logarithmic:
        axes.set_yscale("log")
        axes.yaxis.set_minor_formatter("")
    # As many digits as the ticks need, and no offset beside them.
    axes.yaxis.set_major_formatter(lambda x, _: say.number(f"{x:.10g}".replace("-", "−")))
    axes.grid(axis="y", color=HAIRLINE, linewidth=0.5)
    if not finite.size:
        axes.set_yticks([])
    start, end = epochs.min(), epochs.max()
    pad = max(0.5, 0.03 * (end - start))
    axes.set_xlim(start - pad, end + pad)
    axes.locator_params(axis="x", integer=True, nbins=6)
    axes.set_xticks([tick for tick in axes.get_xticks() if tick == round(tick) and start <= tick <= end])
    axes.xaxis.set_major_formatter("{x:.0f}")
    if len(pair) == 2:
        _name_the_ends(axes, pair, say)

    first = []
    name, judge = list(pair.items())[-1]
    best = _best(measure, judge)
    if best is not None:
        axes.plot(epochs[best], judge[best], "o", color=INKS[name], markersize=6, markerfacecolor="none")
        text = "best validation {:.4g} in epoch {}" if name == "validation" else "best {:.4g} in epoch {}"
        first.append(say(text, judge[best], epochs[best]))
    if logarithmic:
        first.append(say("log scale"))
    lost = {name: epochs[~np.isfinite(curve)] for name, curve in pair.items()}
    return [" · ".join(first)] * bool(first) + [
        say("{}: no number in {} of {} epochs, first in {}", say(name), len(where), len(epochs), where[0])
        for name, where in lost.items()
        if len(where)
    ]


def _write_above(axes: Axes, text: str, line: int, size: float, weight: str, ink: str = INK) -> None:
    """Write over a panel, on the given line, counted upwards from 0."""
    axes.annotate(
        text, (0, 1), (0, 5 + LINE * line), xycoords="axes fraction", textcoords="offset points",
        fontsize=size, fontweight=weight, color=ink,
    )  # fmt: skip


def _name_the_ends(axes: Axes, pair: dict[str, Curve], say: English) -> None:
    """Write each curve's name beside its last value, and apart where the values meet."""
    ends = {}
    for name, curve in pair.items():
        finite = curve[np.isfinite(curve)]
        if finite.size:
            height = axes.transAxes.inverted().transform(axes.transData.transform((0, finite[-1])))[1]
            ends[name] = PANEL[1] * height
    if len(ends) == 2:
        (low, y_low), (high, y_high) = sorted(ends.items(), key=lambda end: end[1])
        lack = max(0.0, LINE - (y_high - y_low)) / 2
        ends = {low: y_low - lack, high: y_high + lack}
    for name, y in ends.items():
        axes.annotate(
            say(name), (1, 0), (4, y), xycoords="axes fraction", textcoords="offset points",
            va="center", color=INKS[name],
        )  # fmt: skip


def _best(measure: str, curve: Curve) -> int | None:
    """Return where a curve is best; None where nobody knows whether up or down is good, or there is no number."""
    if not np.isfinite(curve).any():
        return None
    if any(word in measure for word in FALLING):
        return int(np.argmin(np.where(np.isfinite(curve), curve, np.inf)))
    if any(word in measure for word in RISING):
        return int(np.argmax(np.where(np.isfinite(curve), curve, -np.inf)))
    return None


def _lonely(curve: Curve) -> npt.NDArray[np.bool_]:
    """Say which values have no finite neighbour, so that no line shows them."""
    finite = np.pad(np.isfinite(curve), 1)
    return np.asarray(finite[1:-1] & ~finite[:-2] & ~finite[2:])
