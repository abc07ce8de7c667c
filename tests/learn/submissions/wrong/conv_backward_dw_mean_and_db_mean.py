# mistakes: conv_backward/dw_mean, conv_backward/db_mean
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    s, p, f = hparameters['stride'], hparameters['pad'], W.shape[0]
    m, n_H, n_W, n_C = dZ.shape
    X = np.pad(A_prev, ((0, 0), (p, p), (p, p), (0, 0)))
    V = sliding_window_view(X, (f, f), axis=(1, 2))[:, ::s, ::s]
    dW = np.einsum('mhwkuv,mhwc->uvkc', V, dZ) / m
    db = np.einsum('mhwc->c', dZ).reshape(b.shape) / m
    dX = np.zeros(X.shape)
    for h, w in np.ndindex(n_H, n_W):
        dX[:, h * s:h * s + f, w * s:w * s + f] += np.tensordot(dZ[:, h, w], W, axes=(1, 3))
    return dX[:, p:p + A_prev.shape[1], p:p + A_prev.shape[2]], dW, db
