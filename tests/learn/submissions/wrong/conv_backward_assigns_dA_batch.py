# mistakes: conv_backward/assigns_dA
import numpy as np


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    s, p, f = hparameters['stride'], hparameters['pad'], W.shape[0]
    X = np.pad(A_prev, ((0, 0), (p, p), (p, p), (0, 0)))
    dX, dW = np.zeros(X.shape), np.zeros(W.shape)
    for h in range(dZ.shape[1]):
        for w in range(dZ.shape[2]):
            d = dZ[:, h, w]                                          # (m, n_C)
            dX[:, h * s:h * s + f, w * s:w * s + f] = np.tensordot(d, W, axes=(1, 3))
            dW += np.tensordot(X[:, h * s:h * s + f, w * s:w * s + f], d, axes=(0, 0))
    dA = dX[:, p:p + A_prev.shape[1], p:p + A_prev.shape[2]]
    return dA, dW, dZ.sum(axis=(0, 1, 2)).reshape(b.shape)
