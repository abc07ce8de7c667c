# mistakes: conv_backward/no_stride, conv_backward/db_mean
import numpy as np


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    p, f = hparameters['pad'], W.shape[0]
    m, n_H, n_W, n_C = dZ.shape
    X = np.pad(A_prev, ((0, 0), (p, p), (p, p), (0, 0)))
    dX, dW = np.zeros(X.shape), np.zeros(W.shape)
    for h in range(n_H):
        for w in range(n_W):
            dX[:, h:h + f, w:w + f] += np.einsum('uvkc,mc->muvk', W, dZ[:, h, w])
            dW += np.einsum('muvk,mc->uvkc', X[:, h:h + f, w:w + f], dZ[:, h, w])
    db = dZ.sum(axis=(1, 2), keepdims=True).mean(axis=0, keepdims=True)
    return dX[:, p:p + A_prev.shape[1], p:p + A_prev.shape[2]], dW, db
