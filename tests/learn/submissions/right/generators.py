"""One generator that walks over all windows; the eight functions only say what happens in each."""
import numpy as np


def walk(shape, f, stride):
    """Yield (h, w, rows, columns) of every window of an image of that shape."""
    for h, top in enumerate(range(0, shape[0] - f + 1, stride)):
        for w, left in enumerate(range(0, shape[1] - f + 1, stride)):
            yield h, w, slice(top, top + f), slice(left, left + f)


def count(n, f, stride):
    # recursion instead of a formula: a window fits, and then the rest
    return 0 if n < f else 1 + count(n - stride, f, stride)


def total(values):
    """Pairwise sum, recursively (more exact than one after another)."""
    if len(values) <= 4:
        return sum(values[1:], values[0])
    middle = len(values) // 2
    return total(values[:middle]) + total(values[middle:])


def zero_pad(X, pad):
    if pad == 0:
        return np.array(X)
    ring = np.zeros((X.shape[0], X.shape[1] + 2, X.shape[2] + 2, X.shape[3]), X.dtype)
    ring[:, 1:-1, 1:-1] = X
    return zero_pad(ring, pad - 1)


def conv_single_step(a_slice_prev, W, b):
    return total((a_slice_prev * W).flatten()) + b[0, 0, 0]


def conv_forward(A_prev, W, b, hparameters):
    stride = hparameters["stride"]
    f, _, _, n_C = W.shape
    padded = zero_pad(A_prev, hparameters["pad"])
    m, H, width, _ = padded.shape
    Z = np.zeros((m, count(H, f, stride), count(width, f, stride), n_C))
    for i, image in enumerate(padded):
        for h, w, rows, cols in walk(image.shape, f, stride):
            for c in range(n_C):
                Z[i, h, w, c] = conv_single_step(image[rows, cols], W[..., c], b[..., c])
    return Z, (A_prev, W, b, hparameters)


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    pad = hparameters["pad"]
    padded = zero_pad(A_prev, pad)
    dpadded, dW, db = np.zeros(padded.shape), np.zeros(W.shape), np.zeros(b.shape)
    for image, dimage, dz in zip(padded, dpadded, dZ):
        for h, w, rows, cols in walk(image.shape, W.shape[0], hparameters["stride"]):
            dimage[rows, cols] += W @ dz[h, w]
            dW += image[rows, cols][..., np.newaxis] * dz[h, w]
            db += dz[h, w]
    inner = slice(pad, -pad or None)
    return dpadded[:, inner, inner], dW, db


def pool_forward(A_prev, hparameters, mode="max"):
    f, stride = hparameters["f"], hparameters["stride"]
    m, H, W, C = A_prev.shape
    A = np.zeros((m, count(H, f, stride), count(W, f, stride), C))
    for h, w, rows, cols in walk((H, W), f, stride):
        window = A_prev[:, rows, cols]
        A[:, h, w] = window.max((1, 2)) if mode == "max" else window.mean((1, 2))
    return A, (A_prev, hparameters)


def create_mask_from_window(x):
    biggest = np.sort(x, axis=None)[-1]
    return x == biggest


def distribute_value(dz, shape):
    rows, cols = shape
    return np.full(shape, dz / rows / cols)


def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f = hparameters["f"]
    dA_prev = np.zeros(A_prev.shape)
    for i in range(len(A_prev)):
        for h, w, rows, cols in walk(A_prev.shape[1:3], f, hparameters["stride"]):
            for c, d in enumerate(dA[i, h, w]):
                if mode == "max":
                    dA_prev[i, rows, cols, c] += d * create_mask_from_window(A_prev[i, rows, cols, c])
                else:
                    dA_prev[i, rows, cols, c] += distribute_value(d, (f, f))
    return dA_prev
