# mistakes: conv_backward/swapped_factors
import numpy as np


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    s, p, f = hparameters['stride'], hparameters['pad'], W.shape[0]
    db = dZ.sum(axis=(0, 1, 2), keepdims=True)
    dW = W * db
    X = np.pad(A_prev, ((0, 0), (p, p), (p, p), (0, 0)))
    dX = np.zeros(X.shape)
    weight = dZ.sum(axis=-1)                                          # (m, n_H, n_W)
    for h in range(dZ.shape[1]):
        for w in range(dZ.shape[2]):
            where = np.s_[:, h * s:h * s + f, w * s:w * s + f]
            dX[where] += X[where] * weight[:, h, w].reshape(-1, 1, 1, 1)
    return dX[:, p:X.shape[1] - p, p:X.shape[2] - p], dW, db
