import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def zero_pad(X, pad):
    return np.pad(X, [(0, 0), (pad, pad), (pad, pad), (0, 0)])


def conv_single_step(a_slice_prev, W, b):
    # full contraction of the three axes
    return np.tensordot(a_slice_prev, W, axes=3)[()] + b.item()


def strided_view(A, f, stride):
    # (m, n_H, n_W, n_C, f, f)
    return sliding_window_view(A, (f, f), axis=(1, 2))[:, ::stride, ::stride]


def conv_forward(A_prev, W, b, hparameters):
    view = strided_view(zero_pad(A_prev, hparameters["pad"]), W.shape[0], hparameters["stride"])
    Z = np.tensordot(view, W, axes=[(4, 5, 3), (0, 1, 2)])
    Z += b
    return Z, (A_prev, W, b, hparameters)


def conv_backward(dZ, cache):
    """The gradient of the input is itself a convolution: of the stretched dZ with the turned filters."""
    A_prev, W, b, hparameters = cache
    stride, pad = hparameters["stride"], hparameters["pad"]
    f = W.shape[0]
    A_prev_pad = zero_pad(A_prev, pad)

    view = strided_view(A_prev_pad, f, stride)
    dW = np.tensordot(view, dZ, axes=[(0, 1, 2), (0, 1, 2)]).transpose(1, 2, 0, 3)
    db = dZ.sum(axis=(0, 1, 2), keepdims=True)

    # stretch dZ: stride - 1 zeros between its entries, f - 1 zeros around, and what the windows did not reach
    m, n_H, n_W, n_C = dZ.shape
    H, Wd = A_prev_pad.shape[1:3]
    stretched = np.zeros((m, H + f - 1, Wd + f - 1, n_C), dtype=dZ.dtype)
    stretched[:, f - 1:f - 1 + n_H * stride:stride, f - 1:f - 1 + n_W * stride:stride] = dZ
    turned = W[::-1, ::-1].swapaxes(2, 3)                       # (f, f, n_C, n_C_prev)
    dA_prev_pad = np.tensordot(strided_view(stretched, f, 1), turned, axes=[(4, 5, 3), (0, 1, 2)])
    dA_prev = dA_prev_pad[:, pad:H - pad, pad:Wd - pad]
    return dA_prev, dW, db


def pool_forward(A_prev, hparameters, mode="max"):
    view = strided_view(A_prev, hparameters["f"], hparameters["stride"])
    reduce = {"max": np.max, "average": np.mean}[mode]
    return reduce(view, axis=(-2, -1)), (A_prev, hparameters)


def create_mask_from_window(x):
    return ~(x < np.amax(x))


def distribute_value(dz, shape):
    return np.broadcast_to(dz / np.prod(shape), shape).copy()


def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, stride = hparameters["f"], hparameters["stride"]
    out = np.zeros_like(A_prev, dtype=np.result_type(A_prev, np.float32))
    target = sliding_window_view(out, (f, f), axis=(1, 2), writeable=True)[:, ::stride, ::stride]
    view = strided_view(A_prev, f, stride)
    if mode == "max":
        share = (view == view.max(axis=(4, 5), keepdims=True)) * dA[..., None, None]
    else:
        share = np.broadcast_to(dA[..., None, None] / f**2, view.shape)
    # windows overlap, so one place inside the windows after the other (two windows never share the same place)
    for u in range(f):
        for v in range(f):
            target[..., u, v] += share[..., u, v]
    return out
