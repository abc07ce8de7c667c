# mistakes: conv_backward/one_filter
import numpy as np


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    s, p, f = hparameters['stride'], hparameters['pad'], W.shape[0]
    X = np.pad(A_prev, ((0, 0), (p, p), (p, p), (0, 0)))
    m, n_H, n_W, n_C = dZ.shape
    r = s * np.arange(n_H)[:, None, None, None] + np.arange(f)[:, None]
    c = s * np.arange(n_W)[None, :, None, None] + np.arange(f)
    dW = np.tensordot(X[:, r, c], dZ, axes=((0, 1, 2), (0, 1, 2)))
    dX = np.zeros(X.shape)
    np.add.at(dX, (slice(None), r, c), np.multiply.outer(dZ.sum(axis=3), W[:, :, :, 0]))
    dA_prev = dX[:, p:p + A_prev.shape[1], p:p + A_prev.shape[2]]
    return dA_prev, dW, dZ.sum(axis=(0, 1, 2), keepdims=True)
