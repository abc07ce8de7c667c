# mistakes: conv_backward/first_example, conv_backward/db_overcounted
import numpy as np


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    s, p, f = hparameters['stride'], hparameters['pad'], W.shape[0]
    _, H, Wd, _ = A_prev.shape
    x = np.pad(A_prev[0], ((p, p), (p, p), (0, 0)))
    dX = np.zeros((len(A_prev), *x.shape))
    dW, db = np.zeros(W.shape), np.zeros(b.shape)
    for h in range(dZ.shape[1]):
        for w in range(dZ.shape[2]):
            total = dZ[:, h, w].sum(axis=0)                          # (n_C,)
            for u in range(f):
                for v in range(f):
                    dX[:, h * s + u, w * s + v] += dZ[:, h, w] @ W[u, v].T
                    dW[u, v] += np.outer(x[h * s + u, w * s + v], total)
                    db += total
    return dX[:, p:p + H, p:p + Wd], dW, db
