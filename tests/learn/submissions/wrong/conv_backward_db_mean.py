# mistakes: conv_backward/db_mean
import numpy as np


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    s, p, f = hparameters['stride'], hparameters['pad'], W.shape[0]
    m, n_H, n_W, n_C = dZ.shape
    X = np.pad(A_prev, ((0, 0), (p, p), (p, p), (0, 0)))
    db = 1 / m * np.sum(dZ, axis=(0, 1, 2), keepdims=True)
    dW, dX = np.zeros(W.shape), np.zeros(X.shape)
    for u in range(f):
        for v in range(f):
            spot = np.s_[:, u:u + s * (n_H - 1) + 1:s, v:v + s * (n_W - 1) + 1:s]
            dW[u, v] = np.einsum('mhwk,mhwc->kc', X[spot], dZ)
            dX[spot] += dZ.dot(W[u, v].T)
    return dX[:, p:p + A_prev.shape[1], p:p + A_prev.shape[2]], dW, db
