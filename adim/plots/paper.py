"""What all pictures share: a few inks, a few sizes, a blank sheet to start on and a file to end in.

The inks are Okabe and Ito's, which people with any kind of colour vision tell apart. All lengths in this room are
points, 72 to the inch.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from adim.atomic import replacing

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from adim.plots.picture import Picture

INK, GREY, HAIRLINE = "#222222", "#6b6b6b", "#dddddd"
BLUE, ORANGE, GREEN, PINK = "#0072B2", "#D55E00", "#009E73", "#CC79A7"

TITLE, TEXT, SMALL = 9.0, 8.0, 7.0  # font sizes
LINE = 10.0  # from one line of text to the next


@contextlib.contextmanager
def drawing() -> Iterator[Picture]:
    """Give a blank sheet, in the room's style, and cut it to what was drawn."""
    from adim.plots.picture import Picture, style  # noqa: PLC0415 - matplotlib is heavy, only when needed

    with style():
        picture = Picture()
        yield picture
        picture.crop()


def notice(text: str) -> Figure:
    """Return a picture of one sentence, where there is nothing to draw."""
    with drawing() as picture:
        axes = picture.place(0, 0, 240, 48)
        axes.set_axis_off()
        axes.text(0.5, 0.5, text, fontsize=TITLE, color=GREY, ha="center", va="center")
    return picture


def names_of(class_names: Sequence[str] | None, count: int) -> list[str]:
    """Return one printable line for each of at least `count` classes; their numbers where they have no names."""
    if class_names is None:
        return [str(number) for number in range(count)]
    if len(class_names) < count:
        raise ValueError(f"class_names must name all {count} classes that occur; got {len(class_names)} names")
    return [" ".join("".join(c if c.isprintable() else " " for c in str(name)).split()) for name in class_names]


def short(number: float) -> str:
    """Return a number in few characters: whole ones as they are, others to three digits.

    Examples
    --------
    >>> short(-1024.0), short(2 / 3), short(-2e-10)
    ('−1024', '0.667', '−2e−10')
    """
    whole = abs(number) < 1e6 and number == round(number)  # adding 0 takes the sign off a zero
    digits = f"{number + 0.0:.0f}" if whole else f"{number:.3g}"
    mantissa, e, exponent = digits.partition("e")
    return (mantissa + e + (str(int(exponent)) if e else "")).replace("-", "−")


def real_array(name: str, value: npt.ArrayLike, shapes: Sequence[str]) -> npt.NDArray[Any]:
    """Return an array of real numbers with the axes that one of `shapes` names."""
    array = np.asarray(value)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{name} must hold real numbers; got dtype {array.dtype}")
    if array.ndim not in [shape.count(",") + (not shape.endswith(",)")) for shape in shapes]:
        raise ValueError(f"{name} must have shape {' or '.join(shapes)}; got {array.shape}")
    return array


def class_numbers(length: int | None = None, **named: npt.ArrayLike) -> list[npt.NDArray[np.int64]]:
    """Return arrays of class numbers, all of this length, or of equal length."""
    arrays = {name: real_array(name, value, ["(m,)"]) for name, value in named.items()}
    for name, array in arrays.items():
        if array.size and (array.dtype.kind not in "iu" or array.min() < 0):
            raise TypeError(f"{name} must hold class numbers, integers from 0; got {array.dtype} from {array.min()}")
    lengths = {name: len(array) for name, array in arrays.items()}
    if len({*lengths.values(), *([] if length is None else [length])}) > 1:
        of = "" if length is None else f", one class number for each of the {length} images"
        raise ValueError(f"{' and '.join(named)} must be equally long{of}; got {lengths}")
    return [array.astype(np.int64) for array in arrays.values()]


def save(figure: Figure, path: str | os.PathLike[str]) -> None:
    """Write a figure to a file, whole or not at all.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        What a function of this room returned, or any other figure.
    path : str or path-like
        The file to make or replace. Its suffix is the format: ``.png`` (also meant by no suffix), ``.svg``, ``.pdf``.

    Raises
    ------
    ValueError
        If matplotlib does not know the format.
    OSError
        If the file cannot be written; see `adim.atomic.replacing`.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "curves.png")
    >>> save(notice("Nothing to see"), path)
    >>> path.read_bytes()[1:4]
    b'PNG'
    """
    with replacing(path) as temporary:
        figure.savefig(temporary, format=Path(path).suffix[1:].lower() or "png")
