"""The eight functions once more, each taken apart into pieces with names, so that a mistake can replace a piece.

A form is a tuple of its pieces, which can be called like the function: ``ConvForward()`` is right, and
``ConvForward(vert_start=lambda h, stride, f: h)`` forgets the stride in the rows. Two mistakes that touch different
pieces can be made at once. The diagnosis calls hundreds of faulty twins on small inputs, so that a form loops over the
windows only, and treats all examples and channels of one at a time; what a learner's loops over those would do, down to
the windows that are cut short and the errors they raise, a form does as well.

Nothing here is the judge of what is right: that is `adim.steps`, and the tests hold the forms to it.
"""

# ruff: noqa: ARG001, ARG005 - a piece is handed all that its replacements may need

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]
Piece: TypeAlias = Callable[..., Any]
Visit: TypeAlias = tuple[slice, int, int, slice]  # examples, h, w, channels


def same(value: Any, *_: Any) -> Any:
    """Return the first argument: the piece that does nothing."""
    return value


def size(n_prev: int, f: int, stride: int, pad: int) -> int:
    """Return how many windows fit along an axis."""
    return (n_prev + 2 * pad - f) // stride + 1


def start(index: int, stride: int, f: int) -> int:
    """Return where a window begins along an axis."""
    return index * stride


def end(start: int, index: int, stride: int, f: int) -> int:
    """Return where a window ends along an axis."""
    return start + f


def every(m: int, n_H: int, n_W: int, n_C: int) -> Iterable[Visit]:
    """Return all places of the output, in the order of the loops."""
    return [(slice(0, m), h, w, slice(0, n_C)) for h in range(n_H) for w in range(n_W)]


def place(form: Any, h: int, w: int, stride: int, f: int) -> tuple[slice, slice]:
    """Return the rows and columns of a window, as a form with windows has them."""
    vert_start, horiz_start = form.vert_start(h, stride, f), form.horiz_start(w, stride, f)
    vert_end, horiz_end = form.vert_end(vert_start, h, stride, f), form.horiz_end(horiz_start, w, stride, f)
    rows, columns = form.corners(slice(vert_start, vert_end), slice(horiz_start, horiz_end))
    return rows, columns


class ConvSingleStep(NamedTuple):
    """The pieces of `conv_single_step`: ``s`` is the products, ``Z`` their sum."""

    multiply: Piece = lambda a_slice_prev, W: a_slice_prev * W
    spread: Piece = same  # (s, b)
    total: Piece = np.sum
    shift: Piece = lambda Z, b: Z + b[0, 0, 0]
    finish: Piece = same  # (Z)

    def __call__(self, a_slice_prev: Array, W: Array, b: Array) -> Any:
        """Apply one filter to one window."""
        s = self.spread(self.multiply(a_slice_prev, W), b)
        return self.finish(self.shift(self.total(s), b))


class ConvForward(NamedTuple):
    """The pieces of `conv_forward`."""

    read: Piece = lambda hparameters: (hparameters["stride"], hparameters["pad"])
    size: Piece = size
    axes: Piece = lambda n_H, n_W: (n_H, n_W)
    allocate: Piece = lambda m, n_H, n_W, n_C, n_C_prev: np.zeros((m, n_H, n_W, n_C))
    source: Piece = lambda A_prev_pad, A_prev: A_prev_pad
    example: Piece = same  # (A_prev_pad)
    visits: Piece = every
    vert_start: Piece = start
    vert_end: Piece = end
    horiz_start: Piece = start
    horiz_end: Piece = end
    corners: Piece = lambda rows, columns: (rows, columns)
    window: Piece = lambda A, rows, columns: A[:, rows, columns, :]
    filters: Piece = same  # (W)
    biases: Piece = same  # (b)
    multiply: Piece = lambda window, W: window[..., np.newaxis] * W  # (m, f, f, n_C_prev, n_C)
    spread: Piece = same  # (s, b)
    total: Piece = lambda s: s.sum(axis=(1, 2, 3))  # (m, n_C)
    shift: Piece = lambda Z, b: Z + b[0, 0, 0]
    finish: Piece = same  # (Z)
    cache: Piece = lambda A_prev, W, b, hparameters, A_prev_pad: (A_prev, W, b, hparameters)
    answer: Piece = lambda Z, cache: (Z, cache)

    def __call__(self, A_prev: Array, W: Array, b: Array, hparameters: Mapping[str, int]) -> Any:
        """Move every filter over every image."""
        stride, pad = self.read(hparameters)
        m, n_H_prev, n_W_prev, n_C_prev = A_prev.shape
        f, _, _, n_C = W.shape
        n_H, n_W = self.axes(self.size(n_H_prev, f, stride, pad), self.size(n_W_prev, f, stride, pad))
        Z = self.allocate(m, n_H, n_W, n_C, n_C_prev)
        A_prev_pad = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        A, filters, biases = self.example(self.source(A_prev_pad, A_prev)), self.filters(W), self.biases(b)
        for i, h, w, c in self.visits(m, n_H, n_W, n_C):
            window = self.window(A, *place(self, h, w, stride, f))[i]
            s = self.spread(self.multiply(window, filters[..., c]), biases[..., c])
            Z[i, h, w, c] = self.finish(self.shift(self.total(s), biases[..., c]))
        return self.answer(Z, self.cache(A_prev, W, b, hparameters, A_prev_pad))


FORMS: Mapping[str, Any] = {
    "conv_single_step": ConvSingleStep,
    "conv_forward": ConvForward,
}
"""Every form by its function's name."""
