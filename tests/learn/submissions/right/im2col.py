"""Odev 1: im2col ile evrisim (CS231n notlarindaki yontem, kanal son eksende)"""
import numpy as np


def im2col_indices(H, W, f, stride):
    """satir ve sutun indisleri: (pencere sayisi, f*f)"""
    n_H = (H - f) // stride + 1
    n_W = (W - f) // stride + 1
    i0 = np.repeat(np.arange(f), f)
    j0 = np.tile(np.arange(f), f)
    i1 = stride * np.repeat(np.arange(n_H), n_W)
    j1 = stride * np.tile(np.arange(n_W), n_H)
    i = i1.reshape(-1, 1) + i0.reshape(1, -1)
    j = j1.reshape(-1, 1) + j0.reshape(1, -1)
    return i, j, n_H, n_W


def zero_pad(X, pad):
    if pad == 0:
        return X.copy()
    m, h, w, c = X.shape
    ust = np.zeros((m, pad, w, c), X.dtype)
    X = np.concatenate([ust, X, ust], axis=1)
    yan = np.zeros((m, h + 2 * pad, pad, c), X.dtype)
    return np.concatenate([yan, X, yan], axis=2)


def conv_single_step(a_slice_prev, W, b):
    return np.dot(a_slice_prev.reshape(-1), W.reshape(-1)) + b[0, 0, 0]


def conv_forward(A_prev, W, b, hparameters):
    f, _, n_C_prev, n_C = W.shape
    X = zero_pad(A_prev, hparameters['pad'])
    m, H, Wd, _ = X.shape
    i, j, n_H, n_W = im2col_indices(H, Wd, f, hparameters['stride'])
    cols = X[:, i, j, :].reshape(m * n_H * n_W, f * f * n_C_prev)   # her satir bir pencere
    Z = cols @ W.reshape(-1, n_C) + b.reshape(1, n_C)
    Z = Z.reshape(m, n_H, n_W, n_C)
    cache = (A_prev, W, b, hparameters)
    return Z, cache


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    f, _, n_C_prev, n_C = W.shape
    pad, stride = hparameters['pad'], hparameters['stride']
    X = zero_pad(A_prev, pad)
    m, H, Wd, _ = X.shape
    i, j, n_H, n_W = im2col_indices(H, Wd, f, stride)
    cols = X[:, i, j, :].reshape(m * n_H * n_W, f * f * n_C_prev)

    dZ_ = dZ.reshape(-1, n_C)
    dW = (cols.T @ dZ_).reshape(W.shape)
    db = dZ_.sum(axis=0).reshape(1, 1, 1, n_C)

    dcols = (dZ_ @ W.reshape(-1, n_C).T).reshape(m, n_H * n_W, f * f, n_C_prev)
    dX = np.zeros(X.shape)
    np.add.at(dX, (slice(None), i, j), dcols)
    return dX[:, pad:H - pad, pad:Wd - pad, :], dW, db


def pool_forward(A_prev, hparameters, mode='max'):
    m, H, W, C = A_prev.shape
    i, j, n_H, n_W = im2col_indices(H, W, hparameters['f'], hparameters['stride'])
    cols = A_prev[:, i, j, :]                                       # (m, pencere, f*f, C)
    A = cols.max(axis=2) if mode == 'max' else cols.mean(axis=2)
    return A.reshape(m, n_H, n_W, C), (A_prev, hparameters)


def create_mask_from_window(x):
    return x >= x.max()


def distribute_value(dz, shape):
    n_H, n_W = shape
    return np.repeat(dz / (n_H * n_W), n_H * n_W).reshape(n_H, n_W)


def pool_backward(dA, cache, mode='max'):
    A_prev, hparameters = cache
    m, H, W, C = A_prev.shape
    f = hparameters['f']
    i, j, n_H, n_W = im2col_indices(H, W, f, hparameters['stride'])
    d = dA.reshape(m, n_H * n_W, 1, C)
    if mode == 'max':
        cols = A_prev[:, i, j, :]
        dcols = np.where(cols == cols.max(axis=2, keepdims=True), d, 0)
    else:
        dcols = np.repeat(d / (f * f), f * f, axis=2)
    dA_prev = np.zeros(A_prev.shape)
    np.add.at(dA_prev, (slice(None), i, j), dcols)
    return dA_prev
