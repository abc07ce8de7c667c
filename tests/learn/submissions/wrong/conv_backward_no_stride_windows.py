# mistakes: conv_backward/no_stride
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    p, f = hparameters['pad'], W.shape[0]
    X = np.pad(A_prev, ((0, 0), (p, p), (p, p), (0, 0)))
    m, n_H, n_W, n_C = dZ.shape
    V = sliding_window_view(X, (f, f), axis=(1, 2))[:, :n_H, :n_W]
    dW = np.einsum('mhwkuv,mhwc->uvkc', V, dZ)
    dX = np.zeros(X.shape)
    for u in range(f):
        for v in range(f):
            dX[:, u:u + n_H, v:v + n_W] += dZ @ W[u, v].T
    return dX[:, p:p + A_prev.shape[1], p:p + A_prev.shape[2]], dW, dZ.sum((0, 1, 2), keepdims=True)
