"""NumPy's engine: convolutions as matrix products over strided windows, poolings as sweeps over the taps.

A convolution multiplies a matrix of windows, one row for each output pixel, by the kernel, one column for each filter.
That matrix would be ``fh * fw`` times the size of the input, so it never exists whole: `_blocks` walks through the
batch, and through the rows and columns of large images, in pieces that stay in the processor's cache. With
K = fh * fw * C / G the three passes are, for each piece of n pixels and each of the G groups::

    y        = columns @ kernel        (n, K) (K, F / G)
    dkernel += columns.T @ grad        (K, n) (n, F / G)
    dcolumns = grad @ kernel.T         (n, F / G) (F / G, K), then added to the cells that the windows cover

Where each channel is a group of its own (depthwise), and in all poolings, no matrix product is worth its copies. There,
`Axis.inside` tells for each tap which outputs meet which cells of the image, and one sweep joins the two views.
Padding is what no sweep touches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, product
from math import prod
from operator import itemgetter

import numpy as np
from numpy.lib.stride_tricks import as_strided

from adim.arrays import FloatArray, Shape
from adim.engines.moments import Moments
from adim.engines.rules import Rule
from adim.geometry import Axis, Window

_BLOCK_BYTES = 1 << 20  # of one piece: about a processor's second-level cache

_BLOCK_PIXELS = 1 << 12  # of one piece: longer sums of float32 drift, in BLAS too
_BLOCK_ROWS = 1 << 9  # of what is summed up column by column
_NAN_IS_NO_ERROR = np.errstate(invalid="ignore")  # of infinities, which processors meet or not, as BLAS has it

ROWS, COLUMNS = 1, 2  # the axes of a batch (m, H, W, C)


# -- convolution


@_NAN_IS_NO_ERROR
def conv2d(x: FloatArray, kernel: FloatArray, bias: FloatArray, window: Window, *, relu: bool = False) -> FloatArray:
    """Return the convolution of `x`, plus `bias`; see `Engine.conv2d`."""
    if _is_depthwise(kernel, window):
        return _rectify(_depthwise(x, kernel, bias, window), relu)
    y = np.empty((len(x), *window.output, kernel.shape[3]), x.dtype)
    filters = _by_group(kernel, window)  # (G, K, F / G)
    for images, rows, columns in _blocks(x, kernel.shape, window):
        block = y[images, rows, columns]  # (images, rows, columns, F)
        products = _matrix(x[images], window, rows, columns) @ filters  # (G, n, F / G)
        np.add(products.swapaxes(0, 1).reshape(block.shape), bias, out=block)
        _rectify(block, relu)
    return y


@_NAN_IS_NO_ERROR
def conv2d_input_gradient(grad: FloatArray, kernel: FloatArray, window: Window) -> FloatArray:
    """Return the gradient of a convolution's input; see `Engine.conv2d_input_gradient`."""
    if _is_depthwise(kernel, window):
        return _depthwise_input_gradient(grad, kernel, window)
    height, width, groups = window
    fh, fw, channels, _ = kernel.shape
    dx = np.zeros((len(grad), height.size, width.size, channels * groups), grad.dtype)
    filters = _by_group(kernel, window).swapaxes(1, 2)  # (G, F / G, K)
    for images, blocks in groupby(_blocks(dx, kernel.shape, window), key=itemgetter(0)):
        batch = len(dx[images])
        padded = np.zeros((batch, _padded(height), _padded(width), groups, channels), grad.dtype)
        for _, rows, columns in blocks:
            block = grad[images, rows, columns]
            windows = (_grad_by_group(block, groups) @ filters).reshape(groups, *block.shape[:3], fh, fw, channels)
            for i, j in product(range(fh), range(fw)):
                top = rows.start * height.stride + i * height.dilation
                left = columns.start * width.stride + j * width.dilation
                cells = padded[:, top :: height.stride, left :: width.stride]
                cells[:, : block.shape[1], : block.shape[2]] += np.moveaxis(windows[..., i, j, :], 0, 3)
        image = padded[:, height.before :, width.before :][:, : height.size, : width.size]
        dx[images] = image.reshape(dx[images].shape)
    return dx


@_NAN_IS_NO_ERROR
def conv2d_kernel_gradient(grad: FloatArray, x: FloatArray, window: Window) -> tuple[FloatArray, FloatArray]:
    """Return the gradients of a convolution's kernel and bias; see `Engine.conv2d_kernel_gradient`."""
    groups, filters = window.groups, grad.shape[3]
    fh, fw = window.taps
    shape = (fh, fw, x.shape[3] // groups, filters)
    dbias = grad.sum(COLUMNS).sum(ROWS).sum(0)  # in three short sums: one long one of float32 would drift
    if shape[2] == 1 and groups > 1:
        return _depthwise_kernel_gradient(grad, x, window).reshape(shape), dbias
    dkernel = np.zeros((groups, fh * fw * shape[2], filters // groups), grad.dtype)
    for images, rows, columns in _blocks(x, shape, window):
        matrix = _matrix(x[images], window, rows, columns)  # (G, n, K)
        dkernel += matrix.swapaxes(1, 2) @ _grad_by_group(grad[images, rows, columns], groups)
    return dkernel.swapaxes(0, 1).reshape(shape), dbias


def _by_group(kernel: FloatArray, window: Window) -> FloatArray:
    """(fh, fw, C / G, F) -> (G, K, F / G)."""
    filters = kernel.shape[3] // window.groups
    return np.moveaxis(kernel.reshape(prod(kernel.shape[:3]), window.groups, filters), 1, 0)


def _grad_by_group(grad: FloatArray, groups: int) -> FloatArray:
    """(images, rows, columns, F) -> (G, n, F / G)."""
    return grad.reshape(prod(grad.shape[:3]), groups, grad.shape[3] // groups).swapaxes(0, 1)


def _blocks(x: FloatArray, kernel: Shape, window: Window) -> Iterator[tuple[slice, slice, slice]]:
    """Part the output, (m, n_H, n_W, F), into images, rows and columns that take about `_BLOCK_BYTES` to compute."""
    n_H, n_W = window.output
    if n_H == 0 or n_W == 0:
        return
    per_pixel = max(prod(kernel[:2]) * x.shape[3], kernel[3], 1)  # in the matrix of windows; in the product
    pixels = min(max(_BLOCK_BYTES // (per_pixel * x.itemsize), 1), _BLOCK_PIXELS)
    columns, rows = min(pixels, n_W), min(max(pixels // n_W, 1), n_H)
    images = max(pixels // (n_W * n_H), 1)
    for i, h, w in product(range(0, len(x), images), range(0, n_H, rows), range(0, n_W, columns)):
        yield slice(i, i + images), slice(h, min(h + rows, n_H)), slice(w, min(w + columns, n_W))


def _matrix(x: FloatArray, window: Window, rows: slice, columns: slice) -> FloatArray:
    """Lay the windows of some output rows and columns out as the rows of a matrix: (G, n, K)."""
    height, width, groups = window
    patch = _patch(x, height, width, rows, columns)
    image, row, column, channel = patch.strides
    channels = x.shape[3] // groups
    pixels = len(patch), rows.stop - rows.start, columns.stop - columns.start
    windows = as_strided(
        patch,
        (*pixels, height.taps, width.taps, groups, channels),
        (
            image,
            row * height.stride,
            column * width.stride,
            row * height.dilation,
            column * width.dilation,
            channel * channels,
            channel,
        ),
        writeable=False,
    )
    return np.moveaxis(windows, 5, 0).reshape(groups, prod(pixels), height.taps * width.taps * channels)


def _patch(x: FloatArray, height: Axis, width: Axis, rows: slice, columns: slice) -> FloatArray:
    """Return what the windows of some output rows and columns cover: a view, unless they cover padding."""
    (top, bottom), (left, right) = _covered(height, rows), _covered(width, columns)
    cells = x[:, _clip(top, bottom, height.size), _clip(left, right, width.size)]
    if cells.shape[1:3] == (bottom - top, right - left):
        return cells
    patch = np.zeros((len(x), bottom - top, right - left, x.shape[3]), x.dtype)
    patch[:, max(-top, 0) :, max(-left, 0) :][:, : cells.shape[1], : cells.shape[2]] = cells
    return patch


def _covered(axis: Axis, outputs: slice) -> tuple[int, int]:
    """From which cell of the image to before which one the windows of some outputs reach."""
    return outputs.start * axis.stride - axis.before, (outputs.stop - 1) * axis.stride + axis.extent - axis.before


def _clip(start: int, stop: int, size: int) -> slice:
    start = min(max(start, 0), size)
    return slice(start, max(start, min(stop, size)))


def _padded(axis: Axis) -> int:
    """Cells of the axis with its padding: none is beyond the reach of a window, or of the image."""
    return max(axis.reach, axis.before + axis.size)


# -- depthwise convolution: C groups of one channel, each with F / C filters


def _is_depthwise(kernel: FloatArray, window: Window) -> bool:
    return kernel.shape[2] == 1 and window.groups > 1


def _depthwise(x: FloatArray, kernel: FloatArray, bias: FloatArray, window: Window) -> FloatArray:
    channels = x.shape[3]
    filters = kernel.reshape(*window.taps, channels, -1)  # (fh, fw, C, F / C)
    y = np.empty((len(x), *window.output, *filters.shape[2:]), x.dtype)
    y[...] = bias.reshape(filters.shape[2:])
    for images in _image_blocks(x):
        for i, j, meeting, cells in _taps(window):
            y[images][meeting] += x[images][cells][..., np.newaxis] * filters[i, j]
    return y.reshape(*y.shape[:3], kernel.shape[3])


def _depthwise_input_gradient(grad: FloatArray, kernel: FloatArray, window: Window) -> FloatArray:
    channels = window.groups
    filters = kernel.reshape(*window.taps, channels, -1)  # (fh, fw, C, F / C)
    by_channel = grad.reshape(*grad.shape[:3], *filters.shape[2:])
    dx = np.zeros((len(grad), window.height.size, window.width.size, channels), grad.dtype)
    for images in _image_blocks(grad):
        for i, j, meeting, cells in _taps(window):
            dx[images][cells] += (by_channel[images][meeting] * filters[i, j]).sum(-1)
    return dx


def _depthwise_kernel_gradient(grad: FloatArray, x: FloatArray, window: Window) -> FloatArray:
    channels = window.groups
    by_channel = grad.reshape(*grad.shape[:3], channels, grad.shape[3] // channels)
    dkernel = np.zeros((*window.taps, *by_channel.shape[3:]), grad.dtype)
    for images in _image_blocks(x):
        for i, j, meeting, cells in _taps(window):
            by_row = np.einsum("mhwc,mhwck->mhck", x[images][cells], by_channel[images][meeting])
            dkernel[i, j] += by_row.sum(1).sum(0)  # in three short sums, as the bias
    return dkernel


_Views = tuple[slice, slice, slice]  # all images, some rows, some columns


def _taps(window: Window) -> Iterator[tuple[int, int, _Views, _Views]]:
    """Yield each tap, the outputs that have it on a cell of the image, and these cells."""
    everything = slice(None)
    columns = [window.width.inside(j) for j in range(window.width.taps)]
    for i in range(window.height.taps):
        n_H, rows = window.height.inside(i)
        for j, (n_W, cells) in enumerate(columns):
            yield i, j, (everything, n_H, n_W), (everything, rows, cells)


def _image_blocks(x: FloatArray) -> Iterator[slice]:
    images = max(_BLOCK_BYTES // max(x[:1].nbytes, 1), 1)
    for i in range(0, len(x), images):
        yield slice(i, i + images)


# -- pooling


def max_pool2d(x: FloatArray, window: Window) -> FloatArray:
    """Return the maximum of each window; see `Engine.max_pool2d`."""
    y = np.empty((len(x), *window.output, x.shape[3]), x.dtype)
    for images in _image_blocks(x):
        over_rows = _reduce(np.maximum, x[images], ROWS, window.height, -np.inf)
        y[images] = _reduce(np.maximum, over_rows, COLUMNS, window.width, -np.inf)
    return y


def max_pool2d_backward(
    grad: FloatArray, x: FloatArray, y: FloatArray, window: Window, *, all_ties: bool
) -> FloatArray:
    """Return the gradient of a maximum pooling's input; see `Engine.max_pool2d_backward`."""
    dx = np.zeros(x.shape, grad.dtype)
    for images in _image_blocks(x):
        dx_block, x_block, y_block, grad_block = dx[images], x[images], y[images], grad[images]
        waiting = np.ones(y_block.shape, bool)  # outputs whose first maximum is still to come
        for _, _, meeting, cells in _taps(window):
            values = x_block[cells]
            hit = values == y_block[meeting]
            if not all_ties:
                hit |= values != values  # noqa: PLR0124 - a NaN is its window's maximum
                hit &= waiting[meeting]
                waiting[meeting] ^= hit
            dx_block[cells] += np.where(hit, grad_block[meeting], 0)
    return dx


def avg_pool2d(x: FloatArray, window: Window, *, count_include_pad: bool) -> FloatArray:
    """Return the mean of each window; see `Engine.avg_pool2d`."""
    y = np.empty((len(x), *window.output, x.shape[3]), x.dtype)
    counts = _counts(window, x.dtype, count_include_pad=count_include_pad)
    for images in _image_blocks(x):
        over_rows = _reduce(np.add, x[images], ROWS, window.height, 0)
        np.divide(_reduce(np.add, over_rows, COLUMNS, window.width, 0), counts, out=y[images])
    return y


def avg_pool2d_backward(grad: FloatArray, window: Window, *, count_include_pad: bool) -> FloatArray:
    """Return the gradient of an average pooling's input; see `Engine.avg_pool2d_backward`."""
    dx = np.empty((len(grad), window.height.size, window.width.size, grad.shape[3]), grad.dtype)
    counts = _counts(window, grad.dtype, count_include_pad=count_include_pad)
    for images in _image_blocks(dx):
        over_columns = _spread(grad[images] / counts, COLUMNS, window.width)
        dx[images] = _spread(over_columns, ROWS, window.height)
    return dx


def _reduce(join: np.ufunc, x: FloatArray, along: int, axis: Axis, start: float) -> FloatArray:
    """Join the cells of each window along one axis; windows are rectangles, so one axis comes after the other."""
    shape = list(x.shape)
    shape[along] = axis.output
    y = np.full(shape, start, x.dtype)
    for tap in range(axis.taps):
        meeting, cells = axis.inside(tap)
        into = y[_along(along, meeting)]
        join(into, x[_along(along, cells)], out=into)
    return y


def _spread(grad: FloatArray, along: int, axis: Axis) -> FloatArray:
    """Add each window's value to all its cells along one axis: the adjoint of `_reduce` with ``np.add``."""
    shape = list(grad.shape)
    shape[along] = axis.size
    dx = np.zeros(shape, grad.dtype)
    for tap in range(axis.taps):
        meeting, cells = axis.inside(tap)
        dx[_along(along, cells)] += grad[_along(along, meeting)]
    return dx


def _along(axis: int, part: slice) -> tuple[slice, ...]:
    return (slice(None),) * axis + (part,)


def _counts(window: Window, dtype: np.dtype[np.floating], *, count_include_pad: bool) -> FloatArray:
    """By how many cells each window's sum is divided: (n_H, n_W, 1)."""
    counts = []
    for axis in (window.height, window.width):
        first = np.arange(axis.output) * axis.stride - axis.before
        cells = first[:, np.newaxis] + np.arange(axis.taps) * axis.dilation  # (output, taps)
        low, high = (-axis.before, axis.size + axis.after) if count_include_pad else (0, axis.size)
        counts.append(((cells >= low) & (cells < high)).sum(1))
    return np.asarray(np.multiply.outer(*counts), dtype)[..., np.newaxis]


# -- dense


@_NAN_IS_NO_ERROR
def dense(x: FloatArray, kernel: FloatArray, bias: FloatArray, *, relu: bool = False) -> FloatArray:
    """Return ``x @ kernel + bias``; see `Engine.dense`."""
    y = x @ kernel
    y += bias
    return _rectify(np.asarray(y), relu)


@_NAN_IS_NO_ERROR
def dense_input_gradient(grad: FloatArray, kernel: FloatArray) -> FloatArray:
    """Return the gradient of a dense product's input; see `Engine.dense_input_gradient`."""
    return grad @ kernel.T


@_NAN_IS_NO_ERROR
def dense_kernel_gradient(grad: FloatArray, x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the gradients of a dense product's kernel and bias; see `Engine.dense_kernel_gradient`."""
    return x.T @ grad, grad.sum(0, dtype=np.float64).astype(grad.dtype)  # a long sum of float32 would drift


# -- the rectifier, and sums of branches


def relu(x: FloatArray) -> FloatArray:
    """Return the rectifier's output; see `Engine.relu`."""
    return np.asarray(np.maximum(x, 0))


def relu_backward(grad: FloatArray, y: FloatArray) -> FloatArray:
    """Return the gradient of the rectifier's input; see `Engine.relu_backward`."""
    return np.asarray(grad * (y > 0))


def softmax(x: FloatArray, out: FloatArray | None = None) -> FloatArray:
    """Return the softmax along the last axis; see `Engine.softmax`."""
    # The largest entry becomes exp(0) = 1: nothing overflows, and the sum is at least 1.
    y: FloatArray = np.subtract(x, x.max(axis=-1, keepdims=True), out=out)
    np.exp(y, out=y)
    y /= y.sum(axis=-1, keepdims=True)
    return y


def add(arrays: Sequence[FloatArray], *, relu: bool = False) -> FloatArray:
    """Return the sum of the arrays; see `Engine.add`."""
    first, second, *others = arrays
    total = np.asarray(first + second)
    for other in others:
        total += other
    return _rectify(total, relu)


def _rectify(y: FloatArray, relu: bool) -> FloatArray:
    return np.maximum(y, 0, out=y) if relu else y


# -- batch normalisation
#
# NumPy's inner loops run along the last axis. A row of pixels with all their channels side by side keeps them long
# where channels are few, and the float32 sums down the columns short; the columns are then added up in float64. Mean
# and variance are found by the corrected two-pass algorithm (Chan, Golub and LeVeque 1983), so that a large mean costs
# few digits, even in float32.


def rescale(x: FloatArray, scale: float, offset: float) -> FloatArray:
    """Return ``x * scale + offset``; see `Engine.rescale`."""
    y = np.asarray(x * scale)
    if offset:
        y += offset
    return y


def batch_normalization(
    x: FloatArray,
    scale: FloatArray,
    offset: FloatArray,
    epsilon: float,
    moments: Moments | None = None,
    *,
    relu: bool = False,
) -> tuple[FloatArray, Moments]:
    """Return `x` normalised, and by which moments; see `Engine.batch_normalization`."""
    rows = _image_rows(x)
    if moments is None:
        n, n_C = _pixels(x), x.shape[-1]
        near = (_sum(rows, n_C) / n).astype(x.dtype)
        y = rows - _repeated(rows, near)
        residue = _sum(y, n_C) / n  # what rounding left of the mean
        moments = Moments(near + residue, np.maximum(_dot(y, y, n_C) / n - residue * residue, 0))
    else:
        near = moments.mean.astype(x.dtype)
        y, residue = rows - _repeated(rows, near), moments.mean - near
    factor = scale / np.sqrt(moments.variance + epsilon)
    y *= _repeated(rows, factor)
    y += _repeated(rows, offset - residue * factor)
    return _rectify(y, relu).reshape(x.shape), moments


def batch_normalization_backward(
    grad: FloatArray,
    x: FloatArray,
    scale: FloatArray,
    offset: FloatArray,
    epsilon: float,
    moments: Moments,
    *,
    of_batch: bool,
    relu: bool = False,
    input_gradient: bool = True,
) -> tuple[FloatArray | None, FloatArray, FloatArray]:
    """Return the gradients of batch normalisation; see `Engine.batch_normalization_backward`.

    With n numbers a channel and ``x_hat = (x - mean) / std``, where all of them depend on x, the chain rule comes to
    (Ioffe and Szegedy 2015, section 3, simplified)::

        dx = scale / std * (grad - sum(grad) / n - x_hat * sum(grad * x_hat) / n)
    """
    if relu:
        y, _ = batch_normalization(x, scale, offset, epsilon, moments)
        grad = relu_backward(grad, y)
    rows, grad_rows, n_C = _image_rows(x), _image_rows(grad), x.shape[-1]
    near = moments.mean.astype(x.dtype)
    residue = moments.mean - near
    inverse_std = 1 / np.sqrt(moments.variance + epsilon)
    dx = rows - _repeated(rows, near)
    doffset = _sum(grad_rows, n_C)
    dscale = (_dot(grad_rows, dx, n_C) - residue * doffset) * inverse_std  # sum(grad * x_hat)
    gradients = dscale.astype(x.dtype), doffset.astype(x.dtype)
    if not input_gradient:
        return None, *gradients
    factor = scale * inverse_std
    if of_batch:
        n = _pixels(x)
        slope = -inverse_std * dscale / n
        dx *= _repeated(rows, slope)
        dx += grad_rows
        dx -= _repeated(rows, doffset / n + slope * residue)
        dx *= _repeated(rows, factor)
    else:
        np.multiply(grad_rows, _repeated(rows, factor), out=dx)
    return dx.reshape(x.shape), *gradients


def fold_normalization(
    kernel: FloatArray,
    bias: FloatArray | None,
    mean: FloatArray,
    variance: FloatArray,
    scale: FloatArray,
    offset: FloatArray,
    epsilon: float,
) -> tuple[FloatArray, FloatArray]:
    """Return the kernel and the bias that do what follows as well; see `Engine.fold_normalization`."""
    factor = scale / np.sqrt(variance + epsilon)
    shift = offset - mean * factor
    return kernel * factor, shift if bias is None else bias * factor + shift


def _pixels(x: FloatArray) -> int:
    return max(prod(x.shape[:-1]), 1)


def _image_rows(x: FloatArray) -> FloatArray:
    """(m, n_H, n_W, n_C) -> (m * n_H, n_W * n_C); (m, n_C) stays."""
    split = max(x.ndim - 2, 1)
    return x.reshape(prod(x.shape[:split]), prod(x.shape[split:]))


def _repeated(rows: FloatArray, channels: FloatArray) -> FloatArray:
    """Repeat a number for each channel, (n_C,), along a row."""
    return np.tile(channels.astype(rows.dtype), rows.shape[1] // max(len(channels), 1))


def _sum(rows: FloatArray, n_C: int) -> FloatArray:
    """Return the sum of each channel, (n_C,), in float64."""
    return _by_channel([block.sum(axis=0) for block in _row_blocks(rows)], rows, n_C)


def _dot(a: FloatArray, b: FloatArray, n_C: int) -> FloatArray:
    """Return the sum of the products of each channel, (n_C,), in float64."""
    blocks = zip(_row_blocks(a), _row_blocks(b), strict=True)
    return _by_channel([np.einsum("ij,ij->j", *pair) for pair in blocks], a, n_C)


def _row_blocks(rows: FloatArray) -> Iterator[FloatArray]:
    return (rows[start : start + _BLOCK_ROWS] for start in range(0, len(rows), _BLOCK_ROWS))


def _by_channel(sums: Sequence[FloatArray], rows: FloatArray, n_C: int) -> FloatArray:
    """Add up sums of columns, (n_W * n_C,), of some blocks of rows."""
    by_column = np.sum(sums, axis=0, dtype=np.float64) if sums else np.zeros(rows.shape[1])
    return np.asarray(by_column.reshape(rows.shape[1] // max(n_C, 1), n_C).sum(axis=0))


# -- learning


_BLOCK_NUMBERS = 32768  # of a parameter, worked on at a time: five float32 blocks, as Adam needs, are 640 KiB


def update(
    rule: Rule,
    parameters: Sequence[FloatArray],
    gradients: Sequence[FloatArray],
    states: Sequence[FloatArray],
    scales: Sequence[float],
) -> None:
    """Take an optimiser's step; see `Engine.update`.

    It walks through each parameter in blocks that stay in a core's cache, so the ten or so elementwise steps of a
    formula cost one trip to memory, and their intermediate results two blocks of scratch space instead of a new array
    each.
    """
    formula, kept, limit = rule
    most = min(max((parameter.size for parameter in parameters), default=0), _BLOCK_NUMBERS)
    rooms = {dtype: np.empty((2, most), dtype) for dtype in {parameter.dtype for parameter in parameters}}
    for parameter, gradient, state, scale in zip(parameters, gradients, states, scales, strict=True):
        flat = parameter.reshape(-1)  # a view, unless the memory order is not C
        flat_gradient = gradient.reshape(-1)
        scratch, clipped = rooms[parameter.dtype]
        for start in range(0, flat.size, _BLOCK_NUMBERS):
            part = slice(start, start + _BLOCK_NUMBERS)
            block, slopes = flat[part], flat_gradient[part]
            if kept != 1:
                block *= kept
            if scale != 1:
                slopes = np.multiply(slopes, scale, out=clipped[: slopes.size])
            if limit < np.inf:
                slopes = np.clip(slopes, -limit, limit, out=clipped[: slopes.size])
            formula.update(block, slopes, state[:, part], scratch[: block.size])
        if not parameter.flags.c_contiguous:
            parameter[...] = flat.reshape(parameter.shape)
