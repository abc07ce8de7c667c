"""Where the windows of a convolution or a pooling lie: worked out once, checked once, trusted everywhere above.

Height and width never meet in this arithmetic, so it is written for one `Axis`; a `Window` is two of them. Along an
axis of `size` cells, padded by `before` and `after`, the filter's `taps` stand `dilation` cells apart and span

    extent = (taps - 1) * dilation + 1

cells; the windows start `stride` cells apart, and

    output = floor((size + before + after - extent) / stride) + 1

of them fit. "same" padding chooses `before` and `after` so that ``output = ceil(size / stride)``, the odd cell at the
end, as TensorFlow's and ONNX's SAME_UPPER do ("same_lower": at the start).
"""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral
from typing import Any, NamedTuple, TypeAlias

import numpy as np

Pair: TypeAlias = int | Sequence[int]
"""One number for both axes, or ``(along the height, along the width)``."""

Padding: TypeAlias = str | int | Sequence[int] | Sequence[Sequence[int]]
"""``"valid"``, ``"same"``, ``"same_lower"``, a number, ``(ph, pw)`` or ``((top, bottom), (left, right))``."""


class Axis(NamedTuple):
    """The windows along one axis.

    Attributes
    ----------
    size : int
        Cells of the input.
    taps : int
        Cells of the filter.
    stride : int
        Cells from one window's start to the next one's.
    dilation : int
        Cells from one tap to the next.
    before, after : int
        Cells of padding at the start and at the end.
    output : int
        How many windows there are.
    """

    size: int
    taps: int
    stride: int
    dilation: int
    before: int
    after: int
    output: int

    @property
    def extent(self) -> int:
        """Cells from a window's first tap to its last, both counted."""
        return (self.taps - 1) * self.dilation + 1

    @property
    def reach(self) -> int:
        """Cells from the start of the padded axis to the end of the last window."""
        return (self.output - 1) * self.stride + self.extent if self.output else 0

    def inside(self, tap: int) -> tuple[slice, slice]:
        """Return which windows have this tap on a cell of the input, and which cells these are.

        Two slices of equal length, of the output and of the input: what pads adds nothing to a sum and
        nothing to a maximum, so it need not exist.

        Examples
        --------
        >>> Axis(size=5, taps=3, stride=2, dilation=1, before=1, after=1, output=3).inside(0)
        (slice(1, 3, None), slice(1, 4, 2))
        """
        offset = tap * self.dilation - self.before  # the cell that tap has in window 0
        first = max(0, -(offset // self.stride))  # the first window with the tap at cell 0 or later
        stop = max(first, min(self.output, (self.size - 1 - offset) // self.stride + 1))
        start = offset + first * self.stride
        return slice(first, stop), slice(start, max(start, start + (stop - first - 1) * self.stride + 1), self.stride)


class Window(NamedTuple):
    """The windows over an image: two axes, and into how many groups the channels are parted."""

    height: Axis
    width: Axis
    groups: int = 1

    @property
    def output(self) -> tuple[int, int]:
        """The output's ``(n_H, n_W)``."""
        return self.height.output, self.width.output

    @property
    def taps(self) -> tuple[int, int]:
        """The filter's ``(fh, fw)``."""
        return self.height.taps, self.width.taps


def window(
    image: tuple[int, int],
    taps: Pair,
    *,
    strides: Pair = 1,
    padding: Padding = "valid",
    dilation_rate: Pair = 1,
    groups: int = 1,
) -> Window:
    """Work out the windows of a convolution.

    Parameters
    ----------
    image : (int, int)
        The image's ``(n_H, n_W)``.
    taps : int or (int, int)
        The filter's ``(fh, fw)``.
    strides, dilation_rate : int or (int, int)
        At least 1.
    padding : str, int, (int, int) or ((int, int), (int, int))
        See `Padding`.
    groups : int
        Into how many groups the channels are parted.

    Returns
    -------
    Window

    Raises
    ------
    TypeError
        If a number is no integer.
    ValueError
        If a number is too small, the padding unknown, or the filter larger than the padded image. An image without
        cells is no error: along its empty axis the output is empty too, unless the filter fits into the padding.

    Examples
    --------
    >>> window((5, 5), 3, strides=2, padding="same").output
    (3, 3)
    >>> window((5, 5), 7)
    Traceback (most recent call last):
    ValueError: the filter spans 7 x 7 cells, but the image has 5 x 5: use a smaller filter or more padding
    """
    (fh, fw), (sh, sw) = pair("filter size", taps), pair("strides", strides)
    dh, dw = pair("dilation_rate", dilation_rate)
    spans = (fh - 1) * dh + 1, (fw - 1) * dw + 1
    (top, bottom), (left, right) = _pads(padding, image, spans, (sh, sw))
    _fits("filter", spans, image, (top + bottom, left + right))
    height = _axis(image[0], fh, sh, dh, top, bottom, _output(image[0] + top + bottom, spans[0], sh))
    width = _axis(image[1], fw, sw, dw, left, right, _output(image[1] + left + right, spans[1], sw))
    return Window(height, width, integer("groups", groups, at_least=1))


def pool_window(
    image: tuple[int, int],
    taps: Pair,
    *,
    strides: Pair | None = None,
    padding: Padding = "valid",
    dilation_rate: Pair = 1,
    ceil_mode: bool = False,
) -> Window:
    """Work out the windows of a pooling: as `window` does, but each window reaches into the image.

    Parameters
    ----------
    image, taps, padding, dilation_rate
        As for `window`; no pad may be as wide as the window.
    strides : int or (int, int), optional
        As wide as the window where it is left out.
    ceil_mode : bool
        Whether a last window may hang over the end, as long as it does not start in the end padding.

    Examples
    --------
    >>> pool_window((5, 5), 2).output, pool_window((5, 5), 2, ceil_mode=True).output
    ((2, 2), (3, 3))
    """
    (fh, fw), (sh, sw) = pair("pool_size", taps), pair("strides", taps if strides is None else strides)
    dh, dw = pair("dilation_rate", dilation_rate)
    spans = (fh - 1) * dh + 1, (fw - 1) * dw + 1
    pads = _pads(padding, image, spans, (sh, sw))
    _fits("window", spans, image, (sum(pads[0]), sum(pads[1])))
    axes = []
    for n, f, s, d, extent, (before, after) in zip(image, (fh, fw), (sh, sw), (dh, dw), spans, pads, strict=True):
        if max(before, after) >= extent:
            raise ValueError(
                f"padding must be smaller than the window, or a window would hold nothing but padding; "
                f"got padding {padding!r} for a window that spans {spans[0]} x {spans[1]} cells"
            )
        output = _output(n + before + after, extent, s) if n else 0
        hangs_over = (n + before + after - extent) % s != 0
        if ceil_mode and n and hangs_over and output * s < n + before:
            output += 1
        axes.append(_axis(n, f, s, d, before, after, output))
    return Window(axes[0], axes[1])


def transposed_window(
    image: tuple[int, int],
    taps: Pair,
    *,
    strides: Pair = 1,
    padding: Padding = "valid",
    output_padding: Pair | None = None,
    dilation_rate: Pair = 1,
) -> Window:
    """Work out the windows of the convolution whose *output* this image is: those of a transposed convolution.

    What the transposed convolution puts out is the `size` of each axis. For an axis of n cells it is::

        n * stride                                          "same"
        (n - 1) * stride + max(extent, stride)              "valid"
        (n - 1) * stride + extent - before - after          numbers

    `output_padding`, less than the stride, adds cells at the end. As in Keras, giving it replaces the first two
    rules by ``(n - 1) * stride + extent % 2 + output_padding`` and ``(n - 1) * stride + extent + output_padding``.

    Examples
    --------
    >>> [axis.size for axis in transposed_window((4, 4), 3, strides=2, padding="same")[:2]]
    [8, 8]
    """
    (fh, fw), (sh, sw) = pair("filter size", taps), pair("strides", strides)
    dh, dw = pair("dilation_rate", dilation_rate)
    extras = (None, None) if output_padding is None else pair("output_padding", output_padding, at_least=0)
    named = isinstance(padding, str) and padding in ("valid", "same", "same_lower")
    pads = None if named else _pads(padding, image, (1, 1), (1, 1))
    axes = []
    for axis, (n, f, s, d) in enumerate(zip(image, (fh, fw), (sh, sw), (dh, dw), strict=True)):
        extent, extra = (f - 1) * d + 1, extras[axis]
        if extra is not None and extra >= s:
            raise ValueError(f"output_padding must be smaller than the stride; got {extra} for stride {s}")
        if pads is not None:
            before, after = pads[axis]
            size = (n - 1) * s + extent - before - after + (extra or 0)
        elif padding == "valid":
            before = 0
            size = (n - 1) * s + (max(extent, s) if extra is None else extent + extra)
        else:
            size = n * s if extra is None else (n - 1) * s + extent % 2 + extra
            missing = max((n - 1) * s + extent - size, 0)  # cells of the windows that are cut off again
            before = missing // 2 if padding == "same" else missing - missing // 2
        if n == 0:
            size = before = 0
        elif size < 1:
            raise ValueError(
                f"the padding {padding!r} leaves nothing of the {(n - 1) * s + extent} cells that {n} windows of "
                f"{extent} cells make: use less padding"
            )
        after = max((n - 1) * s + extent - before - size, 0)
        axes.append(_axis(size, f, s, d, before, after, n))
    return Window(axes[0], axes[1])


def integer(name: str, value: Any, *, at_least: int) -> int:
    """Return a value as an int, or say what is wrong with it."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Integral):
        raise TypeError(f"{name} must be an integer; got {value!r}")
    if value < at_least:
        raise ValueError(f"{name} must be at least {at_least}; got {value}")
    return int(value)


def pair(name: str, value: Pair, *, at_least: int = 1) -> tuple[int, int]:
    """Return one number, or one an axis, as two ints; or say what is wrong with it.

    Examples
    --------
    >>> pair("strides", 2)
    (2, 2)
    """
    if isinstance(value, (tuple, list)):
        if len(value) != 2:
            raise ValueError(f"{name} must be one integer, or two (height, width); got {value!r}")
        return integer(name, value[0], at_least=at_least), integer(name, value[1], at_least=at_least)
    both = integer(name, value, at_least=at_least)
    return both, both


def _axis(size: int, taps: int, stride: int, dilation: int, before: int, after: int, output: int) -> Axis:
    """Make an axis; a step that is never taken, however long, is 1, so that none leads beyond the padded image."""
    return Axis(size, taps, stride if output > 1 else 1, dilation if taps > 1 else 1, before, after, output)


def _output(padded: int, extent: int, stride: int) -> int:
    return max((padded - extent) // stride + 1, 0)


def _fits(what: str, spans: tuple[int, int], image: tuple[int, int], pads: tuple[int, int]) -> None:
    padded = image[0] + pads[0], image[1] + pads[1]
    if any(n and span > room for n, span, room in zip(image, spans, padded, strict=True)):
        after = f" after padding ({image[0]} x {image[1]} before)" if any(pads) else ""
        raise ValueError(
            f"the {what} spans {spans[0]} x {spans[1]} cells, but the image has {padded[0]} x {padded[1]}{after}: "
            f"use a smaller {what} or more padding"
        )


def _pads(
    padding: Padding, image: tuple[int, int], spans: tuple[int, int], strides: tuple[int, int]
) -> tuple[tuple[int, int], tuple[int, int]]:
    if isinstance(padding, str):
        if padding == "valid":
            return (0, 0), (0, 0)
        if padding in ("same", "same_lower"):
            lower = padding == "same_lower"
            height, width = (_same(*axis, lower=lower) for axis in zip(image, spans, strides, strict=True))
            return height, width
        raise ValueError(f'padding must be "valid", "same", "same_lower" or numbers; got {padding!r}')
    if isinstance(padding, (tuple, list)):
        if len(padding) != 2:
            raise ValueError(
                f"padding must be one number, (height, width) or ((top, bottom), (left, right)); got {padding!r}"
            )
        first, second = (pair("padding", side, at_least=0) for side in padding)
        return first, second
    both = integer("padding", padding, at_least=0)
    return (both, both), (both, both)


def _same(n: int, extent: int, stride: int, *, lower: bool) -> tuple[int, int]:
    total = max((-(-n // stride) - 1) * stride + extent - n, 0) if n else 0
    small, large = total // 2, total - total // 2
    return (large, small) if lower else (small, large)
