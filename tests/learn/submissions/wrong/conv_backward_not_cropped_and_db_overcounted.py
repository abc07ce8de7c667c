# mistakes: conv_backward/not_cropped, conv_backward/db_overcounted
import numpy as np


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    s, p, f = hparameters['stride'], hparameters['pad'], W.shape[0]
    m, n_H, n_W, n_C = dZ.shape
    X = np.pad(A_prev, ((0, 0), (p, p), (p, p), (0, 0)))
    dX, dW, db = np.zeros(X.shape), np.zeros(W.shape), np.zeros(b.shape)
    for u in range(f):
        for v in range(f):
            where = np.s_[:, u:u + s * (n_H - 1) + 1:s, v:v + s * (n_W - 1) + 1:s]
            dX[where] += dZ @ W[u, v].T
            dW[u, v] += np.tensordot(X[where], dZ, axes=((0, 1, 2), (0, 1, 2)))
            db += dZ.sum(axis=(0, 1, 2))
    return dX, dW, db
