# mistakes: conv_backward/dw_mean
import numpy as np


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    s, p, f = hparameters['stride'], hparameters['pad'], W.shape[0]
    m, n_H, n_W, n_C = dZ.shape
    X = np.pad(A_prev, ((0, 0), (p, p), (p, p), (0, 0)))
    dX = np.zeros(X.shape)
    dW = np.zeros(W.shape)
    for u, v in np.ndindex(f, f):
        where = np.s_[:, u:u + s * (n_H - 1) + 1:s, v:v + s * (n_W - 1) + 1:s]
        dW[u, v] = np.tensordot(X[where], dZ, axes=((0, 1, 2), (0, 1, 2))) / m
        dX[where] += np.matmul(dZ, W[u, v].T)
    db = np.sum(np.sum(np.sum(dZ, 0), 0), 0)[None, None, None, :]
    return dX[:, p:X.shape[1] - p, p:X.shape[2] - p], dW, db
