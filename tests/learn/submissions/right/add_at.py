import numpy as np


def zero_pad(X, pad):
    m, n_H, n_W, n_C = X.shape
    X_pad = np.zeros_like(X, shape=(m, n_H + 2 * pad, n_W + 2 * pad, n_C))
    rows = np.arange(n_H) + pad
    cols = np.arange(n_W) + pad
    X_pad[:, rows[:, None], cols] = X
    return X_pad


def conv_single_step(a_slice_prev, W, b):
    return np.vdot(a_slice_prev, W) + np.squeeze(b)[()]


def grid(n, f, stride):
    """Row numbers of every window: (number of windows, f)."""
    return stride * np.arange((n - f) // stride + 1)[:, None] + np.arange(f)


def conv_forward(A_prev, W, b, hparameters):
    f = W.shape[0]
    A_prev_pad = zero_pad(A_prev, hparameters["pad"])
    r = grid(A_prev_pad.shape[1], f, hparameters["stride"])
    c = grid(A_prev_pad.shape[2], f, hparameters["stride"])
    # (m, n_H, n_W, f, f, n_C_prev)
    windows = A_prev_pad[:, r[:, None, :, None], c[None, :, None, :]]
    Z = np.tensordot(windows, W, 3) + b
    return Z, (A_prev, W, b, hparameters)


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    pad, f = hparameters["pad"], W.shape[0]
    A_prev_pad = zero_pad(A_prev, pad)
    r = grid(A_prev_pad.shape[1], f, hparameters["stride"])[:, None, :, None]
    c = grid(A_prev_pad.shape[2], f, hparameters["stride"])[None, :, None, :]
    windows = A_prev_pad[:, r, c]

    dW = np.tensordot(windows, dZ, axes=((0, 1, 2), (0, 1, 2)))
    db = np.zeros(b.shape)
    np.add.at(db, (0, 0, 0), dZ.reshape(-1, dZ.shape[3]).sum(0))

    # the same pixel comes up in several windows: add.at counts every one of them, += on indices would not
    dA_prev_pad = np.zeros(A_prev_pad.shape)
    np.add.at(dA_prev_pad, (slice(None), r, c), np.tensordot(dZ, W, axes=(3, 3)))
    keep_r = np.arange(pad, pad + A_prev.shape[1])
    keep_c = np.arange(pad, pad + A_prev.shape[2])
    return dA_prev_pad[:, keep_r[:, None], keep_c], dW, db


def pool_forward(A_prev, hparameters, mode="max"):
    f, stride = hparameters["f"], hparameters["stride"]
    r, c = grid(A_prev.shape[1], f, stride), grid(A_prev.shape[2], f, stride)
    windows = A_prev[:, r[:, None, :, None], c[None, :, None, :]]
    flat = windows.reshape(*windows.shape[:3], f * f, A_prev.shape[3])
    A = np.sort(flat, axis=3)[:, :, :, -1] if mode == "max" else flat.mean(axis=3)
    return A, (A_prev, hparameters)


def create_mask_from_window(x):
    mask = np.zeros(x.shape, dtype=bool)
    mask[np.where(x == np.max(x))] = True
    return mask


def distribute_value(dz, shape):
    a = np.zeros(shape)
    np.add.at(a, np.unravel_index(np.arange(a.size), shape), dz / a.size)
    return a


def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, stride = hparameters["f"], hparameters["stride"]
    m, n_H, n_W, n_C = dA.shape
    dA_prev = np.zeros(A_prev.shape)
    ii, hh, ww, uu, vv, cc = np.indices((m, n_H, n_W, f, f, n_C))
    place = (ii, hh * stride + uu, ww * stride + vv, cc)
    if mode == "max":
        A, _ = pool_forward(A_prev, hparameters)
        keep = A_prev[place] == A[ii, hh, ww, cc]
        np.add.at(dA_prev, tuple(p[keep] for p in place), dA[ii, hh, ww, cc][keep])
    else:
        np.add.at(dA_prev, place, dA[ii, hh, ww, cc] / (f * f))
    return dA_prev
