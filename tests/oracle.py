"""What the operations are, in plain loops from their definitions, sharing nothing with `adim`.

A convolution is a set of products: ``y[a] += x[b] * kernel[c]`` for certain triples of indices. `products` lists
them, and with them everything is said: forward, both gradients, and the transposed convolution are the same list
with another of the three on the left. Poolings are lists of cells, one for each window.
"""

import math
from itertools import product

import numpy as np


def both(value):
    return tuple(value) if isinstance(value, (tuple, list)) else (value, value)


def pads(padding, image, extents, strides):
    """Return ((top, bottom), (left, right)), "same" by TensorFlow's and ONNX's formula."""
    if padding == "valid":
        return (0, 0), (0, 0)
    if padding in ("same", "same_lower"):
        sides = []
        for n, extent, stride in zip(image, extents, strides, strict=True):
            total = max((math.ceil(n / stride) - 1) * stride + extent - n, 0) if n else 0
            less, more = total // 2, math.ceil(total / 2)
            sides.append((less, more) if padding == "same" else (more, less))
        return tuple(sides)
    return tuple(both(side) for side in both(padding))


def extents(taps, dilation_rate):
    return tuple((f - 1) * d + 1 for f, d in zip(taps, both(dilation_rate), strict=True))


def starts(n, before, after, extent, stride):
    """Return where each window starts that fits into the padded axis; cell 0 is the image's first."""
    return range(-before, n + after - extent + 1, stride)


def output(image, taps, strides, padding, dilation_rate):
    """Return (n_H, n_W)."""
    spans = extents(taps, dilation_rate)
    sides = pads(padding, image, spans, both(strides))
    return tuple(
        len(starts(n, *side, extent, stride))
        for n, side, extent, stride in zip(image, sides, spans, both(strides), strict=True)
    )


def products(x_shape, kernel_shape, strides=1, padding="valid", dilation_rate=1, groups=1):
    """Yield every (index of y, index of x, index of kernel) of a convolution whose product is not with padding."""
    m, H, W, _ = x_shape
    fh, fw, per_group, filters = kernel_shape
    (sh, sw), (dh, dw) = both(strides), both(dilation_rate)
    spans = extents((fh, fw), dilation_rate)
    vertical, horizontal = pads(padding, (H, W), spans, (sh, sw))
    rows, columns = starts(H, *vertical, spans[0], sh), starts(W, *horizontal, spans[1], sw)
    for (h, top), (w, left), u, v in product(enumerate(rows), enumerate(columns), range(fh), range(fw)):
        row, column = top + u * dh, left + v * dw
        if 0 <= row < H and 0 <= column < W:
            for i, k, c in product(range(m), range(filters), range(per_group)):
                channel = k // (filters // groups) * per_group + c
                yield (i, h, w, k), (i, row, column, channel), (u, v, c, k)


def conv2d(x, kernel, bias=None, *, strides=1, padding="valid", dilation_rate=1, groups=1):
    x, kernel = np.asarray(x, float), np.asarray(kernel, float)
    y = np.zeros((len(x), *output(x.shape[1:3], kernel.shape[:2], strides, padding, dilation_rate), kernel.shape[3]))
    for a, b, c in products(x.shape, kernel.shape, strides, padding, dilation_rate, groups):
        y[a] += x[b] * kernel[c]
    return y if bias is None else y + np.asarray(bias, float)


def conv2d_backward(grad, x, kernel, **attributes):
    """Return dx, dkernel, dbias."""
    grad, x, kernel = (np.asarray(array, float) for array in (grad, x, kernel))
    dx, dkernel, dbias = np.zeros(x.shape), np.zeros(kernel.shape), np.zeros(kernel.shape[3])
    for a, b, c in products(x.shape, kernel.shape, **attributes):
        dx[b] += grad[a] * kernel[c]
        dkernel[c] += grad[a] * x[b]
    for a in np.ndindex(grad.shape):
        dbias[a[3]] += grad[a]
    return dx, dkernel, dbias


def transposed_axis(n, taps, stride, padding, output_padding, dilation):
    """Return the output's size and how many cells are cut off its start, as Keras 3 works them out.

    Keras pads the stretched input, of (n - 1) * stride + 1 cells, by `left` and `right` and convolves it.
    """
    extent = (taps - 1) * dilation + 1
    if n == 0:
        return 0, 0
    if padding == "valid":
        extra = max(extent, stride) - extent if output_padding is None else output_padding
        left, right = extent - 1, extent - 1 + extra
    elif padding in ("same", "same_lower"):
        total = stride + extent - 2 if output_padding is None else extent + extent % 2 - 2 + output_padding
        left = min(math.ceil(total / 2), extent - 1)
        if padding == "same_lower":  # the other way round
            left = min(total - left, extent - 1)
        right = total - left
    else:
        before, after = padding
        left, right = extent - 1 - before, extent - 1 - after + (output_padding or 0)
    return (n - 1) * stride + 1 + left + right - (extent - 1), extent - 1 - left


def transposed_products(x_shape, kernel_shape, strides=1, padding="valid", output_padding=None, dilation_rate=1):
    """Return the output's (n_H, n_W), and every (index of y, index of x, index of kernel (fh, fw, F, C))."""
    m, H, W, channels = x_shape
    fh, fw, filters, _ = kernel_shape
    (sh, sw), (dh, dw) = both(strides), both(dilation_rate)
    sides = both(padding) if isinstance(padding, str) else tuple(both(side) for side in both(padding))
    extra = both(output_padding)
    n_H, cut_H = transposed_axis(H, fh, sh, sides[0], extra[0], dh)
    n_W, cut_W = transposed_axis(W, fw, sw, sides[1], extra[1], dw)
    terms = [
        ((i, row, column, k), (i, h, w, c), (u, v, k, c))
        for h, w, u, v in product(range(H), range(W), range(fh), range(fw))
        if 0 <= (row := h * sh + u * dh - cut_H) < n_H and 0 <= (column := w * sw + v * dw - cut_W) < n_W
        for i, k, c in product(range(m), range(filters), range(channels))
    ]
    return (n_H, n_W), terms


def conv2d_transpose(x, kernel, bias=None, **attributes):
    x, kernel = np.asarray(x, float), np.asarray(kernel, float)
    size, terms = transposed_products(x.shape, kernel.shape, **attributes)
    y = np.zeros((len(x), *size, kernel.shape[2]))
    for a, b, c in terms:
        y[a] += x[b] * kernel[c]
    return y if bias is None else y + np.asarray(bias, float)


def conv2d_transpose_backward(grad, x, kernel, **attributes):
    """Return dx, dkernel, dbias."""
    grad, x, kernel = (np.asarray(array, float) for array in (grad, x, kernel))
    dx, dkernel, dbias = np.zeros(x.shape), np.zeros(kernel.shape), np.zeros(kernel.shape[2])
    for a, b, c in transposed_products(x.shape, kernel.shape, **attributes)[1]:
        dx[b] += grad[a] * kernel[c]
        dkernel[c] += grad[a] * x[b]
    for a in np.ndindex(grad.shape):
        dbias[a[3]] += grad[a]
    return dx, dkernel, dbias


def pool_axis(n, taps, stride, dilation, before, after, *, ceil_mode):
    """Return for each window along one axis its cells of the image, and how many it has with the padding."""
    extent = (taps - 1) * dilation + 1
    if n == 0:
        return []
    first = list(starts(n, before, after, extent, stride))
    if ceil_mode and first[-1] + extent < n + after and first[-1] + stride < n:  # cells are left over, real ones too
        first.append(first[-1] + stride)
    every = [[start + tap * dilation for tap in range(taps)] for start in first]
    return [([c for c in cells if 0 <= c < n], sum(c < n + after for c in cells)) for cells in every]


def pool_windows(shape, pool_size, strides=None, padding="valid", dilation_rate=1, *, ceil_mode=False):
    """Return the output's (n_H, n_W), and for each (h, w) the window's cells in order, and its count with padding."""
    taps = both(pool_size)
    strides = taps if strides is None else both(strides)
    spans = extents(taps, dilation_rate)
    sides = pads(padding, shape[1:3], spans, strides)
    rows, columns = (
        pool_axis(n, f, s, d, *side, ceil_mode=ceil_mode)
        for n, f, s, d, side in zip(shape[1:3], taps, strides, both(dilation_rate), sides, strict=True)
    )
    windows = {
        (h, w): (list(product(vertical, horizontal)), count_H * count_W)
        for (h, (vertical, count_H)), (w, (horizontal, count_W)) in product(enumerate(rows), enumerate(columns))
    }
    return (len(rows), len(columns)), windows


def max_pool2d(x, pool_size, **attributes):
    size, windows = pool_windows(x.shape, pool_size, **attributes)
    y = np.full((len(x), *size, x.shape[3]), -np.inf)
    for (i, c), ((h, w), (cells, _)) in product(np.ndindex(len(x), x.shape[3]), windows.items()):
        values = [float(x[i, row, column, c]) for row, column in cells]
        if values:
            y[i, h, w, c] = math.nan if any(map(math.isnan, values)) else max(values)
    return y


def max_pool2d_backward(grad, x, pool_size, *, ties="first", **attributes):
    _, windows = pool_windows(x.shape, pool_size, **attributes)
    y = max_pool2d(x, pool_size, **attributes)
    dx = np.zeros(x.shape)
    for (i, c), ((h, w), (cells, _)) in product(np.ndindex(len(x), x.shape[3]), windows.items()):
        highest = [cell for cell in cells if x[(i, *cell, c)] == y[i, h, w, c]]
        for row, column in highest[:1] if ties == "first" else highest:
            dx[i, row, column, c] += grad[i, h, w, c]
    return dx


def avg_pool2d(x, pool_size, *, count_include_pad=False, **attributes):
    size, windows = pool_windows(x.shape, pool_size, **attributes)
    y = np.zeros((len(x), *size, x.shape[3]))
    for (i, c), ((h, w), (cells, count)) in product(np.ndindex(len(x), x.shape[3]), windows.items()):
        total = sum(float(x[i, row, column, c]) for row, column in cells)
        y[i, h, w, c] = total / (count if count_include_pad else len(cells))
    return y


def avg_pool2d_backward(grad, shape, pool_size, *, count_include_pad=False, **attributes):
    _, windows = pool_windows(shape, pool_size, **attributes)
    dx = np.zeros(shape)
    for (i, c), ((h, w), (cells, count)) in product(np.ndindex(shape[0], shape[3]), windows.items()):
        for row, column in cells:
            dx[i, row, column, c] += grad[i, h, w, c] / (count if count_include_pad else len(cells))
    return dx


def central_differences(function, *arrays, step=1e-5):
    """Return the gradient of a scalar function of float64 arrays with respect to each of them, entry by entry."""
    gradients = []
    for position, array in enumerate(arrays):
        gradient = np.zeros(array.shape)
        for index in np.ndindex(array.shape):
            sides = []
            for sign in (1, -1):
                moved = [other.copy() for other in arrays]
                moved[position][index] += sign * step
                sides.append(function(*moved))
            gradient[index] = (sides[0] - sides[1]) / (2 * step)
        gradients.append(gradient)
    return gradients
