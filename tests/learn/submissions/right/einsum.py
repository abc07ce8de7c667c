# vectorised homework: every function without loops over the images, einsum does the sums
import numpy as np
from numpy.lib.stride_tricks import as_strided


def _windows(A, f, s):
    # view of shape (m, n_H, n_W, f, f, C), nothing is copied
    m, H, W, C = A.shape
    n_H, n_W = (H - f) // s + 1, (W - f) // s + 1
    sm, sh, sw, sc = A.strides
    return as_strided(A, (m, n_H, n_W, f, f, C), (sm, sh * s, sw * s, sh, sw, sc), writeable=False)


def zero_pad(X, pad):
    m, H, W, C = X.shape
    out = np.zeros((m, H + 2 * pad, W + 2 * pad, C), dtype=X.dtype)
    out[:, pad:pad + H, pad:pad + W] = X
    return out


def conv_single_step(a_slice_prev, W, b):
    return np.einsum('hwc,hwc->', a_slice_prev, W) + b.ravel()[0]


def conv_forward(A_prev, W, b, hparameters):
    s, p = hparameters['stride'], hparameters['pad']
    win = _windows(zero_pad(A_prev, p), W.shape[0], s)
    Z = np.einsum('mhwuvk,uvkc->mhwc', win, W) + b
    return Z, (A_prev, W, b, hparameters)


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    s, p = hparameters['stride'], hparameters['pad']
    f = W.shape[0]
    A_pad = zero_pad(A_prev, p)
    dW = np.einsum('mhwuvk,mhwc->uvkc', _windows(A_pad, f, s), dZ)
    db = np.einsum('mhwc->c', dZ).reshape(b.shape)

    pieces = np.einsum('uvkc,mhwc->mhwuvk', W, dZ)
    dA_pad = np.zeros(A_pad.shape, dtype=pieces.dtype)
    n_H, n_W = dZ.shape[1:3]
    for h in range(n_H):
        for w in range(n_W):
            dA_pad[:, h * s:h * s + f, w * s:w * s + f] += pieces[:, h, w]
    dA = dA_pad[:, p:p + A_prev.shape[1], p:p + A_prev.shape[2]]
    return dA, dW, db


def pool_forward(A_prev, hparameters, mode='max'):
    win = _windows(A_prev, hparameters['f'], hparameters['stride'])
    if mode == 'max':
        A = win.max(axis=(3, 4))
    else:
        A = np.einsum('mhwuvc->mhwc', win) / hparameters['f'] ** 2
    return A, (A_prev, hparameters)


def create_mask_from_window(x):
    return np.equal(x, x.max())


def distribute_value(dz, shape):
    return np.einsum(',i,j->ij', dz / (shape[0] * shape[1]), np.ones(shape[0]), np.ones(shape[1]))


def pool_backward(dA, cache, mode='max'):
    A_prev, hparameters = cache
    f, s = hparameters['f'], hparameters['stride']
    win = _windows(A_prev, f, s)
    if mode == 'max':
        weight = (win == win.max(axis=(3, 4), keepdims=True)).astype(dA.dtype)
    else:
        weight = np.full(win.shape, 1 / f ** 2)
    pieces = np.einsum('mhwuvc,mhwc->mhwuvc', weight, dA)
    dA_prev = np.zeros(A_prev.shape)
    for h in range(dA.shape[1]):
        for w in range(dA.shape[2]):
            dA_prev[:, h * s:h * s + f, w * s:w * s + f] += pieces[:, h, w]
    return dA_prev
