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


def add(gradient: Array, place: Any, term: Array) -> None:
    """Add a term to a part of a gradient."""
    gradient[place] += term


class ZeroPad(NamedTuple):
    """The pieces of `zero_pad`."""

    width: Piece = same  # (pad)
    examples: Piece = lambda pad: (0, 0)  # how wide each axis is padded: before, after
    rows: Piece = lambda pad: (pad, pad)
    columns: Piece = lambda pad: (pad, pad)
    channels: Piece = lambda pad: (0, 0)
    fill: Piece = np.pad  # (X, widths)

    def __call__(self, X: Array, pad: int) -> Any:
        """Put a frame of zeros around every image."""
        width = self.width(pad)
        return self.fill(X, (self.examples(width), self.rows(width), self.columns(width), self.channels(width)))


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

    settle: Piece = lambda stride, pad: (stride, pad)
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
        stride, pad = self.settle(hparameters["stride"], hparameters["pad"])
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


class PoolForward(NamedTuple):
    """The pieces of `pool_forward`."""

    settle: Piece = lambda f, stride: (f, stride)
    size: Piece = size
    axes: Piece = lambda n_H, n_W: (n_H, n_W)
    allocate: Piece = lambda m, n_H, n_W, n_C, n_C_prev: np.zeros((m, n_H, n_W, n_C))
    example: Piece = same  # (A_prev)
    visits: Piece = every
    vert_start: Piece = start
    vert_end: Piece = end
    horiz_start: Piece = start
    horiz_end: Piece = end
    corners: Piece = lambda rows, columns: (rows, columns)
    window: Piece = lambda A, rows, columns: A[:, rows, columns, :]
    seen: Piece = same  # (window): what of the window each channel looks at
    mode: Piece = same  # (mode)
    maximum: Piece = lambda window: window.max(axis=(1, 2))  # (m, n_C)
    mean: Piece = lambda window: window.sum(axis=(1, 2)) / (window.shape[1] * window.shape[2])
    cache: Piece = lambda A_prev, hparameters: (A_prev, hparameters)
    answer: Piece = lambda A, cache: (A, cache)

    def __call__(self, A_prev: Array, hparameters: Mapping[str, int], mode: str = "max") -> Any:
        """Summarise every window of every channel."""
        f, stride = self.settle(hparameters["f"], hparameters["stride"])
        m, n_H_prev, n_W_prev, n_C = A_prev.shape
        n_H, n_W = self.axes(self.size(n_H_prev, f, stride, 0), self.size(n_W_prev, f, stride, 0))
        A = self.allocate(m, n_H, n_W, n_C, n_C)
        images, mode = self.example(A_prev), self.mode(mode)
        for i, h, w, c in self.visits(m, n_H, n_W, n_C):
            window = self.seen(self.window(images, *place(self, h, w, stride, f))[i])[..., c]
            if mode == "max":
                A[i, h, w, c] = self.maximum(window)
            elif mode == "average":
                A[i, h, w, c] = self.mean(window)
        return self.answer(A, self.cache(A_prev, hparameters))


class ConvBackward(NamedTuple):
    """The pieces of `conv_backward`; ``dz`` is the gradient at one place of the output, (m, 1, 1, 1, n_C).

    The gradients of the filters and biases are collected for each example, and put together at last.
    """

    settle: Piece = lambda stride, pad: (stride, pad)
    source: Piece = lambda A_prev_pad, A_prev: A_prev_pad
    allocate: Piece = lambda A_prev_pad, A_prev: np.zeros(A_prev_pad.shape)
    example: Piece = same  # (A_prev_pad)
    visits: Piece = every
    vert_start: Piece = start
    vert_end: Piece = end
    horiz_start: Piece = start
    horiz_end: Piece = end
    corners: Piece = lambda rows, columns: (rows, columns)
    window: Piece = lambda A, rows, columns: A[:, rows, columns, :]
    filters: Piece = same  # (W)
    gradient: Piece = same  # (dZ)
    term_dA: Piece = lambda W, window, dz: W * dz  # (m, f, f, n_C_prev, n_C), and the next alike
    term_dW: Piece = lambda W, window, dz: window[..., np.newaxis] * dz
    term_db: Piece = lambda dz, W: dz
    put_dA: Piece = lambda dA, place, term: add(dA, place, term.sum(axis=-1))
    put_dW: Piece = add
    put_db: Piece = add
    join_dA: Piece = same  # (dA)
    join_dW: Piece = lambda dW, n_H, n_W: dW.sum(axis=0)
    join_db: Piece = lambda db, n_H, n_W: db.sum(axis=0)
    crop: Piece = lambda dA, pad, n_H_prev, n_W_prev: dA[:, pad : pad + n_H_prev, pad : pad + n_W_prev]
    answer: Piece = lambda dA_prev, dW, db: (dA_prev, dW, db)

    def __call__(self, dZ: Array, cache: tuple[Array, Array, Array, Mapping[str, int]]) -> Any:
        """Carry the gradient back through a convolution."""
        A_prev, W, b, hparameters = cache
        stride, pad = self.settle(hparameters["stride"], hparameters["pad"])
        m, n_H, n_W, n_C = dZ.shape
        _, n_H_prev, n_W_prev, _ = A_prev.shape
        f = W.shape[0]
        A_prev_pad = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        dA = self.allocate(A_prev_pad, A_prev)
        dW, db = np.zeros((m, *W.shape)), np.zeros((m, *b.shape))
        A, filters, gradient = self.example(self.source(A_prev_pad, A_prev)), self.filters(W), self.gradient(dZ)
        for i, h, w, c in self.visits(m, n_H, n_W, n_C):
            rows, columns = place(self, h, w, stride, f)
            window = self.window(A, rows, columns)[i]
            dz = gradient[i, h, w, np.newaxis, np.newaxis, np.newaxis, c]
            self.put_dA(dA, (i, rows, columns), self.term_dA(filters[..., c], window, dz))
            self.put_dW(dW, (i, ..., c), self.term_dW(filters[..., c], window, dz))
            self.put_db(db, (i, ..., c), self.term_db(dz, W))
        dA_prev = self.crop(self.join_dA(dA), pad, n_H_prev, n_W_prev)
        return self.answer(dA_prev, self.join_dW(dW, n_H, n_W), self.join_db(db, n_H, n_W))


class CreateMaskFromWindow(NamedTuple):
    """The pieces of `create_mask_from_window`."""

    mask: Piece = lambda x: x == np.max(x)
    finish: Piece = same  # (mask)

    def __call__(self, x: Array) -> Any:
        """Mark where a window has its maximum."""
        return self.finish(self.mask(x))


class DistributeValue(NamedTuple):
    """The pieces of `distribute_value`."""

    amount: Piece = same  # (dz)
    divide: Piece = lambda dz, n_H, n_W: dz / (n_H * n_W)
    fill: Piece = lambda share, n_H, n_W: np.full((n_H, n_W), share)

    def __call__(self, dz: Any, shape: tuple[int, int]) -> Any:
        """Spread a mean's gradient evenly over its window."""
        n_H, n_W = shape
        return self.fill(self.divide(self.amount(dz), n_H, n_W), n_H, n_W)


class PoolBackward(NamedTuple):
    """The pieces of `pool_backward`; ``dz`` is the gradient at one place of the output, (m, 1, 1, n_C)."""

    settle: Piece = lambda f, stride: (f, stride)
    allocate: Piece = lambda A_prev, dA: np.zeros(A_prev.shape)
    example: Piece = same  # (A_prev)
    gradient: Piece = same  # (dA)
    visits: Piece = every
    vert_start: Piece = start
    vert_end: Piece = end
    horiz_start: Piece = start
    horiz_end: Piece = end
    corners: Piece = lambda rows, columns: (rows, columns)
    window: Piece = lambda A, rows, columns: A[:, rows, columns, :]
    seen: Piece = same  # (window): what of the window each channel looks at
    mode: Piece = same  # (mode)
    masked: Piece = lambda A_prev, dA, dA_prev: A_prev  # which of the three windows the mask is made from
    mask: Piece = lambda window: window == window.max(axis=(1, 2), keepdims=True)  # (m, f, f, n_C)
    route: Piece = lambda mask, dz, window, dA: mask * dz
    share: Piece = lambda dz, f, n_H, n_W: dz / (f * f)
    put: Piece = lambda dA_prev, place, term, mode: add(dA_prev, place, term)

    def __call__(self, dA: Array, cache: tuple[Array, Mapping[str, int]], mode: str = "max") -> Any:
        """Carry the gradient back through a pooling."""
        A_prev, hparameters = cache
        f, stride = self.settle(hparameters["f"], hparameters["stride"])
        m, n_H, n_W, n_C = dA.shape
        dA_prev = self.allocate(A_prev, dA)
        images, gradient, mode = self.example(A_prev), self.gradient(dA), self.mode(mode)
        for i, h, w, c in self.visits(m, n_H, n_W, n_C):
            rows, columns = place(self, h, w, stride, f)
            dz = gradient[i, h, w, np.newaxis, np.newaxis, c]
            if mode == "max":
                window = self.seen(self.window(images, rows, columns)[i])[..., c]
                around = dA[i, rows, columns, c]
                mask = self.mask(self.masked(window, around, dA_prev[i, rows, columns, c]))
                term = self.route(mask, dz, window, around)
            elif mode == "average":
                share = self.share(dz, f, n_H, n_W)
                term = np.broadcast_to(share, (len(dz), f, f, share.shape[-1]))
            else:
                continue
            self.put(dA_prev, (i, rows, columns, c), term, mode)
        return dA_prev


FORMS: Mapping[str, Any] = {
    "zero_pad": ZeroPad,
    "conv_single_step": ConvSingleStep,
    "conv_forward": ConvForward,
    "pool_forward": PoolForward,
    "conv_backward": ConvBackward,
    "create_mask_from_window": CreateMaskFromWindow,
    "distribute_value": DistributeValue,
    "pool_backward": PoolBackward,
}
"""Every form by its function's name."""
